/* SPDX-License-Identifier: ISC */
/** @file plain_text_private.h  What the parts of plain_text share. */
#ifndef MIME_PLAIN_TEXT_PRIVATE_H
#define MIME_PLAIN_TEXT_PRIVATE_H

#include "html/html_tree.h"
#include "html/text_lines.h"

#include <stdbool.h>

/** Lists deeper than this go on as the last of them. */
enum { PLAIN_TEXT_LISTS = 16 };

/** How an element is shown in text. */
enum plain_text_display {
    PLAIN_TEXT_HIDDEN,
    PLAIN_TEXT_INLINE,
    PLAIN_TEXT_BLOCK,     /**< on lines of its own */
    PLAIN_TEXT_PARAGRAPH, /**< with empty lines around it, too */
    PLAIN_TEXT_BREAK,
    PLAIN_TEXT_PICTURE,
    PLAIN_TEXT_RULE,
    PLAIN_TEXT_HEADING,
    PLAIN_TEXT_LIST,
    PLAIN_TEXT_ITEM,
    PLAIN_TEXT_DEFINITION,
    PLAIN_TEXT_QUOTATION,
    PLAIN_TEXT_PREFORMATTED,
    PLAIN_TEXT_TABLE
};

struct plain_text_list {
    bool ordered;
    long next;
};

/** A walk through a document. */
struct plain_text {
    struct text_lines *lines;
    struct plain_text_list lists[PLAIN_TEXT_LISTS];
    size_t list_depth;
    size_t link_start; /**< lines->count when the newest link began */
    bool failed;       /**< memory was lacking */
};

/** By its tag, and whether it says that it is not to be seen. */
enum plain_text_display plain_text_display(const GumboNode *element);

/** Adds what is below a node, and the node. */
void plain_text_walk(struct plain_text *plain, const GumboNode *root);

/**
 * Adds a table of data. @return false when it is none, but there to put things side by side; then
 * nothing is added.
 */
bool plain_text_table(struct plain_text *plain, const GumboNode *table);

#endif
