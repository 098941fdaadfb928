/* SPDX-License-Identifier: ISC */
#include "codec/codec.h"
#include "harness/codec.h"
#include "harness/harness.h"

static void it_is_the_base64_of_text_with_cr_lf(void **state)
{
    (void)state;
    static const char *const pieces[] = {"\n", "\r\n", "\r", "a", "longer words ", "\xC3\xBC"};
    uint64_t seed = 1;
    for (int round = 0; round < 300; round++) {
        char text[700];
        size_t size = 0;
        size_t wanted = harness_random(&seed) % 600;
        while (size < wanted) {
            const char *piece = pieces[harness_random(&seed) % 6];
            memcpy(text + size, piece, strlen(piece));
            size += strlen(piece);
        }
        struct codec_output lines = codec_output_at_once(MIME_CODEC_NEWLINE, text, size);
        struct codec_output expected =
            codec_output_at_once(MIME_CODEC_BASE64, lines.bytes, lines.size);
        struct codec_output got = codec_output_at_once(MIME_CODEC_BASE64_TEXT, text, size);
        assert_int_equal(got.size, expected.size);
        assert_memory_equal(got.bytes, expected.bytes, got.size);
        assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, lines.size), got.size);
        free(lines.bytes);
        free(expected.bytes);
        free(got.bytes);
        if (round % 20 == 0) {
            codec_assert_splits_agree(MIME_CODEC_BASE64_TEXT, text, size);
            codec_assert_copies_agree(MIME_CODEC_BASE64_TEXT, text, size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_base64_of_text_with_cr_lf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
