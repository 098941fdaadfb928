/* SPDX-License-Identifier: ISC */
#include "html/html_tree.h"

#include <string.h>

const GumboVector *html_children(const GumboNode *node)
{
    static const GumboVector none = {NULL, 0, 0};
    if (node->type == GUMBO_NODE_DOCUMENT)
        return &node->v.document.children;
    return node->type == GUMBO_NODE_ELEMENT ? &node->v.element.children : &none;
}

const GumboNode *html_next(const GumboNode *root, const GumboNode *node, bool enter)
{
    const GumboVector *children = html_children(node);
    if (enter && children->length > 0)
        return children->data[0];
    for (; node != root && node->parent != NULL; node = node->parent) {
        const GumboVector *siblings = html_children(node->parent);
        if (node->index_within_parent + 1 < siblings->length)
            return siblings->data[node->index_within_parent + 1];
    }
    return NULL;
}

const GumboElement *html_element(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT ? &node->v.element : NULL;
}

GumboTag html_tag(const GumboNode *node)
{
    const GumboElement *element = html_element(node);
    return element != NULL && element->tag_namespace == GUMBO_NAMESPACE_HTML ? element->tag
                                                                             : GUMBO_TAG_UNKNOWN;
}

const GumboAttribute *html_attribute(const GumboElement *element, const char *name)
{
    for (unsigned i = 0; i < element->attributes.length; i++) {
        const GumboAttribute *attribute = element->attributes.data[i];
        if (attribute->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE &&
            strcmp(attribute->name, name) == 0)
            return attribute;
    }
    return NULL;
}

const char *html_value(const GumboElement *element, const char *name)
{
    const GumboAttribute *attribute = html_attribute(element, name);
    return attribute != NULL ? attribute->value : "";
}

bool html_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool html_source_offset(const struct mime_html *html, const GumboStringPiece *piece, size_t *offset)
{
    uintptr_t start = (uintptr_t)html->source;
    uintptr_t address = (uintptr_t)piece->data;
    if (piece->data == NULL || address < start || address - start > html->size ||
        html->size - (address - start) < piece->length)
        return false;
    *offset = (size_t)(address - start);
    return true;
}
