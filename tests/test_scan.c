/* SPDX-License-Identifier: ISC */
#include "codec/codec.h"
#include "content/scan.h"
#include "harness/harness.h"

#include <stdio.h>
#include <unistd.h>

#define US_ASCII                                                                                   \
    {                                                                                              \
        .utf8 = true, .ends_in_line_end = true                                                     \
    }

struct text_case {
    const char *bytes;
    size_t size;
    struct mime_scan scan;
};

#define TEXT(literal) literal, sizeof literal - 1

static const struct text_case cases[] = {
    {TEXT(""), US_ASCII},
    {TEXT("a"), {.longest_line = 1, .utf8 = true}},
    {TEXT("one\ntwo\r\nthree"), {.bare_lf = 1, .crlf = 1, .longest_line = 5, .utf8 = true}},
    {TEXT("\n\n"), {.bare_lf = 2, .utf8 = true, .ends_in_line_end = true}},
    {TEXT("ab\r"), {.bare_cr = 1, .longest_line = 3, .utf8 = true}},
    {TEXT("ab\r\r\n"),
     {.bare_cr = 1, .crlf = 1, .longest_line = 3, .utf8 = true, .ends_in_line_end = true}},
    {TEXT("\rFrom \n"),
     {.bare_cr = 1, .bare_lf = 1, .longest_line = 6, .utf8 = true, .ends_in_line_end = true}},
    {TEXT("\t\f\x1B[0m"), {.longest_line = 6, .utf8 = true}},
    {TEXT("\0\x01\x08\x0B\x1F\x7F~ "),
     {.nul_octets = 1, .control_octets = 5, .longest_line = 8, .utf8 = true}},
    {TEXT("From here"), {.longest_line = 9, .utf8 = true, .from_line = true}},
    {TEXT("a\nFrom \n"),
     {.bare_lf = 2, .longest_line = 5, .utf8 = true, .from_line = true, .ends_in_line_end = true}},
    {TEXT("a\r\nFrom b"), {.crlf = 1, .longest_line = 6, .utf8 = true, .from_line = true}},
    {TEXT("a\n From me to you, with From in it"), {.bare_lf = 1, .longest_line = 32, .utf8 = true}},
    {TEXT("abcd \nFromx"), {.bare_lf = 1, .longest_line = 5, .utf8 = true}},
    {TEXT("Fromage and cheese\nfrom x"), {.bare_lf = 1, .longest_line = 18, .utf8 = true}},
    {TEXT("--=_"), {.longest_line = 4, .utf8 = true, .boundary_line = true}},
    {TEXT("x\n--=_abcdefgh"),
     {.bare_lf = 1, .longest_line = 12, .utf8 = true, .boundary_line = true}},
    {TEXT("--= _\n-- \n ---=_"), {.bare_lf = 2, .longest_line = 6, .utf8 = true}},
    {TEXT("Gr\xC3\xBC\xC3\x9F"
          "e \xE2\x82\xAC \xF0\x9F\x98\x80\n"),
     {.high_octets = 11, .bare_lf = 1, .longest_line = 16, .utf8 = true, .ends_in_line_end = true}},
    {TEXT("Gr\xFC\xDF"
          "e\n"),
     {.high_octets = 2, .bare_lf = 1, .longest_line = 5, .ends_in_line_end = true}},
    {TEXT("\xC3"), {.high_octets = 1, .longest_line = 1}},
    {TEXT("\xC3\n"), {.high_octets = 1, .bare_lf = 1, .longest_line = 1, .ends_in_line_end = true}},
    {TEXT("\xE2\x82"), {.high_octets = 2, .longest_line = 2}},
    {TEXT("\xE2\x82z"), {.high_octets = 2, .longest_line = 3}},
    {TEXT("\xC0\x80"), {.high_octets = 2, .longest_line = 2}},
    {TEXT("\xE0\x9F\xBF"), {.high_octets = 3, .longest_line = 3}},
    {TEXT("\xED\xA0\x80"), {.high_octets = 3, .longest_line = 3}},
    {TEXT("\xEF\xBF\xBF\xEE\x80\x80\xED\x9F\xBF"),
     {.high_octets = 9, .longest_line = 9, .utf8 = true}},
    {TEXT("\xF0\x8F\xBF\xBF"), {.high_octets = 4, .longest_line = 4}},
    {TEXT("\xF4\x8F\xBF\xBF"), {.high_octets = 4, .longest_line = 4, .utf8 = true}},
    {TEXT("\xF4\x90\x80\x80"), {.high_octets = 4, .longest_line = 4}},
    {TEXT("\xF5\x80\x80\x80"), {.high_octets = 4, .longest_line = 4}},
    {TEXT("\x80"), {.high_octets = 1, .longest_line = 1}},
};

enum { CASE_COUNT = sizeof cases / sizeof *cases };

static void assert_same(const struct mime_scan *one, const struct mime_scan *other)
{
    assert_int_equal(one->size, other->size);
    assert_int_equal(one->high_octets, other->high_octets);
    assert_int_equal(one->control_octets, other->control_octets);
    assert_int_equal(one->nul_octets, other->nul_octets);
    assert_int_equal(one->bare_lf, other->bare_lf);
    assert_int_equal(one->bare_cr, other->bare_cr);
    assert_int_equal(one->crlf, other->crlf);
    assert_int_equal(one->longest_line, other->longest_line);
    assert_int_equal(one->utf8, other->utf8);
    assert_int_equal(one->from_line, other->from_line);
    assert_int_equal(one->boundary_line, other->boundary_line);
    assert_int_equal(one->ends_in_line_end, other->ends_in_line_end);
}

static void add_exact(struct mime_scanner *scanner, const char *bytes, size_t size)
{
    char *exact = harness_exact(bytes, size);
    mime_scanner_add(scanner, exact, size);
    free(exact);
}

/* The scan of a text that is cut at two places. */
static struct mime_scan scan_cut(const char *bytes, size_t size, size_t first, size_t second)
{
    struct mime_scanner scanner = mime_scanner_start();
    add_exact(&scanner, bytes, first);
    add_exact(&scanner, bytes + first, second - first);
    add_exact(&scanner, bytes + second, size - second);
    return mime_scanner_finish(&scanner);
}

static void all_is_found_however_the_text_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        struct mime_scan expected = cases[i].scan;
        expected.size = cases[i].size;
        for (size_t first = 0; first <= cases[i].size; first++) {
            for (size_t second = first; second <= cases[i].size; second++) {
                struct mime_scan scan = scan_cut(cases[i].bytes, cases[i].size, first, second);
                assert_same(&scan, &expected);
            }
        }
    }
}

/* Pieces that matter to the scan, strung together by chance. */
static size_t make_text(char *text, size_t room, uint64_t *random)
{
    static const char *const pieces[] = {"From ", "--=_", "\r",           "\n",
                                         "\r\n",  " ",    "a long word ", "\xE2\x82\xAC",
                                         "\xC3",  "\x7F", "\x1B",         "ordinary"};
    size_t used = 0;
    while (room - used > 16) {
        const char *piece = pieces[harness_random(random) % (sizeof pieces / sizeof *pieces)];
        memcpy(text + used, piece, strlen(piece));
        used += strlen(piece);
    }
    return used;
}

static void pieces_of_any_size_give_what_single_octets_give(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int round = 0; round < 200; round++) {
        char text[600];
        size_t size = make_text(text, sizeof text, &random);
        struct mime_scanner slow = mime_scanner_start();
        for (size_t i = 0; i < size; i++)
            mime_scanner_add(&slow, text + i, 1);
        struct mime_scan expected = mime_scanner_finish(&slow);
        for (size_t piece = 2; piece <= size; piece += 1 + piece / 8) {
            struct mime_scanner scanner = mime_scanner_start();
            for (size_t i = 0; i < size; i += piece)
                add_exact(&scanner, text + i, piece < size - i ? piece : size - i);
            struct mime_scan scan = mime_scanner_finish(&scanner);
            assert_same(&scan, &expected);
        }
    }
}

static struct mime_blob *blob_of(const char *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

static void a_blob_is_scanned_across_its_blocks(void **state)
{
    (void)state;
    static const char middle[] = "ab\r\nFrom x\n--=_y\n\xE2\x82\xAC\n";
    const size_t size = 65536 * 2 + 100;
    char *text = malloc(size);
    assert_non_null(text);
    for (size_t shift = 0; shift < sizeof middle; shift++) {
        memset(text, '.', size);
        for (size_t i = 997; i < size; i += 998)
            text[i] = '\n';
        memcpy(text + 65536 - shift, middle, sizeof middle - 1);
        struct mime_blob *blob = blob_of(text, size);
        struct mime_scan scan;
        assert_int_equal(mime_scan_blob(&scan, blob, NULL), 0);
        mime_blob_release(blob);
        assert_int_equal(scan.size, size);
        assert_int_equal(scan.longest_line, 997);
        assert_int_equal(scan.crlf, 1);
        assert_int_equal(scan.bare_cr, 0);
        assert_int_equal(scan.high_octets, 3);
        assert_true(scan.utf8 && scan.from_line && scan.boundary_line);
        assert_false(scan.ends_in_line_end);
    }
    free(text);
}

static void a_line_longer_than_a_block_is_measured(void **state)
{
    (void)state;
    const size_t size = 200001;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    text[0] = '\n';
    struct mime_blob *blob = blob_of(text, size);
    struct mime_scan scan;
    assert_int_equal(mime_scan_blob(&scan, blob, NULL), 0);
    assert_int_equal(scan.longest_line, 200000);
    mime_blob_release(blob);
    free(text);
}

/* The size of what the codec gives for a text in one piece with room for all. */
static uint64_t quoted_printable_size(const char *bytes, size_t size)
{
    size_t room = size * 4 + 1000;
    char *out = malloc(room);
    assert_non_null(out);
    struct mime_codec codec = mime_codec_start(MIME_CODEC_QUOTED_PRINTABLE);
    struct mime_codec_step step = mime_codec_run(&codec, bytes, size, true, out, room);
    assert_true(codec.finished);
    assert_int_equal(step.consumed, size);
    free(out);
    return step.produced;
}

static void assert_quoted_printable_size(const char *bytes, size_t size)
{
    struct mime_blob *blob = blob_of(bytes, size);
    uint64_t found = 99;
    assert_int_equal(mime_scan_quoted_printable_size(&found, blob, NULL), 0);
    assert_int_equal(found, quoted_printable_size(bytes, size));
    mime_blob_release(blob);
}

static void the_size_of_quoted_printable_is_what_the_codec_puts_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++)
        assert_quoted_printable_size(cases[i].bytes, cases[i].size);
    assert_quoted_printable_size(TEXT("\xFF"));
    uint64_t random = 3;
    const size_t room = 300000;
    char *text = malloc(room);
    assert_non_null(text);
    for (int round = 0; round < 10; round++)
        assert_quoted_printable_size(text, make_text(text, room, &random));
    memset(text, 0xFF, room);
    assert_quoted_printable_size(text, room);
    free(text);
}

static void a_source_that_fails_gives_its_error(void **state)
{
    (void)state;
    char path[] = "/tmp/mailer-test-scan-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "some text\n", 10), 10);
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_file(&blob, path, true, NULL, NULL), 0);
    assert_int_equal(ftruncate(descriptor, 3), 0);
    struct mime_scan scan;
    uint64_t size = 99;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_scan_blob(&scan, blob, &error), MAILER_SOURCE);
    assert_int_equal(error.error_class, MAILER_SOURCE);
    assert_int_equal(mime_scan_quoted_printable_size(&size, blob, &error), MAILER_SOURCE);
    assert_int_equal(size, 0);
    mime_blob_release(blob);
    close(descriptor);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_found_however_the_text_is_cut),
        cmocka_unit_test(pieces_of_any_size_give_what_single_octets_give),
        cmocka_unit_test(a_blob_is_scanned_across_its_blocks),
        cmocka_unit_test(a_line_longer_than_a_block_is_measured),
        cmocka_unit_test(the_size_of_quoted_printable_is_what_the_codec_puts_out),
        cmocka_unit_test(a_source_that_fails_gives_its_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
