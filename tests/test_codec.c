/* SPDX-License-Identifier: ISC */
#include "codec/codec.h"
#include "harness/codec.h"
#include "harness/harness.h"

static const enum mime_codec_kind kinds[] = {MIME_CODEC_IDENTITY, MIME_CODEC_BASE64,
                                             MIME_CODEC_QUOTED_PRINTABLE, MIME_CODEC_NEWLINE,
                                             MIME_CODEC_BASE64_TEXT};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void identity_gives_what_it_is_given(void **state)
{
    (void)state;
    static const char in[] = "one\0two\r\nthree\nfour\r\xFF";
    struct codec_output got = codec_output_at_once(MIME_CODEC_IDENTITY, in, sizeof in);
    assert_int_equal(got.size, sizeof in);
    assert_memory_equal(got.bytes, in, sizeof in);
    free(got.bytes);
    codec_assert_splits_agree(MIME_CODEC_IDENTITY, in, sizeof in);
    codec_assert_copies_agree(MIME_CODEC_IDENTITY, in, sizeof in);
}

static void nothing_becomes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct mime_codec codec = mime_codec_start(kinds[i]);
        char out[MIME_CODEC_MINIMUM_OUTPUT];
        struct mime_codec_step step = mime_codec_run(&codec, NULL, 0, false, out, sizeof out);
        assert_int_equal(step.consumed + step.produced, 0);
        assert_false(codec.finished);
        step = mime_codec_run(&codec, NULL, 0, true, out, sizeof out);
        assert_int_equal(step.consumed + step.produced, 0);
        assert_true(codec.finished);
    }
}

static void a_finished_codec_stays_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct mime_codec codec = mime_codec_start(kinds[i]);
        char out[MIME_CODEC_MINIMUM_OUTPUT];
        mime_codec_run(&codec, "a", 1, true, out, sizeof out);
        assert_true(codec.finished);
        struct mime_codec_step step = mime_codec_run(&codec, "b", 1, true, out, sizeof out);
        assert_int_equal(step.consumed + step.produced, 0);
        assert_true(codec.finished);
    }
}

static void without_room_nothing_is_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        struct mime_codec codec = mime_codec_start(kinds[i]);
        for (unsigned run = 0; run < 100; run++) {
            struct mime_codec_step step = mime_codec_run(&codec, "abcdefgh", 8, true, "", 0);
            assert_int_equal(step.produced, 0);
            assert_false(codec.finished);
        }
    }
}

static void sizes_are_known_or_said_not_to_be(void **state)
{
    (void)state;
    assert_int_equal(mime_codec_output_size(MIME_CODEC_IDENTITY, 5000000000), 5000000000);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_IDENTITY, UINT64_MAX), UINT64_MAX);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_QUOTED_PRINTABLE, 10), UINT64_MAX);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_NEWLINE, 10), UINT64_MAX);

    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, 0), 0);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, 1), 6);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, 57), 78);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, 58), 84);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, 5700000001), 7800000006);
}

static void a_size_past_64_bits_does_not_wrap(void **state)
{
    (void)state;
    /* The most whole lines that fit; behind them there is room for 9 octets more. */
    const uint64_t lines = 236496718893712200;
    assert_int_equal(UINT64_MAX / 78, lines);
    assert_int_equal(UINT64_MAX % 78, 15);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, lines * 57), lines * 78);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, lines * 57 + 9), lines * 78 + 14);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, lines * 57 + 10), UINT64_MAX);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, lines * 57 + 57), UINT64_MAX);
    assert_int_equal(mime_codec_output_size(MIME_CODEC_BASE64, UINT64_MAX), UINT64_MAX);
}

static void names_are_those_of_rfc_2045(void **state)
{
    (void)state;
    assert_string_equal(mime_codec_name(MIME_CODEC_BASE64), "base64");
    assert_string_equal(mime_codec_name(MIME_CODEC_QUOTED_PRINTABLE), "quoted-printable");
    assert_null(mime_codec_name(MIME_CODEC_IDENTITY));
    assert_null(mime_codec_name(MIME_CODEC_NEWLINE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_gives_what_it_is_given),
        cmocka_unit_test(nothing_becomes_nothing),
        cmocka_unit_test(a_finished_codec_stays_as_it_is),
        cmocka_unit_test(without_room_nothing_is_written),
        cmocka_unit_test(sizes_are_known_or_said_not_to_be),
        cmocka_unit_test(a_size_past_64_bits_does_not_wrap),
        cmocka_unit_test(names_are_those_of_rfc_2045),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
