/* SPDX-License-Identifier: ISC */
#include "header/address.h"

#include "header/comment.h"
#include "header/domain.h"
#include "idn.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* RFC 5321 4.5.3.1; a path of 256 octets has angle brackets around the address. */
enum { LONGEST_LOCAL = 64, LONGEST_ADDRESS = 254 };

/* Most names, and all addresses, are shorter. */
enum { USUAL_SIZE = 256 };

enum token_kind { TOKEN_END, TOKEN_ATOM, TOKEN_QUOTED, TOKEN_LITERAL, TOKEN_SPECIAL };

struct token {
    enum token_kind kind;
    const char *bytes; /* of quoted strings and literals what is inside */
    size_t size;
    bool apart; /* white space or a comment is in front of it */
};

struct parser {
    const char *at;
    struct token token;   /* the next one */
    const char *element;  /* where the mailbox that is read now begins, to be shown */
    struct buffer phrase; /* the last words as a display name */
    struct buffer local;  /* the last words as a local part without its quotes */
    const char *fault;    /* why the last words are no local part; NULL: they are */
    bool in_group;
    bool allow_local;
    struct mime_mailbox_list *list;
    struct mailer_error *error;
};

static int refuse(const struct parser *parser, const char *why)
{
    enum { MOST = 64 };
    size_t size = 0;
    while (size < MOST && parser->element[size] != '\0' &&
           (parser->element + size < parser->token.bytes || parser->element[size] != ','))
        size++;
    bool cut = size == MOST && parser->element[size] != '\0';
    while (cut && ((unsigned char)parser->element[size] & 0xC0) == 0x80)
        size--;
    while (size > 0 && strchr(" \t\r\n,", parser->element[size - 1]) != NULL)
        size--;
    char shown[MOST * 4 + 1];
    text_printable(shown, sizeof shown, parser->element, size);
    return error_set(parser->error, MAILER_DATA, MAILER_STAGE_MESSAGE, "address \"%s%s\" %s", shown,
                     cut ? "..." : "", why);
}

static bool is_atom_character(char c)
{
    return text_is_letter(c) || text_is_digit(c) ||
           ((unsigned char)c > ' ' && c != 127 && strchr("()<>@,;:\\\".[]", c) == NULL);
}

/* Reads up to the closing character of a quoted string or a literal. */
static int read_enclosed(struct parser *parser, enum token_kind kind, char close, const char *why)
{
    const char *start = ++parser->at;
    for (; *parser->at != close; parser->at++) {
        if (*parser->at == '\\' && parser->at[1] == '\r')
            return refuse(parser, "has a backslash in front of a line break");
        if (*parser->at == '\\' && parser->at[1] != '\0')
            parser->at++;
        if (*parser->at == '\0')
            return refuse(parser, why);
    }
    parser->token.kind = kind;
    parser->token.bytes = start;
    parser->token.size = (size_t)(parser->at++ - start);
    return 0;
}

static int next_token(struct parser *parser)
{
    const char *before = parser->at;
    const char *wrong = mime_comment_skip(&parser->at);
    if (wrong != NULL)
        return refuse(parser, wrong);
    const char *start = parser->at;
    parser->token = (struct token){TOKEN_SPECIAL, start, 1, start > before};
    if (*start == '\0') {
        parser->token.kind = TOKEN_END;
        parser->token.size = 0;
    } else if (*start == '"') {
        return read_enclosed(parser, TOKEN_QUOTED, '"', "has a quoted string whose end is missing");
    } else if (*start == '[') {
        return read_enclosed(parser, TOKEN_LITERAL, ']', "has a [ without its ]");
    } else if (is_atom_character(*start)) {
        while (*parser->at != '\0' && is_atom_character(*parser->at))
            parser->at++;
        parser->token.kind = TOKEN_ATOM;
        parser->token.size = (size_t)(parser->at - start);
    } else {
        parser->at++;
    }
    return 0;
}

static bool is_special(const struct token *token, char c)
{
    return token->kind == TOKEN_SPECIAL && *token->bytes == c;
}

/* Appends a word without its quotes, backslashes, and line breaks of folding. */
static void append_unquoted(struct buffer *out, const struct token *token)
{
    if (token->kind != TOKEN_QUOTED) {
        buffer_append(out, token->bytes, token->size);
        return;
    }
    for (size_t i = 0; i < token->size; i++) {
        if (token->bytes[i] == '\r' || token->bytes[i] == '\n')
            continue;
        if (token->bytes[i] == '\\')
            i++;
        buffer_append_char(out, token->bytes[i]);
    }
}

/*
 * Reads words and dots (RFC 5322 3.2.5 with obs-phrase, and 3.4.1 with obs-local-part). Only what
 * follows tells whether they are a display name or a local part, so they are kept as both.
 */
static int read_words(struct parser *parser)
{
    buffer_drop(&parser->phrase, parser->phrase.size);
    buffer_drop(&parser->local, parser->local.size);
    parser->fault = NULL;
    bool dot = true;
    bool any = false;
    for (;;) {
        const struct token *token = &parser->token;
        bool is_dot = is_special(token, '.');
        if (!is_dot && token->kind != TOKEN_ATOM && token->kind != TOKEN_QUOTED)
            break;
        if (is_dot == dot && parser->fault == NULL)
            parser->fault = dot ? "has a dot too many in front of the @"
                                : "has a space in front of the @: put quotes around the local "
                                  "part, or a comma between addresses";
        if (memchr(token->bytes, '\r', token->size) != NULL && parser->fault == NULL)
            parser->fault = "has a line break in front of the @";
        if (any && (token->apart || !(dot || is_dot)))
            buffer_append_char(&parser->phrase, ' ');
        append_unquoted(&parser->phrase, token);
        append_unquoted(&parser->local, token);
        dot = is_dot;
        any = true;
        int result = next_token(parser);
        if (result != 0)
            return result;
    }
    if (any && dot && parser->fault == NULL)
        parser->fault = "has a dot too many in front of the @";
    bool failed = parser->phrase.failed || parser->local.failed;
    return failed ? error_set_memory(parser->error) : 0;
}

/* Programs and files were recipients once; a string of the kind is more likely an attack. */
static int refuse_command(const struct parser *parser)
{
    char first = parser->local.size > 0 ? parser->local.bytes[0] : '\0';
    if (first == '|')
        return refuse(parser, "is a command, and mail is sent to addresses only");
    if (first == '/')
        return refuse(parser, "is a file, and mail is sent to addresses only");
    return 0;
}

static bool is_dot_atom(const char *bytes, size_t size)
{
    bool dot = true;
    for (size_t i = 0; i < size; i++) {
        bool is_dot = bytes[i] == '.';
        if (is_dot ? dot : !is_atom_character(bytes[i]))
            return false;
        dot = is_dot;
    }
    return !dot;
}

/* Writes the local part that was read, with quotes only where it needs them (RFC 5321 4.1.2). */
static int write_local(struct parser *parser, struct buffer *address)
{
    const struct buffer *local = &parser->local;
    int result = refuse_command(parser);
    if (result != 0)
        return result;
    if (local->size == 0)
        return refuse(parser, "has nothing in front of the @");
    if (parser->fault != NULL)
        return refuse(parser, parser->fault);
    if (text_has_control(local->bytes, local->size))
        return refuse(parser, "has a tab in front of the @");
    if (is_dot_atom(local->bytes, local->size)) {
        buffer_append(address, local->bytes, local->size);
    } else {
        buffer_append_char(address, '"');
        for (size_t i = 0; i < local->size; i++) {
            if (local->bytes[i] == '"' || local->bytes[i] == '\\')
                buffer_append_char(address, '\\');
            buffer_append_char(address, local->bytes[i]);
        }
        buffer_append_char(address, '"');
    }
    if (address->size > LONGEST_LOCAL)
        return refuse(parser, "has more than 64 octets in front of the @");
    return 0;
}

static int write_literal(const struct parser *parser, struct buffer *address)
{
    const struct token *token = &parser->token;
    if (!mime_domain_append_literal(address, token->bytes, token->size))
        return refuse(parser, "has an IP address in brackets that is none: use [192.0.2.1] or "
                              "[IPv6:2001:db8::1]");
    return 0;
}

/* Writes a domain that was read, with A-labels. */
static int write_domain(const struct parser *parser, struct buffer *address, const char *domain)
{
    char *mapped = NULL;
    bool is_ascii = text_is_ascii(domain, strlen(domain));
    int result = is_ascii ? 0 : idn_to_ascii(&mapped, domain, parser->error);
    if (result != 0)
        return result;
    const char *ascii = is_ascii ? domain : mapped;
    const char *fault = mime_domain_fault(ascii);
    if (fault != NULL)
        result = refuse(parser, fault);
    else
        buffer_append_string(address, ascii);
    free(mapped);
    return result;
}

/* Reads atoms and dots (RFC 5322 3.4.1 with obs-domain). */
static int read_labels(struct parser *parser, struct buffer *domain)
{
    for (;;) {
        if (parser->token.kind != TOKEN_ATOM)
            return refuse(parser, "has a dot too many behind the @, or no domain there");
        buffer_append(domain, parser->token.bytes, parser->token.size);
        int result = next_token(parser);
        if (result != 0 || !is_special(&parser->token, '.'))
            return result;
        buffer_append_char(domain, '.');
        result = next_token(parser);
        if (result != 0)
            return result;
    }
}

/* Reads the domain behind an @ that is the next token. */
static int read_domain(struct parser *parser, struct buffer *address)
{
    int result = next_token(parser);
    if (result != 0)
        return result;
    if (parser->token.kind == TOKEN_LITERAL) {
        result = write_literal(parser, address);
        return result != 0 ? result : next_token(parser);
    }
    if (parser->token.kind != TOKEN_ATOM && !is_special(&parser->token, '.'))
        return refuse(parser, "has no domain after the @");
    char room[USUAL_SIZE];
    struct buffer domain = buffer_in(room, sizeof room, MIME_ADDRESS_TEXT_LIMIT * 2);
    result = read_labels(parser, &domain);
    buffer_append_char(&domain, '\0');
    if (result == 0 && domain.failed)
        result = error_set_memory(parser->error);
    if (result == 0)
        result = write_domain(parser, address, domain.bytes);
    buffer_free(&domain);
    return result;
}

/* The words are read: they and a domain that follows are the address. */
static int read_address(struct parser *parser, const char *name)
{
    char room[USUAL_SIZE];
    struct buffer address = buffer_in(room, sizeof room, MIME_ADDRESS_TEXT_LIMIT);
    int result = 0;
    if (is_special(&parser->token, '@')) {
        result = write_local(parser, &address);
        buffer_append_char(&address, '@');
        if (result == 0)
            result = read_domain(parser, &address);
    } else if (parser->local.size == 0) {
        result = refuse(parser, "has no address");
    } else if (parser->fault != NULL || !parser->allow_local) {
        result = refuse_command(parser);
        if (result == 0)
            result = refuse(parser, "has no @ and no domain");
    } else {
        result = write_local(parser, &address);
    }
    if (result == 0 && address.size > LONGEST_ADDRESS)
        result = refuse(parser, "is longer than 254 octets");
    buffer_append_char(&address, '\0');
    if (result == 0 && address.failed)
        result = error_set_memory(parser->error);
    if (result == 0)
        result = mime_mailbox_list_add(parser->list, name, address.bytes, parser->error);
    buffer_free(&address);
    return result;
}

/* Skips an obsolete source route: "@one.test,@two.test:" (RFC 5322 4.4). */
static int skip_route(struct parser *parser)
{
    while (!is_special(&parser->token, ':')) {
        const struct token *token = &parser->token;
        if (!is_special(token, '@') && !is_special(token, ',') && !is_special(token, '.') &&
            token->kind != TOKEN_ATOM && token->kind != TOKEN_LITERAL)
            return refuse(parser, "has a route that does not end in a colon");
        int result = next_token(parser);
        if (result != 0)
            return result;
    }
    return next_token(parser);
}

/* Reads what is in angle brackets, behind the display name that the last words are. */
static int read_angle(struct parser *parser)
{
    char *name = buffer_take_string(&parser->phrase);
    if (name == NULL)
        return error_set_memory(parser->error);
    int result = next_token(parser);
    if (result == 0 && (is_special(&parser->token, '@') || is_special(&parser->token, ',')))
        result = skip_route(parser);
    if (result == 0)
        result = read_words(parser);
    if (result == 0)
        result = read_address(parser, name);
    if (result == 0 && !is_special(&parser->token, '>'))
        result = refuse(parser, "has a < without its >, or something behind the domain");
    if (result == 0)
        result = next_token(parser);
    free(name);
    return result;
}

static int begin_group(struct parser *parser)
{
    if (parser->in_group)
        return refuse(parser, "is in a group in which another group begins");
    if (parser->phrase.size == 0)
        return refuse(parser, "has a colon without the name of a group in front of it");
    parser->in_group = true;
    char *name = buffer_take_string(&parser->phrase);
    if (name == NULL)
        return error_set_memory(parser->error);
    int result = mime_mailbox_list_add_group(parser->list, name, parser->error);
    free(name);
    return result != 0 ? result : next_token(parser);
}

static int end_group(struct parser *parser)
{
    struct mime_group *group = &parser->list->groups[parser->list->group_count - 1];
    group->count = parser->list->count - group->first;
    parser->in_group = false;
    return next_token(parser);
}

/* Whether what follows a mailbox or a group may follow it. */
static int check_end(const struct parser *parser)
{
    const struct token *token = &parser->token;
    if (token->kind == TOKEN_END || is_special(token, ',') ||
        (parser->in_group && is_special(token, ';')))
        return 0;
    if (is_special(token, ';'))
        return refuse(parser, "has a semicolon behind it: put commas between addresses");
    if (is_special(token, '<'))
        return refuse(parser, "has an @ in its name: put the name in quotes");
    return refuse(parser, "has something behind its end: put commas between addresses");
}

static int read_element(struct parser *parser)
{
    int result = read_words(parser);
    if (result != 0)
        return result;
    if (is_special(&parser->token, ':'))
        return begin_group(parser);
    if (is_special(&parser->token, '<'))
        result = read_angle(parser);
    else
        result = read_address(parser, NULL);
    return result != 0 ? result : check_end(parser);
}

static int read_list(struct parser *parser)
{
    bool any = false;
    int result = next_token(parser);
    while (result == 0 && parser->token.kind != TOKEN_END) {
        parser->element = parser->token.kind == TOKEN_QUOTED || parser->token.kind == TOKEN_LITERAL
                              ? parser->token.bytes - 1
                              : parser->token.bytes;
        bool in_group = parser->in_group;
        if (is_special(&parser->token, ',')) {
            result = next_token(parser);
        } else if (in_group && is_special(&parser->token, ';')) {
            result = end_group(parser);
            if (result == 0)
                result = check_end(parser);
        } else {
            result = read_element(parser);
            any = true;
        }
    }
    if (result == 0 && parser->in_group)
        result = refuse(parser, "is in a group whose ; is missing");
    if (result == 0 && !any)
        result = error_set(parser->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                           "no address in the list of addresses");
    return result;
}

/* Refuses control characters but those of folding white space, so that nobody else need to. */
static int check_text(const char *text, struct mailer_error *error)
{
    size_t size = strnlen(text, MIME_ADDRESS_TEXT_LIMIT + 1);
    if (size > MIME_ADDRESS_TEXT_LIMIT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the list of addresses is longer than %d octets", MIME_ADDRESS_TEXT_LIMIT);
    for (size_t at = text_count_printable(text, size); at < size;) {
        size_t length = text_utf8_character(text + at, size - at, NULL);
        if (length == 0)
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "the list of addresses is not UTF-8 at octet %zu: convert it", at + 1);
        if (strncmp(text + at, "\r\n ", 3) == 0 || strncmp(text + at, "\r\n\t", 3) == 0)
            length = 3;
        else if (text[at] != '\t' && text_has_control(text + at, length)) {
            char shown[16];
            text_printable(shown, sizeof shown, text + at, length);
            return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                             "the list of addresses has the control character %s at octet %zu: "
                             "take it out",
                             shown, at + 1);
        }
        at += length;
        at += text_count_printable(text + at, size - at);
    }
    return 0;
}

int mime_address_parse(struct mime_mailbox_list *list, const char *text, bool allow_local,
                       struct mailer_error *error)
{
    int result = check_text(text, error);
    if (result != 0)
        return result;
    char phrase[USUAL_SIZE];
    char local[USUAL_SIZE];
    struct parser parser = {.at = text,
                            .token = {.bytes = text},
                            .element = text,
                            .phrase = buffer_in(phrase, sizeof phrase, MIME_ADDRESS_TEXT_LIMIT * 2),
                            .local = buffer_in(local, sizeof local, MIME_ADDRESS_TEXT_LIMIT * 2),
                            .allow_local = allow_local,
                            .list = list,
                            .error = error};
    size_t count = list->count;
    size_t group_count = list->group_count;
    result = read_list(&parser);
    if (result != 0)
        mime_mailbox_list_cut(list, count, group_count);
    buffer_free(&parser.phrase);
    buffer_free(&parser.local);
    return result;
}
