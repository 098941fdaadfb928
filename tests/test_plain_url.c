/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/plain_url.h"

#include <stdio.h>

static void assert_found(const char *word, const char *expected)
{
    size_t start;
    size_t size;
    size_t length = strlen(word);
    char *exact = harness_exact(word, length);
    assert_int_equal(plain_url_find(exact, length, &start, &size), expected != NULL);
    if (expected != NULL) {
        assert_int_equal(size, strlen(expected));
        assert_memory_equal(exact + start, expected, size);
    }
    free(exact);
}

static void urls_are_found(void **state)
{
    (void)state;
    assert_found("http://example.org", "http://example.org");
    assert_found("HTTPS://example.org/a?b=c&d#e", "HTTPS://example.org/a?b=c&d#e");
    assert_found("see:http://example.org/", "http://example.org/");
    assert_found("<http://example.org/>", "http://example.org/");
    assert_found("\"http://example.org/\"", "http://example.org/");
    assert_found("http://example.org/\xC3\xA4", "http://example.org/\xC3\xA4");
}

static void punctuation_at_the_end_is_no_part_of_it(void **state)
{
    (void)state;
    static const char *const ends[] = {
        ".", ",", "!?", "...",          ")",         ").",           "]",           ";",
        ":", "'", "*",  "\xE3\x80\x82", "\xC2\xBB.", "\xE2\x80\x9D", "\xE2\x80\xA6"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char word[100];
        snprintf(word, sizeof word, "(http://example.org/a.b%s", ends[i]);
        assert_found(word, "http://example.org/a.b");
    }
    assert_found("http://example.org/a_(b)", "http://example.org/a_(b)");
    assert_found("(http://example.org/a_(b))", "http://example.org/a_(b)");
}

static void what_is_no_url_is_not_found(void **state)
{
    (void)state;
    static const char *const words[] = {"",
                                        "http",
                                        "http:",
                                        "http://",
                                        "https://",
                                        "http://.",
                                        "xhttp://example.org",
                                        "ftp://example.org",
                                        "javascript:x",
                                        "http:/x",
                                        "http://<x",
                                        "www.example.org"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_found(words[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_found),
        cmocka_unit_test(punctuation_at_the_end_is_no_part_of_it),
        cmocka_unit_test(what_is_no_url_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
