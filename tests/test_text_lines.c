/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/text_lines.h"

#include <stdio.h>

enum { LIMIT = 100 * 1000 };

static void add(struct text_lines *lines, const char *text)
{
    char *exact = harness_exact(text, strlen(text));
    text_lines_add(lines, exact, strlen(text));
    free(exact);
}

static void assert_text(struct text_lines *lines, const char *expected)
{
    text_lines_end(lines);
    assert_false(text_lines_failed(lines));
    char *got = buffer_take_string(&lines->out);
    assert_string_equal(got, expected);
    free(got);
    text_lines_free(lines);
}

static void words_are_wrapped_at_72_columns(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    for (unsigned i = 0; i < 20; i++)
        add(&lines, " \n12345678 ");
    assert_text(&lines, "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678\n"
                        "12345678 12345678 12345678 12345678 12345678 12345678 12345678 12345678\n"
                        "12345678 12345678 12345678 12345678\n");
}

static void a_line_may_be_full_but_not_more(void **state)
{
    (void)state;
    static const char seventy[] =
        "1234567890123456789012345678901234567890123456789012345678901234567890";
    char expected[200];
    for (size_t extra = 1; extra <= 2; extra++) {
        struct text_lines lines = text_lines_start(LIMIT, false);
        add(&lines, seventy);
        add(&lines, " ");
        add(&lines, extra == 1 ? "x" : "xy");
        snprintf(expected, sizeof expected, "%s%s\n", seventy, extra == 1 ? " x" : "\nxy");
        assert_text(&lines, expected);
    }
}

static void blanks_around_a_long_word_make_no_empty_line(void **state)
{
    (void)state;
    char word[81];
    char expected[83];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    struct text_lines lines = text_lines_start(LIMIT, false);
    add(&lines, "\xC2\xA0 ");
    add(&lines, word);
    add(&lines, " \xC2\xA0");
    snprintf(expected, sizeof expected, "%s\n", word);
    assert_text(&lines, expected);
}

static void a_long_word_is_not_broken(void **state)
{
    (void)state;
    char word[200];
    char expected[220];
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    struct text_lines lines = text_lines_start(LIMIT, false);
    add(&lines, "a ");
    add(&lines, word);
    add(&lines, " b");
    snprintf(expected, sizeof expected, "a\n%s\nb\n", word);
    assert_text(&lines, expected);
}

static void wide_characters_count_two_and_may_be_parted(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    char expected[200] = "";
    for (unsigned i = 0; i < 37; i++) {
        add(&lines, "\xE6\x97\xA5");
        strcat(expected, i == 36 ? "\n\xE6\x97\xA5\n" : "\xE6\x97\xA5");
    }
    assert_text(&lines, expected);
    lines = text_lines_start(LIMIT, false);
    text_lines_add_word(&lines, "\xE6\x97\xA5\xE6\x97\xA5 x");
    assert_text(&lines, "\xE6\x97\xA5\xE6\x97\xA5x\n");
}

static void empty_lines_are_one_at_most_and_never_at_an_end(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    text_lines_break(&lines);
    text_lines_end_paragraph(&lines);
    add(&lines, "a");
    text_lines_break(&lines);
    add(&lines, "b");
    text_lines_break(&lines);
    text_lines_break(&lines);
    text_lines_break(&lines);
    text_lines_end_paragraph(&lines);
    add(&lines, "c");
    text_lines_end_paragraph(&lines);
    text_lines_break(&lines);
    assert_text(&lines, "a\nb\n\nc\n");
}

static void levels_mark_their_lines(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    add(&lines, "top");
    text_lines_end_paragraph(&lines);
    text_lines_push(&lines, "> ", true);
    text_lines_end_paragraph(&lines);
    add(&lines, "quote");
    text_lines_end_paragraph(&lines);
    text_lines_push(&lines, "10. ", false);
    text_lines_end_paragraph(&lines);
    add(&lines, "item");
    text_lines_break(&lines);
    add(&lines, "more");
    text_lines_end_paragraph(&lines);
    text_lines_pop(&lines);
    text_lines_push(&lines, "* ", false);
    text_lines_pop(&lines);
    text_lines_pop(&lines);
    text_lines_end_paragraph(&lines);
    add(&lines, "end");
    assert_text(&lines, "top\n\n> quote\n>\n> 10. item\n>     more\n\nend\n");
}

static void many_levels_leave_room(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    for (unsigned i = 0; i < 1000; i++)
        text_lines_push(&lines, "> ", true);
    assert_int_equal(text_lines_room(&lines), 72 - 2 * TEXT_LINES_LEVELS);
    add(&lines, "a");
    for (unsigned i = 0; i < 1000; i++)
        text_lines_pop(&lines);
    add(&lines, "b");
    assert_text(&lines, "> > > > > > > > > > > > > > > > a\nb\n");
}

static void preformatted_text_stays(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    lines.preformatted = true;
    add(&lines, "  a  b\n\tc\td \n\n\n\ne");
    assert_text(&lines, "  a  b\n        c       d\n\ne\n");
}

static void what_has_no_place_in_text_is_left_out(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    add(&lines, "a\x01\x1B[b\x7F\xC2\x85 \xEF\xBB\xBF"
                "so\xC2\xAD"
                "ft \xE2\x80\x8B \xC2\xA0x\xC2\xA0");
    text_lines_break(&lines);
    add(&lines, "\xC2\xA0\xC2\xA0");
    text_lines_break(&lines);
    add(&lines, "\xFF\xC3z");
    assert_text(&lines, "a[b soft  x\n\n\xEF\xBF\xBD\xEF\xBF\xBDz\n");
}

static void a_flat_text_is_one_line(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, true);
    for (unsigned i = 0; i < 30; i++) {
        add(&lines, "word ");
        text_lines_break(&lines);
        text_lines_end_paragraph(&lines);
        text_lines_rule(&lines, '-', 0);
    }
    text_lines_end(&lines);
    assert_int_equal(lines.out.size, 0);
    assert_int_equal(lines.line.size, 30 * 5 - 1);
    text_lines_free(&lines);
}

static void text_is_cut_at_the_limit_and_at_a_character(void **state)
{
    (void)state;
    for (size_t limit = 1; limit < 300; limit++) {
        struct text_lines lines = text_lines_start(limit, false);
        for (unsigned i = 0; i < 100; i++)
            add(&lines, "\xC3\xA4\xE6\x97\xA5 ");
        text_lines_end(&lines);
        assert_true(lines.full);
        assert_true(lines.out.size <= limit + 80);
        assert_true(lines.out.bytes[lines.out.size - 1] == '\n');
        assert_int_equal(text_lines_width(lines.out.bytes, lines.out.size) > 0, 1);
        text_lines_free(&lines);
    }
}

static void a_rule_is_as_wide_as_asked_or_as_the_line(void **state)
{
    (void)state;
    struct text_lines lines = text_lines_start(LIMIT, false);
    text_lines_rule(&lines, '=', 5);
    text_lines_rule(&lines, '-', 500);
    text_lines_rule(&lines, '-', 0);
    static const char rule[] =
        "------------------------------------------------------------------------\n";
    char expected[200];
    snprintf(expected, sizeof expected, "=====\n%s%s", rule, rule);
    assert_text(&lines, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_wrapped_at_72_columns),
        cmocka_unit_test(a_line_may_be_full_but_not_more),
        cmocka_unit_test(blanks_around_a_long_word_make_no_empty_line),
        cmocka_unit_test(a_long_word_is_not_broken),
        cmocka_unit_test(wide_characters_count_two_and_may_be_parted),
        cmocka_unit_test(empty_lines_are_one_at_most_and_never_at_an_end),
        cmocka_unit_test(levels_mark_their_lines),
        cmocka_unit_test(many_levels_leave_room),
        cmocka_unit_test(preformatted_text_stays),
        cmocka_unit_test(what_has_no_place_in_text_is_left_out),
        cmocka_unit_test(a_flat_text_is_one_line),
        cmocka_unit_test(text_is_cut_at_the_limit_and_at_a_character),
        cmocka_unit_test(a_rule_is_as_wide_as_asked_or_as_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
