/* SPDX-License-Identifier: ISC */
#include "content/json.h"

#include "text.h"

#include <string.h>

enum { DEEPEST = 256 };

/* What may come next inside of an object or array. */
enum expected { VALUE, VALUE_OR_END, NAME, NAME_OR_END, COLON, COMMA_OR_END };

/* How the reading of a piece ended: CUT is at the end of the sample, where it could go on. */
enum outcome { GOOD, WRONG, CUT };

struct reader {
    const char *at;
    const char *end;
    size_t depth;
    bool is_object[DEEPEST];
    bool lines_inside; /* a value had a line end in it */
};

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static void skip_space(struct reader *reader)
{
    while (reader->at < reader->end && memchr(" \t\r\n", *reader->at, 4) != NULL) {
        reader->lines_inside |= is_line_end(*reader->at);
        reader->at++;
    }
}

static bool is_hexadecimal(char c)
{
    return text_is_digit(c) || (text_lower(c) >= 'a' && text_lower(c) <= 'f');
}

/* What follows a backslash. */
static enum outcome read_escape(struct reader *reader)
{
    if (reader->at == reader->end)
        return CUT;
    char c = *reader->at++;
    if (c != 'u')
        return memchr("\"\\/bfnrt", c, 8) != NULL ? GOOD : WRONG;
    for (int i = 0; i < 4; i++) {
        if (reader->at == reader->end)
            return CUT;
        if (!is_hexadecimal(*reader->at++))
            return WRONG;
    }
    return GOOD;
}

/* The rest of a string whose first quote was read. */
static enum outcome read_string(struct reader *reader)
{
    enum outcome outcome = GOOD;
    while (outcome == GOOD && reader->at < reader->end) {
        char c = *reader->at++;
        if (c == '"')
            return GOOD;
        if ((unsigned char)c < ' ')
            return WRONG;
        if (c == '\\')
            outcome = read_escape(reader);
    }
    return outcome == WRONG ? WRONG : CUT;
}

static size_t skip_digits(struct reader *reader)
{
    const char *start = reader->at;
    while (reader->at < reader->end && text_is_digit(*reader->at))
        reader->at++;
    return (size_t)(reader->at - start);
}

static bool skip_one_of(struct reader *reader, const char *set)
{
    bool found = reader->at < reader->end && strchr(set, *reader->at) != NULL;
    reader->at += found;
    return found;
}

static enum outcome read_number(struct reader *reader)
{
    skip_one_of(reader, "-");
    bool zero = reader->at < reader->end && *reader->at == '0';
    size_t digits = skip_digits(reader);
    bool wrong = digits == 0 || (zero && digits > 1);
    if (!wrong && skip_one_of(reader, "."))
        wrong = skip_digits(reader) == 0;
    if (!wrong && skip_one_of(reader, "eE")) {
        skip_one_of(reader, "+-");
        wrong = skip_digits(reader) == 0;
    }
    if (reader->at == reader->end)
        return CUT;
    return wrong ? WRONG : GOOD;
}

static enum outcome read_word(struct reader *reader)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t left = (size_t)(reader->end - reader->at);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (left < length && memcmp(reader->at, words[i], left) == 0)
            return CUT;
        if (left >= length && memcmp(reader->at, words[i], length) == 0) {
            reader->at += length;
            return GOOD;
        }
    }
    return WRONG;
}

/* Reads a value; of an object or array its beginning. */
static enum outcome read_value(struct reader *reader, enum expected *next)
{
    char c = *reader->at;
    *next = COMMA_OR_END;
    if (c == '{' || c == '[') {
        if (reader->depth == DEEPEST)
            return WRONG;
        reader->at++;
        reader->is_object[reader->depth++] = c == '{';
        *next = c == '{' ? NAME_OR_END : VALUE_OR_END;
        return GOOD;
    }
    if (c == '"') {
        reader->at++;
        return read_string(reader);
    }
    return c == '-' || text_is_digit(c) ? read_number(reader) : read_word(reader);
}

/* Reads what stands between values, or a value. There is at least one octet. */
static enum outcome read_next(struct reader *reader, enum expected *next)
{
    char c = *reader->at;
    bool in_object = reader->is_object[reader->depth - 1];
    bool may_end = *next == VALUE_OR_END || *next == NAME_OR_END || *next == COMMA_OR_END;
    if (may_end && c == (in_object ? '}' : ']')) {
        reader->at++;
        reader->depth--;
        *next = COMMA_OR_END;
        return GOOD;
    }
    if (*next == VALUE || *next == VALUE_OR_END)
        return read_value(reader, next);
    reader->at++;
    if (*next == NAME || *next == NAME_OR_END) {
        *next = COLON;
        return c == '"' ? read_string(reader) : WRONG;
    }
    if (c != (*next == COLON ? ':' : ','))
        return WRONG;
    *next = *next == COLON || !in_object ? VALUE : NAME;
    return GOOD;
}

/* Reads one object or array, from its first octet to its last. */
static enum outcome read_document(struct reader *reader)
{
    enum expected next = VALUE;
    enum outcome outcome = read_value(reader, &next);
    reader->lines_inside = false;
    while (outcome == GOOD && reader->depth > 0) {
        skip_space(reader);
        outcome = reader->at == reader->end ? CUT : read_next(reader, &next);
    }
    return outcome;
}

enum mime_json mime_json_check(const char *bytes, size_t size, bool whole)
{
    struct reader reader = {.at = bytes, .end = bytes + size};
    size_t documents = 0;
    bool one_line_each = true;
    for (;;) {
        const char *before = reader.at;
        reader.lines_inside = false;
        skip_space(&reader);
        if (reader.at == reader.end)
            break;
        bool new_line = before == bytes || reader.lines_inside;
        if (!new_line || !one_line_each || memchr("{[", *reader.at, 2) == NULL)
            return MIME_JSON_NONE;
        enum outcome outcome = read_document(&reader);
        if (outcome == WRONG || (outcome == CUT && whole))
            return MIME_JSON_NONE;
        one_line_each = !reader.lines_inside;
        documents++;
        if (outcome == CUT)
            break;
    }
    if (documents > 1)
        return one_line_each ? MIME_JSON_LINES : MIME_JSON_NONE;
    return documents == 1 ? MIME_JSON_TEXT : MIME_JSON_NONE;
}
