/* SPDX-License-Identifier: ISC */
#include "html/text_lines.h"

#include "html/character_width.h"
#include "html/html_tree.h"
#include "text.h"

#include <string.h>

static const uint32_t no_break_space = 0xA0;

struct text_lines text_lines_start(size_t limit, bool flat)
{
    return (struct text_lines){
        .out = buffer_empty(SIZE_MAX),
        .line = buffer_empty(SIZE_MAX),
        .word = buffer_empty(SIZE_MAX),
        .flat = flat,
        .limit = limit,
    };
}

void text_lines_free(struct text_lines *lines)
{
    buffer_free(&lines->out);
    buffer_free(&lines->line);
    buffer_free(&lines->word);
}

bool text_lines_failed(const struct text_lines *lines)
{
    return lines->out.failed || lines->line.failed || lines->word.failed;
}

static size_t shown_levels(const struct text_lines *lines)
{
    return lines->level_count < TEXT_LINES_LEVELS ? lines->level_count : TEXT_LINES_LEVELS;
}

size_t text_lines_room(const struct text_lines *lines)
{
    size_t room = TEXT_LINES_WIDTH;
    if (lines->flat)
        return SIZE_MAX;
    for (size_t i = 0; i < shown_levels(lines); i++) {
        size_t mark = strlen(lines->levels[i].rest);
        room = room > TEXT_LINES_LEAST_WIDTH + mark ? room - mark : TEXT_LINES_LEAST_WIDTH;
    }
    return room;
}

/* Adds text as a line or part of one, without blanks at its end. */
static void write_line(struct text_lines *lines, size_t start)
{
    struct buffer *out = &lines->out;
    while (out->size > start && out->bytes[out->size - 1] == ' ')
        out->size--;
    buffer_append_char(out, '\n');
}

static void write_marks(struct text_lines *lines, size_t levels, bool blank)
{
    for (size_t i = 0; i < levels; i++) {
        struct text_level *level = &lines->levels[i];
        buffer_append_string(&lines->out, level->fresh && !blank ? level->first : level->rest);
        if (!blank)
            level->fresh = false;
    }
}

/* Cuts what would be too long, at a character. */
static size_t fitting_size(const struct text_lines *lines)
{
    size_t room = lines->limit > lines->out.size ? lines->limit - lines->out.size : 0;
    size_t size = lines->line.size;
    if (size <= room)
        return size;
    while (room > 0 && ((unsigned char)lines->line.bytes[room] & 0xC0) == 0x80)
        room--;
    return room;
}

static void write_current(struct text_lines *lines)
{
    size_t shown = shown_levels(lines);
    size_t start = lines->out.size;
    if (lines->blank_due && start > 0) {
        write_marks(lines, lines->blank_level < shown ? lines->blank_level : shown, true);
        write_line(lines, start);
    }
    lines->blank_due = false;
    start = lines->out.size;
    write_marks(lines, shown, false);
    size_t size = fitting_size(lines);
    lines->full = size < lines->line.size;
    buffer_append(&lines->out, lines->line.bytes, size);
    write_line(lines, start);
    if (lines->line_width > lines->widest)
        lines->widest = lines->line_width;
}

static void clear_line(struct text_lines *lines)
{
    lines->line.size = 0;
    lines->line_width = 0;
    lines->space = false;
    lines->seen = false;
}

static bool is_blank(const struct buffer *line)
{
    size_t i = 0;
    while (i < line->size && line->bytes[i] == ' ')
        i++;
    return i == line->size;
}

/* Moves the word into the line, or into the next one. */
static void place_word(struct text_lines *lines)
{
    if (lines->word.size == 0 || lines->full)
        return;
    size_t space = lines->space && lines->line.size > 0;
    if (lines->line.size > 0 &&
        lines->line_width + space + lines->word_width > text_lines_room(lines)) {
        /* Spaces that do not break may be all that there is before a long word. */
        if (!is_blank(&lines->line))
            write_current(lines);
        lines->line.size = 0;
        lines->line_width = 0;
    } else if (space > 0) {
        buffer_append_char(&lines->line, ' ');
        lines->line_width++;
    }
    buffer_append(&lines->line, lines->word.bytes, lines->word.size);
    lines->line_width += lines->word_width;
    lines->word.size = 0;
    lines->word_width = 0;
    lines->space = false;
}

static void add_character(struct text_lines *lines, const char *bytes, size_t size, size_t width)
{
    buffer_append(&lines->word, bytes, size);
    lines->word_width += width;
}

static void add_seen(struct text_lines *lines, const char *bytes, size_t size, uint32_t code_point)
{
    unsigned width = character_width(code_point);
    /* Between wide characters a line may break. */
    if (width == 2 && !lines->preformatted)
        place_word(lines);
    add_character(lines, bytes, size, width);
    if (width == 2 && !lines->preformatted)
        place_word(lines);
    if (width > 0) {
        lines->seen = true;
        lines->count++;
    }
}

/* White space. In preformatted text it stays, and tabs go to each eighth column. */
static void add_space(struct text_lines *lines, char c)
{
    if (!lines->preformatted || lines->flat) {
        place_word(lines);
        lines->space = true;
    } else if (c == '\n') {
        text_lines_break(lines);
    } else if (c == '\t') {
        do
            add_character(lines, " ", 1, 1);
        while ((lines->line_width + lines->word_width) % 8 != 0);
    } else {
        add_character(lines, " ", 1, 1);
    }
}

/* What has no place in a text: controls, and marks that only steer how HTML is broken. */
static bool is_left_out(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x00AD ||
           code_point == 0x034F || code_point == 0x200B || code_point == 0x2060 ||
           code_point == 0xFEFF;
}

void text_lines_add(struct text_lines *lines, const char *text, size_t size)
{
    for (size_t i = 0; i < size && !lines->full;) {
        uint32_t code_point = 0xFFFD;
        size_t length = text_utf8_character(text + i, size - i, &code_point);
        if (html_is_space(text[i]))
            add_space(lines, text[i]);
        else if (length == 0)
            add_seen(lines, "\xEF\xBF\xBD", 3, 0xFFFD);
        else if (code_point == no_break_space)
            add_character(lines, " ", 1, 1);
        else if (!is_left_out(code_point))
            add_seen(lines, text + i, length, code_point);
        i += length > 0 ? length : 1;
    }
}

void text_lines_add_word(struct text_lines *lines, const char *text)
{
    bool preformatted = lines->preformatted;
    size_t size = strlen(text);
    lines->preformatted = true;
    for (size_t start = 0; start < size;) {
        size_t end = start;
        while (end < size && !html_is_space(text[end]))
            end++;
        text_lines_add(lines, text + start, end - start);
        start = end + 1;
    }
    lines->preformatted = preformatted;
}

void text_lines_break(struct text_lines *lines)
{
    place_word(lines);
    if (lines->full)
        return;
    if (lines->flat) {
        lines->space = true;
    } else if (lines->seen) {
        /* What was seen may stand in the line before. */
        if (!is_blank(&lines->line))
            write_current(lines);
        clear_line(lines);
    } else {
        clear_line(lines);
        lines->blank_due = true;
        lines->blank_level = lines->level_count;
    }
}

void text_lines_end(struct text_lines *lines)
{
    place_word(lines);
    if (lines->seen || lines->flat)
        text_lines_break(lines);
    else
        clear_line(lines);
}

void text_lines_end_paragraph(struct text_lines *lines)
{
    text_lines_end(lines);
    if (lines->level_count > 0 && lines->level_count <= TEXT_LINES_LEVELS &&
        lines->levels[lines->level_count - 1].fresh)
        return;
    lines->blank_due = true;
    lines->blank_level = lines->level_count;
}

void text_lines_rule(struct text_lines *lines, char c, size_t width)
{
    text_lines_end(lines);
    if (lines->flat || lines->full)
        return;
    size_t room = text_lines_room(lines);
    width = width > 0 && width < room ? width : room;
    for (size_t i = 0; i < width; i++)
        buffer_append_char(&lines->line, c);
    lines->line_width = width;
    write_current(lines);
    clear_line(lines);
}

void text_lines_push(struct text_lines *lines, const char *first, bool repeat)
{
    text_lines_end(lines);
    if (lines->level_count < TEXT_LINES_LEVELS) {
        struct text_level *level = &lines->levels[lines->level_count];
        size_t length = strlen(first);
        memcpy(level->first, first, length + 1);
        memcpy(level->rest, first, length + 1);
        if (!repeat)
            memset(level->rest, ' ', length);
        level->fresh = true;
    }
    lines->level_count++;
}

void text_lines_pop(struct text_lines *lines)
{
    text_lines_end(lines);
    lines->level_count--;
    if (lines->blank_level > lines->level_count)
        lines->blank_level = lines->level_count;
}

size_t text_lines_width(const char *text, size_t size)
{
    size_t width = 0;
    for (size_t i = 0; i < size;) {
        uint32_t code_point = 0xFFFD;
        size_t length = text_utf8_character(text + i, size - i, &code_point);
        width += character_width(code_point);
        i += length > 0 ? length : 1;
    }
    return width;
}
