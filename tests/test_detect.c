/* SPDX-License-Identifier: ISC */
#include "content/detect.h"
#include "harness/harness.h"

#include <stdio.h>
#include <unistd.h>

/* A PNG of one white pixel, a JPEG's and other formats' beginnings: what libmagic looks at. */
#define PNG_HEAD "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0"
#define PNG                                                                                        \
    PNG_HEAD "\x90wS\xDE\0\0\0\x0CIDATx\xDA"                                                       \
             "c\xF8\xFF\xFF?\0\x05\xFE\x02\xFE\xA3V\xB8\x1E\0\0\0\0IEND\xAE"                       \
             "B`\x82"
#define JPEG "\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xDB\0C\0\x08\x06\x06"
#define GIF                                                                                        \
    "GIF89a\x01\0\x01\0\x80\0\0\xFF\xFF\xFF\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02"                  \
    "D\x01\0;"
#define PDF  "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"
#define GZIP "\x1F\x8B\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"
#define ENTRY(length, name)                                                                        \
    "PK\x03\x04\x14\0\0\0\0\0\0\0!\0\x86\xA6\x10"                                                  \
    "6\x05\0\0\0\x05\0\0\0" length "\0\0\0" name "hello"
#define ZIP ENTRY("\x05", "x.txt")
#define OLE                                                                                        \
    "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0>\0\x03\0\xFE\xFF\x09\0"
#define XML  "<?xml version=\"1.0\"?>\n"
#define SVG  XML "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"></svg>\n"
#define HTML "<!DOCTYPE html>\n<html><head><title>t</title></head><body>b</body></html>\n"
#define CSV  "name,age\nann,12\nbob,13\ncyd,14\n"
#define PLAIN                                                                                      \
    "Gr\xC3\xBC\xC3\x9F"                                                                           \
    "e aus M\xC3\xBCnchen\nand some more words\n"
#define LATIN                                                                                      \
    "Gr\xFC\xDF"                                                                                   \
    "e aus M\xFCnchen\nand some more words\n"
#define MAIL "From: a@example.org\nTo: b@example.org\nSubject: s\n\nhello\n"
#define HEIC                                                                                       \
    "\0\0\0\x18"                                                                                   \
    "ftypheic\0\0\0\0mif1heic\0\0\0\0\0\0\0\0\0\0\0\0"
#define UTF16 "\xFF\xFEh\0e\0l\0l\0o\0\n\0"
#define RTF   "{\\rtf1\\ansi hello}"

#define BYTES(literal) literal, sizeof literal - 1

struct detect_case {
    const char *bytes;
    size_t size;
    const char *name;
    const char *type;
};

static const struct detect_case cases[] = {
    {BYTES(""), NULL, "text/plain"},
    {BYTES(""), "a.csv", "text/csv"},
    {BYTES(""), "a.png", "text/plain"},
    {BYTES(PNG), "pic", "image/png"},
    {BYTES(PNG), NULL, "image/png"},
    {BYTES(PNG), "a.png", "image/png"},
    {BYTES(PNG), "a.jpg", "image/png"},
    {BYTES(PNG), "a.txt", "image/png"},
    {BYTES(PNG), "a.csv", "image/png"},
    {BYTES(PNG_HEAD), "cut.png", "image/png"},
    {BYTES(JPEG), "/tmp/a.b/photo.JPG", "image/jpeg"},
    {BYTES(JPEG), "photo", "image/jpeg"},
    {BYTES(GIF), "a.gif", "image/gif"},
    {BYTES(GIF), "a", "image/gif"},
    {BYTES("GIF89a is a format of pictures\n"), "a", "text/plain"},
    {BYTES("GIF89a<html><script>alert(1)</script>"), "a.gif", "text/plain"},
    {BYTES("\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\x11\x12\x13\x14"),
     "a.txt", "application/octet-stream"},
    {BYTES(PDF), "a.pdf", "application/pdf"},
    {BYTES(PDF), "a.txt", "application/pdf"},
    {BYTES(GZIP), "a.log.gz", "application/gzip"},
    {BYTES(GZIP), "a", "application/gzip"},
    {BYTES(ZIP), "a.zip", "application/zip"},
    {BYTES(ZIP), "a", "application/zip"},
    {BYTES(ZIP), "a.docx",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {BYTES(ZIP), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {BYTES(ZIP), "a.heic", "application/zip"},
    {BYTES(ZIP), "a.txt", "application/zip"},
    {BYTES(OLE), "a.doc", "application/msword"},
    {BYTES(OLE), "a.xls", "application/vnd.ms-excel"},
    {BYTES(SVG), "a.svg", "image/svg+xml"},
    {BYTES(SVG), NULL, "image/svg+xml"},
    {BYTES(SVG), "a.xml", "image/svg+xml"},
    {BYTES(XML "<note>n</note>\n"), "a.svg", "image/svg+xml"},
    {BYTES(XML "<note>n</note>\n"), "a.xml", "application/xml"},
    {BYTES("\xEF\xBB\xBF \n<note>n</note>\n"), "a.xml", "application/xml"},
    {BYTES("no markup at all"), "a.svg", "text/plain"},
    {BYTES(HTML), "a.html", "text/html"},
    {BYTES(HTML), "a.png", "text/html"},
    {BYTES(HTML), NULL, "text/html"},
    {BYTES("<p>only a piece"), "a.htm", "text/html"},
    {BYTES(CSV), "a.csv", "text/csv"},
    {BYTES(CSV), "a", "text/plain"},
    {BYTES("# Title\n\n- one\n- two\n"), "README.md", "text/markdown"},
    {BYTES("{\"a\": [1, 2, null]}\n"), "a.json", "application/json"},
    {BYTES("{\"a\": [1, 2, null]}\n"), NULL, "application/json"},
    {BYTES("{\"a\": [1, 2, null]}\n"), "a.txt", "text/plain"},
    {BYTES("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"), "a.ics", "text/calendar"},
    {BYTES(PLAIN), "a.txt", "text/plain"},
    {BYTES(PLAIN), NULL, "text/plain"},
    {BYTES(PLAIN), "a.png", "text/plain"},
    {BYTES(PLAIN), "a.docx", "text/plain"},
    {BYTES(PLAIN), "a.heic", "text/plain"},
    {BYTES(LATIN), "a.txt", "text/plain"},
    {BYTES(LATIN), "a", "text/plain"},
    {BYTES(LATIN), "a.csv", "text/csv"},
    {BYTES("#include <stdio.h>\nint main(void)\n{\n    return 0;\n}\n"), "a.c", "text/plain"},
    {BYTES("#!/bin/sh\necho hi\n"), "a.log", "text/plain"},
    {BYTES("#!/bin/sh\necho hi\n"), NULL, "text/plain"},
    {BYTES(MAIL), "saved", "text/plain"},
    {BYTES(MAIL), "saved.eml", "message/rfc822"},
    {BYTES(RTF), "a.rtf", "text/rtf"},
    {BYTES(HEIC), "IMG_1.HEIC", "image/heic"},
    {BYTES(UTF16), "a.txt", "text/plain"},
    {BYTES(UTF16), "a.csv", "text/csv"},
    {BYTES(UTF16), "a.reg", "text/plain"},
    {BYTES(UTF16), "a.eml", "text/plain"},
    {BYTES("\xFE\xFF\0a\0;\0b"), "a.csv", "text/csv"},
    {BYTES("\xFF\xFE\0\0a\0\0\0"), "a.txt", "text/plain"},
    {BYTES("\xFF\xFE<\0s\0v\0g\0/\0>\0"), "a.svg", "image/svg+xml"},
    {BYTES("\xFE\xFF\0 \0<\0a\0/\0>"), "a.xml", "application/xml"},
    {BYTES("h\0e\0l\0l\0o\0\n\0"), "a.txt", "application/octet-stream"},
    {BYTES("\xFF\xFE\0\xDC"
           "a\0"),
     "a.txt", "application/octet-stream"},
    {BYTES("\xFF\xFE\1\0a\0"), "a.csv", "application/octet-stream"},
    {BYTES("a\0b"), "a.txt", "application/octet-stream"},
    {BYTES("\x01\x02\x03\x04"), NULL, "application/octet-stream"},
    {BYTES("\x01\x02\x03\x04"), "a.", "application/octet-stream"},
    {BYTES("\x01\x02\x03\x04"), "a.mp3", "audio/mpeg"},
};

enum { CASE_COUNT = sizeof cases / sizeof *cases };

static void assert_type(struct mime_detector *detector, const char *bytes, size_t size,
                        const char *name, const char *expected)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, &error), 0);
    char type[MIME_TYPE_SIZE];
    memset(type, 'x', sizeof type);
    assert_int_equal(mime_detect(detector, blob, name, type, &error), 0);
    assert_int_equal(error.error_class, MAILER_OK);
    if (strcmp(type, expected) != 0)
        fail_msg("%s of %zu octets is %s, not %s", name != NULL ? name : "(no name)", size, type,
                 expected);
    mime_blob_release(blob);
}

static struct mime_detector *new_detector(void)
{
    struct mime_detector *detector = NULL;
    assert_int_equal(mime_detector_new(&detector, NULL), 0);
    return detector;
}

static void octets_decide_and_the_name_breaks_ties(void **state)
{
    (void)state;
    struct mime_detector *detector = new_detector();
    for (size_t i = 0; i < CASE_COUNT; i++)
        assert_type(detector, cases[i].bytes, cases[i].size, cases[i].name, cases[i].type);
    mime_detector_free(detector);
    mime_detector_free(NULL);
}

static void long_content_is_judged_by_its_beginning(void **state)
{
    (void)state;
    struct mime_detector *detector = new_detector();
    const size_t size = 1 << 20;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, 0xFF, size);
    assert_type(detector, bytes, size, NULL, "application/octet-stream");
    assert_type(detector, bytes, size, "a.txt", "application/octet-stream");
    assert_type(detector, bytes, size, "a.png", "application/octet-stream");
    memset(bytes, 0, size);
    assert_type(detector, bytes, size, "a.txt", "application/octet-stream");
    /* Characters of three octets, so that the sample ends inside one. */
    for (size_t i = 0; i + 3 <= size; i += 3)
        memcpy(bytes + i, "\xE2\x82\xAC", 3);
    assert_type(detector, bytes, size - 1, "a.txt", "text/plain");
    assert_type(detector, bytes, size - 1, NULL, "text/plain");
    mime_detector_free(detector);
    free(bytes);
}

static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+",
                   text[i]) == NULL)
            return false;
    return length > 0;
}

static void whatever_the_octets_the_type_is_well_formed(void **state)
{
    (void)state;
    struct mime_detector *detector = new_detector();
    uint64_t random = 1;
    for (int round = 0; round < 1500; round++) {
        const struct detect_case *start = &cases[harness_random(&random) % CASE_COUNT];
        char bytes[512] = "";
        memcpy(bytes, start->bytes, start->size);
        for (uint32_t changes = harness_random(&random) % 16; changes > 0; changes--)
            bytes[harness_random(&random) % (start->size + 16)] = (char)harness_random(&random);
        struct mime_blob *blob = NULL;
        size_t size = harness_random(&random) % sizeof bytes;
        assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
        char type[MIME_TYPE_SIZE];
        assert_int_equal(mime_detect(detector, blob, NULL, type, NULL), 0);
        mime_blob_release(blob);
        const char *slash = strchr(type, '/');
        assert_non_null(slash);
        assert_true(is_token(type, (size_t)(slash - type)));
        assert_true(is_token(slash + 1, strlen(slash + 1)));
    }
    mime_detector_free(detector);
}

static void without_a_database_signatures_and_names_decide(void **state)
{
    (void)state;
    static const struct detect_case without[] = {
        {BYTES(PNG), "pic", "image/png"},
        {BYTES(PNG), "a.jpg", "image/png"},
        {BYTES(JPEG), NULL, "image/jpeg"},
        {BYTES(GIF), NULL, "image/gif"},
        {BYTES(PDF), NULL, "application/pdf"},
        {BYTES(ZIP), NULL, "application/zip"},
        {BYTES(ZIP), "a.odt", "application/vnd.oasis.opendocument.text"},
        {BYTES(OLE), "a.ppt", "application/vnd.ms-powerpoint"},
        {BYTES(SVG), "a.svg", "image/svg+xml"},
        {BYTES(HEIC), "a.heic", "image/heic"},
        {BYTES(CSV), "a.csv", "text/csv"},
        {BYTES(PLAIN), NULL, "text/plain"},
        {BYTES("\x01\x02"), NULL, "application/octet-stream"},
    };
    assert_int_equal(setenv("MAGIC", "/nowhere/magic", 1), 0);
    struct mime_detector *detector = new_detector();
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        assert_type(detector, without[i].bytes, without[i].size, without[i].name, without[i].type);
    /* Once tried, it is not tried again. */
    assert_int_equal(unsetenv("MAGIC"), 0);
    assert_type(detector, BYTES("<h1>a title"), NULL, "text/plain");
    mime_detector_free(detector);
}

/* Comes first, as the other tests load the library. */
static void what_name_and_octets_agree_about_loads_nothing(void **state)
{
    (void)state;
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL)
        skip();
    struct mime_detector *detector = new_detector();
    assert_type(detector, BYTES(PNG), "a.png", "image/png");
    assert_type(detector, BYTES(PLAIN), "a.txt", "text/plain");
    assert_type(detector, BYTES(CSV), "a.csv", "text/csv");
    assert_type(detector, BYTES(""), NULL, "text/plain");
    mime_detector_free(detector);
    bool loaded = false;
    while (fgets(line, sizeof line, maps) != NULL)
        loaded |= strstr(line, "libmagic") != NULL;
    fclose(maps);
    assert_false(loaded);
}

static void a_source_that_fails_gives_its_error(void **state)
{
    (void)state;
    char path[] = "/tmp/mailer-test-detect-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, PNG, sizeof PNG - 1), sizeof PNG - 1);
    close(descriptor);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, path, false, NULL, NULL), 0);
    unlink(path);
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mime_detector *detector = new_detector();
    char type[MIME_TYPE_SIZE];
    assert_int_equal(mime_detect(detector, blob, path, type, &error), MAILER_SOURCE);
    assert_int_equal(error.error_class, MAILER_SOURCE);
    assert_string_equal(type, "");
    mime_detector_free(detector);
    mime_blob_release(blob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_name_and_octets_agree_about_loads_nothing),
        cmocka_unit_test(octets_decide_and_the_name_breaks_ties),
        cmocka_unit_test(long_content_is_judged_by_its_beginning),
        cmocka_unit_test(whatever_the_octets_the_type_is_well_formed),
        cmocka_unit_test(without_a_database_signatures_and_names_decide),
        cmocka_unit_test(a_source_that_fails_gives_its_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
