/* SPDX-License-Identifier: ISC */
/** @file text_table.h  A table as plain text: in aligned columns, or, when it is too wide, line by
 * line. */
#ifndef MIME_TEXT_TABLE_H
#define MIME_TEXT_TABLE_H

#include "html/text_lines.h"

#include <stdbool.h>
#include <stddef.h>

/** Tables with more columns or cells are no tables for people. */
enum { TEXT_TABLE_COLUMNS = 64, TEXT_TABLE_CELLS = 200 * 1000 };

struct text_cell {
    char *text; /**< one line; owned */
    size_t width;
    size_t row;
    size_t column;
    size_t span; /**< columns, at least 1 */
};

struct text_table {
    struct text_cell *cells; /**< by row, then by column */
    size_t count;
    size_t capacity;
    size_t rows;
    size_t columns;
    size_t header_rows;               /**< at the top, underlined */
    size_t next_column;               /**< of the row that is being filled */
    size_t taken[TEXT_TABLE_COLUMNS]; /**< rows for which a cell above reaches down */
};

/** Gives back what it owns. */
void text_table_free(struct text_table *table);

/** Begins a row. @param header  whether it is part of the head, if all rows above are. */
void text_table_add_row(struct text_table *table, bool header);

/**
 * Adds a cell to the newest row.
 * @param text  taken, also after failure; NULL is a failure of memory.
 * @param column_span, row_span  at least 1.
 * @return false when there is no room for more (memory, TEXT_TABLE_CELLS, TEXT_TABLE_COLUMNS).
 */
bool text_table_add_cell(struct text_table *table, char *text, size_t column_span, size_t row_span);

/**
 * Writes the table. Columns of numbers are aligned to the right. Too wide for lines: a row becomes
 * lines of "head: cell" if there is one row of heads, else a line "cell | cell".
 */
void text_table_write(const struct text_table *table, struct text_lines *lines);

#endif
