/* SPDX-License-Identifier: ISC */
/** @file html_tree.h  The tree of a document, for the modules of this room: walked by its parent
 * pointers, as it may be deep. */
#ifndef MIME_HTML_TREE_H
#define MIME_HTML_TREE_H

#include "content/source_name.h"
#include "html/html_arena.h"
#include "html/html_document.h"

#include <gumbo.h>

struct mime_html {
    char *source; /**< owned; all strings of the tree that are "original" lie in it */
    size_t size;
    const GumboNode *document;
    struct mime_source_name name;
    struct html_arena arena; /**< holds the tree */
};

/** Its children; none for what is no element. Those of a <template> are not shown, and not given.
 */
const GumboVector *html_children(const GumboNode *node);

/**
 * The node behind another one in the order of their start tags.
 * @param root   nothing outside of it is given.
 * @param enter  whether the children of node are wanted.
 * @return NULL at the end.
 */
const GumboNode *html_next(const GumboNode *root, const GumboNode *node, bool enter);

/** The element that a node is, or NULL. */
const GumboElement *html_element(const GumboNode *node);

/** The tag of an element of HTML; GUMBO_TAG_UNKNOWN for one of SVG or MathML, or no element. */
GumboTag html_tag(const GumboNode *node);

/** An attribute by its name in lower case, or NULL. */
const GumboAttribute *html_attribute(const GumboElement *element, const char *name);

/** The value of an attribute, or "". */
const char *html_value(const GumboElement *element, const char *name);

/** Whether a character separates words in HTML (space, tab, line ends, form feed). */
bool html_is_space(char c);

/**
 * Whether a stretch of text that gumbo says to be of the source is, and where it is.
 * @param offset  receives it.
 */
bool html_source_offset(const struct mime_html *html, const GumboStringPiece *piece,
                        size_t *offset);

#endif
