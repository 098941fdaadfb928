/* SPDX-License-Identifier: ISC */
#include "codec/base64_rewrap.h"

#include "harness/codec.h"

static void check(const char *text, size_t size, const char *expected)
{
    struct codec_output got = codec_output_at_once(MIME_CODEC_BASE64_REWRAP, text, size);
    assert_int_equal(got.size, strlen(expected));
    assert_memory_equal(got.bytes, expected, got.size);
    free(got.bytes);
}

static void white_space_and_line_ends_are_dropped(void **state)
{
    (void)state;
    check("", 0, "");
    check(" \r\n\t\n", 5, "");
    check("QUJD", 4, "QUJD\r\n");
    check("QU\nJD\r\n RA\t==\r", 14, "QUJDRA==\r\n");
}

static void lines_are_of_76(void **state)
{
    (void)state;
    for (size_t size = 1; size < 400; size++) {
        char text[400];
        char expected[420];
        size_t used = 0;
        for (size_t i = 0; i < size; i++) {
            text[i] = (char)('A' + i % 26);
            if (i > 0 && i % 76 == 0) {
                memcpy(expected + used, "\r\n", 2);
                used += 2;
            }
            expected[used++] = text[i];
        }
        memcpy(expected + used, "\r\n", 3);
        check(text, size, expected);
    }
}

static void all_splits_give_the_same(void **state)
{
    (void)state;
    char text[300];
    uint64_t random = 5;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "ABCDEFGHIJ \r\n"[harness_random(&random) % 13];
    for (size_t size = 0; size <= sizeof text; size += 60) {
        codec_assert_splits_agree(MIME_CODEC_BASE64_REWRAP, text, size);
        codec_assert_copies_agree(MIME_CODEC_BASE64_REWRAP, text, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_and_line_ends_are_dropped),
        cmocka_unit_test(lines_are_of_76),
        cmocka_unit_test(all_splits_give_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
