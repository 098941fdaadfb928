/* SPDX-License-Identifier: ISC */
#include "header/parameter.h"

#include "header/encoded_word.h"
#include "header/fold.h"
#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 78 };

/* The longest form of one character: four octets, percent-encoded. */
enum { UNIT_SIZE = 4 * 3 };

struct section_writer {
    struct buffer *out;
    const char *name;
    const char *charset; /* NULL: not extended, but quoted strings */
    size_t *column;
};

bool mime_parameter_is_token_character(char c)
{
    return text_is_letter(c) || text_is_digit(c) ||
           (c > ' ' && c < 127 && strchr("()<>@,;:\\\"/[]?=", c) == NULL);
}

/* Whether c stands for itself in an extended value (RFC 2231 7, attribute-char). */
static bool is_attribute_character(char c)
{
    return mime_parameter_is_token_character(c) && c != '*' && c != '\'' && c != '%';
}

/* Some readers look for charset and percent signs in tokens that are not extended, too. */
static bool is_token(const char *value)
{
    for (const char *at = value; *at != '\0'; at++)
        if (!is_attribute_character(*at))
            return false;
    return *value != '\0';
}

/* Whether it can be a quoted string that every reader takes as it is. */
static bool is_quotable(const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (value[i] < ' ' || value[i] >= 127)
            return false;
    return !mime_encoded_word_needed(value, size, false);
}

static bool needs_backslash(char c)
{
    return c == '"' || c == '\\';
}

static size_t plain_size(const char *value)
{
    if (is_token(value))
        return strlen(value);
    size_t size = 2;
    for (; *value != '\0'; value++)
        size += needs_backslash(*value) ? 2 : 1;
    return size;
}

static void put(struct buffer *out, size_t *column, const char *bytes, size_t size)
{
    buffer_append(out, bytes, size);
    *column += size;
}

static void put_string(struct buffer *out, size_t *column, const char *string)
{
    put(out, column, string, strlen(string));
}

static void append_plain(struct buffer *out, const char *name, const char *value, size_t *column)
{
    /* One octet is left for the semicolon of the next parameter. */
    mime_fold_space(out, column, LINE - 1, " ", 1, strlen(name) + 1 + plain_size(value));
    put_string(out, column, name);
    put_string(out, column, "=");
    if (is_token(value)) {
        put_string(out, column, value);
        return;
    }
    put_string(out, column, "\"");
    for (; *value != '\0'; value++) {
        if (needs_backslash(*value))
            put_string(out, column, "\\");
        put(out, column, value, 1);
    }
    put_string(out, column, "\"");
}

/* Encoded-words take lines of 76, so that the closing quote and a semicolon fit behind them. */
static void append_words(struct buffer *out, const char *name, const char *value, size_t size,
                         size_t *column)
{
    mime_fold_space(out, column, LINE, " ", 1, LINE);
    put_string(out, column, name);
    put_string(out, column, "=\"");
    mime_encoded_word_append(out, value, size, MIME_WORD_PHRASE, column);
    put_string(out, column, "\"");
}

/*
 * Writes the next character of value as it stands in a section, and gives the octets it takes
 * there; *taken receives how many it is made of. Characters are not parted, since some readers
 * decode each section by itself.
 */
static size_t make_unit(char unit[static UNIT_SIZE], bool extended, const char *value, size_t size,
                        size_t *taken)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t length = text_utf8_character(value, size, NULL);
    *taken = length > 0 ? length : 1;
    size_t used = 0;
    if (!extended && needs_backslash(*value))
        unit[used++] = '\\';
    for (size_t i = 0; i < *taken; i++) {
        unsigned char octet = (unsigned char)value[i];
        if (!extended || is_attribute_character(value[i])) {
            unit[used++] = value[i];
        } else {
            unit[used++] = '%';
            unit[used++] = digits[octet >> 4];
            unit[used++] = digits[octet & 15];
        }
    }
    return used;
}

static size_t extended_size(const char *value, size_t size)
{
    size_t total = 0;
    while (size > 0) {
        char unit[UNIT_SIZE];
        size_t taken;
        total += make_unit(unit, true, value, size, &taken);
        value += taken;
        size -= taken;
    }
    return total;
}

/* Begins "name*=", or with numbered set the section "name*2*=" or "name*2=". */
static void begin_section(const struct section_writer *writer, bool numbered, size_t index,
                          size_t next)
{
    char number[32] = "";
    if (numbered)
        snprintf(number, sizeof number, "*%zu", index);
    mime_fold_space(writer->out, writer->column, LINE, " ", 1, next);
    put_string(writer->out, writer->column, writer->name);
    put_string(writer->out, writer->column, number);
    put_string(writer->out, writer->column, writer->charset != NULL ? "*=" : "=\"");
    if (writer->charset != NULL && index == 0) {
        put_string(writer->out, writer->column, writer->charset);
        put_string(writer->out, writer->column, "''");
    }
}

static void append_sections(const struct section_writer *writer, const char *value, size_t size)
{
    bool extended = writer->charset != NULL;
    const char *end = extended ? "" : "\"";
    size_t reserved = strlen(end) + 1;
    size_t whole = !extended ? LINE
                             : strlen(writer->name) + 2 + strlen(writer->charset) + 2 +
                                   extended_size(value, size);
    bool numbered = 1 + whole + reserved > LINE;
    size_t index = 0;
    begin_section(writer, numbered, index, numbered ? LINE : whole + reserved);
    bool empty = true;
    while (size > 0) {
        char unit[UNIT_SIZE];
        size_t taken;
        size_t length = make_unit(unit, extended, value, size, &taken);
        if (!empty && *writer->column + length + reserved > LINE) {
            put_string(writer->out, writer->column, end);
            put_string(writer->out, writer->column, ";");
            begin_section(writer, numbered, ++index, LINE);
        }
        put(writer->out, writer->column, unit, length);
        empty = false;
        value += taken;
        size -= taken;
    }
    put_string(writer->out, writer->column, end);
}

void mime_parameter_append(struct buffer *out, const char *name, const char *value,
                           enum mime_parameter_form form, size_t *column)
{
    size_t size = strlen(value);
    bool utf8 = text_is_utf8(value, size);
    bool quotable = is_quotable(value, size);
    put_string(out, column, ";");
    if (quotable && 1 + strlen(name) + 1 + plain_size(value) < LINE) {
        append_plain(out, name, value, column);
    } else if (form == MIME_PARAMETER_ENCODED_WORD && utf8) {
        append_words(out, name, value, size, column);
    } else {
        const char *charset = quotable ? NULL : utf8 ? "utf-8" : "";
        struct section_writer writer = {out, name, charset, column};
        append_sections(&writer, value, size);
    }
}
