/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "stuffing.h"

/* What RFC 5321 4.5.2 says, octet by octet; false for a bare CR or LF. */
static bool stuff_slowly(const char *in, size_t size, char *out, size_t *out_size)
{
    size_t used = 0;
    bool line_start = true;
    for (size_t i = 0; i < size; i++) {
        if (in[i] == '\n' && (i == 0 || in[i - 1] != '\r'))
            return false;
        if (in[i] == '\r' && i + 1 < size && in[i + 1] != '\n')
            return false;
        if (in[i] == '.' && line_start)
            out[used++] = '.';
        out[used++] = in[i];
        line_start = in[i] == '\n';
    }
    *out_size = used;
    return true;
}

/* Stuffs in pieces of random sizes up to most, each in a block of just the room it needs. */
static bool stuff_in_pieces(const char *in, size_t size, size_t most, uint64_t *seed, char *out,
                            size_t *out_size)
{
    struct smtp_stuffing stuffing = smtp_stuffing_start();
    *out_size = 0;
    for (size_t at = 0; at < size;) {
        size_t piece = 1 + harness_random(seed) % most;
        if (piece > size - at)
            piece = size - at;
        char *block = malloc(smtp_stuffing_room(piece));
        assert_non_null(block);
        memcpy(block, in + at, piece);
        size_t stuffed = 0;
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = smtp_stuffing_apply(&stuffing, block, piece, &stuffed, &error);
        if (result == 0) {
            assert_true(stuffed <= smtp_stuffing_room(piece));
            memcpy(out + *out_size, block, stuffed);
            *out_size += stuffed;
        }
        free(block);
        if (result != 0) {
            assert_int_equal(result, MAILER_DATA);
            return false;
        }
        at += piece;
    }
    return true;
}

static void stuffing_is_the_same_at_all_splits(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\r\n",  ".",         "..",         "a",
                                         "\r\n.", "\r\n.\r\n", "longer text"};
    uint64_t seed = 1;
    for (int round = 0; round < 3000; round++) {
        char in[600];
        size_t size = 0;
        size_t wanted = harness_random(&seed) % 500;
        while (size < wanted) {
            const char *piece = pieces[harness_random(&seed) % 7];
            memcpy(in + size, piece, strlen(piece));
            size += strlen(piece);
        }
        char expected[1200];
        char got[1200];
        size_t expected_size = 0;
        size_t got_size = 0;
        assert_true(stuff_slowly(in, size, expected, &expected_size));
        size_t most = round % 4 == 0 ? 1 : round % 4 == 1 ? 16 : round % 4 == 2 ? 130 : 600;
        assert_true(stuff_in_pieces(in, size, most, &seed, got, &got_size));
        assert_int_equal(got_size, expected_size);
        assert_memory_equal(got, expected, got_size);
    }
}

static void a_bare_cr_or_lf_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (size_t size = 1; size < 200; size++) {
        for (size_t at = 0; at < size; at++) {
            for (int kind = 0; kind < 2; kind++) {
                char in[200];
                char out[400];
                size_t out_size = 0;
                memset(in, 'x', size);
                in[at] = kind == 0 ? '\r' : '\n';
                bool good = stuff_slowly(in, size, out, &out_size);
                assert_true(good == (kind == 0 && at + 1 == size));
                assert_true(stuff_in_pieces(in, size, 1 + at % 90, &seed, out, &out_size) == good);
            }
        }
    }
}

static void a_cr_at_the_end_of_a_piece_must_be_followed_by_lf(void **state)
{
    (void)state;
    struct smtp_stuffing stuffing = smtp_stuffing_start();
    char block[8] = "a\r";
    size_t stuffed = 0;
    assert_int_equal(smtp_stuffing_apply(&stuffing, block, 2, &stuffed, NULL), 0);
    strcpy(block, ".\n");
    assert_int_equal(smtp_stuffing_apply(&stuffing, block, 2, &stuffed, NULL), MAILER_DATA);
}

static void a_body_of_dots_grows_no_more_than_promised(void **state)
{
    (void)state;
    uint64_t seed = 3;
    char *in = malloc(30000);
    char *out = malloc(60000);
    assert_non_null(in);
    assert_non_null(out);
    for (size_t i = 0; i < 30000; i += 3)
        memcpy(in + i, ".\r\n", 3);
    size_t size = 0;
    assert_true(stuff_in_pieces(in, 30000, 40, &seed, out, &size));
    assert_int_equal(size, 40000);
    assert_true(stuff_in_pieces(in, 30000, 30000, &seed, out, &size));
    assert_int_equal(size, 40000);
    free(in);
    free(out);
}

static void the_end_adds_a_line_end_only_where_none_is(void **state)
{
    (void)state;
    char end[5];
    struct smtp_stuffing stuffing = smtp_stuffing_start();
    assert_int_equal(smtp_stuffing_end(&stuffing, end), 3);
    assert_memory_equal(end, ".\r\n", 3);
    size_t stuffed = 0;
    char block[8] = "a";
    assert_int_equal(smtp_stuffing_apply(&stuffing, block, 1, &stuffed, NULL), 0);
    assert_int_equal(smtp_stuffing_end(&stuffing, end), 5);
    assert_memory_equal(end, "\r\n.\r\n", 5);
    strcpy(block, "\r");
    assert_int_equal(smtp_stuffing_apply(&stuffing, block, 1, &stuffed, NULL), 0);
    assert_int_equal(smtp_stuffing_end(&stuffing, end), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stuffing_is_the_same_at_all_splits),
        cmocka_unit_test(a_bare_cr_or_lf_is_refused_wherever_it_stands),
        cmocka_unit_test(a_cr_at_the_end_of_a_piece_must_be_followed_by_lf),
        cmocka_unit_test(a_body_of_dots_grows_no_more_than_promised),
        cmocka_unit_test(the_end_adds_a_line_end_only_where_none_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
