/* SPDX-License-Identifier: ISC */
#include "reader/line_reader.h"

#include "harness/harness.h"

static struct mime_blob *blob_of(const char *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    return blob;
}

/* Writes each piece as [text] and its line end as n or r, with ^ in front of a line's beginning. */
static char *describe(const char *bytes, size_t size)
{
    static char out[256];
    size_t used = 0;
    struct mime_blob *blob = blob_of(bytes, size);
    struct mime_line_reader reader;
    struct mime_line line;
    assert_int_equal(mime_line_reader_start(&reader, blob, NULL), 0);
    for (;;) {
        assert_int_equal(mime_line_reader_next(&reader, &line, NULL), 0);
        if (line.size + line.end_size == 0)
            break;
        assert_true(line.whole && line.starts);
        memcpy(out + used, line.bytes, line.size);
        used += line.size;
        out[used++] = "|nr"[line.end_size];
    }
    out[used] = '\0';
    mime_line_reader_free(&reader);
    mime_blob_release(blob);
    return out;
}

static void lf_and_cr_lf_end_lines(void **state)
{
    (void)state;
    assert_string_equal(describe("", 0), "");
    assert_string_equal(describe("a\nb\r\n\n\r\nc", 9), "anbrnrc|");
    assert_string_equal(describe("a\rb\r\r\n", 6), "a\rb\rr");
    assert_string_equal(describe("\r", 1), "\r|");
}

/* Lines of all lengths around the sizes of pieces and blocks, put together again. */
static void lines_of_any_length_come_in_pieces_that_make_them_up(void **state)
{
    (void)state;
    enum { SIZE = 300 * 1024 };
    char *bytes = malloc(SIZE);
    uint64_t random = 7;
    for (size_t i = 0; i < SIZE; i++) {
        uint32_t number = harness_random(&random) % (i < 9000 ? 1000 : 70000);
        bytes[i] = number == 0 ? '\n' : number == 1 ? '\r' : (char)('a' + number % 20);
    }
    struct mime_blob *blob = blob_of(bytes, SIZE);
    struct mime_line_reader reader;
    assert_int_equal(mime_line_reader_start(&reader, blob, NULL), 0);
    size_t at = 0;
    size_t line_start = 0;
    struct mime_line line;
    for (;;) {
        assert_int_equal(mime_line_reader_next(&reader, &line, NULL), 0);
        if (line.size + line.end_size == 0)
            break;
        assert_int_equal(line.starts, at == line_start);
        assert_memory_equal(line.bytes, bytes + at, line.size + line.end_size);
        at += line.size + line.end_size;
        bool ends = line.end_size > 0 || at == SIZE;
        if (ends) {
            size_t length = at - line_start;
            assert_int_equal(line.end_size == 2, length > 1 && bytes[at - 2] == '\r');
            assert_true(line.whole || length > MIME_LINE_WHOLE);
            line_start = at;
        }
        assert_true(ends || line.size + 1 >= MIME_LINE_WHOLE);
    }
    assert_int_equal(at, SIZE);
    mime_line_reader_free(&reader);
    mime_blob_release(blob);
    free(bytes);
}

static void a_cr_at_the_end_of_a_piece_stays_with_its_lf(void **state)
{
    (void)state;
    enum { BLOCK = 64 * 1024 };
    char *bytes = malloc(BLOCK + 2);
    memset(bytes, 'x', BLOCK);
    for (size_t cr = BLOCK - 3; cr < BLOCK + 1; cr++) {
        memset(bytes, 'x', BLOCK + 2);
        bytes[cr] = '\r';
        bytes[cr + 1] = '\n';
        struct mime_blob *blob = blob_of(bytes, cr + 2);
        struct mime_line_reader reader;
        struct mime_line line = {0};
        size_t size = 0;
        assert_int_equal(mime_line_reader_start(&reader, blob, NULL), 0);
        while (line.end_size == 0) {
            assert_int_equal(mime_line_reader_next(&reader, &line, NULL), 0);
            size += line.size;
        }
        assert_int_equal(line.end_size, 2);
        assert_int_equal(size, cr);
        mime_line_reader_free(&reader);
        mime_blob_release(blob);
    }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lf_and_cr_lf_end_lines),
        cmocka_unit_test(lines_of_any_length_come_in_pieces_that_make_them_up),
        cmocka_unit_test(a_cr_at_the_end_of_a_piece_stays_with_its_lf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
