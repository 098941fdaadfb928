/* SPDX-License-Identifier: ISC */
#include "token.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

static bool is_oauthbearer(const char *mechanism)
{
    return strcmp(mechanism, "OAUTHBEARER") == 0;
}

/* The b64token of RFC 6750 2.1, and what else is neither a space nor a control: some providers'
 * tokens are more than base64. A 0x01 would end the field. */
static bool is_token(const char *token)
{
    for (const char *c = token; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return token[0] != '\0';
}

/* The user as saslname (RFC 5801 4): "," and "=" would end it. */
static void append_saslname(struct buffer *message, const char *user)
{
    for (const char *c = user; *c != '\0'; c++) {
        if (*c == ',')
            buffer_append_string(message, "=2C");
        else if (*c == '=')
            buffer_append_string(message, "=3D");
        else
            buffer_append_char(message, *c);
    }
}

int auth_token_message(struct buffer *message, const char *mechanism,
                       const struct auth_sasl_options *options, struct mailer_error *error)
{
    const char *token = options->password;
    *message = buffer_empty(AUTH_SASL_RESPONSE_SIZE);
    if (!is_token(token))
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the token for %s is empty, or has a blank or other characters that no "
                         "token has: give the access token alone",
                         mechanism);
    if (strchr(options->user, '\1') != NULL)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the user name has a control character");
    size_t room = strlen(options->user) * 3 + strlen(options->host) + strlen(token) + 64;
    if (room > AUTH_SASL_RESPONSE_SIZE)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the user name or the token is too long");
    if (buffer_reserve(message, room) == NULL)
        return error_set_memory(error);
    if (is_oauthbearer(mechanism)) {
        buffer_append_string(message, "n,a=");
        append_saslname(message, options->user);
        buffer_append_format(message, ",\1host=%s\1port=%hu", options->host, options->port);
    } else {
        buffer_append_string(message, "user=");
        buffer_append_string(message, options->user);
    }
    buffer_append_string(message, "\1auth=Bearer ");
    buffer_append_string(message, token);
    buffer_append_string(message, "\1\1");
    return message->failed ? error_set_memory(error) : 0;
}

const char *auth_token_acknowledgement(const char *mechanism)
{
    return is_oauthbearer(mechanism) ? "\1" : "";
}

static size_t skip_blanks(const char *json, size_t size, size_t at)
{
    while (at < size && strchr(" \t\r\n", json[at]) != NULL && json[at] != '\0')
        at++;
    return at;
}

/* The end of a string whose opening quote stands before at: where its closing quote is, or size. */
static size_t string_end(const char *json, size_t size, size_t at)
{
    while (at < size && json[at] != '"')
        at += json[at] == '\\' ? 2 : 1;
    return at < size ? at : size;
}

/* A value as a string, or a number; "" when there is no member of that name. Escapes stay as they
 * are: what a person must read has none. */
static void find_value(const char *json, size_t size, const char *name,
                       char value[static AUTH_SASL_REASON_SIZE / 4])
{
    value[0] = '\0';
    for (size_t at = 0; at < size; at++) {
        if (json[at] != '"')
            continue;
        size_t start = at + 1;
        at = string_end(json, size, start);
        bool is_it = at - start == strlen(name) && memcmp(json + start, name, at - start) == 0;
        size_t colon = skip_blanks(json, size, at + 1);
        if (!is_it || colon >= size || json[colon] != ':')
            continue;
        start = skip_blanks(json, size, colon + 1);
        if (start >= size)
            return;
        bool quoted = json[start] == '"';
        start += quoted;
        size_t end = start;
        if (quoted)
            end = string_end(json, size, start);
        else
            while (end < size && text_is_digit(json[end]))
                end++;
        text_printable(value, AUTH_SASL_REASON_SIZE / 4, json + start, end - start);
        return;
    }
}

void auth_token_reason(const char *json, size_t size, char words[static AUTH_SASL_REASON_SIZE])
{
    char problem[AUTH_SASL_REASON_SIZE / 4];
    char description[AUTH_SASL_REASON_SIZE / 4];
    char scope[AUTH_SASL_REASON_SIZE / 4];
    find_value(json, size, "error", problem);
    if (problem[0] == '\0')
        find_value(json, size, "status", problem);
    find_value(json, size, "error_description", description);
    find_value(json, size, "scope", scope);
    if (problem[0] == '\0') {
        text_printable(words, AUTH_SASL_REASON_SIZE, json, size);
        return;
    }
    bool is_expired = strcmp(problem, "invalid_token") == 0 || problem[0] == '4';
    snprintf(words, AUTH_SASL_REASON_SIZE, "%s%s%s%s%s%s", problem,
             description[0] != '\0' ? ", " : "", description,
             scope[0] != '\0' ? ", it must be for the scope " : "", scope,
             is_expired ? "; it may have expired: get a new one" : "");
}
