/* SPDX-License-Identifier: ISC */
#include "html/plain_text.h"

#include "content/spool.h"
#include "html/html_tree.h"
#include "html/plain_text_private.h"
#include "html/text_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin_item(struct plain_text *plain, const GumboElement *item)
{
    static const char *const bullets[] = {"* ", "- ", "+ "};
    char mark[TEXT_LINES_MARK_SIZE];
    size_t depth = plain->list_depth < PLAIN_TEXT_LISTS ? plain->list_depth : PLAIN_TEXT_LISTS;
    struct plain_text_list *list = depth > 0 ? &plain->lists[depth - 1] : NULL;
    if (list == NULL || !list->ordered) {
        text_lines_push(plain->lines, bullets[(depth > 0 ? depth - 1 : 0) % 3], false);
        return;
    }
    const char *value = html_value(item, "value");
    if (*value != '\0')
        list->next = strtol(value, NULL, 10);
    int length = snprintf(mark, sizeof mark, "%ld. ", list->next);
    if (length < 0 || (size_t)length >= sizeof mark)
        memcpy(mark, "* ", sizeof "* ");
    if (list->next < 1000 * 1000 * 1000)
        list->next++;
    text_lines_push(plain->lines, mark, false);
}

static void begin_list(struct plain_text *plain, const GumboElement *element, bool ordered)
{
    if (plain->list_depth > 0)
        text_lines_end(plain->lines);
    else
        text_lines_end_paragraph(plain->lines);
    if (plain->list_depth < PLAIN_TEXT_LISTS) {
        const char *start = html_value(element, "start");
        plain->lists[plain->list_depth] =
            (struct plain_text_list){ordered, *start != '\0' ? strtol(start, NULL, 10) : 1};
    }
    plain->list_depth++;
}

static void end_list(struct plain_text *plain)
{
    plain->list_depth--;
    if (plain->list_depth > 0)
        text_lines_end(plain->lines);
    else
        text_lines_end_paragraph(plain->lines);
}

static void end_heading(struct plain_text *plain, GumboTag tag)
{
    text_lines_end(plain->lines);
    bool underlined = tag == GUMBO_TAG_H1 || tag == GUMBO_TAG_H2;
    if (underlined && plain->lines->widest > 0)
        text_lines_rule(plain->lines, tag == GUMBO_TAG_H1 ? '=' : '-', plain->lines->widest);
    if (!underlined)
        text_lines_pop(plain->lines);
    text_lines_end_paragraph(plain->lines);
}

static void begin_heading(struct plain_text *plain, GumboTag tag)
{
    text_lines_end_paragraph(plain->lines);
    if (tag != GUMBO_TAG_H1 && tag != GUMBO_TAG_H2)
        text_lines_push(plain->lines, "### ", false);
    plain->lines->widest = 0;
}

/* Begins a link; its target is written when it ends, if anything is seen of it. */
static void end_link(struct plain_text *plain, const GumboNode *link)
{
    struct buffer target = buffer_empty(SIZE_MAX);
    if (plain->lines->count > plain->link_start)
        text_link_append_target(&target, link);
    if (target.size > 0) {
        text_lines_add(plain->lines, " ", 1);
        buffer_append_char(&target, '\0');
        if (!target.failed) {
            text_lines_add_word(plain->lines, "<");
            text_lines_add_word(plain->lines, target.bytes);
            text_lines_add_word(plain->lines, ">");
        }
    }
    plain->failed = plain->failed || target.failed;
    buffer_free(&target);
}

static void add_picture(struct plain_text *plain, const GumboElement *picture)
{
    struct buffer words = buffer_empty(SIZE_MAX);
    text_link_append_picture(&words, picture);
    text_lines_add(plain->lines, words.bytes, words.size);
    plain->failed = plain->failed || words.failed;
    buffer_free(&words);
}

static void set_preformatted(struct plain_text *plain, bool preformatted)
{
    text_lines_end_paragraph(plain->lines);
    plain->lines->preformatted = preformatted;
}

/* @return whether its children are wanted, and plain_text_leave() at its end. */
static bool enter_element(struct plain_text *plain, const GumboNode *node)
{
    GumboTag tag = html_tag(node);
    const GumboElement *element = &node->v.element;
    switch (plain_text_display(node)) {
    case PLAIN_TEXT_HIDDEN:
        return false;
    case PLAIN_TEXT_INLINE:
        if (tag == GUMBO_TAG_A)
            plain->link_start = plain->lines->count;
        else if (tag == GUMBO_TAG_Q)
            text_lines_add(plain->lines, "\"", 1);
        return true;
    case PLAIN_TEXT_BLOCK:
        text_lines_end(plain->lines);
        return true;
    case PLAIN_TEXT_PARAGRAPH:
        text_lines_end_paragraph(plain->lines);
        return true;
    case PLAIN_TEXT_BREAK:
        text_lines_break(plain->lines);
        return false;
    case PLAIN_TEXT_PICTURE:
        add_picture(plain, element);
        return false;
    case PLAIN_TEXT_RULE:
        text_lines_end_paragraph(plain->lines);
        text_lines_rule(plain->lines, '-', 0);
        text_lines_end_paragraph(plain->lines);
        return false;
    case PLAIN_TEXT_HEADING:
        begin_heading(plain, tag);
        return true;
    case PLAIN_TEXT_LIST:
        begin_list(plain, element, tag == GUMBO_TAG_OL);
        return true;
    case PLAIN_TEXT_ITEM:
        begin_item(plain, element);
        return true;
    case PLAIN_TEXT_DEFINITION:
        text_lines_push(plain->lines, "    ", true);
        return true;
    case PLAIN_TEXT_QUOTATION:
        text_lines_end_paragraph(plain->lines);
        text_lines_push(plain->lines, "> ", true);
        return true;
    case PLAIN_TEXT_PREFORMATTED:
        set_preformatted(plain, true);
        return true;
    case PLAIN_TEXT_TABLE:
        text_lines_end_paragraph(plain->lines);
        return !plain_text_table(plain, node);
    }
    return true;
}

static bool enter(struct plain_text *plain, const GumboNode *node)
{
    switch (node->type) {
    case GUMBO_NODE_DOCUMENT:
        return true;
    case GUMBO_NODE_ELEMENT:
        return enter_element(plain, node);
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE:
        text_lines_add(plain->lines, node->v.text.text, strlen(node->v.text.text));
        return false;
    default:
        return false;
    }
}

static void leave(struct plain_text *plain, const GumboNode *node)
{
    GumboTag tag = html_tag(node);
    switch (node->type == GUMBO_NODE_ELEMENT ? plain_text_display(node) : PLAIN_TEXT_BLOCK) {
    case PLAIN_TEXT_INLINE:
        if (tag == GUMBO_TAG_A)
            end_link(plain, node);
        else if (tag == GUMBO_TAG_Q)
            text_lines_add(plain->lines, "\"", 1);
        break;
    case PLAIN_TEXT_PARAGRAPH:
    case PLAIN_TEXT_TABLE:
        text_lines_end_paragraph(plain->lines);
        break;
    case PLAIN_TEXT_HEADING:
        end_heading(plain, tag);
        break;
    case PLAIN_TEXT_LIST:
        end_list(plain);
        break;
    case PLAIN_TEXT_ITEM:
    case PLAIN_TEXT_DEFINITION:
        text_lines_pop(plain->lines);
        break;
    case PLAIN_TEXT_QUOTATION:
        text_lines_pop(plain->lines);
        text_lines_end_paragraph(plain->lines);
        break;
    case PLAIN_TEXT_PREFORMATTED:
        text_lines_end(plain->lines);
        set_preformatted(plain, false);
        break;
    default:
        text_lines_end(plain->lines);
    }
}

static bool has_next(const GumboNode *node)
{
    return node->index_within_parent + 1 < html_children(node->parent)->length;
}

void plain_text_walk(struct plain_text *plain, const GumboNode *root)
{
    const GumboNode *node = root;
    while (!plain->lines->full) {
        if (enter(plain, node)) {
            if (html_children(node)->length > 0) {
                node = html_children(node)->data[0];
                continue;
            }
            leave(plain, node);
        }
        while (node != root && !has_next(node)) {
            node = node->parent;
            leave(plain, node);
        }
        if (node == root)
            return;
        node = html_next(root, node, false);
    }
}

static int make_blob(struct mime_blob **text, const struct text_lines *lines, const char *name,
                     const char *directory, struct mailer_error *error)
{
    static const char cut[] = "\n[The text is longer than this; its rest is in the HTML part.]\n";
    struct mime_spool_writer writer = mime_spool_start(name, directory);
    struct mime_spool spool;
    int result = mime_spool_append(&writer, lines->out.bytes, lines->out.size, error);
    if (result == 0 && lines->full)
        result = mime_spool_append(&writer, cut, sizeof cut - 1, error);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    result = mime_spool_finish(&writer, &spool, error);
    return result == 0 ? mime_blob_from_spool(text, &spool, name, error) : result;
}

int mime_plain_text(struct mime_blob **text, const struct mime_html *html, const char *directory,
                    struct mailer_error *error)
{
    *text = NULL;
    struct text_lines lines = text_lines_start(MIME_PLAIN_TEXT_LIMIT, false);
    struct plain_text plain = {.lines = &lines};
    plain_text_walk(&plain, html->document);
    text_lines_end(&lines);
    int result = plain.failed || text_lines_failed(&lines)
                     ? error_set_memory(error)
                     : make_blob(text, &lines, html->name.text, directory, error);
    text_lines_free(&lines);
    return result;
}
