/* SPDX-License-Identifier: ISC */
#include "reader/content_type.h"

#include "header/parameter.h"
#include "text.h"

#include <string.h>

/* What is left to be read. */
struct rest {
    const char *at;
    const char *end;
};

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_comment(struct rest *rest)
{
    size_t depth = 0;
    for (; rest->at < rest->end; rest->at++) {
        if (*rest->at == '\\' && rest->at + 1 < rest->end)
            rest->at++;
        else if (*rest->at == '(')
            depth++;
        else if (*rest->at == ')' && --depth == 0) {
            rest->at++;
            return;
        }
    }
}

static void skip_white(struct rest *rest)
{
    while (rest->at < rest->end && (is_white(*rest->at) || *rest->at == '('))
        if (*rest->at == '(')
            skip_comment(rest);
        else
            rest->at++;
}

static size_t take_token(struct rest *rest)
{
    const char *start = rest->at;
    while (rest->at < rest->end && mime_parameter_is_token_character(*rest->at))
        rest->at++;
    return (size_t)(rest->at - start);
}

/* Takes a quoted string, or what stands up to white space or a semicolon, as many writers leave
 * out the quotes. *used is SIZE_MAX when it does not fit. */
static void take_value(struct rest *rest, char *out, size_t room, size_t *used)
{
    bool quoted = rest->at < rest->end && *rest->at == '"';
    rest->at += quoted;
    *used = 0;
    while (rest->at < rest->end) {
        char c = *rest->at;
        if (quoted ? c == '"' : is_white(c) || c == ';')
            break;
        if (quoted && c == '\\' && rest->at + 1 < rest->end)
            c = *++rest->at;
        rest->at++;
        if (*used < room - 1)
            out[(*used)++] = c;
        else
            *used = SIZE_MAX;
    }
    rest->at += quoted && rest->at < rest->end;
}

static void skip_to_semicolon(struct rest *rest)
{
    while (rest->at < rest->end && *rest->at != ';') {
        char ignored[1];
        size_t used;
        if (*rest->at == '"')
            take_value(rest, ignored, sizeof ignored, &used);
        else if (*rest->at == '(')
            skip_comment(rest);
        else
            rest->at++;
    }
}

/* Keeps a value that is printable US-ASCII, the first time that it is given. */
static void keep(char *place, size_t room, const char *value, size_t size)
{
    if (place[0] != '\0' || size >= room)
        return;
    for (size_t i = 0; i < size; i++)
        if (value[i] < ' ' || value[i] >= 127)
            return;
    memcpy(place, value, size);
    place[size] = '\0';
}

static void read_parameter(struct mime_content_type *type, struct rest *rest)
{
    skip_white(rest);
    const char *name = rest->at;
    size_t name_size = take_token(rest);
    skip_white(rest);
    if (name_size > 0 && rest->at < rest->end && *rest->at == '=') {
        char value[MIME_CONTENT_BOUNDARY_SIZE];
        size_t used;
        rest->at++;
        skip_white(rest);
        take_value(rest, value, sizeof value, &used);
        if (text_same_bytes(name, name_size, "boundary"))
            keep(type->boundary, sizeof type->boundary, value, used);
        else if (text_same_bytes(name, name_size, "charset"))
            keep(type->charset, sizeof type->charset, value, used);
    }
    skip_to_semicolon(rest);
}

/* A boundary does not end in a blank (RFC 2046 5.1.1), as those of delimiter lines are dropped. */
static void trim(char *text)
{
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == ' ')
        text[--size] = '\0';
}

struct mime_content_type mime_content_type_read(const char *value, size_t size)
{
    struct mime_content_type type = {0};
    struct rest rest = {value, value + size};
    skip_white(&rest);
    const char *major = rest.at;
    size_t length = take_token(&rest);
    bool slash = length > 0 && rest.at < rest.end && *rest.at == '/';
    rest.at += slash;
    size_t minor = slash ? take_token(&rest) : 0;
    length += 1 + minor;
    if (minor > 0 && length < sizeof type.name)
        for (size_t i = 0; i < length; i++)
            type.name[i] = text_lower(major[i]);
    skip_to_semicolon(&rest);
    while (rest.at < rest.end) {
        rest.at++;
        read_parameter(&type, &rest);
    }
    trim(type.boundary);
    return type;
}

enum mime_declared mime_content_encoding_read(const char *value, size_t size)
{
    static const struct {
        const char *name;
        enum mime_declared declared;
    } names[] = {
        {"", MIME_DECLARED_7BIT},         {"7bit", MIME_DECLARED_7BIT},
        {"8bit", MIME_DECLARED_8BIT},     {"binary", MIME_DECLARED_BINARY},
        {"base64", MIME_DECLARED_BASE64}, {"quoted-printable", MIME_DECLARED_QUOTED_PRINTABLE},
        {"7-bit", MIME_DECLARED_7BIT},    {"8-bit", MIME_DECLARED_8BIT},
    };
    struct rest rest = {value, value + size};
    skip_white(&rest);
    const char *name = rest.at;
    size_t name_size = take_token(&rest);
    bool ends = rest.at == rest.end || is_white(*rest.at) || *rest.at == ';' || *rest.at == '(';
    for (size_t i = 0; ends && i < sizeof names / sizeof *names; i++)
        if (text_same_bytes(name, name_size, names[i].name))
            return names[i].declared;
    return MIME_DECLARED_OTHER;
}

bool mime_content_charset_is_wide(const char *charset)
{
    static const char *const wide[] = {"utf-16", "utf-32", "ucs-", "iso-10646"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (text_same_bytes(charset, strnlen(charset, strlen(wide[i])), wide[i]))
            return true;
    return false;
}
