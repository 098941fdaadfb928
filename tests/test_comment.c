/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/comment.h"

static void white_space_and_comments_are_skipped(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"a", "a"},
        {" \t\r\n a", "a"},
        {"(x)a", "a"},
        {" (x (y) z) ", ""},
        {"(\\))a", "a"},
        {"(\\()a", "a"},
        {"(a)(b) (c)) d", ") d"},
        {"(\")\" x", "\" x"},
        {"\\(a)", "\\(a)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i][0], strlen(cases[i][0]) + 1);
        const char *at = exact;
        assert_null(mime_comment_skip(&at));
        assert_string_equal(at, cases[i][1]);
        free(exact);
    }
}

static void comments_end_and_are_not_too_deep(void **state)
{
    (void)state;
    static const char *const open[] = {"(", "(a", "((a)", "(\\)", "(\\", " ("};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        char *exact = harness_exact(open[i], strlen(open[i]) + 1);
        const char *at = exact;
        assert_string_equal(mime_comment_skip(&at), "has a comment whose ) is missing");
        free(exact);
    }
    for (size_t depth = 60; depth < 70; depth++) {
        char text[200];
        memset(text, '(', depth);
        memset(text + depth, ')', depth);
        text[2 * depth] = '\0';
        const char *at = text;
        assert_int_equal(mime_comment_skip(&at) == NULL, depth <= 64);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_and_comments_are_skipped),
        cmocka_unit_test(comments_end_and_are_not_too_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
