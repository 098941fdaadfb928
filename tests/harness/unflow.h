/* SPDX-License-Identifier: ISC */
/** @file unflow.h  Reads format=flowed as RFC 3676 has it, to be compared with what was flowed. */
#ifndef TESTS_UNFLOW_H
#define TESTS_UNFLOW_H

#include "buffer.h"
#include "text.h"
#include "text/flowed.h"

#include <stdlib.h>
#include <string.h>

/** A line, without its end. */
struct unflow_line {
    const char *bytes;
    size_t size;
    bool has_end;
};

static inline bool unflow_next(const char **at, const char *end, struct unflow_line *line)
{
    if (*at == end)
        return false;
    const char *feed = memchr(*at, '\n', (size_t)(end - *at));
    *line = (struct unflow_line){*at, (size_t)((feed != NULL ? feed : end) - *at), feed != NULL};
    *at = feed != NULL ? feed + 1 : end;
    if (feed != NULL && line->size > 0 && feed[-1] == '\r')
        line->size--;
    return true;
}

/** Takes the quotes, and one space behind them (for a line without any, only if stuffed). */
static inline size_t unflow_quotes(struct unflow_line *line, bool stuffed)
{
    size_t quotes = 0;
    while (quotes < line->size && line->bytes[quotes] == '>')
        quotes++;
    line->bytes += quotes;
    line->size -= quotes;
    if ((quotes > 0 || stuffed) && line->size > 0 && line->bytes[0] == ' ') {
        line->bytes++;
        line->size--;
    }
    return quotes;
}

static inline bool unflow_is_signature(const struct unflow_line *line)
{
    return line->size == 3 && memcmp(line->bytes, "-- ", 3) == 0;
}

/** The paragraphs of a flowed text: depth, "|", content, LF. */
static inline struct buffer unflow_read(const char *bytes, size_t size, bool delete_space)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    struct unflow_line line;
    bool goes_on = false;
    size_t depth = 0;
    for (const char *at = bytes; unflow_next(&at, bytes + size, &line);) {
        size_t quotes = unflow_quotes(&line, true);
        /* What goes on in another depth does not go on. */
        if (goes_on && quotes != depth) {
            buffer_append_string(&out, "!\n");
            goes_on = false;
        }
        if (!goes_on)
            buffer_append_format(&out, "%zu|", quotes);
        depth = quotes;
        goes_on = line.size > 0 && line.bytes[line.size - 1] == ' ' && !unflow_is_signature(&line);
        buffer_append(&out, line.bytes, line.size - (goes_on && delete_space));
        if (!goes_on && line.has_end)
            buffer_append_char(&out, '\n');
    }
    /* A text does not end in the middle of a paragraph. */
    if (goes_on)
        buffer_append_char(&out, '!');
    return out;
}

/** The same of a text that is to be flowed: each line is a paragraph. */
static inline struct buffer unflow_expect(const char *bytes, size_t size)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    struct unflow_line line;
    for (const char *at = bytes; unflow_next(&at, bytes + size, &line);) {
        size_t quotes = unflow_quotes(&line, false);
        bool is_signature = unflow_is_signature(&line) && quotes <= MIME_FLOW_MOST_QUOTES;
        while (line.size > 0 && line.bytes[line.size - 1] == ' ' && !is_signature)
            line.size--;
        /* Spaces alone, at the end of the text, leave nothing behind. */
        if (!line.has_end && quotes == 0 && line.size == 0)
            break;
        buffer_append_format(&out, "%zu|", quotes);
        buffer_append(&out, line.bytes, line.size);
        if (line.has_end)
            buffer_append_char(&out, '\n');
    }
    return out;
}

/** Whether a line that goes on in the next is longer than it had to be. */
static inline bool unflow_is_too_long(struct unflow_line line)
{
    size_t spaces = 0;
    while (line.size > 0 && line.bytes[line.size - 1] == ' ') {
        line.size--;
        spaces++;
    }
    size_t start = unflow_quotes(&line, true);
    if (spaces == 0 || start + line.size <= MIME_FLOW_WIDTH)
        return false;
    size_t columns = start;
    size_t breaks = 0;
    bool has_word = false;
    for (size_t i = 0; i < line.size; i++) {
        bool is_first = ((unsigned char)line.bytes[i] & 0xC0) != 0x80;
        columns += is_first;
        breaks +=
            has_word && line.bytes[i] == ' ' && !(i == 2 && memcmp(line.bytes, "-- ", 3) == 0);
        has_word |= line.bytes[i] != ' ';
    }
    return columns > MIME_FLOW_WIDTH + 1 && breaks > 0;
}

/** Whether all lines are as short as they can be. */
static inline bool unflow_fits(const char *bytes, size_t size)
{
    struct unflow_line line;
    for (const char *at = bytes; unflow_next(&at, bytes + size, &line);)
        if (unflow_is_too_long(line))
            return false;
    return true;
}

#endif
