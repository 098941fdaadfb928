/* SPDX-License-Identifier: ISC */
#include "html/picture_reference.h"

#include "html/css_url.h"
#include "html/html_srcset.h"
#include "html/html_tree.h"
#include "html/html_value_map.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* A value of an attribute, or the text of a <style>, and its source. */
struct place {
    struct html_value_map map;
    size_t source_offset; /* of the source that is in the map */
    bool in_text;
    char quote;
};

struct finder {
    struct mime_references *references;
    const struct mime_html *html;
    const char *base;
    struct mailer_error *error;
};

static int keep(struct mime_references *references, const struct mime_reference *reference,
                struct mailer_error *error)
{
    if (references->count == references->capacity) {
        size_t capacity = references->capacity == 0 ? 16 : 2 * references->capacity;
        struct mime_reference *items =
            realloc(references->items, capacity * sizeof *references->items);
        if (items == NULL)
            return error_set_memory(error);
        references->items = items;
        references->capacity = capacity;
    }
    references->items[references->count++] = *reference;
    return 0;
}

static void free_reference(struct mime_reference *reference)
{
    free(reference->url);
    free(reference->target.text);
}

static char *decode(const struct place *place, size_t start, size_t end,
                    enum mime_reference_syntax syntax)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    if (syntax == MIME_REFERENCE_CSS || syntax == MIME_REFERENCE_CSS_QUOTE)
        css_append_decoded(&out, place->map.value + start, end - start);
    else
        buffer_append(&out, place->map.value + start, end - start);
    return buffer_take_string(&out);
}

/* Adds what stands in a place from start to end. What cannot be found in the source again cannot
 * be replaced, and is left alone. */
static int add(struct finder *finder, struct place *place, size_t start, size_t end,
               enum mime_reference_syntax syntax)
{
    size_t from;
    size_t to;
    if (!html_value_map_go(&place->map, start, &from))
        return 0;
    bool behind_reference = place->map.open_reference;
    if (!html_value_map_go(&place->map, end, &to))
        return 0;
    struct mime_reference reference = {
        .offset = place->source_offset + from,
        .size = to - from,
        .syntax = syntax,
        .in_text = place->in_text,
        .behind_reference = behind_reference,
        .quote = place->quote,
        .url = decode(place, start, end, syntax),
    };
    int result = reference.url == NULL ? error_set_memory(finder->error)
                                       : mime_reference_target(&reference.target, reference.url,
                                                               finder->base, finder->error);
    bool wanted = result == 0 && reference.target.kind != MIME_REFERENCE_NONE;
    if (wanted)
        result = keep(finder->references, &reference, finder->error);
    if (!wanted || result != 0)
        free_reference(&reference);
    return result;
}

/* The place of an attribute, if it has a value and this is found in the source. */
static bool open_attribute(const struct finder *finder, const GumboAttribute *attribute,
                           struct place *place)
{
    size_t offset;
    GumboStringPiece source = attribute->original_value;
    if (source.length == 0 || !html_source_offset(finder->html, &source, &offset))
        return false;
    char first = source.data[0];
    bool quoted = first == '"' || first == '\'';
    if (quoted && (source.length < 2 || source.data[source.length - 1] != first))
        return false;
    *place = (struct place){
        .map = {.source = source.data + quoted,
                .source_size = source.length - 2 * quoted,
                .value = attribute->value,
                .value_size = strlen(attribute->value)},
        .source_offset = offset + quoted,
        .quote = quoted ? first : '\0',
    };
    return true;
}

static int add_whole(struct finder *finder, const GumboAttribute *attribute)
{
    struct place place;
    if (!open_attribute(finder, attribute, &place))
        return 0;
    return add(finder, &place, 0, place.map.value_size, MIME_REFERENCE_PLAIN);
}

static int add_srcset(struct finder *finder, const GumboAttribute *attribute)
{
    struct place place;
    size_t at = 0;
    size_t start;
    size_t end;
    int result = 0;
    if (!open_attribute(finder, attribute, &place))
        return 0;
    while (result == 0 &&
           html_srcset_next(place.map.value, place.map.value_size, &at, &start, &end))
        result = add(finder, &place, start, end, MIME_REFERENCE_SRCSET);
    return result;
}

static int add_css(struct finder *finder, struct place *place)
{
    struct css_scanner scanner = css_scan(place->map.value, place->map.value_size);
    int result = 0;
    while (result == 0 && css_next_url(&scanner))
        result = add(finder, place, scanner.start, scanner.end,
                     scanner.quote != '\0' ? MIME_REFERENCE_CSS_QUOTE : MIME_REFERENCE_CSS);
    return result;
}

static int add_style_attribute(struct finder *finder, const GumboAttribute *attribute)
{
    struct place place;
    if (strchr(attribute->value, '(') == NULL || !open_attribute(finder, attribute, &place))
        return 0;
    return add_css(finder, &place);
}

/* The text of <style> is its source; that of SVG's may hold character references and is left
 * alone. */
static int add_style_element(struct finder *finder, const GumboNode *node)
{
    const char *type = html_value(&node->v.element, "type");
    const GumboVector *children = html_children(node);
    if (children->length != 1 || (*type != '\0' && !text_same(type, "text/css")))
        return 0;
    const GumboNode *child = children->data[0];
    size_t offset;
    if (child->type != GUMBO_NODE_TEXT ||
        !html_source_offset(finder->html, &child->v.text.original_text, &offset))
        return 0;
    struct place place = {
        .map = {.source = child->v.text.original_text.data,
                .source_size = child->v.text.original_text.length,
                .in_text = true,
                .value = child->v.text.text,
                .value_size = strlen(child->v.text.text)},
        .source_offset = offset,
        .in_text = true,
    };
    return add_css(finder, &place);
}

/* Whether an attribute of an element of HTML has a picture's URL for its value. */
static bool is_picture(const GumboElement *element, const char *name)
{
    switch (element->tag) {
    case GUMBO_TAG_IMG:
        return strcmp(name, "src") == 0;
    case GUMBO_TAG_INPUT:
        return strcmp(name, "src") == 0 && text_same(html_value(element, "type"), "image");
    case GUMBO_TAG_VIDEO:
        return strcmp(name, "poster") == 0;
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
        return strcmp(name, "background") == 0;
    default:
        return false;
    }
}

static int look_at_attribute(struct finder *finder, const GumboElement *element,
                             const GumboAttribute *attribute)
{
    const char *name = attribute->name;
    bool html = element->tag_namespace == GUMBO_NAMESPACE_HTML;
    bool xlink = attribute->attr_namespace == GUMBO_ATTR_NAMESPACE_XLINK;
    if (element->tag_namespace == GUMBO_NAMESPACE_SVG && element->tag == GUMBO_TAG_IMAGE &&
        strcmp(name, "href") == 0 &&
        (xlink || attribute->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE))
        return add_whole(finder, attribute);
    if (attribute->attr_namespace != GUMBO_ATTR_NAMESPACE_NONE)
        return 0;
    if (strcmp(name, "style") == 0)
        return add_style_attribute(finder, attribute);
    if (html && is_picture(element, name))
        return add_whole(finder, attribute);
    if (html && (element->tag == GUMBO_TAG_IMG || element->tag == GUMBO_TAG_SOURCE) &&
        strcmp(name, "srcset") == 0)
        return add_srcset(finder, attribute);
    return 0;
}

static int look_at_element(struct finder *finder, const GumboNode *node)
{
    const GumboElement *element = &node->v.element;
    int result = 0;
    for (unsigned i = 0; i < element->attributes.length && result == 0; i++)
        result = look_at_attribute(finder, element, element->attributes.data[i]);
    if (result == 0 && html_tag(node) == GUMBO_TAG_STYLE)
        result = add_style_element(finder, node);
    return result;
}

/* The href of the first <base> that has one, or NULL. */
static const char *find_base(const struct mime_html *html)
{
    for (const GumboNode *node = html->document; node != NULL;
         node = html_next(html->document, node, true))
        if (html_tag(node) == GUMBO_TAG_BASE) {
            const GumboAttribute *href = html_attribute(&node->v.element, "href");
            if (href != NULL)
                return href->value;
        }
    return NULL;
}

static int compare(const void *one, const void *other)
{
    const struct mime_reference *left = one;
    const struct mime_reference *right = other;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* The tree is not in the order of the source everywhere, and has clones of what is never closed. */
static void put_in_order(struct mime_references *references)
{
    size_t kept = 0;
    if (references->count > 0)
        qsort(references->items, references->count, sizeof *references->items, compare);
    for (size_t i = 0; i < references->count; i++) {
        struct mime_reference *item = &references->items[i];
        const struct mime_reference *last = kept > 0 ? &references->items[kept - 1] : NULL;
        if (last != NULL && item->offset < last->offset + last->size)
            free_reference(item);
        else
            references->items[kept++] = *item;
    }
    references->count = kept;
}

int mime_references_find(struct mime_references *references, const struct mime_html *html,
                         struct mailer_error *error)
{
    *references = (struct mime_references){NULL, 0, 0};
    struct finder finder = {references, html, find_base(html), error};
    int result = 0;
    for (const GumboNode *node = html->document; node != NULL && result == 0;
         node = html_next(html->document, node, true))
        if (node->type == GUMBO_NODE_ELEMENT)
            result = look_at_element(&finder, node);
    put_in_order(references);
    return result;
}

void mime_references_free(struct mime_references *references)
{
    for (size_t i = 0; i < references->count; i++)
        free_reference(&references->items[i]);
    free(references->items);
    *references = (struct mime_references){NULL, 0, 0};
}
