/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/html_tree.h"

#include <stdio.h>

static size_t count_elements(const struct mime_html *html, GumboTag tag)
{
    size_t count = 0;
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true))
        count += html_tag(node) == tag;
    return count;
}

static void a_document_is_read_as_browsers_read_it(void **state)
{
    (void)state;
    static const char source[] = "<p>a<p>b<table><b><tr><td>c</table><image src=x>";
    struct mime_html *html = html_read(source, sizeof source - 1);
    assert_int_equal(count_elements(html, GUMBO_TAG_P), 2);
    assert_int_equal(count_elements(html, GUMBO_TAG_TBODY), 1);
    assert_int_equal(count_elements(html, GUMBO_TAG_IMG), 1);
    mime_html_free(html);
    mime_html_free(NULL);
}

static void a_byte_order_mark_is_not_text(void **state)
{
    (void)state;
    static const char source[] = "\xEF\xBB\xBF<head><title>x</title></head>";
    struct mime_html *html = html_read(source, sizeof source - 1);
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true))
        if (html_tag(node) == GUMBO_TAG_TITLE)
            assert_int_equal(node->parent->v.element.tag, GUMBO_TAG_HEAD);
    mime_html_free(html);
}

static void any_octets_are_a_document(void **state)
{
    (void)state;
    uint64_t seed = 1;
    struct mime_html *html = html_read("", 0);
    mime_html_free(html);
    for (unsigned round = 0; round < 300; round++) {
        char source[300];
        static const char letters[] = "<>/='\"!-&;#x ap\0\xFF\xC3\r\n[]";
        for (size_t i = 0; i < sizeof source; i++)
            source[i] = letters[harness_random(&seed) % (sizeof letters - 1)];
        html = html_read(source, harness_random(&seed) % sizeof source);
        for (const GumboNode *node = html->document; node != NULL;
             node = html_next(html->document, node, true))
            assert_true(node->parent == NULL ||
                        html_children(node->parent)->data[node->index_within_parent] == node);
        mime_html_free(html);
    }
}

static void content_of_a_template_is_not_given(void **state)
{
    (void)state;
    static const char source[] = "<template><img src=a></template><img src=b>";
    struct mime_html *html = html_read(source, sizeof source - 1);
    assert_int_equal(count_elements(html, GUMBO_TAG_IMG), 1);
    mime_html_free(html);
}

static void what_is_too_large_is_refused(void **state)
{
    (void)state;
    char *text = html_repeat("x", MIME_HTML_LIMIT + 1);
    struct mailer_error error = html_refused(text, MIME_HTML_LIMIT + 1);
    assert_int_equal(error.error_class, MAILER_DATA);
    assert_non_null(strstr(error.text, "16 MiB"));
    struct mime_html *html = html_read(text, MIME_HTML_LIMIT);
    mime_html_free(html);
    free(text);
}

/* Each would take minutes or all memory. */
static void what_is_made_to_exhaust_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        size_t count;
    } bombs[] = {
        {"<b>", 5 * 1000 * 1000},
        {"<font color=red>", 1000 * 1000},
        {"<table><tr><td>", 1000 * 1000},
        {"<blockquote>", 1000 * 1000},
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        char *text = html_repeat(bombs[i].piece, bombs[i].count);
        struct mailer_error error = html_refused(text, strlen(text));
        assert_int_equal(error.error_class, MAILER_DATA);
        assert_non_null(strstr(error.text, "too complicated"));
        free(text);
    }
}

static void many_attributes_of_one_tag_are_refused(void **state)
{
    (void)state;
    enum { COUNT = 400 * 1000 };
    char *text = malloc(COUNT * 8 + 8);
    assert_non_null(text);
    size_t size = (size_t)sprintf(text, "<p");
    for (unsigned i = 0; i < COUNT; i++)
        size += (size_t)sprintf(text + size, " a%x", i);
    assert_int_equal(html_refused(text, size).error_class, MAILER_DATA);
    free(text);
}

static void deep_and_large_documents_are_read(void **state)
{
    (void)state;
    char *deep = html_repeat("<div>", 10 * 1000);
    struct mime_html *html = html_read(deep, strlen(deep));
    assert_int_equal(count_elements(html, GUMBO_TAG_DIV), 10 * 1000);
    mime_html_free(html);
    free(deep);
    char *rows = html_repeat("<tr><td>1</td><td class=x>a &amp; b</td></tr>\n", 50 * 1000);
    char *large = malloc(strlen(rows) + 8);
    assert_non_null(large);
    size_t size = (size_t)sprintf(large, "<table>%s", rows);
    html = html_read(large, size);
    assert_int_equal(count_elements(html, GUMBO_TAG_TD), 100 * 1000);
    mime_html_free(html);
    free(large);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read_as_browsers_read_it),
        cmocka_unit_test(a_byte_order_mark_is_not_text),
        cmocka_unit_test(any_octets_are_a_document),
        cmocka_unit_test(content_of_a_template_is_not_given),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(what_is_made_to_exhaust_is_refused),
        cmocka_unit_test(many_attributes_of_one_tag_are_refused),
        cmocka_unit_test(deep_and_large_documents_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
