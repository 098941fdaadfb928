/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/text_table.h"

static char *copy(const char *text)
{
    return harness_exact(text, strlen(text) + 1);
}

/* Rows end in ";", cells in ","; the first rows are of heads. */
static struct text_table read_table(const char *text, size_t header_rows)
{
    struct text_table table = {.cells = NULL};
    for (size_t row = 0; *text != '\0'; row++) {
        text_table_add_row(&table, row < header_rows);
        while (*text != ';') {
            char cell[200] = "";
            size_t length = strcspn(text, ",");
            memcpy(cell, text, length);
            assert_true(text_table_add_cell(&table, copy(cell), 1, 1));
            text += length + 1;
        }
        text++;
    }
    return table;
}

static void assert_written(struct text_table *table, const char *expected)
{
    struct text_lines lines = text_lines_start(100 * 1000, false);
    text_table_write(table, &lines);
    assert_false(text_lines_failed(&lines));
    char *got = buffer_take_string(&lines.out);
    assert_string_equal(got, expected);
    free(got);
    text_lines_free(&lines);
    text_table_free(table);
}

static void columns_are_aligned_numbers_to_the_right(void **state)
{
    (void)state;
    struct text_table table =
        read_table("Name,Size,Share,Code,;a b,1.5 MB,7%,x1,;long name,10,-,12,;,-3,100 %,,;", 1);
    assert_written(&table, "Name         Size  Share  Code\n"
                           "---------  ------  -----  ----\n"
                           "a b        1.5 MB     7%  x1\n"
                           "long name      10      -  12\n"
                           "               -3  100 %\n");
}

static void dates_and_words_are_no_numbers(void **state)
{
    (void)state;
    struct text_table table = read_table("2024-05-01,1st place,;1,2,;", 0);
    assert_written(&table, "2024-05-01  1st place\n1           2\n");
    table = read_table("aa,-,;b,-,;", 0);
    assert_written(&table, "aa  -\nb   -\n");
}

static void cells_may_span(void **state)
{
    (void)state;
    struct text_table table = {.cells = NULL};
    text_table_add_row(&table, false);
    assert_true(text_table_add_cell(&table, copy("North"), 1, 2));
    assert_true(text_table_add_cell(&table, copy("x"), 1, 1));
    assert_true(text_table_add_cell(&table, copy("y"), 1, 1));
    text_table_add_row(&table, false);
    assert_true(text_table_add_cell(&table, copy("a wide one"), 2, 1));
    text_table_add_row(&table, false);
    assert_true(text_table_add_cell(&table, copy("S"), 1, 1));
    assert_true(text_table_add_cell(&table, copy("u"), 1, 1));
    assert_true(text_table_add_cell(&table, copy("v"), 1, 1));
    assert_written(&table, "North  x  y\n       a wide one\nS      u  v\n");
}

static void wide_characters_are_aligned_by_their_width(void **state)
{
    (void)state;
    struct text_table table = read_table("\xE6\x9D\xB1\xE4\xBA\xAC,a,;xyz,b,;", 0);
    assert_written(&table, "\xE6\x9D\xB1\xE4\xBA\xAC  a\nxyz   b\n");
}

static void a_table_too_wide_is_written_line_by_line(void **state)
{
    (void)state;
    static const char text[] =
        "Name,Text,;a,This is a text that is too long for a line of seventy-two columns in all,;"
        "b,,;";
    struct text_table table = read_table(text, 1);
    assert_written(
        &table, "Name: a\nText: This is a text that is too long for a line of seventy-two columns\n"
                "in all\n\nName: b\n");
    table = read_table(text, 0);
    assert_written(&table, "Name | Text\na | This is a text that is too long for a line of "
                           "seventy-two columns in\nall\nb |\n");
}

static void there_is_a_limit(void **state)
{
    (void)state;
    struct text_table table = {.cells = NULL};
    text_table_add_row(&table, false);
    for (unsigned i = 0; i < TEXT_TABLE_COLUMNS / 2; i++)
        assert_true(text_table_add_cell(&table, copy("x"), 2, 1));
    assert_false(text_table_add_cell(&table, copy("x"), 1, 1));
    text_table_add_row(&table, false);
    assert_true(text_table_add_cell(&table, copy("x"), 1000, 1000));
    assert_false(text_table_add_cell(&table, NULL, 1, 1));
    text_table_free(&table);
    assert_written(&table, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_numbers_to_the_right),
        cmocka_unit_test(dates_and_words_are_no_numbers),
        cmocka_unit_test(cells_may_span),
        cmocka_unit_test(wide_characters_are_aligned_by_their_width),
        cmocka_unit_test(a_table_too_wide_is_written_line_by_line),
        cmocka_unit_test(there_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
