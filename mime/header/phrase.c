/* SPDX-License-Identifier: ISC */
#include "header/phrase.h"

#include "header/comment.h"
#include "header/encoded_word.h"
#include "header/fold.h"
#include "text.h"

#include <string.h>

/* Lines may have encoded-words in them, so all keep to their limit. */
enum { LINE = MIME_ENCODED_WORD_LINE, LONGEST_WORD = 64, LONGEST_QUOTED = 72 };

/* Whether it is atoms with single spaces between, which need no quotes. */
static bool is_atoms(const char *text)
{
    bool after_space = true;
    for (; *text != '\0'; text++) {
        if (*text == ' ' ? after_space : strchr("()<>@,;:\\\".[]", *text) != NULL)
            return false;
        after_space = *text == ' ';
    }
    return !after_space;
}

static size_t quoted_size(const char *text)
{
    size_t size = 2;
    for (; *text != '\0'; text++)
        size += *text == '"' || *text == '\\' ? 2 : 1;
    return size;
}

static bool needs_encoding(const char *text, bool utf8_headers)
{
    size_t size = strlen(text);
    if (!utf8_headers && !text_is_ascii(text, size))
        return true;
    /* White space at the ends is safe in quotes. */
    size_t start = strspn(text, " ");
    while (size > start && text[size - 1] == ' ')
        size--;
    if (mime_encoded_word_needed(text + start, size - start, utf8_headers) ||
        strchr(text, '\t') != NULL)
        return true;
    if (!is_atoms(text))
        return quoted_size(text) > LONGEST_QUOTED;
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (word > LONGEST_WORD)
            return true;
        text += word + strspn(text + word, " ");
    }
    return false;
}

/* Writes it in quotes, all on one line: some readers keep the line end of a fold in quotes. */
static void append_quoted(struct buffer *out, const char *text)
{
    buffer_append_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buffer_append_char(out, '\\');
        buffer_append_char(out, *text);
    }
    buffer_append_char(out, '"');
}

static void append_plain(struct buffer *out, const char *text, const char *tail, bool space,
                         size_t *column)
{
    bool atoms = is_atoms(text);
    while (*text != '\0') {
        size_t taken = atoms ? strcspn(text, " ") : strlen(text);
        size_t length = atoms ? taken : quoted_size(text);
        bool last = text[taken] == '\0';
        length += last ? strlen(tail) : 0;
        if (space)
            mime_fold_space(out, column, LINE, " ", 1, length);
        if (atoms)
            buffer_append(out, text, taken);
        else
            append_quoted(out, text);
        buffer_append_string(out, last ? tail : "");
        *column += length;
        text += taken + !last;
        space = true;
    }
}

void mime_phrase_append(struct buffer *out, const char *text, const char *tail, bool space,
                        bool utf8_headers, size_t *column)
{
    if (!needs_encoding(text, utf8_headers)) {
        append_plain(out, text, tail, space, column);
        return;
    }
    /* The words fold at the space in front of them by themselves. */
    if (space) {
        buffer_append_char(out, ' ');
        ++*column;
    }
    mime_encoded_word_append(out, text, strlen(text), MIME_WORD_PHRASE, column);
    size_t length = strlen(tail);
    if (length > 0) {
        mime_fold_space(out, column, LINE, " ", 1, length);
        buffer_append(out, tail, length);
        *column += length;
    }
}

/* Appends a quoted string without its quotes and backslashes. */
static const char *read_quoted(const char **at, struct buffer *text)
{
    for (++*at; **at != '"'; ++*at) {
        if (**at == '\\' && (*at)[1] != '\0')
            ++*at;
        if (**at == '\0')
            return "has a quoted string whose end is missing";
        buffer_append_char(text, **at);
    }
    ++*at;
    return NULL;
}

const char *mime_phrase_read(const char **at, struct buffer *text)
{
    bool after_dot = true;
    for (;;) {
        const char *before = *at;
        const char *wrong = mime_comment_skip(at);
        bool apart = *at > before;
        size_t atom = strcspn(*at, " \t\r\n()<>@,;:\\\".[]");
        bool dot = **at == '.';
        if (wrong != NULL || (atom == 0 && !dot && **at != '"'))
            return wrong;
        if (text->size > 0 && (apart || !(dot || after_dot)))
            buffer_append_char(text, ' ');
        if (**at == '"') {
            wrong = read_quoted(at, text);
            if (wrong != NULL)
                return wrong;
        } else {
            size_t size = dot ? 1 : atom;
            buffer_append(text, *at, size);
            *at += size;
        }
        after_dot = dot;
    }
}
