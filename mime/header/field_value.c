/* SPDX-License-Identifier: ISC */
#include "header/field_value.h"

#include "header/comment.h"
#include "header/date.h"
#include "header/encoded_word.h"
#include "header/fold.h"
#include "header/parameter.h"
#include "header/phrase.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* So that an id or a URL fits into a line of mail with the name of its field. */
enum { LONGEST_PIECE = 900, LONGEST_LANGUAGE_SUBTAG = 8 };

static const char behind_its_end[] = "has something behind its end";

static bool is_printable(char c)
{
    return c > ' ' && c < 127;
}

static bool is_atom_character(char c)
{
    return is_printable(c) && strchr("()<>@,;:\\\".[]", c) == NULL;
}

/* ---- Message ids ---- */

/*
 * Reads an id whose < is next, and appends it. Around its dots and its @ there may be white space
 * and comments (RFC 5322 4.5.4); what else is in it is another program's business.
 */
static const char *read_id(const char **at, struct buffer *out)
{
    size_t start = out->size;
    bool at_sign = false;
    buffer_append_char(out, *(*at)++);
    for (char last = '.'; **at != '>'; last = (*at)[-1]) {
        const char *before = *at;
        const char *wrong =
            **at == '(' || **at == ' ' || **at == '\t' ? mime_comment_skip(at) : NULL;
        if (wrong != NULL)
            return wrong;
        if (**at == '>')
            break;
        if (**at == '\0' || **at == '<')
            return "has a message id whose > is missing";
        if (*at > before && strchr(".@", last) == NULL && strchr(".@", **at) == NULL)
            return "has a message id with white space in it";
        at_sign = at_sign || **at == '@';
        if (**at == '@' && out->size == start + 1)
            return "has a message id with nothing in front of its @";
        buffer_append_char(out, *(*at)++);
    }
    ++*at;
    if (out->failed)
        return NULL;
    if (!at_sign)
        return "has a message id without an @";
    if (out->bytes[out->size - 1] == '@')
        return "has a message id with nothing behind its @";
    buffer_append_char(out, '>');
    return out->size - start > LONGEST_PIECE ? "has a message id of more than 900 octets" : NULL;
}

/* Whether text is atoms with dots between; gives where it ends. */
static const char *skip_dot_atom(const char *text)
{
    for (;;) {
        if (!is_atom_character(*text))
            return NULL;
        while (is_atom_character(*text))
            text++;
        if (*text != '.')
            return text;
        text++;
    }
}

/* Whether "<...>" is dot-atom-text "@" dot-atom-text, or a literal in place of the last. */
static bool is_modern_id(const char *id)
{
    const char *at = skip_dot_atom(id + 1);
    if (at == NULL || *at != '@')
        return false;
    if (at[1] != '[') {
        at = skip_dot_atom(at + 1);
        return at != NULL && *at == '>';
    }
    size_t literal = strcspn(at + 2, "[]\\>");
    return strcmp(at + 2 + literal, "]>") == 0;
}

/* A phrase in front of an id, as In-Reply-To had it once, in which anything may be but an id. */
static const char *skip_phrase(const char **at)
{
    for (;;) {
        const char *wrong = mime_comment_skip(at);
        if (wrong != NULL || **at == '\0' || **at == '<')
            return wrong;
        if (**at == '"') {
            struct buffer unused = buffer_empty(SIZE_MAX);
            wrong = mime_phrase_read(at, &unused);
            buffer_free(&unused);
            if (wrong != NULL)
                return wrong;
        } else {
            ++*at;
        }
    }
}

static const char *read_ids(struct buffer *out, const char *value)
{
    const char *at = value;
    size_t count = 0;
    for (;;) {
        const char *wrong = skip_phrase(&at);
        if (wrong != NULL)
            return wrong;
        if (*at == '\0')
            return count == 0 ? "has no message id" : NULL;
        if (count++ > 0)
            buffer_append_char(out, ' ');
        wrong = read_id(&at, out);
        if (wrong != NULL)
            return wrong;
    }
}

static const char *read_one_id(struct buffer *out, const char *value)
{
    const char *at = value;
    const char *wrong = mime_comment_skip(&at);
    if (wrong == NULL && *at != '<')
        wrong = "is no message id";
    if (wrong == NULL)
        wrong = read_id(&at, out);
    if (wrong == NULL)
        wrong = mime_comment_skip(&at);
    if (wrong == NULL && *at != '\0')
        wrong = behind_its_end;
    if (wrong != NULL)
        return wrong;
    buffer_append_char(out, '\0');
    bool modern = out->failed || is_modern_id(out->bytes);
    out->size -= !out->failed;
    return modern ? NULL : "has a message id with a character that is not for ids";
}

/* ---- URLs ---- */

/* Reads a URL whose < is next. */
static const char *read_url(const char **at, struct buffer *out)
{
    const char *start = *at + 1;
    size_t scheme = 0;
    while (text_is_letter(start[scheme]) ||
           (scheme > 0 && (text_is_digit(start[scheme]) ||
                           (start[scheme] != '\0' && strchr("+-.", start[scheme]) != NULL))))
        scheme++;
    if (scheme == 0 || start[scheme] != ':')
        return "has a URL that does not begin with https: or the like";
    size_t size = scheme + 1;
    while (is_printable(start[size]) && strchr("<>\"", start[size]) == NULL)
        size++;
    if (start[size] != '>')
        return "has a URL with a character that must be percent-encoded, or without its >";
    if (size == scheme + 1)
        return "has a URL with nothing behind its colon";
    if (size > LONGEST_PIECE)
        return "has a URL of more than 900 octets";
    buffer_append_format(out, "<%.*s>", (int)size, start);
    *at = start + size + 1;
    return NULL;
}

static const char *read_urls(struct buffer *out, const char *value, size_t most)
{
    const char *at = value;
    for (size_t count = 0;;) {
        const char *wrong = mime_comment_skip(&at);
        if (wrong != NULL)
            return wrong;
        if (*at == '\0')
            return count == 0 ? "has no URL" : NULL;
        if (*at == ',' && most > 1) {
            at++;
            continue;
        }
        if (*at != '<')
            return count == 0 ? "has a URL without angle brackets" : behind_its_end;
        if (count == most)
            return "has more than one URL";
        if (count++ > 0)
            buffer_append_string(out, ", ");
        wrong = read_url(&at, out);
        if (wrong != NULL)
            return wrong;
    }
}

/* ---- Words ---- */

static size_t token_size(const char *text)
{
    size_t size = 0;
    while (mime_parameter_is_token_character(text[size]))
        size++;
    return size;
}

static const char *read_token(const char **at, struct buffer *out, const char *wrong)
{
    const char *comment = mime_comment_skip(at);
    size_t size = token_size(*at);
    buffer_append(out, *at, size);
    *at += size;
    return comment != NULL ? comment : size == 0 ? wrong : mime_comment_skip(at);
}

/* A parameter's value: a token or a quoted string. */
static const char *read_parameter_value(const char **at, struct buffer *out)
{
    const char *wrong = mime_comment_skip(at);
    if (wrong != NULL || **at != '"')
        return wrong != NULL ? wrong : read_token(at, out, "has a parameter without a value");
    size_t size = 1;
    while ((*at)[size] != '"' && (*at)[size] != '\0')
        size += (*at)[size] == '\\' && (*at)[size + 1] != '\0' ? 2 : 1;
    if ((*at)[size] == '\0')
        return "has a quoted string whose end is missing";
    buffer_append(out, *at, size + 1);
    *at += size + 1;
    return mime_comment_skip(at);
}

static const char *read_token_and_parameters(struct buffer *out, const char *value)
{
    const char *at = value;
    const char *wrong = read_token(&at, out, "does not begin with a word");
    while (wrong == NULL && *at == ';') {
        at++;
        buffer_append_string(out, "; ");
        wrong = read_token(&at, out, "has a semicolon without a parameter behind it");
        if (wrong == NULL && *at != '=')
            wrong = "has a parameter without a value";
        if (wrong == NULL) {
            at++;
            buffer_append_char(out, '=');
            wrong = read_parameter_value(&at, out);
        }
    }
    return wrong == NULL && *at != '\0' ? behind_its_end : wrong;
}

/* The length of a tag such as zh-Hant (RFC 5646 2.1, as loosely as RFC 3282 has it); 0: none. */
static size_t language_size(const char *text)
{
    for (size_t size = 0;; size++) {
        size_t start = size;
        while (text_is_letter(text[size]) || (start > 0 && text_is_digit(text[size])))
            size++;
        if (size == start || size - start > LONGEST_LANGUAGE_SUBTAG)
            return 0;
        if (text[size] != '-')
            return size;
    }
}

static const char *read_languages(struct buffer *out, const char *value)
{
    const char *at = value;
    for (bool first = true;; first = false) {
        const char *wrong = mime_comment_skip(&at);
        size_t size = language_size(at);
        if (wrong != NULL || size == 0)
            return wrong != NULL ? wrong : "has a language that is no tag of one";
        buffer_append_string(out, first ? "" : ", ");
        buffer_append(out, at, size);
        at += size;
        wrong = mime_comment_skip(&at);
        if (wrong != NULL || *at == '\0')
            return wrong;
        if (*at++ != ',')
            return "has no comma between languages";
    }
}

static const char *read_choice(struct buffer *out, const char *choice, const char *value)
{
    const char *at = value;
    const char *wrong = mime_comment_skip(&at);
    size_t size = strcspn(at, " \t(");
    const char *end = at + size;
    if (wrong == NULL)
        wrong = mime_comment_skip(&end);
    if (wrong != NULL || *end != '\0')
        return wrong != NULL ? wrong : behind_its_end;
    while (choice != NULL && *choice != '\0') {
        size_t length = strcspn(choice, " ");
        bool same = length == size && size > 0;
        for (size_t i = 0; same && i < size; i++)
            same = text_lower(choice[i]) == text_lower(at[i]);
        if (same) {
            buffer_append(out, choice, length);
            return NULL;
        }
        choice += length + strspn(choice + length, " ");
    }
    return "is not one of its values";
}

/* ---- Phrases ---- */

/* Reads a name in angle brackets, which is next. */
static const char *read_list_name(const char **at, struct buffer *piece)
{
    const char *end = skip_dot_atom(*at + 1);
    if (end == NULL || *end != '>')
        return "has something else than letters, digits, hyphens and dots in its angle brackets";
    if (end - *at > LONGEST_PIECE)
        return "has a name of more than 900 octets in its angle brackets";
    buffer_append(piece, *at, (size_t)(end + 1 - *at));
    *at = end + 1;
    return NULL;
}

/* Skips commas, white space and comments. */
static const char *skip_commas(const char **at)
{
    for (;;) {
        const char *wrong = mime_comment_skip(at);
        if (wrong != NULL || **at != ',')
            return wrong;
        ++*at;
    }
}

/* Appends a name in angle brackets, or a phrase. */
static void append_piece(struct buffer *out, const char *piece, const char *tail, bool space,
                         bool utf8_headers, size_t *column)
{
    if (*piece != '<') {
        mime_phrase_append(out, piece, tail, space, utf8_headers, column);
        return;
    }
    size_t length = strlen(piece) + strlen(tail);
    if (space)
        mime_fold_space(out, column, MIME_ENCODED_WORD_LINE, " ", 1, length);
    buffer_append_format(out, "%s%s", piece, tail);
    *column += length;
}

/* What could not be looked at for want of memory fails. */
static void fail_as(struct buffer *out, const struct buffer *looked_at)
{
    if (looked_at->failed)
        buffer_reserve(out, SIZE_MAX);
}

const char *mime_field_value_append_phrases(struct buffer *out, const char *value,
                                            bool utf8_headers, size_t *column)
{
    bool space = mime_fold_take_space(out, column);
    const char *at = value;
    const char *wrong = skip_commas(&at);
    while (wrong == NULL && *at != '\0' && !out->failed) {
        struct buffer piece = buffer_empty(SIZE_MAX / 2);
        wrong = *at == '<' ? read_list_name(&at, &piece) : mime_phrase_read(&at, &piece);
        if (wrong == NULL && piece.size == 0 && !piece.failed)
            wrong = "has a character that needs quotes around it, or nothing in quotes";
        bool comma = *at == ',';
        if (wrong == NULL)
            wrong = skip_commas(&at);
        char *text = buffer_take_string(&piece);
        if (text == NULL)
            fail_as(out, &piece);
        else if (wrong == NULL)
            append_piece(out, text, comma && *at != '\0' ? "," : "", space, utf8_headers, column);
        free(text);
        space = true;
    }
    return wrong;
}

static const char *check_phrases(struct buffer *out, const char *value)
{
    struct buffer unused = buffer_empty(SIZE_MAX / 2);
    size_t column = 0;
    const char *wrong = mime_field_value_append_phrases(&unused, value, true, &column);
    if (wrong == NULL && unused.size == 0 && !unused.failed)
        wrong = "has nothing in it";
    if (wrong == NULL && strchr(value, '<') != NULL)
        wrong = "has angle brackets in it";
    fail_as(out, &unused);
    buffer_free(&unused);
    buffer_append_string(out, value);
    return wrong;
}

static const char *check_list_id(struct buffer *out, const char *value)
{
    struct buffer unused = buffer_empty(SIZE_MAX / 2);
    const char *at = value;
    const char *wrong = mime_phrase_read(&at, &unused);
    if (wrong == NULL)
        wrong = *at == '<' ? read_list_name(&at, &unused) : "has no name in angle brackets";
    if (wrong == NULL)
        wrong = mime_comment_skip(&at);
    if (wrong == NULL && *at != '\0')
        wrong = behind_its_end;
    fail_as(out, &unused);
    buffer_free(&unused);
    buffer_append_string(out, value);
    return wrong;
}

/* ---- All of them ---- */

bool mime_field_kind_is_ascii(enum mime_field_kind kind)
{
    return kind >= MIME_FIELD_DATE && kind < MIME_FIELD_REFUSED && kind != MIME_FIELD_PHRASES &&
           kind != MIME_FIELD_LIST_ID;
}

const char *mime_field_value_canonical(struct buffer *out, enum mime_field_kind kind,
                                       const char *choice, const char *value)
{
    char date[MIME_DATE_SIZE];
    const char *wrong;
    if (mime_field_kind_is_ascii(kind) && !text_is_ascii(value, strlen(value)))
        return "has other than US-ASCII characters";
    switch (kind) {
    case MIME_FIELD_DATE:
        wrong = mime_date_parse(date, value);
        buffer_append_string(out, date);
        return wrong;
    case MIME_FIELD_MESSAGE_ID:
        return read_one_id(out, value);
    case MIME_FIELD_MESSAGE_IDS:
        return read_ids(out, value);
    case MIME_FIELD_PHRASES:
        return check_phrases(out, value);
    case MIME_FIELD_LIST_ID:
        return check_list_id(out, value);
    case MIME_FIELD_URL:
    case MIME_FIELD_URLS:
        if (choice != NULL && read_choice(out, choice, value) == NULL)
            return NULL;
        return read_urls(out, value, kind == MIME_FIELD_URL ? 1 : SIZE_MAX);
    case MIME_FIELD_TOKEN:
        return read_token_and_parameters(out, value);
    case MIME_FIELD_LANGUAGES:
        return read_languages(out, value);
    case MIME_FIELD_CHOICE:
        return read_choice(out, choice, value);
    default:
        buffer_append_string(out, value);
        return NULL;
    }
}
