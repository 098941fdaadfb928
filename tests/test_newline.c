/* SPDX-License-Identifier: ISC */
#include "codec/newline.h"
#include "harness/codec.h"
#include "harness/decode.h"
#include "harness/harness.h"

static void assert_output(const char *in, size_t size, const char *expected)
{
    struct codec_output got = codec_output_at_once(MIME_CODEC_NEWLINE, in, size);
    assert_int_equal(got.size, strlen(expected));
    assert_memory_equal(got.bytes, expected, got.size);
    free(got.bytes);
    codec_assert_splits_agree(MIME_CODEC_NEWLINE, in, size);
}

static void line_feeds_become_cr_lf_and_nothing_else_changes(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        const char *out;
    } cases[] = {
        {"", ""},
        {"a", "a"},
        {"\n", "\r\n"},
        {"a\nb\n", "a\r\nb\r\n"},
        {"a\r\nb\r\n", "a\r\nb\r\n"},
        {"a\nb\r\nc", "a\r\nb\r\nc"},
        {"\n\n\n", "\r\n\r\n\r\n"},
        {"\r\n\n\r\n", "\r\n\r\n\r\n"},
        {"a\rb", "a\rb"},
        {"a\r", "a\r"},
        {"\r\r\n", "\r\r\n"},
        {"\n\r", "\r\n\r"},
        {".\n", ".\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_output(cases[i].in, strlen(cases[i].in), cases[i].out);
}

static void random_text_agrees_with_the_reference(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (unsigned round = 0; round < 200; round++) {
        uint8_t in[400];
        uint8_t expected[2 * sizeof in];
        size_t size = harness_random(&seed) % sizeof in;
        for (size_t i = 0; i < size; i++)
            in[i] = (uint8_t) "\r\n\nab\0\xFF."[harness_random(&seed) % 8];
        size_t expected_size = decode_reference_newlines(expected, in, size);
        struct codec_output got = codec_output_in_pieces(
            MIME_CODEC_NEWLINE, in, size, (struct codec_pieces){0, 0, harness_random(&seed)});
        codec_assert_same(got, (struct codec_output){expected, expected_size});
        free(got.bytes);
    }
}

static void splits_do_not_change_the_text(void **state)
{
    (void)state;
    char in[600];
    uint64_t seed = 2;
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = "\r\n\nabcdef"[harness_random(&seed) % 9];
    codec_assert_splits_agree(MIME_CODEC_NEWLINE, in, sizeof in);
}

static void a_copy_gives_the_same_rest(void **state)
{
    (void)state;
    static const char in[] = "one\ntwo\r\nthree\rfour\r\r\n\n\r";
    codec_assert_copies_agree(MIME_CODEC_NEWLINE, in, sizeof in - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_feeds_become_cr_lf_and_nothing_else_changes),
        cmocka_unit_test(random_text_agrees_with_the_reference),
        cmocka_unit_test(splits_do_not_change_the_text),
        cmocka_unit_test(a_copy_gives_the_same_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
