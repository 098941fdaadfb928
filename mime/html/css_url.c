/* SPDX-License-Identifier: ISC */
#include "html/css_url.h"

#include "html/html_tree.h"
#include "text.h"

#include <stdint.h>

/* Longer than all names that mean something here. */
enum { NAME_SIZE = 16 };

struct css_scanner css_scan(const char *text, size_t size)
{
    return (struct css_scanner){.text = text, .size = size};
}

static char look(const struct css_scanner *scanner, size_t offset)
{
    return scanner->size - scanner->at > offset ? scanner->text[scanner->at + offset] : '\0';
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r' || c == '\f';
}

static bool is_name(char c)
{
    return text_is_letter(c) || text_is_digit(c) || c == '_' || c == '-' || (c & 0x80) != 0;
}

static bool is_escape(const char *text, size_t size)
{
    return size >= 2 && text[0] == '\\' && !is_line_end(text[1]);
}

/* Reads what is behind a backslash. Gives the octets taken, and the character, or 0 when it is the
 * octet itself that stands there. */
static size_t read_escape(const char *text, size_t size, uint32_t *code_point)
{
    size_t i = 0;
    *code_point = 0;
    for (; i < 6 && i < size && text_hexadecimal(text[i]) >= 0; i++)
        *code_point = *code_point * 16 + (uint32_t)text_hexadecimal(text[i]);
    if (i == 0)
        return 1;
    if (*code_point == 0 || *code_point > 0x10FFFF ||
        (*code_point >= 0xD800 && *code_point <= 0xDFFF))
        *code_point = 0xFFFD;
    if (i + 1 < size && text[i] == '\r' && text[i + 1] == '\n')
        return i + 2;
    return i + (i < size && html_is_space(text[i]));
}

static void append_character(struct buffer *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        buffer_append_char(out, (char)code_point);
        return;
    }
    unsigned more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    buffer_append_char(out, (char)((0xFF00u >> (more + 1)) | (code_point >> (6 * more))));
    while (more-- > 0)
        buffer_append_char(out, (char)(0x80 | (code_point >> (6 * more) & 0x3F)));
}

void css_append_decoded(struct buffer *out, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        if (text[i] != '\\') {
            buffer_append_char(out, text[i++]);
        } else if (i + 1 < size && is_line_end(text[i + 1])) {
            i += text[i + 1] == '\r' && i + 2 < size && text[i + 2] == '\n' ? 3 : 2;
        } else {
            uint32_t code_point = 0;
            size_t taken = ++i < size ? read_escape(text + i, size - i, &code_point) : 0;
            if (code_point != 0)
                append_character(out, code_point);
            else
                buffer_append(out, text + i, taken);
            i += taken;
        }
    }
}

static void skip_comment(struct css_scanner *scanner)
{
    scanner->at += 2;
    while (scanner->at < scanner->size && !(look(scanner, 0) == '*' && look(scanner, 1) == '/'))
        scanner->at++;
    scanner->at += scanner->size - scanner->at < 2 ? scanner->size - scanner->at : 2;
}

static void skip_space(struct css_scanner *scanner)
{
    while (scanner->at < scanner->size && html_is_space(look(scanner, 0)))
        scanner->at++;
}

/* At a quote. @return whether it is ended by another one, or by the end of the text. */
static bool read_string(struct css_scanner *scanner)
{
    scanner->quote = scanner->text[scanner->at++];
    scanner->start = scanner->at;
    for (; scanner->at < scanner->size; scanner->at++) {
        char c = look(scanner, 0);
        scanner->end = scanner->at;
        if (c == scanner->quote) {
            scanner->at++;
            return true;
        }
        if (is_line_end(c))
            return false;
        if (c == '\\' && scanner->at + 1 < scanner->size)
            scanner->at += look(scanner, 1) == '\r' && look(scanner, 2) == '\n' ? 2 : 1;
    }
    scanner->at = scanner->end = scanner->size;
    return true;
}

/* Reads a name, and keeps its beginning in lower case. */
static void read_name(struct css_scanner *scanner, char name[static NAME_SIZE])
{
    size_t length = 0;
    while (scanner->at < scanner->size) {
        uint32_t code_point = 0;
        char c = look(scanner, 0);
        if (is_name(c)) {
            scanner->at++;
        } else if (is_escape(scanner->text + scanner->at, scanner->size - scanner->at)) {
            scanner->at++;
            c = look(scanner, 0);
            scanner->at +=
                read_escape(scanner->text + scanner->at, scanner->size - scanner->at, &code_point);
            if (code_point != 0)
                c = code_point < 0x80 ? (char)code_point : '?';
        } else {
            break;
        }
        if (length + 1 < NAME_SIZE)
            name[length++] = text_lower(c);
    }
    name[length] = '\0';
}

/* 4.3.6, behind "url(". @return whether it is a URL, and not the remnants of a bad one. */
static bool read_unquoted(struct css_scanner *scanner)
{
    bool good = true;
    scanner->quote = '\0';
    scanner->start = scanner->end = scanner->at;
    for (; scanner->at < scanner->size && look(scanner, 0) != ')'; scanner->at++) {
        char c = look(scanner, 0);
        if (html_is_space(c))
            continue;
        if (scanner->end != scanner->at || c == '"' || c == '\'' || c == '(' ||
            (c > 0 && c < ' ') || c == '\x7F')
            good = false;
        if (is_escape(scanner->text + scanner->at, scanner->size - scanner->at)) {
            uint32_t code_point;
            scanner->at += read_escape(scanner->text + scanner->at + 1,
                                       scanner->size - scanner->at - 1, &code_point);
        } else if (c == '\\') {
            good = false;
        }
        scanner->end = scanner->at + 1;
    }
    if (scanner->at < scanner->size)
        scanner->at++;
    return good;
}

/* At a name. @return whether it was a URL. */
static bool read_name_or_url(struct css_scanner *scanner)
{
    char name[NAME_SIZE];
    read_name(scanner, name);
    if (look(scanner, 0) != '(' || !text_same(name, "url"))
        return false;
    scanner->at++;
    skip_space(scanner);
    char c = look(scanner, 0);
    return c == '"' || c == '\'' ? read_string(scanner) : read_unquoted(scanner);
}

/* Behind '@'. */
static void read_at_rule(struct css_scanner *scanner)
{
    static const char *const left_alone[] = {"import", "namespace", "font-face"};
    char name[NAME_SIZE];
    read_name(scanner, name);
    for (size_t i = 0; i < sizeof left_alone / sizeof *left_alone; i++)
        if (!scanner->passing && text_same(name, left_alone[i])) {
            scanner->passing = true;
            scanner->open_braces = 0;
        }
}

/* A character that stands for itself. */
static void read_delimiter(struct css_scanner *scanner)
{
    char c = scanner->text[scanner->at++];
    if (!scanner->passing)
        return;
    if (c == '{')
        scanner->open_braces++;
    else if (c == '}' && scanner->open_braces > 0)
        scanner->passing = --scanner->open_braces > 0;
    else if (c == ';' || c == '}')
        scanner->passing = scanner->open_braces > 0;
}

bool css_next_url(struct css_scanner *scanner)
{
    char name[NAME_SIZE];
    while (scanner->at < scanner->size) {
        char c = look(scanner, 0);
        if (c == '/' && look(scanner, 1) == '*') {
            skip_comment(scanner);
        } else if (c == '"' || c == '\'') {
            read_string(scanner);
        } else if (text_is_digit(c) || c == '#') {
            scanner->at++;
            read_name(scanner, name);
        } else if (c == '@') {
            scanner->at++;
            read_at_rule(scanner);
        } else if (is_name(c) ||
                   is_escape(scanner->text + scanner->at, scanner->size - scanner->at)) {
            if (read_name_or_url(scanner) && !scanner->passing)
                return true;
        } else {
            read_delimiter(scanner);
        }
    }
    return false;
}
