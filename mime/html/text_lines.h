/* SPDX-License-Identifier: ISC */
/**
 * @file text_lines.h
 * Lines of plain text, wrapped at a width and indented, made of words as they come.
 *
 * Lines end in LF and in no blanks; never are two of them empty in a row, nor the first or the
 * last. A level (of a list, a quotation) puts its mark in front of each line.
 */
#ifndef MIME_TEXT_LINES_H
#define MIME_TEXT_LINES_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** Levels deeper than this are not shown. */
enum { TEXT_LINES_LEVELS = 16, TEXT_LINES_MARK_SIZE = 16 };

/** The width of a line, in columns, and the least that levels leave of it. */
enum { TEXT_LINES_WIDTH = 72, TEXT_LINES_LEAST_WIDTH = 24 };

struct text_level {
    char first[TEXT_LINES_MARK_SIZE]; /**< in front of its first line */
    char rest[TEXT_LINES_MARK_SIZE];  /**< in front of the others; as wide as first */
    bool fresh;                       /**< it has no line yet */
};

struct text_lines {
    struct buffer out;  /**< whole lines */
    struct buffer line; /**< what is placed in the current one, without marks */
    size_t line_width;
    struct buffer word; /**< what is not placed yet, as it may go on */
    size_t word_width;
    bool space;         /**< one belongs between line and word */
    bool seen;          /**< line or word has something to be seen */
    bool flat;          /**< all in one line, as for a cell of a table */
    bool preformatted;  /**< blanks and line ends count, and lines are not wrapped */
    bool full;          /**< out is as long as it may be; nothing is added any more */
    bool blank_due;     /**< an empty line in front of the next one */
    size_t blank_level; /**< of that empty line */
    size_t limit;       /**< of out */
    size_t widest;      /**< line since somebody set it to 0 */
    size_t count;       /**< of characters seen so far */
    size_t level_count;
    struct text_level levels[TEXT_LINES_LEVELS];
};

/** Empty lines. @param limit  of the whole text, in octets. */
struct text_lines text_lines_start(size_t limit, bool flat);

/** Gives back what it owns. */
void text_lines_free(struct text_lines *lines);

/** Whether memory was lacking at any time; then the text is worth nothing. */
bool text_lines_failed(const struct text_lines *lines);

/** Adds text: white space separates words, a no-break space is a space inside of one, octets that
 * are no UTF-8 become U+FFFD, control characters and what is not seen are left out. */
void text_lines_add(struct text_lines *lines, const char *text, size_t size);

/** Adds text that is one word, such as a URL. */
void text_lines_add_word(struct text_lines *lines, const char *text);

/** Ends the current line; when nothing stands in it, it becomes an empty one. */
void text_lines_break(struct text_lines *lines);

/** Ends the current line, if something stands in it. */
void text_lines_end(struct text_lines *lines);

/** As text_lines_end(), and has an empty line in front of what follows; but not between the mark of
 * a level and its first line. */
void text_lines_end_paragraph(struct text_lines *lines);

/** A line of one character. @param width  0: as wide as lines are. */
void text_lines_rule(struct text_lines *lines, char c, size_t width);

/** Begins a level. @param first  the mark of its first line; the rest has blanks, or, when repeat,
 * the same again. */
void text_lines_push(struct text_lines *lines, const char *first, bool repeat);

/** Ends the newest level. */
void text_lines_pop(struct text_lines *lines);

/** The columns that the marks of all levels leave. */
size_t text_lines_room(const struct text_lines *lines);

/** Columns that text takes. */
size_t text_lines_width(const char *text, size_t size);

#endif
