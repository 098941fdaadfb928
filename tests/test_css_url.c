/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/css_url.h"

/* All URLs, decoded, each in brackets. */
static void assert_urls(const char *text, const char *expected)
{
    size_t length = strlen(text);
    char *exact = harness_exact(text, length);
    struct css_scanner scanner = css_scan(exact, length);
    struct buffer got = buffer_empty(1000);
    while (css_next_url(&scanner)) {
        assert_true(scanner.start <= scanner.end && scanner.end <= length);
        buffer_append_char(&got, '[');
        css_append_decoded(&got, exact + scanner.start, scanner.end - scanner.start);
        buffer_append_char(&got, ']');
    }
    char *all = buffer_take_string(&got);
    assert_string_equal(all, expected);
    free(all);
    free(exact);
}

static void urls_are_found_in_all_their_forms(void **state)
{
    (void)state;
    assert_urls("background:url(a.png)", "[a.png]");
    assert_urls("background:URL( a.png )", "[a.png]");
    assert_urls("a{b:url(\"a b.png\") url('c.png')}", "[a b.png][c.png]");
    assert_urls("url(\n\"a\"\n)", "[a]");
    assert_urls("u\\72l(a) \\55 RL(b)", "[a][b]");
    assert_urls("x:url(a.png),url(b.png)", "[a.png][b.png]");
    assert_urls("image-set(url(a) 1x, url(b) 2x)", "[a][b]");
    assert_urls("url()", "[]");
    assert_urls("url(data:image/png;base64,AA==)", "[data:image/png;base64,AA==]");
}

static void escapes_are_decoded(void **state)
{
    (void)state;
    assert_urls("url(a\\ b\\(\\))", "[a b()]");
    assert_urls("url(\"\\22\\000041 B\\e4 x\")", "[\"AB\xC3\xA4x]");
    assert_urls("url('a\\\nb\\\r\nc')", "[abc]");
    assert_urls("url(\\0)url(\\110000)url(\\D800)", "[\xEF\xBF\xBD][\xEF\xBF\xBD][\xEF\xBF\xBD]");
    assert_urls("url(\\1F600 x)", "[\xF0\x9F\x98\x80x]");
    assert_urls("url(\\41\r\nb)", "[Ab]");
}

static void what_only_looks_like_a_url_is_none(void **state)
{
    (void)state;
    assert_urls("/* url(a) */ url(b) /* url(c)", "[b]");
    assert_urls("'url(a)' \"url(b)\" url(c)", "[c]");
    assert_urls("curl(a) url-prefix(b) 1url(c) #url(d) -url(e) url (f)", "");
    assert_urls("url(a b) url(c", "[c]");
    assert_urls("url(a\"b) url(c(d) url(e)", "[e]");
    assert_urls("url(\"a\n) url(c)", "[c]");
    assert_urls("url(a\\\nb) url(c)", "[c]");
}

static void what_is_never_ended_ends_with_the_text(void **state)
{
    (void)state;
    assert_urls("url(a", "[a]");
    assert_urls("url(\"a", "[a]");
    assert_urls("url(", "[]");
    assert_urls("url", "");
    assert_urls("\\", "");
    assert_urls("url(a\\", "");
    assert_urls("url('a\\", "[a]");
    assert_urls("/*", "");
    assert_urls("@", "");
    assert_urls("'\\", "");
}

static void rules_that_load_no_picture_are_left_alone(void **state)
{
    (void)state;
    assert_urls("@import url(a.css); x{y:url(b)}", "[b]");
    assert_urls("@IMPORT 'a.css' screen; x{y:url(b)}", "[b]");
    assert_urls("@import url(a.css", "");
    assert_urls("@namespace svg url(http://www.w3.org/2000/svg); x{y:url(b)}", "[b]");
    assert_urls("@font-face{src:url(a.woff);x:{url(c)}} x{y:url(b)}", "[b]");
    assert_urls("@media print{x{y:url(a)}} x{y:url(b)}", "[a][b]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_found_in_all_their_forms),
        cmocka_unit_test(escapes_are_decoded),
        cmocka_unit_test(what_only_looks_like_a_url_is_none),
        cmocka_unit_test(what_is_never_ended_ends_with_the_text),
        cmocka_unit_test(rules_that_load_no_picture_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
