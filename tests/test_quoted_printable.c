/* SPDX-License-Identifier: ISC */
#include "codec/quoted_printable.h"
#include "harness/codec.h"
#include "harness/decode.h"
#include "harness/harness.h"

#define TEN     "0123456789"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void assert_output(const char *in, size_t size, const char *expected)
{
    struct codec_output got = codec_output_at_once(MIME_CODEC_QUOTED_PRINTABLE, in, size);
    if (got.size != strlen(expected) || memcmp(got.bytes, expected, got.size) != 0)
        fail_msg("not \"%s\", but \"%.*s\"", expected, (int)got.size, (char *)got.bytes);
    free(got.bytes);
    codec_assert_splits_agree(MIME_CODEC_QUOTED_PRINTABLE, in, size);
}

static void assert_text_output(const char *in, const char *expected)
{
    assert_output(in, strlen(in), expected);
}

static void text_stays_readable(void **state)
{
    (void)state;
    assert_text_output("", "");
    assert_text_output("Hello, world: <a@b.test>~!", "Hello, world: <a@b.test>~!");
    assert_text_output("tab\there", "tab\there");
    assert_text_output("1+1=2", "1+1=3D2");
    assert_text_output("Gr\xC3\xBC\xC3\x9F"
                       "e",
                       "Gr=C3=BC=C3=9Fe");
}

static void line_breaks_are_lf_and_cr_lf_and_none_is_added(void **state)
{
    (void)state;
    assert_text_output("a\nb\r\nc", "a\r\nb\r\nc");
    assert_text_output("a\n", "a\r\n");
    assert_text_output("\n\n\r\n", "\r\n\r\n\r\n");
}

static void controls_are_encoded_and_a_bare_cr_is(void **state)
{
    (void)state;
    assert_text_output("a\rb", "a=0Db");
    assert_text_output("a\r", "a=0D");
    assert_text_output("a\r\r\n", "a=0D\r\n");
    assert_text_output("\x1B[0m\x7F\f", "=1B[0m=7F=0C");
    assert_output("a\0b", 3, "a=00b");
    assert_text_output("\x80\xFF", "=80=FF");
}

static void white_space_is_encoded_where_a_line_ends(void **state)
{
    (void)state;
    assert_text_output("a \nb", "a=20\r\nb");
    assert_text_output("a  \nb", "a =20\r\nb");
    assert_text_output("a\t\r\nb", "a=09\r\nb");
    assert_text_output("a \rb", "a =0Db");
    assert_text_output("a ", "a=20");
    assert_text_output("a \r", "a =0D");
    assert_text_output(" ", "=20");
    assert_text_output("\n \n", "\r\n=20\r\n");
}

static void a_line_starts_with_neither_dot_nor_from(void **state)
{
    (void)state;
    assert_text_output(".", "=2E");
    assert_text_output(".\n", "=2E\r\n");
    assert_text_output("a\n.\n..b\nc.", "a\r\n=2E\r\n=2E.b\r\nc.");
    assert_text_output("From me", "=46rom me");
    assert_text_output("From \n", "=46rom=20\r\n");
    assert_text_output("From", "From");
    assert_text_output("From:", "From:");
    assert_text_output(">From me\nFrom me\nFrom\tme", ">From me\r\n=46rom me\r\nFrom\tme");
    assert_text_output(SEVENTY "01234..5", SEVENTY "01234=\r\n=2E.5");
    assert_text_output(SEVENTY "0123 From me", SEVENTY "0123 =\r\n=46rom me");
}

static void lines_have_at_most_76_characters(void **state)
{
    (void)state;
    assert_text_output(SEVENTY "012345\nb", SEVENTY "012345\r\nb");
    assert_text_output(SEVENTY "012345\r\nb", SEVENTY "012345\r\nb");
    assert_text_output(SEVENTY "012345", SEVENTY "012345");
    assert_text_output(SEVENTY "012345\r", SEVENTY "01234=\r\n5=0D");
    assert_text_output(SEVENTY "0123456", SEVENTY "01234=\r\n56");
    assert_text_output(SEVENTY "012=", SEVENTY "012=3D");
    assert_text_output(SEVENTY "012=\n", SEVENTY "012=3D\r\n");
    assert_text_output(SEVENTY "0123=", SEVENTY "0123=\r\n=3D");
    assert_text_output(SEVENTY "012=4", SEVENTY "012=\r\n=3D4");
    assert_text_output(SEVENTY "01=45", SEVENTY "01=3D=\r\n45");
    assert_text_output(SEVENTY "012 \nb", SEVENTY "012=20\r\nb");
    assert_text_output(SEVENTY "0123 \nb", SEVENTY "0123=\r\n=20\r\nb");
    assert_text_output(SEVENTY "0123 b", SEVENTY "0123 b");
    assert_text_output(SEVENTY "0123 bc", SEVENTY "0123 =\r\nbc");
    assert_text_output(SEVENTY "01234 b", SEVENTY "01234=\r\n b");
}

static void a_character_is_not_parted(void **state)
{
    (void)state;
    assert_text_output(TEN TEN TEN TEN TEN TEN "012345678\xC3\xBC--",
                       TEN TEN TEN TEN TEN TEN "012345678=C3=BC=\r\n--");
    assert_text_output(SEVENTY "\xC3\xBC-", SEVENTY "=\r\n=C3=BC-");
    assert_text_output(TEN TEN TEN TEN TEN TEN "0123456\xE2\x82\xAC-",
                       TEN TEN TEN TEN TEN TEN "0123456=\r\n=E2=82=AC-");
    assert_text_output(TEN TEN TEN TEN TEN TEN "0123\xF0\x9F\x98\x80-",
                       TEN TEN TEN TEN TEN TEN "0123=\r\n=F0=9F=98=80-");
    assert_text_output(TEN TEN TEN TEN TEN TEN "012\xF0\x9F\x98\x80--",
                       TEN TEN TEN TEN TEN TEN "012=F0=9F=98=80=\r\n--");
}

/* Pieces of which text at the borders of all rules is made. */
static size_t random_text(uint8_t *text, size_t room, bool utf8, uint64_t *seed)
{
    static const char *const tokens[] = {" ",
                                         "\t",
                                         "\r\n",
                                         "\n",
                                         "\n.",
                                         ".",
                                         "\nFrom ",
                                         "From ",
                                         "=",
                                         "F",
                                         "a",
                                         "\xC3\xBC",
                                         "\xE2\x82\xAC",
                                         "\xF0\x9F\x98\x80",
                                         TEN,
                                         SEVENTY,
                                         "\r",
                                         "\x01",
                                         "\xC3",
                                         "\xFF",
                                         "\x80"};
    const size_t count = sizeof tokens / sizeof *tokens - (utf8 ? 3 : 0);
    size_t size = 0;
    for (;;) {
        const char *token = tokens[harness_random(seed) % count];
        size_t length = strlen(token);
        if (length > room - size || harness_random(seed) % 64 == 0)
            return size;
        memcpy(text + size, token, length);
        size += length;
    }
}

/* Soft line breaks stand between characters when no part of one is behind them. */
static bool parts_a_character(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 4 < size; i++)
        if (memcmp(bytes + i, "=\r\n=", 4) == 0 && bytes[i + 4] >= '8' && bytes[i + 4] <= 'B')
            return true;
    return false;
}

static void random_text_keeps_all_rules_and_decodes(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (unsigned round = 0; round < 3000; round++) {
        uint8_t in[600];
        uint8_t expected[2 * sizeof in];
        bool utf8 = round % 2 == 0;
        size_t size = random_text(in, sizeof in, utf8, &seed);
        size_t expected_size = decode_reference_newlines(expected, in, size);
        struct codec_output got = codec_output_at_once(MIME_CODEC_QUOTED_PRINTABLE, in, size);
        uint8_t *decoded = malloc(got.size + 1);
        assert_non_null(decoded);

        assert_true(decode_longest_line(got.bytes, got.size) <= 76);
        assert_false(decode_has_unsafe_line(got.bytes, got.size));
        if (utf8)
            assert_false(parts_a_character(got.bytes, got.size));
        assert_int_equal(decode_quoted_printable(decoded, got.bytes, got.size), expected_size);
        assert_memory_equal(decoded, expected, expected_size);

        struct codec_output pieces = codec_output_in_pieces(
            MIME_CODEC_QUOTED_PRINTABLE, in, size, (struct codec_pieces){round % 17, 0, round});
        codec_assert_same(pieces, got);
        free(pieces.bytes);
        free(got.bytes);
        free(decoded);
    }
}

static void each_octet_is_decoded_to_itself(void **state)
{
    (void)state;
    for (unsigned octet = 0; octet < 256; octet++) {
        const uint8_t in[] = {'a', (uint8_t)octet, 'b'};
        uint8_t decoded[16];
        struct codec_output got = codec_output_at_once(MIME_CODEC_QUOTED_PRINTABLE, in, sizeof in);
        if (octet != '\n') {
            assert_int_equal(decode_quoted_printable(decoded, got.bytes, got.size), sizeof in);
            assert_memory_equal(decoded, in, sizeof in);
        }
        bool literal = octet == '\t' || (octet >= ' ' && octet <= '~' && octet != '=');
        assert_int_equal(got.size, literal ? 3 : octet == '\n' ? 4 : 5);
        free(got.bytes);
    }
}

static void splits_do_not_change_the_text(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (unsigned round = 0; round < 20; round++) {
        uint8_t in[800];
        size_t size = random_text(in, sizeof in, round % 2 == 0, &seed);
        codec_assert_splits_agree(MIME_CODEC_QUOTED_PRINTABLE, in, size);
    }
}

static void a_copy_gives_the_same_rest(void **state)
{
    (void)state;
    uint64_t seed = 8;
    for (unsigned round = 0; round < 10; round++) {
        uint8_t in[400];
        size_t size = random_text(in, sizeof in, round % 2 == 0, &seed);
        codec_assert_copies_agree(MIME_CODEC_QUOTED_PRINTABLE, in, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_readable),
        cmocka_unit_test(line_breaks_are_lf_and_cr_lf_and_none_is_added),
        cmocka_unit_test(controls_are_encoded_and_a_bare_cr_is),
        cmocka_unit_test(white_space_is_encoded_where_a_line_ends),
        cmocka_unit_test(a_line_starts_with_neither_dot_nor_from),
        cmocka_unit_test(lines_have_at_most_76_characters),
        cmocka_unit_test(a_character_is_not_parted),
        cmocka_unit_test(random_text_keeps_all_rules_and_decodes),
        cmocka_unit_test(each_octet_is_decoded_to_itself),
        cmocka_unit_test(splits_do_not_change_the_text),
        cmocka_unit_test(a_copy_gives_the_same_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
