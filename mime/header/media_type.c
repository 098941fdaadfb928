/* SPDX-License-Identifier: ISC */
#include "header/media_type.h"

#include "header/header.h"
#include "header/parameter.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* A name must leave room for some of its value in a line of 78. */
enum { LONGEST_TOKEN = 127, LONGEST_NAME = 40 };

static size_t token_length(const char *text)
{
    size_t length = 0;
    while (mime_parameter_is_token_character(text[length]))
        length++;
    return length;
}

static char *lower_copy(const char *text, size_t size)
{
    char *copy = strndup(text, size);
    for (char *c = copy; c != NULL && *c != '\0'; c++)
        *c = text_lower(*c);
    return copy;
}

static int fail(const char *text, const char *what, struct mailer_error *error)
{
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                     "\"%.200s\" is no media type: %s; one looks like image/png, or "
                     "text/plain; charset=utf-8",
                     text, what);
}

/* Adds a parameter without a value. */
static struct mime_media_parameter *add_parameter(struct mime_media_type *type, const char *name,
                                                  size_t size)
{
    struct mime_media_parameter *parameters =
        realloc(type->parameters, (type->count + 1) * sizeof *parameters);
    if (parameters == NULL)
        return NULL;
    type->parameters = parameters;
    struct mime_media_parameter *added = &parameters[type->count++];
    *added = (struct mime_media_parameter){.name = lower_copy(name, size)};
    return added->name == NULL ? NULL : added;
}

/* Reads a token or a quoted string. @return behind it, or NULL when it is neither. */
static const char *read_value(const char *at, struct buffer *value)
{
    if (*at != '"') {
        size_t length = token_length(at);
        buffer_append(value, at, length);
        return length > 0 ? at + length : NULL;
    }
    for (at++; *at != '"'; at++) {
        if (*at == '\\')
            at++;
        if (*at == '\0')
            return NULL;
        buffer_append_char(value, *at);
    }
    return at + 1;
}

/* Reads one parameter. *at is moved on behind it. */
static int read_parameter(struct mime_media_type *type, const char **at, const char *text,
                          struct mailer_error *error)
{
    const char *name = *at;
    size_t length = token_length(name);
    if (length == 0 || length > LONGEST_NAME || name[length] != '=')
        return fail(text, "a parameter is a short name, = and a value", error);
    if (memchr(name, '*', length) != NULL)
        return fail(text, "give the value of a parameter as it is, without *", error);
    for (size_t i = 0; i < type->count; i++)
        if (text_same_bytes(name, length, type->parameters[i].name))
            return fail(text, "a parameter is there twice", error);
    struct mime_media_parameter *parameter = add_parameter(type, name, length);
    if (parameter == NULL)
        return error_set_memory(error);
    struct buffer value = buffer_empty(MIME_MEDIA_TYPE_LIMIT);
    *at = read_value(name + length + 1, &value);
    parameter->value = buffer_take_string(&value);
    if (parameter->value == NULL)
        return error_set_memory(error);
    return *at != NULL ? 0 : fail(text, "a value with other characters goes in quotes", error);
}

static int read_type(struct mime_media_type *type, const char *text, struct mailer_error *error)
{
    size_t major = token_length(text);
    size_t minor = text[major] == '/' ? token_length(text + major + 1) : 0;
    const char *at = text + major + 1 + minor;
    if (major == 0 || minor == 0)
        return fail(text, "it has no / between two words", error);
    if (major > LONGEST_TOKEN || minor > LONGEST_TOKEN)
        return fail(text, "its words are too long", error);
    type->name = lower_copy(text, major + 1 + minor);
    if (type->name == NULL)
        return error_set_memory(error);
    for (;;) {
        at += strspn(at, " ");
        if (*at != ';')
            return *at == '\0' ? 0 : fail(text, "a semicolon is missing", error);
        at += strspn(at, "; ");
        int result = *at != '\0' ? read_parameter(type, &at, text, error) : 0;
        if (result != 0)
            return result;
    }
}

int mime_media_type_parse(struct mime_media_type *type, const char *text,
                          struct mailer_error *error)
{
    *type = (struct mime_media_type){0};
    if (strlen(text) >= MIME_MEDIA_TYPE_LIMIT)
        return fail(text, "it is too long", error);
    if (text_has_control(text, strlen(text)))
        return fail(text, "it has a control character", error);
    int result = mime_header_check_value("the media type", text, error);
    return result != 0 ? result : read_type(type, text, error);
}

void mime_media_type_free(struct mime_media_type *type)
{
    for (size_t i = 0; i < type->count; i++) {
        free(type->parameters[i].name);
        free(type->parameters[i].value);
    }
    free(type->parameters);
    free(type->name);
    *type = (struct mime_media_type){0};
}

bool mime_media_type_is(const char *text, const char *top_level)
{
    size_t length = strlen(top_level);
    return text_same_bytes(text, strnlen(text, length), top_level) && text[length] == '/';
}

const char *mime_media_type_parameter(const struct mime_media_type *type, const char *name)
{
    for (size_t i = 0; i < type->count; i++)
        if (strcmp(type->parameters[i].name, name) == 0)
            return type->parameters[i].value;
    return NULL;
}

void mime_media_type_append_parameters(struct buffer *out, const struct mime_media_type *type,
                                       size_t *column)
{
    for (size_t i = 0; i < type->count; i++)
        mime_parameter_append(out, type->parameters[i].name, type->parameters[i].value,
                              MIME_PARAMETER_EXTENDED, column);
}
