/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/html_srcset.h"

/* All URLs, each in brackets. */
static void assert_urls(const char *text, const char *expected)
{
    char got[200] = "";
    size_t length = strlen(text);
    char *exact = harness_exact(text, length);
    size_t at = 0;
    size_t start;
    size_t end;
    while (html_srcset_next(exact, length, &at, &start, &end)) {
        strcat(got, "[");
        strncat(got, exact + start, end - start);
        strcat(got, "]");
    }
    free(exact);
    assert_string_equal(got, expected);
}

static void urls_are_found(void **state)
{
    (void)state;
    assert_urls("", "");
    assert_urls(" , ,", "");
    assert_urls("a.png", "[a.png]");
    assert_urls("a.png 1x, b.png 2x", "[a.png][b.png]");
    assert_urls("a.png, b.png 2x", "[a.png][b.png]");
    assert_urls("\n a.png 100w,\n\tb.png 200w,", "[a.png][b.png]");
}

static void commas_inside_of_a_url_are_part_of_it(void **state)
{
    (void)state;
    assert_urls("data:,a,b 1x, c,d", "[data:,a,b][c,d]");
    assert_urls("a.png,b.png", "[a.png,b.png]");
    assert_urls("a.png,,, b.png", "[a.png][b.png]");
}

static void commas_in_parentheses_end_no_descriptor(void **state)
{
    (void)state;
    assert_urls("a.png f(1, 2) 1x, b.png", "[a.png][b.png]");
    assert_urls("a.png (, b.png", "[a.png]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_found),
        cmocka_unit_test(commas_inside_of_a_url_are_part_of_it),
        cmocka_unit_test(commas_in_parentheses_end_no_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
