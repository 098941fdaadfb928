/* SPDX-License-Identifier: ISC */
#include "header/header.h"

#include "header/encoded_word.h"
#include "header/field_rules.h"
#include "header/fold.h"
#include "text.h"

#include <string.h>

/* RFC 5322 2.1.1: lines should be no longer than the one, and must be no longer than the other. */
enum { LINE = 78, LONGEST_LINE = 998 };

enum { LONGEST_NAME = 76, SHOWN_SIZE = 64 };

int mime_header_check_name(const char *name, struct mailer_error *error)
{
    size_t size = 0;
    while (name[size] > ' ' && name[size] < 127 && name[size] != ':')
        size++;
    if (size > 0 && size <= LONGEST_NAME && name[size] == '\0')
        return 0;
    char shown[SHOWN_SIZE];
    size = strlen(name);
    text_printable(shown, sizeof shown, name, size);
    if (size == 0)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "a header field needs a name");
    if (size > LONGEST_NAME)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the header field name \"%s...\" is longer than %d octets", shown,
                         LONGEST_NAME);
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "the header field name \"%s\" may have no space, colon, or other than "
                     "printable US-ASCII characters",
                     shown);
}

int mime_header_check_value(const char *what, const char *value, struct mailer_error *error)
{
    size_t size = strlen(value);
    size_t at = text_count_printable(value, size);
    while (at < size) {
        size_t length = text_utf8_character(value + at, size - at, NULL);
        if (length == 0)
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "%s is not UTF-8 at octet %zu: convert it", what, at + 1);
        if (value[at] != '\t' && text_has_control(value + at, length)) {
            char shown[16];
            text_printable(shown, sizeof shown, value + at, length);
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "%s has the control character %s at octet %zu: take it out", what,
                             shown, at + 1);
        }
        at += length;
        at += text_count_printable(value + at, size - at);
    }
    return 0;
}

/* White space and the word behind it. */
struct piece {
    size_t space;
    size_t word;
};

static struct piece next_piece(const char *text)
{
    size_t space = strspn(text, " \t");
    return (struct piece){space, strcspn(text + space, " \t")};
}

/* Whether every word can have a line that is not too long. */
static bool fits_plain(const char *value)
{
    if (strlen(value) < LONGEST_LINE)
        return true;
    /* The first word has the space behind the colon in front of it. */
    size_t space = 1;
    while (*value != '\0') {
        struct piece piece = next_piece(value);
        if (space + piece.space + piece.word > LONGEST_LINE)
            return false;
        value += piece.space + piece.word;
        space = 0;
    }
    return true;
}

static bool has_word_beyond(const char *value, size_t limit)
{
    if (strlen(value) <= limit)
        return false;
    while (*value != '\0') {
        struct piece piece = next_piece(value);
        if (piece.word > limit)
            return true;
        value += piece.space + piece.word;
    }
    return false;
}

/* Fields for people to read, in which every program decodes encoded-words (RFC 5322 3.6.5). In
 * others a long word may be data, which a program would not find again in pieces. */
static bool is_for_people(const char *name)
{
    return text_same(name, "Subject") || text_same(name, "Comments");
}

static void append_plain(struct buffer *out, const char *value, size_t column)
{
    size_t size = strlen(value);
    if (column + size <= LINE && *value > ' ') {
        buffer_append(out, value, size);
        return;
    }
    bool space = mime_fold_take_space(out, &column);
    while (*value != '\0') {
        struct piece piece = next_piece(value);
        /* Some readers keep the space of a fold behind the colon, so that is the last resort. */
        if (space)
            mime_fold_space(out, &column, LONGEST_LINE, " ", 1, piece.word);
        else if (piece.space > 0)
            mime_fold_space(out, &column, LINE, value, piece.space, piece.word);
        buffer_append(out, value + piece.space, piece.word);
        column += piece.word;
        value += piece.space + piece.word;
        space = false;
    }
}

static int refuse_long_word(const char *name, struct mailer_error *error)
{
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "%s has a word of %d octets or more, too long for a line of mail: part it "
                     "with spaces",
                     name, LONGEST_LINE);
}

static void append_name(struct buffer *out, const char *name)
{
    buffer_append_string(out, name);
    buffer_append(out, ": ", 2);
}

static int append_unstructured(struct buffer *out, const char *name, const char *value,
                               bool utf8_headers, struct mailer_error *error)
{
    size_t size = strlen(value);
    bool for_people = is_for_people(name);
    bool plain = !mime_encoded_word_needed(value, size, utf8_headers) && fits_plain(value) &&
                 !(for_people && has_word_beyond(value, LINE - 1));
    if (!plain && !for_people && text_is_ascii(value, size) &&
        has_word_beyond(value, LONGEST_LINE - 1))
        return refuse_long_word(name, error);
    size_t column = strlen(name) + 2;
    append_name(out, name);
    if (plain)
        append_plain(out, value, column);
    else
        mime_encoded_word_append(out, value, size, MIME_WORD_TEXT, &column);
    return 0;
}

/* Data for programs, which is never encoded: what looks like an encoded-word in it is none. */
static int append_ascii(struct buffer *out, const char *name, const char *value,
                        struct mailer_error *error)
{
    if (!text_is_ascii(value, strlen(value)))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s has other than US-ASCII characters: leave them out", name);
    if (!fits_plain(value))
        return refuse_long_word(name, error);
    append_name(out, name);
    append_plain(out, value, strlen(name) + 2);
    return 0;
}

static int append_phrases(struct buffer *out, const char *name, const char *value,
                          bool utf8_headers, struct mailer_error *error)
{
    size_t before = out->size;
    size_t column = strlen(name) + 2;
    append_name(out, name);
    const char *wrong = mime_field_value_append_phrases(out, value, utf8_headers, &column);
    if (wrong == NULL)
        return 0;
    out->size = out->failed ? 0 : before;
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s %s", name, wrong);
}

int mime_header_append_text(struct buffer *out, const char *name, const char *value,
                            bool utf8_headers, struct mailer_error *error)
{
    int result = mime_header_check_name(name, error);
    if (result == 0)
        result = mime_header_check_value(name, value, error);
    if (result != 0)
        return result;
    enum mime_field_kind kind = mime_field_rule_find(name)->kind;
    if (kind == MIME_FIELD_PHRASES || kind == MIME_FIELD_LIST_ID)
        result = append_phrases(out, name, value, utf8_headers, error);
    else if (mime_field_kind_is_ascii(kind))
        result = append_ascii(out, name, value, error);
    else
        result = append_unstructured(out, name, value, utf8_headers, error);
    if (result == 0)
        buffer_append_string(out, "\r\n");
    return result;
}

void mime_header_append_addresses(struct buffer *out, const char *name,
                                  const struct mime_mailbox_list *list, bool utf8_headers)
{
    size_t column = strlen(name) + 2;
    append_name(out, name);
    mime_address_append(out, list, utf8_headers, &column);
    buffer_append_string(out, "\r\n");
}
