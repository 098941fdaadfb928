/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include <stdio.h>

/* Each reference as "url@source", in lines. */
static char *list(const char *source, size_t size)
{
    struct mime_html *html = html_read(source, size);
    struct mime_references references = html_references(html);
    struct buffer out = buffer_empty(10000);
    for (size_t i = 0; i < references.count; i++) {
        const struct mime_reference *reference = &references.items[i];
        assert_true(reference->offset + reference->size <= size);
        buffer_append_format(&out, "%s@%.*s\n", reference->url, (int)reference->size,
                             source + reference->offset);
    }
    mime_references_free(&references);
    mime_html_free(html);
    return buffer_take_string(&out);
}

static void assert_list(const char *source, const char *expected)
{
    char *got = list(source, strlen(source));
    assert_string_equal(got, expected);
    free(got);
}

static void pictures_are_found_wherever_they_stand(void **state)
{
    (void)state;
    assert_list("<img src=a.png>", "a.png@a.png\n");
    assert_list("<IMG SRC='a.png'>", "a.png@a.png\n");
    assert_list("<img alt=x src = \"a.png\" />", "a.png@a.png\n");
    assert_list("<image src=a>", "a@a\n");
    assert_list("<input type=IMAGE src=a><input src=b>", "a@a\n");
    assert_list("<body background=a><table background=b><tr background=c><td background=d>"
                "<th background=e>",
                "a@a\nb@b\nc@c\nd@d\ne@e\n");
    assert_list("<video poster=a src=b>", "a@a\n");
    assert_list("<svg><image href=a xlink:href='b'/></svg>", "a@a\nb@b\n");
    assert_list("<picture><source srcset='a 1x, b 2x'><img srcset=\"c\" src=d></picture>",
                "a@a\nb@b\nc@c\nd@d\n");
    assert_list("<p style='background:url(a)'>", "a@a\n");
    assert_list("<style>p{background:url(\"a\")}</style>", "a@a\n");
}

static void what_is_no_picture_is_left_alone(void **state)
{
    (void)state;
    assert_list("<link rel=icon href=a><link rel=stylesheet href=b><a href=c>x</a>", "");
    assert_list("<script src=a></script><iframe src=b></iframe><audio src=c></audio>", "");
    assert_list("<!-- <img src=a> --><!--[if mso]><img src=b><![endif]-->", "");
    assert_list("<![if !mso]><img src=a><![endif]>", "a@a\n");
    assert_list("<template><img src=a></template><textarea><img src=b></textarea>", "");
    assert_list("<img><img src><img src=''><img src='#x'><div background=a>", "");
    assert_list("<style type=text/x>p{background:url(a)}</style>", "");
    assert_list("<style>@import url(a);</style><script>'<img src=b>'</script>", "");
    assert_list("</p background=a><img srcset=',,'>", "");
}

static void references_in_values_are_decoded_and_their_source_found(void **state)
{
    (void)state;
    assert_list("<img src=\"a&amp;b&#46;png\">", "a&b.png@a&amp;b&#46;png\n");
    assert_list("<p style=\"font:&quot;x&quot;;background:url(&quot;a&auml;.png&quot;)\">",
                "a\xC3\xA4.png@a&auml;.png\n");
    assert_list("<p style='a:url(b\\20 c)'>", "b c@b\\20 c\n");
    assert_list("<img srcset='&copy; 1x, b&#32;2x'>", "\xC2\xA9@&copy;\nb@b\n");
    assert_list("<style>a{b:url(x&amp;y)}</style>", "x&amp;y@x&amp;y\n");
    assert_list("<img src='\xC3\xA4.png'>", "\xC3\xA4.png@\xC3\xA4.png\n");
}

static void clones_and_moved_elements_are_listed_once_and_in_order(void **state)
{
    (void)state;
    assert_list("<p><font style='x:url(a)'>1<p>2<p>3", "a@a\n");
    assert_list("<table><tr><td><img src=a></td></tr><img src=b></table><img src=c>",
                "a@a\nb@b\nc@c\n");
    assert_list("<img src=a><body background=b>", "a@a\nb@b\n");
}

static void a_byte_order_mark_moves_nothing(void **state)
{
    (void)state;
    assert_list("\xEF\xBB\xBF<img src=a>", "a@a\n");
}

static void hostile_octets_are_survived(void **state)
{
    (void)state;
    static const char source[] = "<img src=\"a\0b\"><img src='\xFF\xC3'><p style=\"x:url('a\0')\">"
                                 "<img src=\"&#4294967040;x\"><img srcset=\"&#4294967040; 1x, b\">";
    char *got = list(source, sizeof source - 1);
    assert_non_null(strstr(got, "a\xEF\xBF\xBD"));
    free(got);
    static const char *const ends[] = {"<img src",        "<img src=",        "<img src='a",
                                       "<img src=a",      "<style>a{b:url(c", "<img src=\"a\" ",
                                       "<p style='x:url("};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        free(list(ends[i], strlen(ends[i])));
}

static void targets_take_the_base_into_account(void **state)
{
    (void)state;
    static const char source[] = "<base target=x><base href='https://example.org/'><base href=y>"
                                 "<img src=a><img src=cid:b>";
    struct mime_html *html = html_read(source, sizeof source - 1);
    struct mime_references references = html_references(html);
    assert_int_equal(references.count, 2);
    assert_int_equal(references.items[0].target.kind, MIME_REFERENCE_REMOTE);
    assert_int_equal(references.items[1].target.kind, MIME_REFERENCE_CID);
    mime_references_free(&references);
    mime_html_free(html);
}

static void many_references_in_one_value_are_found_in_time(void **state)
{
    (void)state;
    char *urls = html_repeat("a&amp;b 1x,", 100 * 1000);
    char *source = malloc(strlen(urls) + 32);
    assert_non_null(source);
    size_t size = (size_t)sprintf(source, "<img srcset='%s'>", urls);
    struct mime_html *html = html_read(source, size);
    struct mime_references references = html_references(html);
    assert_int_equal(references.count, 100 * 1000);
    assert_int_equal(references.items[99999].size, 7);
    mime_references_free(&references);
    mime_html_free(html);
    free(source);
    free(urls);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_are_found_wherever_they_stand),
        cmocka_unit_test(what_is_no_picture_is_left_alone),
        cmocka_unit_test(references_in_values_are_decoded_and_their_source_found),
        cmocka_unit_test(clones_and_moved_elements_are_listed_once_and_in_order),
        cmocka_unit_test(a_byte_order_mark_moves_nothing),
        cmocka_unit_test(hostile_octets_are_survived),
        cmocka_unit_test(targets_take_the_base_into_account),
        cmocka_unit_test(many_references_in_one_value_are_found_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
