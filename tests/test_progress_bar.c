/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "progress_bar.h"

#include <stdlib.h>

static void assert_text(uint64_t sent, uint64_t total, int64_t milliseconds, unsigned columns,
                        const char *expected)
{
    char *text = malloc(PROGRESS_BAR_SIZE);
    progress_bar_text(text, sent, total, milliseconds, columns);
    assert_string_equal(text, expected);
    assert_true(columns < 40 || strlen(text) < columns);
    free(text);
}

static void a_line_tells_percent_size_rate_and_time_left(void **state)
{
    (void)state;
    assert_text(0, 0, 5000, 80, "  0 %  nothing has been sent yet");
    assert_text(0, 10000000, 0, 80,
                "  0 % [>                                       ] of 10.0 MB  0 B/s  ? left");
    assert_text(5000000, 10000000, 2000, 80,
                " 50 % [===================>                   ] of 10.0 MB  2.5 MB/s  0:02 left");
    assert_text(10000000, 10000000, 8400, 80,
                "100 % [========================================] of 10.0 MB  1.2 MB/s  0:08");
    assert_text(1, 4000, 1000, 80,
                "  0 % [>                                       ] of 4.0 kB  1 B/s  1:06:39 left");
}

static void what_is_narrow_has_a_shorter_bar_or_none(void **state)
{
    (void)state;
    assert_text(5000, 10000, 1000, 50, " 50 % [====>    ] of 10.0 kB  5.0 kB/s  0:01 left");
    assert_text(5000, 10000, 1000, 40, " 50 % of 10.0 kB  5.0 kB/s  0:01 left");
    assert_text(5000, 10000, 1000, 0, " 50 % of 10.0 kB  5.0 kB/s  0:01 left");
}

static void no_figure_is_too_large_for_a_line(void **state)
{
    (void)state;
    for (unsigned columns = 0; columns < 300; columns++) {
        char text[PROGRESS_BAR_SIZE];
        progress_bar_text(text, 1, UINT64_MAX, INT64_MAX, columns);
        progress_bar_text(text, UINT64_MAX, UINT64_MAX, 1, columns);
        progress_bar_text(text, UINT64_MAX, 1, 1, columns);
        progress_bar_text(text, 7, UINT64_MAX, 1000, columns);
        if (columns > 40)
            assert_true(strlen(text) < columns);
    }
}

static void sizes_are_rounded_to_a_unit(void **state)
{
    (void)state;
    static const struct {
        uint64_t octets;
        const char *text;
    } rows[] = {
        {0, "0 B"},         {999, "999 B"},        {1000, "1.0 kB"},       {999949, "999.9 kB"},
        {999950, "1.0 MB"}, {12345678, "12.3 MB"}, {UINT64_MAX, "18.4 EB"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[16];
        progress_bar_size(text, rows[i].octets);
        assert_string_equal(text, rows[i].text);
    }
}

/* What a transfer of ten seconds, told ten times a second, writes. */
static char *play(bool is_wanted, bool is_terminal, int64_t tenths)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    struct progress_bar bar = progress_bar_make(out, is_wanted, is_terminal);
    for (int64_t i = 0; i < 5; i++)
        progress_bar_update(&bar, 0, 0, 1000 + i * 100);
    for (int64_t i = 0; i <= tenths; i++)
        progress_bar_update(&bar, (uint64_t)i * 1000, (uint64_t)tenths * 1000, 5000 + i * 100);
    progress_bar_end(&bar);
    fclose(out);
    return written;
}

static size_t count_of(const char *text, char wanted)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == wanted;
    return count;
}

static void a_bar_is_shown_by_itself_when_it_takes_long(void **state)
{
    (void)state;
    char *text = play(false, true, 9);
    assert_string_equal(text, "");
    free(text);
    text = play(false, true, 30);
    assert_int_equal(count_of(text, '\n'), 1);
    assert_int_equal(count_of(text, '\r'), 20);
    assert_non_null(strstr(text, "100 %"));
    free(text);
}

static void who_asks_for_it_sees_it_at_once(void **state)
{
    (void)state;
    char *text = play(true, true, 3);
    assert_int_equal(count_of(text, '\r'), 4);
    assert_int_equal(count_of(text, '\n'), 1);
    free(text);
}

static void without_a_terminal_there_is_nothing_or_a_line_a_second(void **state)
{
    (void)state;
    char *text = play(false, false, 30);
    assert_string_equal(text, "");
    free(text);
    text = play(true, false, 30);
    assert_int_equal(count_of(text, '\n'), 3);
    assert_int_equal(count_of(text, '\r') + count_of(text, '\033'), 0);
    free(text);
}

static void a_question_is_answered_by_one_line(void **state)
{
    (void)state;
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    struct progress_bar bar = progress_bar_make(out, false, false);
    progress_bar_tell(&bar, 1000);
    progress_bar_update(&bar, 0, 4000, 2000);
    progress_bar_update(&bar, 2000, 4000, 3000);
    progress_bar_tell(&bar, 3000);
    progress_bar_end(&bar);
    fclose(out);
    assert_string_equal(
        written,
        "  0 %  nothing has been sent yet\n"
        " 50 % [====================>                   ] of 4.0 kB  2.0 kB/s  0:01 left\n");
    free(written);
}

static void a_message_that_begins_anew_has_its_own_rate(void **state)
{
    (void)state;
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    struct progress_bar bar = progress_bar_make(out, false, false);
    progress_bar_update(&bar, 3000, 4000, 2000);
    progress_bar_update(&bar, 0, 4000, 60000);
    progress_bar_update(&bar, 2000, 4000, 61000);
    progress_bar_tell(&bar, 61000);
    fclose(out);
    assert_non_null(strstr(written, "2.0 kB/s"));
    free(written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_tells_percent_size_rate_and_time_left),
        cmocka_unit_test(what_is_narrow_has_a_shorter_bar_or_none),
        cmocka_unit_test(no_figure_is_too_large_for_a_line),
        cmocka_unit_test(sizes_are_rounded_to_a_unit),
        cmocka_unit_test(a_bar_is_shown_by_itself_when_it_takes_long),
        cmocka_unit_test(who_asks_for_it_sees_it_at_once),
        cmocka_unit_test(without_a_terminal_there_is_nothing_or_a_line_a_second),
        cmocka_unit_test(a_question_is_answered_by_one_line),
        cmocka_unit_test(a_message_that_begins_anew_has_its_own_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
