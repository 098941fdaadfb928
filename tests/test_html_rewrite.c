/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/html_rewrite.h"

enum { MOST = 16 };

/* The document with url in the place of all pictures' URLs, or of none. */
static char *rewrite(const char *source, const char *url, const char *addition)
{
    struct mime_html *html = html_read(source, strlen(source));
    struct mime_references references = html_references(html);
    const char *replacements[MOST];
    struct mime_blob *made;
    assert_true(references.count <= MOST);
    for (size_t i = 0; i < references.count; i++)
        replacements[i] = url;
    assert_int_equal(
        mime_html_rewrite(&made, html, &references, replacements, addition, NULL, NULL), 0);
    mime_references_free(&references);
    mime_html_free(html);
    return html_take(made);
}

static void assert_rewritten(const char *source, const char *url, const char *expected)
{
    char *got = rewrite(source, url, NULL);
    assert_string_equal(got, expected);
    free(got);
}

static void nothing_but_the_urls_is_changed(void **state)
{
    (void)state;
    assert_rewritten("<P  Class = x>\r\n<IMG\tSRC='a.png'  ALT=y/>&nbsp;&bad;<b><i></b></i>",
                     "cid:1@x",
                     "<P  Class = x>\r\n<IMG\tSRC='cid:1@x'  ALT=y/>&nbsp;&bad;<b><i></b></i>");
    assert_rewritten("<img src=a>", NULL, "<img src=a>");
    assert_rewritten("", "x", "");
    assert_rewritten("\xEF\xBB\xBF<img src=a>", "cid:1", "\xEF\xBB\xBF<img src=cid:1>");
}

static void urls_are_quoted_as_their_place_needs(void **state)
{
    (void)state;
    assert_rewritten("<img src=a>", "b c\"'>&`=<",
                     "<img src=b&#32;c&#34;&#39;&#62;&#38;&#96;&#61;&#60;>");
    assert_rewritten("<img src='a'>", "b c\"'&", "<img src='b c\"&#39;&#38;'>");
    assert_rewritten("<img src=\"a\">", "b c\"'&", "<img src=\"b c&#34;'&#38;\">");
    assert_rewritten("<img srcset='a 1x, b'>", ",c d,",
                     "<img srcset='%2Cc%20d%2C 1x, %2Cc%20d%2C'>");
    assert_rewritten("<style>a{b:url(c)}</style>", "d </e)",
                     "<style>a{b:url(d\\20 \\3C /e\\29 )}</style>");
    assert_rewritten("<style>a{b:url('c')}</style>", "d '\\",
                     "<style>a{b:url('d \\27 \\5C ')}</style>");
    assert_rewritten("<p style=\"a:url(&quot;b&quot;)\">", "c\"",
                     "<p style=\"a:url(&quot;c\\22 &quot;)\">");
    assert_rewritten("<p style=a:url(b)>", "c d", "<p style=a:url(c\\20&#32;d)>");
}

static void a_reference_without_a_semicolon_does_not_swallow_the_url(void **state)
{
    (void)state;
    assert_rewritten("<p style=\"a:url(&quot/b&quot;)\">", "cid:x",
                     "<p style=\"a:url(&quot&#99;id:x&quot;)\">");
}

static void what_is_written_is_what_is_read(void **state)
{
    (void)state;
    static const char source[] =
        "<img src=a><img src='a'><img src=\"a\"><p style=x:url(a)><p style='x:url(a)'>"
        "<p style=\"x:url('a')\"><p "
        "style='x:url(&quot;a&quot;)'><style>x{y:url(a)url('a')}</style>";
    uint64_t seed = 1;
    for (unsigned round = 0; round < 300; round++) {
        static const char letters[] = "ab1 \"'()<>&;#\\/%=,`";
        char url[20] = "u";
        for (size_t i = 1; i < sizeof url - 2; i++)
            url[i] = letters[harness_random(&seed) % (sizeof letters - 1)];
        url[sizeof url - 2] = 'u';
        char *made = rewrite(source, url, NULL);
        struct mime_html *html = html_read(made, strlen(made));
        struct mime_references references = html_references(html);
        assert_int_equal(references.count, 9);
        for (size_t i = 0; i < references.count; i++)
            assert_string_equal(references.items[i].url, url);
        mime_references_free(&references);
        mime_html_free(html);
        free(made);
    }
}

static void an_addition_goes_in_front_of_the_end_of_the_body(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        const char *expected;
    } cases[] = {
        {"<body>a</body></html>", "<body>a+</body></html>"},
        {"a</BODY >\n</html>\n", "a+</BODY >\n</html>\n"},
        {"<p>a", "<p>a+"},
        {"", "+"},
        {"<!-- </body> --><img src=b><!-- </body> -->",
         "<!-- </body> --><img src=u><!-- </body> -->+"},
        {"<p>a</body><img src=b>", "<p>a+</body><img src=u>"},
        {"<img src=b></body>", "<img src=u>+</body>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = rewrite(cases[i].source, "u", "+");
        assert_string_equal(got, cases[i].expected);
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_the_urls_is_changed),
        cmocka_unit_test(urls_are_quoted_as_their_place_needs),
        cmocka_unit_test(a_reference_without_a_semicolon_does_not_swallow_the_url),
        cmocka_unit_test(what_is_written_is_what_is_read),
        cmocka_unit_test(an_addition_goes_in_front_of_the_end_of_the_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
