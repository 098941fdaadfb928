/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_plan.h"
#include "text/text_body.h"
#include "tree/document.h"

#define BYTES(literal) literal, sizeof literal - 1

static struct mime_blob *blob_of(const void *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

static int prepare(struct mime_text_body *body, const char *bytes, size_t size,
                   const struct mime_text_options *options, struct mailer_error *error)
{
    struct mime_blob *blob = blob_of(bytes, size);
    int result = mime_text_body_prepare(body, blob, options, error);
    mime_blob_release(blob);
    return result;
}

static void assert_holds(const struct mime_text_body *body, const char *bytes, size_t size)
{
    size_t got;
    char *found = malloc((size_t)mime_blob_size(body->blob) + 1);
    assert_non_null(found);
    assert_int_equal(
        mime_blob_read(body->blob, 0, found, (size_t)mime_blob_size(body->blob), &got, NULL), 0);
    if (got != size || memcmp(found, bytes, size) != 0)
        fail_msg("%.*s is not %.*s", (int)got, found, (int)size, bytes);
    free(found);
    struct mime_scan scan;
    assert_int_equal(mime_scan_blob(&scan, body->blob, NULL), 0);
    assert_int_equal(body->scan.size, scan.size);
    assert_int_equal(body->scan.high_octets, scan.high_octets);
    assert_int_equal(body->scan.bare_lf, scan.bare_lf);
    assert_int_equal(body->scan.bare_cr, scan.bare_cr);
    assert_int_equal(body->scan.longest_line, scan.longest_line);
    assert_int_equal(body->scan.utf8, scan.utf8);
}

static const struct {
    const char *in;
    size_t in_size;
    struct mime_text_options options;
    const char *out;
    size_t out_size;
    const char *charset;
} cases[] = {
    /* Nothing given. */
    {BYTES(""), {0}, BYTES(""), "us-ascii"},
    {BYTES("plain\n"), {0}, BYTES("plain\n"), "us-ascii"},
    {BYTES("\xC3\xBC\n"), {0}, BYTES("\xC3\xBC\n"), "utf-8"},
    {BYTES("\xEF\xBB\xBFplain"), {0}, BYTES("plain"), "us-ascii"},
    {BYTES("\xEF\xBB\xBF\xC3\xBC"), {0}, BYTES("\xC3\xBC"), "utf-8"},
    {BYTES("\xEF\xBB\xBF"), {0}, BYTES(""), "us-ascii"},
    {BYTES("\xFF\xFEh\0i\0\n\0"), {0}, BYTES("hi\n"), "us-ascii"},
    {BYTES("\xFE\xFF\0h\0\xFC"), {0}, BYTES("h\xC3\xBC"), "utf-8"},
    {BYTES("\xFF\xFE"), {0}, BYTES(""), "us-ascii"},
    {BYTES("\xFF\xFE\0\0\x3D\xF6\1\0"), {0}, BYTES("\xF0\x9F\x98\xBD"), "utf-8"},
    /* What is no character of text is kept. */
    {BYTES("ab\0cd"), {0}, BYTES("ab\0cd"), "us-ascii"},
    {BYTES("\x1B[1mx\x07"), {0}, BYTES("\x1B[1mx\x07"), "us-ascii"},

    /* The fall-back is for what is not UTF-8. */
    {BYTES("\xC3\xBC"), {.fallback_charset = "ISO-8859-1"}, BYTES("\xC3\xBC"), "utf-8"},
    {BYTES("\xFC"), {.fallback_charset = "ISO-8859-1"}, BYTES("\xC3\xBC"), "utf-8"},
    {BYTES("\xEF\xBB\xBFx"), {.fallback_charset = "ISO-8859-1"}, BYTES("x"), "us-ascii"},
    {BYTES("\xC6\xFC"), {.fallback_charset = "EUC-JP"}, BYTES("\xE6\x97\xA5"), "utf-8"},
    {BYTES("x"), {.fallback_charset = "klingon"}, BYTES("x"), "us-ascii"},

    /* What was given counts. */
    {BYTES("\xC3\xBC"), {.input_charset = "latin1"}, BYTES("\xC3\x83\xC2\xBC"), "utf-8"},
    {BYTES("\xC3\xBC"), {.input_charset = "utf8"}, BYTES("\xC3\xBC"), "utf-8"},
    {BYTES("\xEF\xBB\xBFx"), {.input_charset = "utf8"}, BYTES("x"), "us-ascii"},
    {BYTES("\0\0\0"), {.input_charset = "utf8"}, BYTES("\0\0\0"), "us-ascii"},
    {BYTES("\xFC"),
     {.input_charset = "latin1", .fallback_charset = "koi8-r"},
     BYTES("\xC3\xBC"),
     "utf-8"},
    {BYTES("\xFE\xFF\0h"), {.input_charset = "utf-16"}, BYTES("h"), "us-ascii"},
    {BYTES("\xFF\xFEh\0"), {.input_charset = "ucs-2"}, BYTES("h"), "us-ascii"},
    {BYTES("\xFF\xFEh\0"), {.input_charset = "utf-16le"}, BYTES("h"), "us-ascii"},
    {BYTES("h\0"), {.input_charset = "utf-16le"}, BYTES("h"), "us-ascii"},
    {BYTES("\xFF\xFE\0\0"), {.input_charset = "utf-16"}, BYTES("\0"), "us-ascii"},
    {BYTES(""), {.input_charset = "utf-16"}, BYTES(""), "us-ascii"},
    {BYTES("+AOk-"), {.input_charset = "utf-7"}, BYTES("\xC3\xA9"), "utf-8"},

    /* What it is sent in, and the smallest that says it. */
    {BYTES("\xC3\xBC"), {.output_charset = "latin1"}, BYTES("\xFC"), "iso-8859-1"},
    {BYTES("\xC3\x83\xC2\xBC"), {.output_charset = "latin1"}, BYTES("\xC3\xBC"), "iso-8859-1"},
    {BYTES("plain"), {.output_charset = "latin1"}, BYTES("plain"), "us-ascii"},
    {BYTES("plain"), {.output_charset = "us-ascii"}, BYTES("plain"), "us-ascii"},
    {BYTES("plain"), {.output_charset = "iso-2022-kr"}, BYTES("plain"), "us-ascii"},
    {BYTES("\xE6\x97\xA5"),
     {.output_charset = "iso-2022-jp"},
     BYTES("\x1B$BF|\x1B(B"),
     "iso-2022-jp"},
    {BYTES("\xFC"),
     {.input_charset = "latin1", .output_charset = "utf-8"},
     BYTES("\xC3\xBC"),
     "utf-8"},
    {BYTES("a\nb\r\n\r"),
     {.output_charset = "utf-16be"},
     BYTES("\0a\0\r\0\n\0b\0\r\0\n\0\r"),
     "utf-16be"},
    {BYTES("a\r\nb"), {.output_charset = "utf-16le"}, BYTES("a\0\r\0\n\0b\0"), "utf-16le"},

    /* HTML. */
    {BYTES("<meta charset=koi8-r>\xC1"),
     {.html = true},
     BYTES("<meta charset=koi8-r>\xD0\xB0"),
     "utf-8"},
    {BYTES("<meta charset=koi8-r>\xC1"),
     {.html = true, .fallback_charset = "latin1"},
     BYTES("<meta charset=koi8-r>\xD0\xB0"),
     "utf-8"},
    {BYTES("<meta charset=koi8-r>\xC1"),
     {.html = true, .input_charset = "latin1"},
     BYTES("<meta charset=koi8-r>\xC3\x81"),
     "utf-8"},
    {BYTES("<meta charset=koi8-r>\xC3\x81"),
     {.html = true},
     BYTES("<meta charset=koi8-r>\xC3\x81"),
     "utf-8"},
    {BYTES("<meta charset=latin1>\x80"),
     {.html = true},
     BYTES("<meta charset=latin1>\xE2\x82\xAC"),
     "utf-8"},
    {BYTES("<meta charset=utf-8>\xC1"),
     {.html = true, .fallback_charset = "latin1"},
     BYTES("<meta charset=utf-8>\xC3\x81"),
     "utf-8"},
    {BYTES("<meta charset=koi8-r>\xC1"),
     {.fallback_charset = "latin1"},
     BYTES("<meta charset=koi8-r>\xC3\x81"),
     "utf-8"},

    /* Line ends. */
    {BYTES("a\nb\r\nc\rd"), {0}, BYTES("a\nb\r\nc\rd"), "us-ascii"},
    {BYTES("a\n\rb"), {0}, BYTES("a\n\rb"), "us-ascii"},
    {BYTES("a\rb\r\rc\r"), {0}, BYTES("a\r\nb\r\n\r\nc\r\n"), "us-ascii"},
    {BYTES("\r"), {0}, BYTES("\r\n"), "us-ascii"},
    {BYTES("a\rb\x8A"), {.input_charset = "macintosh"}, BYTES("a\r\nb\xC3\xA4"), "utf-8"},
};

static void a_body_is_made_of_any_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_text_body body;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (prepare(&body, cases[i].in, cases[i].in_size, &cases[i].options, &error) != 0)
            fail_msg("case %zu: %s", i, error.text);
        assert_holds(&body, cases[i].out, cases[i].out_size);
        assert_string_equal(body.charset, cases[i].charset);
        assert_false(body.flowed);
        assert_false(body.delete_space);
        mime_text_body_free(&body);
        assert_null(body.blob);
    }
}

static void what_cannot_be_sent_is_told_with_advice(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t in_size;
        struct mime_text_options options;
        const char *words;
    } wrong[] = {
        {BYTES("0123456789abcdef\xFC"),
         {0},
         "octet 17 of memory is not utf-8: say which charset the text has"},
        {BYTES("\xFC"), {.fallback_charset = "UTF-8"}, "octet 1 of memory is not utf-8"},
        {BYTES("\xFC"), {.fallback_charset = "ANSI_X3.4-1968"}, "octet 1 of memory is not utf-8"},
        {BYTES("\xFC"), {.fallback_charset = "klingon"}, "knows no charset \"klingon\""},
        {BYTES("\xC6"), {.fallback_charset = "EUC-JP"}, "octet 1 of memory is not euc-jp"},
        {BYTES("\xC3\xBC\xFC"), {.input_charset = "utf-8"}, "octet 3 of memory is not utf-8"},
        {BYTES("\xEF\xBB\xBF"
               "a\xFC"),
         {0},
         "octet 5 of memory is not utf-8"},
        {BYTES("\xFF\xFEh\0\0\xDC"), {0}, "octet 5 of memory is not utf-16le"},
        {BYTES("\xFC"), {.input_charset = "ascii"}, "octet 1 of memory is not us-ascii"},
        {BYTES("x"), {.input_charset = "klingon"}, "knows no charset \"klingon\""},
        {BYTES("h\0i\0"), {.input_charset = "utf-16"}, "say whether it is utf-16le or utf-16be"},
        {BYTES("h\0\0\0"), {.input_charset = "utf-32"}, "say whether it is utf-32le or utf-32be"},
        {BYTES("h\0i\0\n\0"), {0}, "too many NUL octets for a text: attach it, or say"},
        {BYTES("h\0i\0\xFC\0"), {.fallback_charset = "latin1"}, "too many NUL octets"},
        {BYTES("\xE2\x82\xAC"),
         {.output_charset = "latin1"},
         "memory has the character U+20AC, which is not in iso-8859-1: use utf-8"},
        {BYTES("x"), {.output_charset = "utf-7"}, "text is not sent in utf-7"},
        {BYTES("x"), {.output_charset = "klingon"}, "knows no charset"},
        {BYTES("<meta charset=utf-8>\xC1"), {.html = true}, "octet 21 of memory is not utf-8"},
        {BYTES("<meta charset=us>\n\x81"),
         {.html = true},
         "octet 19 of memory is not windows-1252"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct mime_text_body body;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(prepare(&body, wrong[i].in, wrong[i].in_size, &wrong[i].options, &error),
                         MAILER_DATA);
        if (strstr(error.text, wrong[i].words) == NULL)
            fail_msg("case %zu: %s", i, error.text);
        mime_text_body_free(&body);
    }
}

static void text_that_is_fit_already_is_not_copied(void **state)
{
    (void)state;
    static const struct mime_text_options options = {.fallback_charset = "latin1"};
    struct mime_blob *blob = blob_of(BYTES("\xC3\xBC\nline\r\n"));
    struct mime_text_body body;
    assert_int_equal(mime_text_body_prepare(&body, blob, &options, NULL), 0);
    assert_ptr_equal(body.blob, blob);
    mime_text_body_free(&body);
    mime_blob_release(blob);
}

#define TEN   "123456789 "
#define FIFTY TEN TEN TEN TEN TEN
#define EIGHT                                                                                      \
    "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"                                             \
    "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"
#define FORTY EIGHT EIGHT EIGHT EIGHT EIGHT

static void text_flows_where_that_is_wanted(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t in_size;
        struct mime_text_options options;
        const char *out;
        size_t out_size;
        const char *charset;
        bool delete_space;
        bool not_flowed;
    } flowed[] = {
        {BYTES(FIFTY FIFTY "\n"),
         {.flowed = true},
         BYTES(FIFTY TEN TEN "\r\n" TEN TEN "123456789\r\n"),
         "us-ascii",
         false,
         false},
        {BYTES("a\r b \r"), {.flowed = true}, BYTES("a\r\n  b\r\n"), "us-ascii", false, false},
        {BYTES("\xFC\n"),
         {.flowed = true, .input_charset = "latin1", .output_charset = "latin1"},
         BYTES("\xFC\r\n"),
         "iso-8859-1",
         false,
         false},
        {BYTES(FORTY),
         {.flowed = true},
         BYTES(EIGHT EIGHT EIGHT EIGHT "\xE6\x97\xA5\xE6\x97\xA5"
                                       "\xE6\x97\xA5\xE6\x97\xA5 \r\n"
                                       "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5"),
         "utf-8",
         true,
         false},
        {BYTES(" <p>"), {.flowed = true, .html = true}, BYTES(" <p>"), "us-ascii", false, true},
    };
    for (size_t i = 0; i < sizeof flowed / sizeof *flowed; i++) {
        struct mime_text_body body;
        assert_int_equal(prepare(&body, flowed[i].in, flowed[i].in_size, &flowed[i].options, NULL),
                         0);
        assert_holds(&body, flowed[i].out, flowed[i].out_size);
        assert_string_equal(body.charset, flowed[i].charset);
        assert_int_equal(body.flowed, !flowed[i].not_flowed);
        assert_int_equal(body.delete_space, flowed[i].delete_space);
        mime_text_body_free(&body);
    }
}

/* The message whose body a text is, on a wire. */
static char *send_body(const char *bytes, size_t size, const struct mime_text_options *options,
                       enum mailer_wire wire)
{
    struct mime_text_body body;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (prepare(&body, bytes, size, options, &error) != 0)
        fail_msg("%s", error.text);
    struct mime_leaf leaf = {
        .type = "text/plain", .form = MIME_FORM_TEXT, .charset = body.charset, .scan = &body.scan};
    struct mime_document document = {0};
    assert_int_equal(mime_part_new_leaf(&document.root, body.blob, &leaf, NULL), 0);
    mime_text_body_free(&body);
    char *message = render_document(&document, wire);
    mime_document_free(&document);
    return message;
}

static void no_bare_cr_or_lf_and_no_nul_is_sent(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        size_t in_size;
        struct mime_text_options options;
        const char *type;
        const char *body;
    } sent[] = {
        {BYTES("a\nb\r\nc"), {0}, "us-ascii", "\r\n\r\na\r\nb\r\nc\r\n"},
        {BYTES("a\rb\r"), {0}, "us-ascii", "\r\n\r\na\r\nb\r\n"},
        {BYTES("a\rb\n"), {0}, "us-ascii", "\r\n\r\na=0Db\r\n"},
        {BYTES("\n.\n\r.\r"), {0}, "us-ascii", "\r\n\r\n\r\n=2E\r\n=0D.=0D\r\n"},
        {BYTES("\n\rb"), {0}, "us-ascii", "\r\n\r\n\r\n=0Db\r\n"},
        {BYTES("ab\0cd\n"), {0}, "us-ascii", "\r\n\r\nab=00cd\r\n"},
        {BYTES("\xFC"),
         {.input_charset = "latin1", .output_charset = "latin1"},
         "iso-8859-1",
         "\r\n\r\n=FC\r\n"},
        {BYTES("\xE6\x97\xA5\n"),
         {.output_charset = "iso-2022-jp"},
         "iso-2022-jp",
         "\r\n\r\n\x1B$BF|\x1B(B\r\n"},
        {BYTES("h\n"), {.output_charset = "utf-16be"}, "utf-16be", "base64\r\n\r\nAGgADQAK\r\n"},
    };
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        char *message = send_body(sent[i].in, sent[i].in_size, &sent[i].options, MAILER_WIRE_7BIT);
        char type[80] = "Content-Type: text/plain; charset=";
        memcpy(type + strlen(type), sent[i].type, strlen(sent[i].type) + 1);
        size_t length = strlen(sent[i].body);
        if (strstr(message, type) == NULL || strlen(message) < length ||
            strcmp(message + strlen(message) - length, sent[i].body) != 0)
            fail_msg("case %zu: %s", i, message);
        free(message);
    }
}

static void wide_text_is_base64_on_every_wire(void **state)
{
    (void)state;
    static const struct mime_text_options options = {.output_charset = "utf-16le"};
    for (enum mailer_wire wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++) {
        /* Nothing in these octets would forbid to send them as they are. */
        char *message = send_body(BYTES("\xE6\x97\xA5\xE6\x97\xA5"), &options, wire);
        assert_non_null(strstr(message, "charset=utf-16le\r\n"));
        assert_non_null(strstr(message, "base64\r\n\r\n5WXlZQ==\r\n"));
        free(message);
    }
}

static void a_large_text_goes_through_files(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    memset(bytes, '\xFC', SIZE);
    for (size_t i = 0; i < SIZE; i += 80)
        bytes[i] = '\r';
    struct mime_text_options options = {
        .input_charset = "latin1", .flowed = true, .directory = "/tmp"};
    struct mime_text_body body;
    assert_int_equal(prepare(&body, bytes, SIZE, &options, NULL), 0);
    assert_int_equal(body.scan.crlf, (SIZE + 79) / 80);
    assert_int_equal(body.scan.bare_cr, 0);
    assert_int_equal(body.scan.high_octets, 2 * (SIZE - (SIZE + 79) / 80));
    mime_text_body_free(&body);

    options.directory = "/nonexistent";
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(prepare(&body, bytes, SIZE, &options, &error), MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "/nonexistent"));
    mime_text_body_free(&body);
    memset(bytes, '\r', SIZE);
    error = (struct mailer_error)MAILER_ERROR_INIT;
    options.input_charset = NULL;
    assert_int_equal(prepare(&body, bytes, SIZE, &options, &error), MAILER_SYSTEM);
    mime_text_body_free(&body);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_made_of_any_text),
        cmocka_unit_test(what_cannot_be_sent_is_told_with_advice),
        cmocka_unit_test(text_that_is_fit_already_is_not_copied),
        cmocka_unit_test(text_flows_where_that_is_wanted),
        cmocka_unit_test(no_bare_cr_or_lf_and_no_nul_is_sent),
        cmocka_unit_test(wide_text_is_base64_on_every_wire),
        cmocka_unit_test(a_large_text_goes_through_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
