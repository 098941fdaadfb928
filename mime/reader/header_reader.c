/* SPDX-License-Identifier: ISC */
#include "reader/header_reader.h"

#include "text.h"

#include <string.h>

/* Longer ones are text with a colon in it. */
enum { LONGEST_NAME = 255, SHOWN_SIZE = 64 };

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

static size_t white_size(const char *bytes, size_t size)
{
    size_t white = 0;
    while (white < size && is_white(bytes[white]))
        white++;
    return white;
}

enum mime_header_line mime_header_line(const char *line, size_t size, size_t *name_size)
{
    if (size == 0)
        return MIME_HEADER_EMPTY;
    if (is_white(line[0]))
        return MIME_HEADER_FOLDED;
    size_t name = 0;
    while (name < size && line[name] > ' ' && line[name] < 127 && line[name] != ':')
        name++;
    size_t colon = name + white_size(line + name, size - name);
    if (name == 0 || name > LONGEST_NAME || colon == size || line[colon] != ':')
        return MIME_HEADER_OTHER;
    if (name_size != NULL)
        *name_size = name;
    return MIME_HEADER_FIELD;
}

bool mime_header_is_mailbox_line(const char *line, size_t size)
{
    size_t quote = size > 0 && line[0] == '>' ? 1 : 0;
    return size - quote >= 5 && memcmp(line + quote, "From ", 5) == 0;
}

/* The length of the line at the beginning of bytes, with its line end. */
static size_t line_size(const char *bytes, size_t size)
{
    const char *feed = memchr(bytes, '\n', size);
    return feed == NULL ? size : (size_t)(feed - bytes) + 1;
}

/* The same without the line end. */
static size_t text_size(const char *bytes, size_t size)
{
    if (size > 0 && bytes[size - 1] == '\n')
        size -= size > 1 && bytes[size - 2] == '\r' ? 2 : 1;
    return size;
}

bool mime_header_next(const char *header, size_t size, size_t *at, struct mime_header_field *field)
{
    if (*at >= size)
        return false;
    const char *bytes = header + *at;
    size_t left = size - *at;
    *field = (struct mime_header_field){.bytes = bytes, .size = line_size(bytes, left)};
    mime_header_line(bytes, text_size(bytes, field->size), &field->name_size);
    while (field->size < left && is_white(bytes[field->size]))
        field->size += line_size(bytes + field->size, left - field->size);
    *at += field->size;
    return true;
}

bool mime_header_field_is(const struct mime_header_field *field, const char *name)
{
    return text_same_bytes(field->bytes, field->name_size, name);
}

static size_t value_offset(const struct mime_header_field *field)
{
    size_t behind = field->name_size;
    return behind + white_size(field->bytes + behind, field->size - behind) + 1;
}

void mime_header_append_value(struct buffer *out, const struct mime_header_field *field)
{
    size_t start = out->size;
    for (size_t at = value_offset(field); at < field->size;) {
        const char *line = field->bytes + at;
        size_t size = line_size(line, field->size - at);
        size_t white = out->size == start ? white_size(line, text_size(line, size)) : 0;
        buffer_append(out, line + white, text_size(line, size) - white);
        at += size;
    }
    while (out->size > start && is_white(out->bytes[out->size - 1]))
        out->size--;
}

void mime_header_append_field(struct buffer *out, const struct mime_header_field *field)
{
    buffer_append(out, field->bytes, field->name_size);
    buffer_append_char(out, ':');
    size_t first = value_offset(field);
    for (size_t at = first; at < field->size || at == first;) {
        const char *line = field->bytes + at;
        size_t size = line_size(line, field->size - at);
        size_t text = text_size(line, size);
        if (at == first || white_size(line, text) < text) {
            buffer_append(out, line, text);
            buffer_append_string(out, "\r\n");
        }
        if (size == 0)
            break;
        at += size;
    }
}

int mime_header_check_field(const struct mime_header_field *field, struct mailer_error *error)
{
    for (size_t at = field->name_size; at < field->size;) {
        const char *line = field->bytes + at;
        size_t size = line_size(line, field->size - at);
        size_t text = text_size(line, size);
        for (size_t i = 0; i < text; i++) {
            unsigned char octet = (unsigned char)line[i];
            if ((octet >= ' ' && octet != 127) || octet == '\t')
                continue;
            char name[SHOWN_SIZE];
            text_printable(name, sizeof name, field->bytes, field->name_size);
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "the header field %s has the control character \\x%02X: take it out",
                             name, octet);
        }
        at += size;
    }
    return 0;
}
