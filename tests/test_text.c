/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void numbers_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 7, 10, 99, 1234567890, UINT64_MAX};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char digits[TEXT_DECIMAL_SIZE];
        char expected[32];
        snprintf(expected, sizeof expected, "%" PRIu64, numbers[i]);
        assert_string_equal(text_decimal(digits, numbers[i]), expected);
    }
}

static void what_is_printable_in_front_is_counted_to_the_octet(void **state)
{
    (void)state;
    for (int octet = 0; octet < 256; octet++) {
        bool printable = octet >= ' ' && octet <= '~';
        for (size_t at = 0; at < 20; at++) {
            char *text = harness_exact("01234567890123456789", 20);
            text[at] = (char)octet;
            assert_int_equal(text_count_printable(text, 20), printable ? 20 : at);
            assert_int_equal(text_count_printable(text, at), at);
            free(text);
        }
    }
}

static void utf8_characters_are_read_as_rfc_3629_has_them(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        uint32_t code_point;
    } cases[] = {
        {"a", 1, 'a'},
        {"\xC3\xBC", 2, 0xFC},
        {"\xE2\x82\xAC", 3, 0x20AC},
        {"\xF0\x9F\x98\x80", 4, 0x1F600},
        {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
        {"\xC0\x80", 0, 0},
        {"\xC1\xBF", 0, 0},
        {"\xE0\x9F\xBF", 0, 0},
        {"\xED\xA0\x80", 0, 0},
        {"\xF4\x90\x80\x80", 0, 0},
        {"\xF0\x8F\xBF\xBF", 0, 0},
        {"\x80", 0, 0},
        {"\xC3", 0, 0},
        {"\xE2\x82", 0, 0},
        {"\xC3(", 0, 0},
        {"\xFF", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t code_point = 0;
        char *exact = harness_exact(cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(text_utf8_character(exact, strlen(cases[i].bytes), &code_point),
                         cases[i].length);
        assert_int_equal(code_point, cases[i].code_point);
        free(exact);
    }
    assert_int_equal(text_utf8_character("", 0, NULL), 0);
}

static void what_is_shown_has_no_controls(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *shown;
    } cases[] = {
        {"plain", 5, "plain"},
        {"Gr\xC3\xBC\xC3\x9F"
         "e",
         7,
         "Gr\xC3\xBC\xC3\x9F"
         "e"},
        {"\x1B[2J", 4, "\\x1B[2J"},
        {"a\0b\r\n\t\x7F", 7, "a\\x00b\\x0D\\x0A\\x09\\x7F"},
        {"\xC2\x9B", 2, "\\u{009B}"},
        {"\xE2\x80\xAE", 3, "\\u{202E}"},
        {"\xFF\xC3", 2, "\\xFF\\xC3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char shown[64];
        char *exact = harness_exact(cases[i].bytes, cases[i].size);
        size_t length = text_printable(shown, sizeof shown, exact, cases[i].size);
        assert_string_equal(shown, cases[i].shown);
        assert_int_equal(length, strlen(shown));
        free(exact);
    }
}

static void what_is_shown_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    char shown[4];
    assert_int_equal(text_printable(shown, sizeof shown, "ab\xC3\xBC", 4), 2);
    assert_string_equal(shown, "ab");
    assert_int_equal(text_printable(shown, 1, "ab", 2), 0);
    assert_string_equal(shown, "");
}

static void case_is_folded_in_no_locale(void **state)
{
    (void)state;
    assert_true(text_same("STARTTLS", "starttls"));
    assert_false(text_same("STARTTLS", "STARTTL"));
    assert_false(text_same("STARTTL", "STARTTLS"));
    assert_true(text_same_bytes("SIZE 10", 4, "size"));
    assert_false(text_same_bytes("SIZ", 3, "size"));
    assert_false(text_same("\xC3\x9C", "\xC3\xBC"));
}

static void an_octet_above_127_is_found_wherever_it_is(void **state)
{
    (void)state;
    for (size_t size = 0; size < 40; size++) {
        char *exact = harness_exact("abcdefghijklmnopqrstuvwxyz0123456789\t\x7F~\x01", size);
        assert_true(text_is_ascii(exact, size));
        for (size_t i = 0; i < size; i++) {
            char kept = exact[i];
            exact[i] = (char)(0x80 | (i * 3));
            assert_false(text_is_ascii(exact, size));
            exact[i] = kept;
        }
        free(exact);
    }
}

static void controls_are_found(void **state)
{
    (void)state;
    assert_false(text_has_control("Gr\xC3\xBC\xC3\x9F"
                                  "e \xFF",
                                  8));
    assert_true(text_has_control("a\nb", 3));
    assert_true(text_has_control("a\0", 2));
    assert_true(text_has_control("\xC2\x85", 2));
    assert_true(text_has_control("\x7F", 1));
}

static void hexadecimal_digits_have_values_in_any_case(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdefABCDEF";
    for (int c = 0; c < 256; c++) {
        const char *at = c == 0 ? NULL : strchr(digits, c);
        int expected = at == NULL ? -1 : (int)(at - digits) - (at - digits > 15 ? 6 : 0);
        assert_int_equal(text_hexadecimal((char)c), expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hexadecimal_digits_have_values_in_any_case),
        cmocka_unit_test(numbers_are_written_as_printf_writes_them),
        cmocka_unit_test(what_is_printable_in_front_is_counted_to_the_octet),
        cmocka_unit_test(utf8_characters_are_read_as_rfc_3629_has_them),
        cmocka_unit_test(what_is_shown_has_no_controls),
        cmocka_unit_test(what_is_shown_is_cut_at_a_whole_character),
        cmocka_unit_test(case_is_folded_in_no_locale),
        cmocka_unit_test(an_octet_above_127_is_found_wherever_it_is),
        cmocka_unit_test(controls_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
