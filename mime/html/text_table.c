/* SPDX-License-Identifier: ISC */
#include "html/text_table.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2 };

struct column {
    size_t width;
    bool numbers;
};

void text_table_free(struct text_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i].text);
    free(table->cells);
    *table = (struct text_table){.cells = NULL};
}

void text_table_add_row(struct text_table *table, bool header)
{
    for (size_t i = 0; i < TEXT_TABLE_COLUMNS; i++)
        if (table->rows > 0 && table->taken[i] > 0)
            table->taken[i]--;
    if (header && table->header_rows == table->rows)
        table->header_rows++;
    table->rows++;
    table->next_column = 0;
}

static bool make_room(struct text_table *table)
{
    if (table->count < table->capacity)
        return true;
    size_t capacity = table->capacity == 0 ? 64 : 2 * table->capacity;
    struct text_cell *cells = realloc(table->cells, capacity * sizeof *cells);
    if (cells == NULL)
        return false;
    table->cells = cells;
    table->capacity = capacity;
    return true;
}

bool text_table_add_cell(struct text_table *table, char *text, size_t column_span, size_t row_span)
{
    while (table->next_column < TEXT_TABLE_COLUMNS && table->taken[table->next_column] > 0)
        table->next_column++;
    size_t column = table->next_column;
    if (text == NULL || column >= TEXT_TABLE_COLUMNS || table->count == TEXT_TABLE_CELLS ||
        !make_room(table)) {
        free(text);
        return false;
    }
    if (column_span > TEXT_TABLE_COLUMNS - column)
        column_span = TEXT_TABLE_COLUMNS - column;
    for (size_t i = 0; i < column_span; i++)
        table->taken[column + i] = row_span;
    table->next_column = column + column_span;
    if (table->next_column > table->columns)
        table->columns = table->next_column;
    table->cells[table->count++] = (struct text_cell){
        .text = text,
        .width = text_lines_width(text, strlen(text)),
        .row = table->rows - 1,
        .column = column,
        .span = column_span,
    };
    return true;
}

/* "12", "-1.5", "1,234.50", "98 %", "43G", "3 ms", and what stands for nothing. */
static bool is_number(const char *text)
{
    if (*text == '\0' || strcmp(text, "-") == 0 || text_same(text, "n/a") ||
        strcmp(text, "\xE2\x80\x93") == 0 || strcmp(text, "\xE2\x80\x94") == 0)
        return true;
    if (strchr("+-~<>$", *text) != NULL)
        text++;
    if (!text_is_digit(*text))
        return false;
    while (text_is_digit(*text) || (*text != '\0' && strchr(".,:'", *text) != NULL))
        text++;
    if (*text == ' ')
        text++;
    size_t unit = 0;
    while (text_is_letter(text[unit]) || text[unit] == '%' || (text[unit] & 0x80) != 0)
        unit++;
    return text[unit] == '\0' && unit <= 3;
}

static void measure(const struct text_table *table, struct column *columns)
{
    bool some[TEXT_TABLE_COLUMNS] = {false};
    for (size_t i = 0; i < table->columns; i++)
        columns[i] = (struct column){0, true};
    for (size_t i = 0; i < table->count; i++) {
        const struct text_cell *cell = &table->cells[i];
        struct column *column = &columns[cell->column];
        if (cell->span > 1)
            continue;
        if (cell->width > column->width)
            column->width = cell->width;
        if (cell->row >= table->header_rows) {
            column->numbers = column->numbers && is_number(cell->text);
            some[cell->column] = some[cell->column] || text_is_digit(cell->text[0]) ||
                                 text_is_digit(cell->text[strlen(cell->text) > 0]);
        }
    }
    for (size_t i = 0; i < table->columns; i++)
        columns[i].numbers = columns[i].numbers && some[i];
}

/* Of some columns side by side. */
static size_t width_of(const struct column *columns, size_t count)
{
    size_t width = count > 0 ? (count - 1) * GAP : 0;
    for (size_t i = 0; i < count; i++)
        width += columns[i].width;
    return width;
}

static void make_room_for_spans(const struct text_table *table, struct column *columns)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct text_cell *cell = &table->cells[i];
        size_t width = width_of(&columns[cell->column], cell->span);
        if (cell->width > width)
            columns[cell->column + cell->span - 1].width += cell->width - width;
    }
}

static void add_blanks(struct text_lines *lines, size_t count)
{
    static const char no_break_space[] = "\xC2\xA0";
    for (size_t i = 0; i < count; i++)
        text_lines_add(lines, no_break_space, sizeof no_break_space - 1);
}

static void write_underline(struct text_lines *lines, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_blanks(lines, i > 0 ? GAP : 0);
        for (size_t j = 0; j < columns[i].width; j++)
            text_lines_add_word(lines, "-");
    }
    text_lines_end(lines);
}

/* Writes the row that begins with a cell, and gives the first cell of the next one. */
static size_t write_aligned_row(const struct text_table *table, struct text_lines *lines,
                                const struct column *columns, size_t first)
{
    size_t at = 0;
    size_t row = table->cells[first].row;
    size_t i = first;
    for (; i < table->count && table->cells[i].row == row; i++) {
        const struct text_cell *cell = &table->cells[i];
        size_t start = cell->column > 0 ? width_of(columns, cell->column) + GAP : 0;
        size_t width = width_of(&columns[cell->column], cell->span);
        if (cell->span == 1 && columns[cell->column].numbers)
            start += width - cell->width;
        add_blanks(lines, start > at ? start - at : 0);
        text_lines_add(lines, cell->text, strlen(cell->text));
        at = (start > at ? start : at) + cell->width;
    }
    text_lines_end(lines);
    return i;
}

static void write_aligned(const struct text_table *table, struct text_lines *lines,
                          const struct column *columns)
{
    bool preformatted = lines->preformatted;
    lines->preformatted = true;
    bool underlined = table->header_rows == 0;
    for (size_t i = 0; i < table->count && !lines->full;) {
        if (!underlined && table->cells[i].row >= table->header_rows) {
            write_underline(lines, columns, table->columns);
            underlined = true;
        }
        i = write_aligned_row(table, lines, columns, i);
    }
    lines->preformatted = preformatted;
}

static const struct text_cell *head_of(const struct text_table *table, size_t column)
{
    for (size_t i = 0; i < table->count && table->cells[i].row == 0; i++)
        if (table->cells[i].column == column && *table->cells[i].text != '\0')
            return &table->cells[i];
    return NULL;
}

/* A row of a table with heads, as lines of its own. */
static void write_record_cell(const struct text_table *table, struct text_lines *lines,
                              const struct text_cell *cell)
{
    const struct text_cell *head = head_of(table, cell->column);
    if (*cell->text == '\0')
        return;
    if (head != NULL) {
        text_lines_add(lines, head->text, strlen(head->text));
        text_lines_add(lines, ": ", 2);
    }
    text_lines_add(lines, cell->text, strlen(cell->text));
    text_lines_end(lines);
}

static void write_lines(const struct text_table *table, struct text_lines *lines)
{
    bool records = table->header_rows == 1 && table->rows > 1;
    for (size_t i = 0; i < table->count && !lines->full; i++) {
        const struct text_cell *cell = &table->cells[i];
        bool first = i == 0 || cell[-1].row != cell->row;
        if (records && cell->row == 0)
            continue;
        if (records) {
            if (first)
                text_lines_end_paragraph(lines);
            write_record_cell(table, lines, cell);
            continue;
        }
        if (first)
            text_lines_end(lines);
        else
            text_lines_add(lines, " | ", 3);
        text_lines_add(lines, cell->text, strlen(cell->text));
    }
    text_lines_end(lines);
}

void text_table_write(const struct text_table *table, struct text_lines *lines)
{
    struct column columns[TEXT_TABLE_COLUMNS];
    measure(table, columns);
    make_room_for_spans(table, columns);
    if (width_of(columns, table->columns) <= text_lines_room(lines))
        write_aligned(table, lines, columns);
    else
        write_lines(table, lines);
}
