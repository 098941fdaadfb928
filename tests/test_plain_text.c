/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/plain_text.h"
#include "text.h"

#include <stdio.h>

static char *convert_bytes(const char *source, size_t size)
{
    struct mime_html *html = html_read(source, size);
    struct mime_blob *text;
    assert_int_equal(mime_plain_text(&text, html, NULL, NULL), 0);
    mime_html_free(html);
    return html_take(text);
}

static void assert_text(const char *source, const char *expected)
{
    char *got = convert_bytes(source, strlen(source));
    assert_string_equal(got, expected);
    free(got);
}

static char *read_golden(const char *name, const char *extension)
{
    char path[1000];
    struct mime_blob *blob;
    struct mailer_error error = MAILER_ERROR_INIT;
    snprintf(path, sizeof path, "%s/%s.%s", MAILER_TEST_HTML, name, extension);
    mime_blob_from_file(&blob, path, true, NULL, &error);
    assert_string_equal(error.text, "");
    return html_take(blob);
}

static void mails_read_well(void **state)
{
    (void)state;
    static const char *const names[] = {"ci_report",  "df",      "newsletter",
                                        "wide_table", "scripts", "outlook"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *source = read_golden(names[i], "html");
        char *expected = read_golden(names[i], "txt");
        assert_text(source, expected);
        free(source);
        free(expected);
    }
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    assert_text("", "");
    assert_text("<p> &nbsp; </p><br><br><ul><li></ul><table></table>", "");
    assert_text("<html><head><title>x</title></head><body></body></html>", "");
}

static void white_space_is_as_html_has_it(void **state)
{
    (void)state;
    assert_text("a<b> b</b> <i>c </i> d", "a b c d\n");
    assert_text("  <p>  a\n\n\tb  </p>  ", "a b\n");
    assert_text("a<br>\n b<br/><br>c<div>d</div>e", "a\nb\n\nc\nd\ne\n");
    assert_text("a&nbsp;&nbsp;b", "a  b\n");
    assert_text("<pre>\n a\n  b</pre>", " a\n  b\n");
    assert_text("x<pre>a <b>b\nc</b>\n</pre>y", "x\n\na b\nc\n\ny\n");
    assert_text("a<wbr>b<span>c</span>", "abc\n");
}

static void what_is_not_shown_is_left_out(void **state)
{
    (void)state;
    assert_text("a<script>b</script><style>c</style><template>d</template><!-- e -->", "a\n");
    assert_text("a<p hidden>b</p><p style='color:red; DISPLAY : NONE'>c</p>", "a\n");
    assert_text("<p style='display:block'>a</p><p style='x-display:none'>b</p>", "a\n\nb\n");
    assert_text("a<select><option>b</select><textarea>c</textarea><svg><text>d</text></svg>",
                "a\n");
    assert_text("<table><tr><th>a<th>b<tr hidden><td>c<td>d<tr><td>e<td>f</table>",
                "a  b\n-  -\ne  f\n");
}

static void lists_are_numbered_and_nested(void **state)
{
    (void)state;
    assert_text("<ol start=3><li>a<li>b<ul><li>c<ol><li>d</ol></ul><li value=9>e</ol>f",
                "3. a\n4. b\n   - c\n     1. d\n9. e\n\nf\n");
}

static void headings_are_marked_by_their_rank(void **state)
{
    (void)state;
    assert_text("<h1>A b</h1>c<h2>D</h2>e<h4>F</h4>g",
                "A b\n===\n\nc\n\nD\n-\n\ne\n\n### F\n\ng\n");
    assert_text("<h1></h1><h2> </h2>a", "a\n");
    assert_text("<blockquote><h1>A</h1></blockquote>", "> A\n> =\n");
}

static void links_are_followed_by_their_target(void **state)
{
    (void)state;
    assert_text("<a href=http://example.org/x>a b</a>.", "a b <http://example.org/x>.\n");
    assert_text("<a href=http://example.org/x></a>a", "a\n");
    assert_text("<a href=http://example.org><img src=x alt=y></a>", "[y] <http://example.org>\n");
    assert_text("<table><tr><th>k<th>l<tr><td>m<td><a href=http://example.org>n</a></table>",
                "k  l\n-  ----------------------\nm  n <http://example.org>\n");
}

static void tables_that_only_arrange_are_read_cell_by_cell(void **state)
{
    (void)state;
    assert_text("<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>", "a\nb\nc\nd\n");
    assert_text("<table><tr><td>a<tr><td>b</table>", "a\nb\n");
    assert_text("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>",
                "a  b\nc  d\n");
    assert_text("<table><tr><td><h1>a</h1><td>b<tr><td>c<td>d</table>", "a\n=\n\nb\nc\nd\n");
}

static void a_long_text_is_cut_and_says_so(void **state)
{
    (void)state;
    char *source = html_repeat("<p>some words of text</p>", 100 * 1000);
    char *got = convert_bytes(source, strlen(source));
    size_t length = strlen(got);
    assert_true(length > MIME_PLAIN_TEXT_LIMIT && length < MIME_PLAIN_TEXT_LIMIT + 200);
    assert_non_null(strstr(got + length - 100, "its rest is in the HTML part"));
    free(got);
    free(source);
}

static void deep_documents_are_read(void **state)
{
    (void)state;
    static const char *const tags[] = {"<div>", "<blockquote>", "<ul><li>", "<span>"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        char *source = html_repeat(tags[i], 5000);
        char *all = malloc(strlen(source) + 8);
        assert_non_null(all);
        size_t size = (size_t)sprintf(all, "%sx", source);
        char *got = convert_bytes(all, size);
        assert_non_null(strchr(got, 'x'));
        free(got);
        free(all);
        free(source);
    }
}

static void random_documents_give_clean_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {"<p>",
                                         "</p>",
                                         "<ul>",
                                         "<li>",
                                         "</ul>",
                                         "<ol start=-5>",
                                         "<table>",
                                         "<tr>",
                                         "<td>",
                                         "<th>",
                                         "</table>",
                                         "<pre>",
                                         "</pre>",
                                         "<h1>",
                                         "</h1>",
                                         "<h3>",
                                         "<a href=http://example.org>",
                                         "</a>",
                                         "<br>",
                                         "<hr>",
                                         "<q>",
                                         "<blockquote>",
                                         "</blockquote>",
                                         "<td colspan=3 rowspan=2>",
                                         "a",
                                         "word ",
                                         "&nbsp;",
                                         "\n",
                                         "\t",
                                         "\xE6\x97\xA5",
                                         "&#27;",
                                         "\xFF",
                                         "<b>",
                                         "<img alt='x'>",
                                         "<dd>",
                                         "12"};
    uint64_t seed = 1;
    for (unsigned round = 0; round < 2000; round++) {
        char source[3000] = "";
        for (unsigned i = harness_random(&seed) % 60; i > 0; i--)
            strcat(source, pieces[harness_random(&seed) % (sizeof pieces / sizeof *pieces)]);
        char *got = convert_bytes(source, strlen(source));
        size_t length = strlen(got);
        assert_true(text_is_utf8(got, length));
        assert_true(length == 0 || (got[0] != '\n' && got[length - 1] == '\n'));
        assert_null(strstr(got, " \n"));
        assert_null(strstr(got, "\n\n\n"));
        assert_true(length < 2 || got[length - 2] != '\n');
        assert_null(strchr(got, '\x1B'));
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mails_read_well),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(white_space_is_as_html_has_it),
        cmocka_unit_test(what_is_not_shown_is_left_out),
        cmocka_unit_test(lists_are_numbered_and_nested),
        cmocka_unit_test(headings_are_marked_by_their_rank),
        cmocka_unit_test(links_are_followed_by_their_target),
        cmocka_unit_test(tables_that_only_arrange_are_read_cell_by_cell),
        cmocka_unit_test(a_long_text_is_cut_and_says_so),
        cmocka_unit_test(deep_documents_are_read),
        cmocka_unit_test(random_documents_give_clean_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
