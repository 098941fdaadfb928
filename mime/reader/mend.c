/* SPDX-License-Identifier: ISC */
#include "reader/mend.h"

#include "header/fold.h"
#include "header/parameter.h"
#include "idn.h"
#include "reader/content_type.h"
#include "reader/header_reader.h"
#include "reader/mend_words.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 78, LONGEST_LINE = 998, VALUE_LIMIT = 2 * 1024 * 1024, SHOWN_SIZE = 64 };

/* The longest name of a parameter that is encoded. It stands in each line of the value again
 * (RFC 2231 3), so that a longer one would make many times as much of it. */
enum { PARAMETER_NAME_LIMIT = 32 };

bool mime_mend_is_fit(const char *field, size_t size, bool utf8_headers)
{
    for (size_t start = 0; start < size;) {
        const char *feed = memchr(field + start, '\n', size - start);
        size_t end = feed == NULL ? size : (size_t)(feed - field) + 1;
        if (end - start > LONGEST_LINE + 2)
            return false;
        start = end;
    }
    return text_is_ascii(field, size) || (utf8_headers && text_is_utf8(field, size));
}

/* ---- Structured fields: addresses, ids, phrases, comments ---- */

struct scanner {
    struct buffer *out;
    const char *text;
    size_t size;
    size_t at;
    size_t column;
    bool after_at;    /* the last token was @ */
    bool has_domains; /* what is behind an @ is the domain of an address, not part of an id */
};

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_special(char c)
{
    return c != '\0' && strchr("()<>@,:;\"[]", c) != NULL;
}

/* The end of a quoted string, a comment or a bracket that begins at an offset. */
static size_t bracket_end(const struct scanner *scanner, size_t at, char open, char close)
{
    size_t depth = 0;
    do {
        char c = scanner->text[at];
        if (c == '\\' && open != '<')
            at++;
        else if (c == close && (open != close || depth > 0))
            depth--;
        else if (c == open)
            depth++;
        at++;
    } while (depth > 0 && at < scanner->size);
    return at < scanner->size ? at : scanner->size;
}

/* The end of the word that begins at an offset: an atom or a quoted string. */
static size_t word_end(const struct scanner *scanner, size_t at)
{
    if (scanner->text[at] == '"')
        return bracket_end(scanner, at, '"', '"');
    while (at < scanner->size && !is_white(scanner->text[at]) && !is_special(scanner->text[at]))
        at++;
    return at;
}

static size_t skip_white(const struct scanner *scanner, size_t at)
{
    while (at < scanner->size && is_white(scanner->text[at]))
        at++;
    return at;
}

/* The end of the last word of a phrase, up to which there are words that are not US-ASCII. */
static size_t phrase_end(const struct scanner *scanner, size_t at)
{
    size_t end = at;
    while (at < scanner->size && (!is_special(scanner->text[at]) || scanner->text[at] == '"')) {
        size_t behind = word_end(scanner, at);
        if (!text_is_ascii(scanner->text + at, behind - at))
            end = behind;
        at = skip_white(scanner, behind);
    }
    return end;
}

/* Appends what the words of a phrase mean: without quotes and backslashes. */
static void append_unquoted(struct buffer *out, const char *text, size_t size)
{
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        else if (quoted && text[i] == '\\' && i + 1 < size)
            buffer_append_char(out, text[++i]);
        else
            buffer_append_char(out, text[i]);
    }
}

static void copy(struct scanner *scanner, size_t end)
{
    size_t size = end - scanner->at;
    buffer_append(scanner->out, scanner->text + scanner->at, size);
    scanner->column += size;
    scanner->at = end;
}

/* White space, folded when what comes behind it would not fit. */
static void copy_white(struct scanner *scanner, size_t end, size_t next)
{
    mime_fold_space(scanner->out, &scanner->column, LINE, scanner->text + scanner->at,
                    end - scanner->at, next);
    scanner->at = end;
}

/* Writes what stands up to end as a domain in A-labels. False: it is none. */
static bool encode_domain(struct scanner *scanner, size_t end)
{
    char *ascii = NULL;
    char *domain =
        scanner->has_domains ? strndup(scanner->text + scanner->at, end - scanner->at) : NULL;
    bool done = domain != NULL && idn_to_ascii(&ascii, domain, NULL) == 0;
    if (done) {
        buffer_append_string(scanner->out, ascii);
        scanner->column += strlen(ascii);
        scanner->at = end;
    }
    free(domain);
    free(ascii);
    return done;
}

/* Writes what stands in angle brackets up to end. False: more of it than a domain is not US-ASCII.
 */
static bool encode_angle(struct scanner *scanner, size_t end)
{
    size_t inner = end - (scanner->text[end - 1] == '>');
    size_t domain = inner;
    while (domain > scanner->at && scanner->text[domain - 1] != '@')
        domain--;
    if (!text_is_ascii(scanner->text + scanner->at, domain - scanner->at))
        return false;
    copy(scanner, domain);
    if (!encode_domain(scanner, inner))
        return false;
    copy(scanner, end);
    return true;
}

/* Writes a phrase up to end as encoded-words. False: it is a part of an address. */
static bool encode_phrase(struct scanner *scanner, size_t end)
{
    size_t next = skip_white(scanner, end);
    char behind = next < scanner->size ? scanner->text[next] : '\0';
    if (behind == '@')
        return false;
    const struct buffer *out = scanner->out;
    if (out->size > 0 && !is_white(out->bytes[out->size - 1])) {
        buffer_append_char(scanner->out, ' ');
        scanner->column++;
    }
    struct buffer text = buffer_empty(VALUE_LIMIT);
    append_unquoted(&text, scanner->text + scanner->at, end - scanner->at);
    mime_mend_words(scanner->out, text.bytes, text.size, MIME_WORD_PHRASE, &scanner->column);
    scanner->out->failed |= text.failed;
    buffer_free(&text);
    scanner->at = end;
    if (next == end && (behind == '<' || behind == '"' || behind == '(')) {
        buffer_append_char(scanner->out, ' ');
        scanner->column++;
    }
    return true;
}

static void encode_comment(struct scanner *scanner, size_t end)
{
    size_t inner = end - scanner->at - (scanner->text[end - 1] == ')' ? 2 : 1);
    copy(scanner, scanner->at + 1);
    mime_mend_words(scanner->out, scanner->text + scanner->at, inner, MIME_WORD_PHRASE,
                    &scanner->column);
    buffer_append_char(scanner->out, ')');
    scanner->column++;
    scanner->at = end;
}

/* Writes the next token. False: it is not US-ASCII where no encoded-word may be. */
static bool mend_token(struct scanner *scanner)
{
    char c = scanner->text[scanner->at];
    size_t end = scanner->at + 1;
    if (c == '(')
        end = bracket_end(scanner, scanner->at, '(', ')');
    else if (c == '<')
        end = bracket_end(scanner, scanner->at, '<', '>');
    else if (c == '[')
        end = bracket_end(scanner, scanner->at, '[', ']');
    else if (c == '"' || !is_special(c))
        end = word_end(scanner, scanner->at);
    bool ascii = text_is_ascii(scanner->text + scanner->at, end - scanner->at);
    if (!ascii && c == '(') {
        encode_comment(scanner, end);
        return true;
    }
    bool after_at = scanner->after_at;
    scanner->after_at = c == '@';
    if (!ascii && c == '[')
        return false;
    if (!ascii && c == '<')
        return encode_angle(scanner, end);
    if (!ascii && after_at)
        return encode_domain(scanner, end);
    if (!ascii)
        return encode_phrase(scanner, phrase_end(scanner, scanner->at));
    copy(scanner, end);
    return true;
}

/* How much room the next word wants: a comment that will be encoded, a new line. */
static size_t next_word_size(const struct scanner *scanner, size_t at)
{
    size_t size = 0;
    while (at + size < scanner->size && !is_white(scanner->text[at + size]))
        size++;
    bool grows = scanner->text[at] == '(' && !text_is_ascii(scanner->text + at, size);
    return grows ? LINE : size;
}

static bool mend_structured(struct buffer *out, const char *text, size_t size, size_t column,
                            bool has_domains)
{
    struct scanner scanner = {
        .out = out, .text = text, .size = size, .column = column, .has_domains = has_domains};
    while (scanner.at < size) {
        size_t behind = skip_white(&scanner, scanner.at);
        if (behind > scanner.at)
            copy_white(&scanner, behind, next_word_size(&scanner, behind));
        else if (!mend_token(&scanner))
            return false;
    }
    return true;
}

/* ---- Parameters ---- */

/* Writes the next parameter. False: its value would have to be encoded, and its name is none. */
static bool mend_parameter(struct scanner *scanner, bool is_type)
{
    size_t name = skip_white(scanner, scanner->at + 1);
    size_t name_size = strcspn(scanner->text + name, " \t=*;\"");
    size_t value = name + strcspn(scanner->text + name, "=;\"");
    value += scanner->text[value] == '=';
    value = skip_white(scanner, value);
    size_t end = value;
    if (scanner->text[value] == '"')
        end = bracket_end(scanner, value, '"', '"');
    end += strcspn(scanner->text + end, ";");
    if (text_is_ascii(scanner->text + name, end - name)) {
        copy(scanner, scanner->at + 1);
        if (end > name)
            mime_fold_space(scanner->out, &scanner->column, LINE, " ", 1, end - name);
        scanner->at = name;
        copy(scanner, end);
        return true;
    }
    if (name_size == 0 || name_size > PARAMETER_NAME_LIMIT ||
        !text_is_ascii(scanner->text + name, name_size))
        return false;
    size_t value_end = end;
    while (value_end > value && is_white(scanner->text[value_end - 1]))
        value_end--;
    struct buffer text = buffer_empty(VALUE_LIMIT);
    append_unquoted(&text, scanner->text + value, value_end - value);
    char *unquoted = buffer_take_string(&text);
    char *copied = strndup(scanner->text + name, name_size);
    enum mime_parameter_form form = is_type && text_same(copied != NULL ? copied : "", "name")
                                        ? MIME_PARAMETER_ENCODED_WORD
                                        : MIME_PARAMETER_EXTENDED;
    if (unquoted != NULL && copied != NULL)
        mime_parameter_append(scanner->out, copied, unquoted, form, &scanner->column);
    scanner->out->failed |= unquoted == NULL || copied == NULL;
    free(unquoted);
    free(copied);
    scanner->at = end;
    return true;
}

/* Whether two values of Content-Type say the same of how content is to be read. */
static bool is_same_type(const char *one, size_t one_size, const char *other, size_t other_size)
{
    struct mime_content_type first = mime_content_type_read(one, one_size);
    struct mime_content_type second = mime_content_type_read(other, other_size);
    return strcmp(first.name, second.name) == 0 && strcmp(first.boundary, second.boundary) == 0 &&
           strcmp(first.charset, second.charset) == 0;
}

static bool mend_parameters(struct buffer *out, const char *text, size_t size, size_t column,
                            bool is_type)
{
    struct scanner scanner = {.out = out, .text = text, .size = size, .column = column};
    size_t first = strcspn(text, ";");
    if (!text_is_ascii(text, first))
        return false;
    size_t start = out->size;
    copy(&scanner, first);
    while (scanner.at < size)
        if (!mend_parameter(&scanner, is_type))
            return false;
    return !is_type || out->failed ||
           is_same_type(text, size, out->bytes + start, out->size - start);
}

/* ---- Fields ---- */

/* Fields in which more than words has a meaning. */
static bool is_structured(const char *name, size_t size)
{
    static const char *const names[] = {
        "From",
        "To",
        "Cc",
        "Bcc",
        "Reply-To",
        "Sender",
        "Return-Path",
        "Errors-To",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Date",
        "Received",
        "Resent-From",
        "Resent-To",
        "Resent-Cc",
        "Resent-Bcc",
        "Resent-Sender",
        "Resent-Date",
        "Resent-Message-ID",
        "Disposition-Notification-To",
        "Content-ID",
        "Content-Type",
        "Content-Disposition",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Delivered-To",
        "Mail-Followup-To",
        "Mail-Reply-To",
        "List-ID",
        "Keywords",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_same_bytes(name, size, names[i]))
            return true;
    return false;
}

static bool is_of_ids(const struct mime_header_field *field)
{
    static const char *const names[] = {"Message-ID", "In-Reply-To", "References",
                                        "Resent-Message-ID", "Content-ID"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (mime_header_field_is(field, names[i]))
            return true;
    return false;
}

/* Appends the value. False: its words cannot be encoded. */
static bool mend_value(struct buffer *out, const struct mime_header_field *field, const char *value,
                       size_t size)
{
    size_t column = field->name_size + 2;
    bool is_type = mime_header_field_is(field, "Content-Type");
    if (is_type || mime_header_field_is(field, "Content-Disposition"))
        return mend_parameters(out, value, size, column, is_type);
    if (is_structured(field->bytes, field->name_size))
        return mend_structured(out, value, size, column, !is_of_ids(field));
    mime_mend_text(out, value, size, &column);
    return true;
}

int mime_mend_append(struct buffer *out, const char *field_bytes, size_t size,
                     struct mailer_error *error)
{
    size_t start = out->size;
    size_t at = 0;
    struct mime_header_field field = {0};
    struct buffer value = buffer_empty(VALUE_LIMIT);
    mime_header_next(field_bytes, size, &at, &field);
    mime_header_append_value(&value, &field);
    size_t value_size = value.size;
    char *text = buffer_take_string(&value);
    if (text == NULL)
        return error_set_memory(error);
    char name[SHOWN_SIZE];
    text_printable(name, sizeof name, field.bytes, field.name_size);
    buffer_append(out, field.bytes, field.name_size);
    buffer_append_string(out, ": ");
    int result = 0;
    if (!mend_value(out, &field, text, value_size))
        result = error_set(error, MAILER_UNSUPPORTED, MAILER_STAGE_MESSAGE,
                           "the header field %s has an address or a word that is not US-ASCII, "
                           "which cannot be encoded there: use another one",
                           name);
    buffer_append_string(out, "\r\n");
    if (result == 0 && out->failed)
        result = error_set_memory(error);
    else if (result == 0 && !mime_mend_is_fit(out->bytes + start, out->size - start, false))
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "the header field %s has a word too long for a line of mail, of %d "
                           "octets: part it with spaces",
                           name, LONGEST_LINE);
    if (result != 0 && !out->failed)
        out->size = start;
    free(text);
    return result;
}
