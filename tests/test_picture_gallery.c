/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/picture_gallery.h"
#include "html/plain_text.h"

#include <stdio.h>

/* Wide pictures are made fit. */
#define SCALED "style=\"max-width: 100%; height: auto\""

static char *make(const char *text, size_t size, size_t count)
{
    static const struct mime_gallery_picture pictures[] = {{"p1@x", "plot.png"},
                                                           {"a b", "\"<&>\xC3\xA4"}};
    struct mime_blob *blob = html_blob(text, size);
    struct mime_blob *made;
    assert_int_equal(mime_gallery(&made, blob, pictures, count, NULL, NULL), 0);
    mime_blob_release(blob);
    return html_take(made);
}

static void assert_body(const char *text, const char *expected)
{
    char whole[2000];
    snprintf(whole, sizeof whole,
             "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n</head>\n<body>\n%s"
             "</body>\n</html>\n",
             expected);
    char *got = make(text, strlen(text), 0);
    assert_string_equal(got, whole);
    free(got);
}

static void lines_and_paragraphs_are_kept(void **state)
{
    (void)state;
    assert_body("", "");
    assert_body("a", "<p>a</p>\n");
    assert_body("a\nb\n", "<p>a<br>\nb</p>\n");
    assert_body("a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>\n");
    assert_body("a\n\nb\n", "<p>a</p>\n<p>b</p>\n");
    assert_body("a\n\n\n\nb\n\n", "<p>a</p>\n<p>&nbsp;</p>\n<p>&nbsp;</p>\n<p>b</p>\n");
    assert_body("a\n  \nb", "<p>a</p>\n<p>b</p>\n");
    assert_body("\xEF\xBB\xBFz", "<p>z</p>\n");
}

static void runs_of_blanks_are_kept(void **state)
{
    (void)state;
    assert_body("a b  c   d", "<p>a b&nbsp; c&nbsp;&nbsp; d</p>\n");
    assert_body(" a\n  b ", "<p>&nbsp;a<br>\n&nbsp;&nbsp;b</p>\n");
    assert_body("a\tb", "<p>a&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; b</p>\n");
    assert_body("\xC3\xA4 1234\tb", "<p>\xC3\xA4 1234&nbsp; b</p>\n");
}

static void columns_are_of_one_width(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool columns;
    } cases[] = {
        {"", false},
        {"ada  12\ngrace  340\n", true},
        {"ada\t12\r\ngrace\t340", true},
        {"one  gap\nalone\n", false},
        {"  a\n  b\n  c\n", false},
        {"a  \nb  \n", false},
        {"Two sentences. With one blank.\nAnd more. And more.\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = make(cases[i].text, strlen(cases[i].text), 0);
        bool found = strstr(got, "<body style=\"font-family: monospace\">") != NULL;
        assert_int_equal(found, cases[i].columns);
        assert_int_equal(strstr(got, "<body>") != NULL, !cases[i].columns);
        free(got);
    }
}

static void text_is_never_taken_for_html(void **state)
{
    (void)state;
    assert_body("<b>&amp;\"", "<p>&lt;b&gt;&amp;amp;&quot;</p>\n");
    assert_body("a\x01\x1B\x7Fz", "<p>az</p>\n");
}

static void urls_become_links(void **state)
{
    (void)state;
    assert_body(
        "(https://example.org/?a&b).",
        "<p>(<a href=\"https://example.org/?a&amp;b\">https://example.org/?a&amp;b</a>).</p>\n");
    assert_body("http://a.example,http://b.example",
                "<p><a href=\"http://a.example,http://b.example\">"
                "http://a.example,http://b.example</a></p>\n");
    assert_body("<http://a.example><http://b.example>",
                "<p>&lt;<a href=\"http://a.example\">http://a.example</a>&gt;&lt;"
                "<a href=\"http://b.example\">http://b.example</a>&gt;</p>\n");
}

static void pictures_stand_under_the_text(void **state)
{
    (void)state;
    char *got = make("x\n", 2, 2);
    assert_non_null(strstr(
        got, "<p>x</p>\n<p><img src=\"cid:p1@x\" alt=\"plot.png\" " SCALED "></p>\n"
             "<p><img src=\"cid:a%20b\" alt=\"&quot;&lt;&amp;&gt;\xC3\xA4\" " SCALED "></p>\n"
             "</body>"));
    free(got);
}

static void a_name_of_any_octets_is_shown_in_utf8(void **state)
{
    (void)state;
    struct buffer out = buffer_empty(SIZE_MAX);
    const struct mime_gallery_picture picture = {"p", "\xFC\xC3\xBC<\xE2\x82"};
    mime_gallery_append_picture(&out, &picture);
    char *got = buffer_take_string(&out);
    assert_string_equal(got, "<p><img src=\"cid:p\" alt=\"\xEF\xBF\xBD\xC3\xBC&lt;\xEF\xBF\xBD"
                             "\xEF\xBF\xBD\" " SCALED "></p>\n");
    free(got);
}

static void a_long_text_comes_out_whole(void **state)
{
    (void)state;
    char *words = html_repeat("<0123456789 \xE6\x97\xA5", 60 * 1000);
    char *got = make(words, strlen(words), 0);
    size_t count = 0;
    for (const char *at = got; (at = strstr(at, "&lt;0123456789 \xE6\x97\xA5")) != NULL; at++)
        count++;
    assert_int_equal(count, 60 * 1000);
    free(got);
    free(words);
    char *word = html_repeat("x", 100 * 1000);
    got = make(word, strlen(word), 0);
    assert_non_null(strstr(got, word));
    free(got);
    free(word);
}

static void endless_emptiness_is_bounded(void **state)
{
    (void)state;
    static const char *const empty[] = {" ", "\t", "\n"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        char *text = html_repeat(empty[i], 200 * 1000);
        text[200 * 1000 - 1] = 'x';
        char *got = make(text, strlen(text), 0);
        assert_non_null(strstr(got, "x</p>"));
        assert_true(strlen(got) < 32 * 1000);
        free(got);
        free(text);
    }
}

static void it_reads_back_as_the_text(void **state)
{
    (void)state;
    static const char text[] = "Hi Bob,\n\nsee  this:\n  a < b & c\n\nhttps://example.org/x\n";
    char *made = make(text, sizeof text - 1, 0);
    struct mime_html *html = html_read(made, strlen(made));
    struct mime_blob *back;
    assert_int_equal(mime_plain_text(&back, html, NULL, NULL), 0);
    char *got = html_take(back);
    assert_string_equal(got, text);
    free(got);
    mime_html_free(html);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_paragraphs_are_kept),
        cmocka_unit_test(runs_of_blanks_are_kept),
        cmocka_unit_test(columns_are_of_one_width),
        cmocka_unit_test(text_is_never_taken_for_html),
        cmocka_unit_test(urls_become_links),
        cmocka_unit_test(pictures_stand_under_the_text),
        cmocka_unit_test(a_name_of_any_octets_is_shown_in_utf8),
        cmocka_unit_test(a_long_text_comes_out_whole),
        cmocka_unit_test(endless_emptiness_is_bounded),
        cmocka_unit_test(it_reads_back_as_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
