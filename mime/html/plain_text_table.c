/* SPDX-License-Identifier: ISC */
/* Which tables hold data, and what. */
#include "html/plain_text_private.h"
#include "html/text_table.h"
#include "text.h"

#include <stdlib.h>

/* What was seen of a table. */
struct look {
    size_t rows;
    size_t cells;
    size_t headers;
    size_t paragraphs;
    bool stops; /* something is in it that no cell of data holds */
};

static void look_at(struct look *look, const GumboNode *node)
{
    switch (html_tag(node)) {
    case GUMBO_TAG_TR:
        look->rows++;
        break;
    case GUMBO_TAG_TH:
        look->headers++;
        look->cells++;
        break;
    case GUMBO_TAG_TD:
        look->cells++;
        break;
    case GUMBO_TAG_P:
        look->paragraphs++;
        break;
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_HR:
        look->stops = true;
        break;
    default:
        break;
    }
}

/* The walk stops at a table inside of the table, so that all of them together are walked once. */
static bool holds_data(const GumboNode *table)
{
    const char *role = html_value(&table->v.element, "role");
    struct look look = {.rows = 0};
    if (text_same(role, "presentation") || text_same(role, "none"))
        return false;
    for (const GumboNode *node = html_next(table, table, true); node != NULL && !look.stops;
         node = html_next(table, node, true))
        look_at(&look, node);
    return !look.stops && look.cells > look.rows && look.paragraphs <= look.cells &&
           (look.rows > 1 || look.headers > 0);
}

/* A colspan or rowspan. */
static size_t span(const GumboElement *cell, const char *name)
{
    unsigned long count = strtoul(html_value(cell, name), NULL, 10);
    return count < 1 ? 1 : count > TEXT_TABLE_COLUMNS ? TEXT_TABLE_COLUMNS : count;
}

/* The text of a cell, in one line. As a table of data holds no table, this goes no deeper. */
static char *cell_text(struct plain_text *plain, const GumboNode *cell)
{
    struct text_lines lines = text_lines_start(SIZE_MAX, true);
    struct plain_text inner = {.lines = &lines};
    plain_text_walk(&inner, cell);
    text_lines_end(&lines);
    plain->failed = plain->failed || inner.failed || text_lines_failed(&lines);
    char *text = buffer_take_string(&lines.line);
    text_lines_free(&lines);
    return text;
}

/* Whether a row is one of heads: all its cells are, or it is in the <thead>. */
static bool is_header(const GumboNode *row)
{
    const GumboVector *children = html_children(row);
    bool header = false;
    for (unsigned i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (html_tag(child) == GUMBO_TAG_TD)
            return html_tag(row->parent) == GUMBO_TAG_THEAD;
        header = header || html_tag(child) == GUMBO_TAG_TH;
    }
    return header;
}

/* Adds a row, cell or caption. @return false when the table is full. */
static bool add_node(struct plain_text *plain, struct text_table *table, const GumboNode *node)
{
    GumboTag tag = html_tag(node);
    if (tag == GUMBO_TAG_TR) {
        text_table_add_row(table, is_header(node));
    } else if (tag == GUMBO_TAG_CAPTION) {
        plain_text_walk(plain, node);
        text_lines_end(plain->lines);
    } else if (table->rows > 0) {
        return text_table_add_cell(table, cell_text(plain, node), span(&node->v.element, "colspan"),
                                   span(&node->v.element, "rowspan"));
    }
    return true;
}

bool plain_text_table(struct plain_text *plain, const GumboNode *node)
{
    if (plain->lines->flat || !holds_data(node))
        return false;
    struct text_table table = {.cells = NULL};
    bool enter = true;
    for (const GumboNode *at = html_next(node, node, true); at != NULL;
         at = html_next(node, at, enter)) {
        GumboTag tag = html_tag(at);
        enter = true;
        bool hidden = at->type == GUMBO_NODE_ELEMENT && plain_text_display(at) == PLAIN_TEXT_HIDDEN;
        if (hidden && (tag == GUMBO_TAG_TR || tag == GUMBO_TAG_TBODY || tag == GUMBO_TAG_CAPTION)) {
            enter = false;
            continue;
        }
        if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH || tag == GUMBO_TAG_CAPTION)
            enter = false;
        if ((!enter || tag == GUMBO_TAG_TR) && !add_node(plain, &table, at))
            break;
    }
    text_table_write(&table, plain->lines);
    text_table_free(&table);
    text_lines_end_paragraph(plain->lines);
    return true;
}
