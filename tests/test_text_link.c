/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/text_link.h"

/* What is said of the first element with a tag. */
static void assert_said(const char *source, GumboTag tag, const char *expected)
{
    struct mime_html *html = html_read(source, strlen(source));
    struct buffer out = buffer_empty(1000);
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true))
        if (html_tag(node) == tag) {
            if (tag == GUMBO_TAG_A)
                text_link_append_target(&out, node);
            else
                text_link_append_picture(&out, &node->v.element);
            break;
        }
    char *got = buffer_take_string(&out);
    assert_string_equal(got, expected);
    free(got);
    mime_html_free(html);
}

static void assert_target(const char *source, const char *expected)
{
    assert_said(source, GUMBO_TAG_A, expected);
}

static void assert_picture(const char *source, const char *expected)
{
    assert_said(source, GUMBO_TAG_IMG, expected);
}

static void a_target_is_told_unless_the_text_does(void **state)
{
    (void)state;
    assert_target("<a href='https://example.org/a?b&amp;c'>x</a>", "https://example.org/a?b&c");
    assert_target("<a href='https://example.org/'>https://example.org</a>", "");
    assert_target("<a href='https://example.org/'>HTTPS://<b>example</b>.org/ </a>", "");
    assert_target("<a href='https://www.example.org/'>www.example.org</a>", "");
    assert_target("<a href='https://www.example.org'>example.org</a>", "");
    assert_target("<a href='https://www.example.org/x'>example.org</a>",
                  "https://www.example.org/x");
    assert_target("<a href='http://example.org'>https://example.org</a>", "http://example.org");
    assert_target("<a href='https://example.org'>example.org<img src=x></a>",
                  "https://example.org");
}

static void addresses_are_bare(void **state)
{
    (void)state;
    assert_target("<a href='mailto:a@example.org?subject=x'>a@example.org</a>", "");
    assert_target("<a href='MAILTO:a%2Bb@example.org'>write</a>", "a+b@example.org");
    assert_target("<a href='tel:+49301'>call</a>", "+49301");
}

static void what_nobody_can_follow_is_not_told(void **state)
{
    (void)state;
    assert_target("<a>x</a>", "");
    assert_target("<a href=''>x</a>", "");
    assert_target("<a href='#top'>x</a>", "");
    assert_target("<a href='page.html'>x</a>", "");
    assert_target("<a href='javascript:x()'>x</a>", "");
    assert_target("<a href='cid:x'>x</a>", "");
}

static void a_picture_is_its_alt_text_or_its_name(void **state)
{
    (void)state;
    assert_picture("<img src=a.png alt=' A b '>", "[A b]");
    assert_picture("<img src=a.png alt=''>", "");
    assert_picture("<img src=a.png alt=' '>", "");
    assert_picture("<img src='x/y%20z.png?a/b#c'>", "[y z.png]");
    assert_picture("<img src='data:image/png;base64,AAAA'>", "[picture]");
    assert_picture("<img src='cid:x@y'>", "[picture]");
    assert_picture("<img>", "");
    assert_picture("<img src=a.png width=1 height=1>", "");
    assert_picture("<img src=a.png alt=x width=0>", "");
    assert_picture("<img src=a.png height=1px>", "");
    assert_picture("<img src=a.png width=100 height=10>", "[a.png]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_told_unless_the_text_does),
        cmocka_unit_test(addresses_are_bare),
        cmocka_unit_test(what_nobody_can_follow_is_not_told),
        cmocka_unit_test(a_picture_is_its_alt_text_or_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
