/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/html_tree.h"
#include "html/html_value_map.h"

#include <stdio.h>

/* The attribute of a <p> as gumbo reads it. */
static const GumboAttribute *attribute_of(const struct mime_html *html)
{
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true))
        if (html_tag(node) == GUMBO_TAG_P)
            return html_attribute(&node->v.element, "a");
    fail();
    return NULL;
}

/* Where the 'Z' of the value comes from. */
static void assert_found(const char *source)
{
    char text[300];
    int size = snprintf(text, sizeof text, "<p a=\"%s\">", source);
    struct mime_html *html = html_read(text, (size_t)size);
    const char *value = attribute_of(html)->value;
    struct html_value_map map = {.source = source,
                                 .source_size = strlen(source),
                                 .value = value,
                                 .value_size = strlen(value)};
    size_t offset = 0;
    assert_non_null(strchr(value, 'Z'));
    assert_true(html_value_map_go(&map, (size_t)(strchr(value, 'Z') - value), &offset));
    assert_int_equal(offset, strchr(source, 'Z') - source);
    assert_true(html_value_map_go(&map, strlen(value), &offset));
    assert_int_equal(offset, strlen(source));
    mime_html_free(html);
}

static void references_of_all_sorts_are_stepped_over(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "Z",
        "aZ",
        "\xC3\xA4Z",
        "&amp;Z",
        "&AMP;Z",
        "&amp;amp;Z",
        "&amp; &#38 Z",
        "&amp&amp=&ampZ",
        "&ampampZ",
        "&quot;Z&quot;",
        "&quot/Z",
        "&auml;&auml Z",
        "&#65;&#x42;&#X43;&#67Z",
        "&#xZ",
        "&#;Z",
        "& Z",
        "&;Z",
        "&nosuchname;Z",
        "&nosuchname Z",
        "&notin;&not;&notit;&not=Z",
        "&NotEqualTilde;Z",
        "&fjlig;Z",
        "&bne;&ThickSpace;&nvlt;Z",
        "&#0;Z",
        "&#x80;Z",
        "&#xD800;&#x110000;Z",
        "a\r\nb\rcZ",
        "&copy&reg&copyZ",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        assert_found(sources[i]);
}

static void random_values_are_mapped_to_their_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {"&",    "#",    "x",  "4",   "1",    ";",   "amp",
                                         "quot", "auml", "=",  "not", "in",   " ",   "\xC3\xA4",
                                         "&amp", "&#3",  "\r", "\n",  "&lt;", "&gt", "A"};
    uint64_t seed = 1;
    for (unsigned round = 0; round < 3000; round++) {
        char source[200] = "";
        size_t size = 0;
        for (unsigned i = harness_random(&seed) % 12; i > 0; i--)
            size +=
                (size_t)sprintf(source + size, "%s",
                                pieces[harness_random(&seed) % (sizeof pieces / sizeof *pieces)]);
        memcpy(source + size, "&&Z", 4);
        assert_found(source);
    }
}

static void a_place_inside_of_a_character_is_not_found(void **state)
{
    (void)state;
    static const char source[] = "&auml;";
    struct html_value_map map = {
        .source = source, .source_size = 6, .value = "\xC3\xA4", .value_size = 2};
    size_t offset;
    assert_false(html_value_map_go(&map, 1, &offset));
}

static void what_does_not_fit_is_not_found(void **state)
{
    (void)state;
    struct html_value_map map = {
        .source = "abc", .source_size = 3, .value = "abd", .value_size = 3};
    size_t offset;
    assert_true(html_value_map_go(&map, 2, &offset));
    assert_false(html_value_map_go(&map, 3, &offset));
}

static void text_of_a_style_has_no_references(void **state)
{
    (void)state;
    struct html_value_map map = {
        .source = "&amp;X", .source_size = 6, .in_text = true, .value = "&amp;X", .value_size = 6};
    size_t offset;
    assert_true(html_value_map_go(&map, 5, &offset));
    assert_int_equal(offset, 5);
}

static void an_open_reference_is_told(void **state)
{
    (void)state;
    struct html_value_map map = {
        .source = "&quot;&quot", .source_size = 11, .value = "\"\"", .value_size = 2};
    size_t offset;
    assert_true(html_value_map_go(&map, 1, &offset));
    assert_false(map.open_reference);
    assert_true(html_value_map_go(&map, 2, &offset));
    assert_true(map.open_reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_of_all_sorts_are_stepped_over),
        cmocka_unit_test(random_values_are_mapped_to_their_end),
        cmocka_unit_test(a_place_inside_of_a_character_is_not_found),
        cmocka_unit_test(what_does_not_fit_is_not_found),
        cmocka_unit_test(text_of_a_style_has_no_references),
        cmocka_unit_test(an_open_reference_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
