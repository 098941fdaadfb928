/* SPDX-License-Identifier: ISC */
/* RTLD_NEXT is hidden otherwise. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "harness/harness.h"
#include "text/conversion.h"

#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define BYTES(literal) literal, sizeof literal - 1

enum { BLOCK = 64 * 1024 };

/* Takes the place of the C library's iconv(): one of the systems that put an asterisk for what is
 * lacking. */
static bool puts_asterisks;

size_t iconv(iconv_t descriptor, char **in, size_t *in_left, char **out, size_t *room)
{
    static size_t (*next)(iconv_t, char **, size_t *, char **, size_t *);
    if (next == NULL)
        *(void **)&next = dlsym(RTLD_NEXT, "iconv");
    size_t replaced = 0;
    for (;;) {
        size_t count = next(descriptor, in, in_left, out, room);
        if (!puts_asterisks || count != (size_t)-1 || errno != EILSEQ || *room == 0)
            return count == (size_t)-1 ? count : count + replaced;
        do {
            ++*in;
            --*in_left;
        } while (*in_left > 0 && (**in & 0xC0) == 0x80);
        *(*out)++ = '*';
        --*room;
        replaced++;
    }
}

/* Converts in pieces of one size, the first of another; NULL after a failure. */
static char *convert_in_pieces(const char *from, const char *to, const char *bytes, size_t size,
                               size_t first, size_t piece, size_t *got, struct mailer_error *error)
{
    struct mime_conversion conversion = {.from = from, .to = to};
    struct mime_converter *converter = NULL;
    struct mime_spool_writer writer = mime_spool_start("it", NULL);
    struct mime_spool spool;
    int result = mime_converter_new(&converter, &conversion, "it", error);
    for (size_t at = 0, step = first; at < size && result == 0; step = piece) {
        step = step < size - at ? step : size - at;
        char *exact = harness_exact(bytes + at, step);
        result = mime_converter_add(converter, exact, step, &writer, error);
        free(exact);
        at += step;
    }
    if (result == 0)
        result = mime_converter_finish(converter, &writer, error);
    mime_converter_free(converter);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return NULL;
    }
    assert_int_equal(mime_spool_finish(&writer, &spool, NULL), 0);
    assert_true(spool.descriptor < 0);
    *got = (size_t)spool.size;
    return spool.bytes != NULL ? spool.bytes : calloc(1, 1);
}

static const struct {
    const char *from;
    const char *to;
    const char *in;
    size_t in_size;
    const char *out;
    size_t out_size;
    const char *error;
} cases[] = {
    {"utf-8", "utf-8", BYTES(""), BYTES(""), NULL},
    {"iso-8859-1", "utf-8",
     BYTES("Gr\xFC\xDF"
           "e"),
     BYTES("Gr\xC3\xBC\xC3\x9F"
           "e"),
     NULL},
    {"windows-1252", "utf-8", BYTES("\x80 \x93x\x94"),
     BYTES("\xE2\x82\xAC \xE2\x80\x9Cx\xE2\x80\x9D"), NULL},
    {"utf-8", "windows-1252", BYTES("\xE2\x82\xAC"), BYTES("\x80"), NULL},
    {"iso-8859-15", "windows-1252", BYTES("\xA4"), BYTES("\x80"), NULL},
    {"utf-8", "utf-8", BYTES("\xF0\x9F\x98\x80\0\r\n\xEF\xBB\xBF"),
     BYTES("\xF0\x9F\x98\x80\0\r\n\xEF\xBB\xBF"), NULL},
    {"shift_jis", "utf-8", BYTES("\x93\xFA\x96{\\~"), BYTES("\xE6\x97\xA5\xE6\x9C\xAC\\~"), NULL},
    {"euc-jp", "shift_jis", BYTES("\xC6\xFC\xCB\xDC"), BYTES("\x93\xFA\x96{"), NULL},
    {"iso-2022-jp", "utf-8", BYTES("\x1B$BF|K\\\x1B(B."), BYTES("\xE6\x97\xA5\xE6\x9C\xAC."), NULL},
    /* Back to US-ASCII at the end, and at the end of each line (RFC 1468). */
    {"utf-8", "iso-2022-jp", BYTES("\xE6\x97\xA5\xE6\x9C\xAC"), BYTES("\x1B$BF|K\\\x1B(B"), NULL},
    {"utf-8", "iso-2022-jp", BYTES("\xE6\x97\xA5\n\xE6\x9C\xAC\r\n"),
     BYTES("\x1B$BF|\x1B(B\n\x1B$BK\\\x1B(B\r\n"), NULL},
    {"utf-16le", "utf-8", BYTES("=\xD8\0\xDE\n\0"), BYTES("\xF0\x9F\x98\x80\n"), NULL},
    {"utf-32be", "utf-8", BYTES("\0\1\xF6\0"), BYTES("\xF0\x9F\x98\x80"), NULL},
    {"utf-8", "utf-16be", BYTES("a\xF0\x9F\x98\x80"), BYTES("\0a\xD8=\xDE\0"), NULL},
    {"utf-8", "gb18030", BYTES("\xE4\xBD\xA0\xF3\xA0\x80\x81"), BYTES("\xC4\xE3\xD3\x36\x95\x39"),
     NULL},
    {"koi8-r", "windows-1251", BYTES("\xF0\xD2\xC9\xD7\xC5\xD4"), BYTES("\xCF\xF0\xE8\xE2\xE5\xF2"),
     NULL},
    /* The decoder waits for a mark that combines. */
    {"windows-1258", "utf-8", BYTES("a"), BYTES("a"), NULL},
    {"windows-1258", "utf-8", BYTES("a\xEC"), BYTES("\xC3\xA1"), NULL},
    {"big5-hkscs", "utf-8", BYTES("\x88\x66"), BYTES("\xC3\x8A"), NULL},
    {"utf-8", "big5-hkscs", BYTES("\xC3\x8A"), BYTES("\x88\x66"), NULL},

    {"utf-8", "utf-8", BYTES("\xFC"), NULL, 0,
     "octet 1 of it is not utf-8: say which charset the text has"},
    {"utf-8", "utf-8", BYTES("0123456789abcdef\xFC"), NULL, 0, "octet 17 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("ab\xE2\x82"), NULL, 0, "octet 3 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("ab\xE2\x82z"), NULL, 0, "octet 3 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("ab\xF0\x9F\x98"), NULL, 0, "octet 3 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("\xE0\x9F\xBF"), NULL, 0, "octet 1 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("\xC3\xBC\xED\xA0\x80"), NULL, 0, "octet 3 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("\xF4\x90\x80\x80"), NULL, 0, "octet 1 of it is not utf-8"},
    {"utf-8", "utf-8", BYTES("\xC0\x80"), NULL, 0, "octet 1 of it is not utf-8"},
    {"utf-8", "iso-8859-1", BYTES("\xC3\xBC\xFF"), NULL, 0, "octet 3 of it is not utf-8"},
    {"us-ascii", "utf-8", BYTES("abc\xC3"), NULL, 0, "octet 4 of it is not us-ascii"},
    {"windows-1252", "utf-8", BYTES("ab\x81"), NULL, 0, "octet 3 of it is not windows-1252"},
    {"shift_jis", "utf-8", BYTES("\x93\xFA\x93"), NULL, 0, "octet 3 of it is not shift_jis"},
    {"euc-jp", "utf-8", BYTES("\xC6\xFC\xC6\xC6\xC6 "), NULL, 0, "octet 5 of it is not euc-jp"},
    {"utf-16le", "utf-8", BYTES("a\0b\0\0\xDC"), NULL, 0, "octet 5 of it is not utf-16le"},
    {"utf-16le", "utf-8", BYTES("a\0b"), NULL, 0, "octet 3 of it is not utf-16le"},
    {"utf-16be", "utf-8", BYTES("\0a\xD8="), NULL, 0, "octet 3 of it is not utf-16be"},
    {"utf-32le", "utf-8", BYTES("a\0\0\0\0\0\x11\0"), NULL, 0, "octet 5 of it is not utf-32le"},

    {"utf-8", "iso-8859-1", BYTES("x\xE2\x82\xACy"), NULL, 0,
     "it has the character U+20AC, which is not in iso-8859-1: use utf-8"},
    {"utf-8", "us-ascii", BYTES("\xC3\xBC"), NULL, 0, "U+00FC, which is not in us-ascii"},
    {"utf-8", "iso-2022-jp", BYTES("\xE6\x97\xA5\xF0\x9F\x98\x80"), NULL, 0,
     "U+1F600, which is not in iso-2022-jp"},
    {"windows-1252", "iso-8859-1", BYTES("\x80"), NULL, 0, "U+20AC, which is not in iso-8859-1"},
    /* A tag: glibc drops it without a word. */
    {"utf-8", "iso-8859-1", BYTES("a\xF3\xA0\x80\x81"), NULL, 0,
     "U+E0001, which is not in iso-8859-1"},
    {"utf-8", "windows-1251", BYTES("\xF3\xA0\x81\xBF"), NULL, 0, "U+E007F, which is not in"},
    /* What would be taken for a part of the charset itself. */
    {"utf-8", "iso-2022-jp", BYTES("a\x1B$B"), NULL, 0, "U+001B, which is not in iso-2022-jp"},
    {"utf-8", "iso-2022-kr", BYTES("\x0E"), NULL, 0, "U+000E, which is not in iso-2022-kr"},
    {"utf-8", "iso-2022-kr", BYTES("\x0F\xF3\xA0\x80\x81"), NULL, 0, "U+000F"},
    {"utf-8", "iso-8859-1", BYTES("\x1B[0m\x0E\x0F"), BYTES("\x1B[0m\x0E\x0F"), NULL},
    /* The first of two faults is told. */
    {"utf-8", "us-ascii", BYTES("\xC3\xBC\xFF"), NULL, 0, "U+00FC"},
    {"utf-8", "us-ascii", BYTES("\xFF\xC3\xBC"), NULL, 0, "octet 1 "},
};

enum { CASE_COUNT = sizeof cases / sizeof *cases };

static void text_is_converted_or_its_fault_told_however_it_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        for (size_t first = 1; first <= cases[i].in_size + 1; first++) {
            for (size_t piece = 1; piece <= cases[i].in_size + 1; piece++) {
                struct mailer_error error = MAILER_ERROR_INIT;
                size_t got = 0;
                char *out = convert_in_pieces(cases[i].from, cases[i].to, cases[i].in,
                                              cases[i].in_size, first, piece, &got, &error);
                if ((out == NULL) != (cases[i].error != NULL))
                    fail_msg("case %zu: %s", i, error.text);
                if (out == NULL) {
                    assert_int_equal(error.error_class, MAILER_DATA);
                    if (strstr(error.text, cases[i].error) == NULL)
                        fail_msg("case %zu, %zu and %zu: %s", i, first, piece, error.text);
                    continue;
                }
                if (got != cases[i].out_size)
                    fail_msg("case %zu: %zu octets", i, got);
                assert_memory_equal(out, cases[i].out, got);
                free(out);
            }
        }
    }
}

static struct mime_blob *blob_of(const void *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

static char *read_all(const struct mime_blob *blob, size_t *size)
{
    char *bytes = malloc((size_t)mime_blob_size(blob) + 1);
    assert_non_null(bytes);
    assert_int_equal(mime_blob_read(blob, 0, bytes, (size_t)mime_blob_size(blob), size, NULL), 0);
    bytes[*size] = '\0';
    return bytes;
}

static void a_fault_is_told_right_around_each_edge_of_a_block(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *before; /* a character of two octets */
        const char *fault;
    } kinds[] = {{"utf-8", "\xC3\xBC", "\xFF"},
                 {"shift_jis", "\x93\xFA", "\x80"},
                 {"utf-16be", "a.", "\xDC\1"},
                 {"us-ascii", "ab", "\x80"}};
    char *bytes = malloc(2 * BLOCK + 40);
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (size_t edge = BLOCK; edge <= 2 * BLOCK; edge += BLOCK) {
            for (size_t at = edge - 8; at <= edge + 8; at++) {
                /* An odd octet in front, where there may be one. */
                bool odd = at % 2 != 0 && kind != 2;
                size_t fault = kind == 2 ? at & ~(size_t)1 : at;
                bytes[0] = 'x';
                for (size_t i = odd; i < fault; i += 2)
                    memcpy(bytes + i, kinds[kind].before, 2);
                memcpy(bytes + fault, kinds[kind].fault, strlen(kinds[kind].fault));
                struct mime_blob *blob = blob_of(bytes, fault + strlen(kinds[kind].fault));
                struct mime_conversion conversion = {kinds[kind].from, "utf-8", 0, NULL};
                struct mailer_error error = MAILER_ERROR_INIT;
                assert_int_equal(mime_convert(NULL, blob, &conversion, &error), MAILER_DATA);
                char expected[64];
                snprintf(expected, sizeof expected, "octet %zu of memory is not %s", fault + 1,
                         kinds[kind].from);
                if (strstr(error.text, expected) == NULL)
                    fail_msg("%s, but: %s", expected, error.text);
                mime_blob_release(blob);
            }
        }
    }
    free(bytes);
}

static void what_is_skipped_counts_for_the_octet_but_is_no_text(void **state)
{
    (void)state;
    struct mime_conversion conversion = {"utf-16le", "utf-8", 2, NULL};
    struct mime_blob *blob = blob_of(BYTES("\xFF\xFEh\0i\0"));
    struct mime_blob *made = NULL;
    assert_int_equal(mime_convert(&made, blob, &conversion, NULL), 0);
    size_t size;
    char *text = read_all(made, &size);
    assert_string_equal(text, "hi");
    free(text);
    mime_blob_release(made);
    mime_blob_release(blob);

    blob = blob_of(BYTES("\xFF\xFEh\0\0\xDC"));
    struct mailer_error error = MAILER_ERROR_INIT;
    made = blob;
    assert_int_equal(mime_convert(&made, blob, &conversion, &error), MAILER_DATA);
    assert_null(made);
    assert_non_null(strstr(error.text, "octet 5 of memory is not utf-16le"));
    mime_blob_release(blob);
}

static void a_long_text_goes_there_and_back(void **state)
{
    (void)state;
    static const char *const through[] = {"utf-8",       "utf-16le", "utf-16be", "utf-32le",
                                          "iso-2022-jp", "euc-jp",   "gb18030",  "shift_jis"};
    static const char *const words[] = {
        "plain ", "\xE6\x97\xA5\xE6\x9C\xAC", "\xE3\x81\x82", "\r\n", "\n", "a"};
    enum { COUNT = 200000 };
    char *text = malloc(COUNT * 6);
    size_t size = 0;
    uint64_t random = 3;
    for (size_t i = 0; i < COUNT; i++) {
        const char *word = words[harness_random(&random) % 6];
        memcpy(text + size, word, strlen(word));
        size += strlen(word);
    }
    for (size_t i = 0; i < sizeof through / sizeof *through; i++) {
        struct mime_blob *blob = blob_of(text, size);
        struct mime_blob *there = NULL;
        struct mime_blob *back = NULL;
        struct mime_conversion out = {"utf-8", through[i], 0, NULL};
        struct mime_conversion in = {through[i], "utf-8", 0, NULL};
        assert_int_equal(mime_convert(&there, blob, &out, NULL), 0);
        assert_int_equal(mime_convert(&back, there, &in, NULL), 0);
        size_t got;
        char *again = read_all(back, &got);
        assert_int_equal(got, size);
        assert_memory_equal(again, text, size);
        free(again);
        mime_blob_release(back);
        mime_blob_release(there);
        mime_blob_release(blob);
    }
    free(text);
}

static void an_asterisk_for_a_character_is_an_error_too(void **state)
{
    (void)state;
    puts_asterisks = true;
    for (size_t piece = 1; piece < 12; piece++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        size_t got;
        assert_null(convert_in_pieces("utf-8", "iso-8859-1", BYTES("a\xC3\xBC\xE2\x82\xAC\xE2\x82"),
                                      piece, piece, &got, &error));
        assert_non_null(strstr(error.text, "U+20AC, which is not in iso-8859-1"));
    }
    puts_asterisks = false;
}

static void what_the_system_cannot_convert_is_told(void **state)
{
    (void)state;
    struct mime_conversion conversion = {"klingon", "utf-8", 0, NULL};
    struct mime_converter *converter = (struct mime_converter *)&conversion;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_converter_new(&converter, &conversion, "x", &error), MAILER_DATA);
    assert_null(converter);
    assert_non_null(strstr(error.text, "cannot convert text from klingon to utf-8"));
    mime_converter_free(NULL);
}

static void a_file_that_becomes_shorter_and_a_full_disk_are_told(void **state)
{
    (void)state;
    char path[] = "/tmp/mailer-test-conversion-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    char *bytes = malloc(3 * BLOCK);
    memset(bytes, 0xFC, 3 * BLOCK);
    assert_int_equal(write(descriptor, bytes, 3 * BLOCK), 3 * BLOCK);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, path, true, NULL, NULL), 0);
    struct mime_conversion conversion = {"iso-8859-1", "utf-8", 0, "/nonexistent"};
    struct mime_blob *made = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_convert(&made, blob, &conversion, &error), MAILER_SYSTEM);
    assert_null(made);
    assert_non_null(strstr(error.text, "/nonexistent"));

    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(ftruncate(descriptor, 5), 0);
    assert_int_equal(mime_convert(&made, blob, &conversion, &error), MAILER_SOURCE);
    assert_non_null(strstr(error.text, path));
    mime_blob_release(blob);
    close(descriptor);
    unlink(path);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_converted_or_its_fault_told_however_it_is_cut),
        cmocka_unit_test(a_fault_is_told_right_around_each_edge_of_a_block),
        cmocka_unit_test(what_is_skipped_counts_for_the_octet_but_is_no_text),
        cmocka_unit_test(a_long_text_goes_there_and_back),
        cmocka_unit_test(an_asterisk_for_a_character_is_an_error_too),
        cmocka_unit_test(what_the_system_cannot_convert_is_told),
        cmocka_unit_test(a_file_that_becomes_shorter_and_a_full_disk_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
