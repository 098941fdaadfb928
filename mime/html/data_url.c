/* SPDX-License-Identifier: ISC */
#include "html/data_url.h"

#include "buffer.h"
#include "content/spool.h"
#include "header/media_type.h"
#include "html/html_tree.h"
#include "html/percent.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char scheme[] = "data:";

/* A data: URL, cut. */
struct parts {
    const char *type;
    size_t type_size;
    bool base64;
    const char *data;
    size_t data_size;
};

static int refuse(const char *name, const char *why, struct mailer_error *error)
{
    struct mime_source_name shown = mime_source_name(name);
    return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "the data: URL of %s %s", shown.text,
                     why);
}

static void trim(const char **text, size_t *size)
{
    while (*size > 0 && html_is_space(**text)) {
        (*text)++;
        (*size)--;
    }
    while (*size > 0 && html_is_space((*text)[*size - 1]))
        (*size)--;
}

/* Takes ";base64" off the end of a type, if it is there. */
static bool take_base64(const char *type, size_t *size)
{
    static const char word[] = "base64";
    size_t length = sizeof word - 1;
    if (*size < length || !text_same_bytes(type + *size - length, length, word))
        return false;
    size_t i = *size - length;
    while (i > 0 && type[i - 1] == ' ')
        i--;
    if (i == 0 || type[i - 1] != ';')
        return false;
    *size = i - 1;
    return true;
}

static bool cut(struct parts *parts, const char *url)
{
    while (*url != '\0' && (unsigned char)*url <= ' ')
        url++;
    size_t length = sizeof scheme - 1;
    if (strlen(url) < length || !text_same_bytes(url, length, scheme))
        return false;
    const char *rest = url + length;
    size_t size = strcspn(rest, "#");
    const char *comma = memchr(rest, ',', size);
    if (comma == NULL)
        return false;
    *parts = (struct parts){
        .type = rest,
        .type_size = (size_t)(comma - rest),
        .data = comma + 1,
        .data_size = size - (size_t)(comma - rest) - 1,
    };
    trim(&parts->type, &parts->type_size);
    parts->base64 = take_base64(parts->type, &parts->type_size);
    trim(&parts->type, &parts->type_size);
    return true;
}

static char *read_type(const struct parts *parts)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    if (parts->type_size > 0 && parts->type[0] == ';')
        buffer_append_string(&out, "text/plain");
    buffer_append(&out, parts->type, parts->type_size);
    char *type = buffer_take_string(&out);
    struct mime_media_type parsed;
    int result = type != NULL ? mime_media_type_parse(&parsed, type, NULL) : MAILER_MEMORY;
    if (type != NULL)
        mime_media_type_free(&parsed);
    if (result == 0 || result == MAILER_MEMORY) {
        if (result != 0) {
            free(type);
            type = NULL;
        }
        return type;
    }
    free(type);
    buffer_append_string(&out, "text/plain;charset=US-ASCII");
    return buffer_take_string(&out);
}

/* The octets of the data, but for line ends and tabs, which a URL does not have. */
static void read_data(struct buffer *out, const struct parts *parts)
{
    struct buffer plain = buffer_empty(SIZE_MAX);
    for (size_t i = 0; i < parts->data_size; i++)
        if (strchr("\t\r\n", parts->data[i]) == NULL)
            buffer_append_char(&plain, parts->data[i]);
    while (!parts->base64 && plain.size > 0 && plain.bytes[plain.size - 1] == ' ')
        plain.size--;
    percent_append_decoded(out, plain.bytes, plain.size);
    out->failed = out->failed || plain.failed;
    buffer_free(&plain);
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c != '\0' ? strchr(digits, c) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

/* Decodes in place, as the Infra standard's "forgiving-base64 decode". @return whether it is
 * base64. */
static bool decode_base64(struct buffer *data)
{
    size_t digits = 0;
    for (size_t i = 0; i < data->size; i++)
        if (!html_is_space(data->bytes[i]))
            data->bytes[digits++] = data->bytes[i];
    for (int i = 0; i < 2 && digits % 4 != 1 && digits > 0 && data->bytes[digits - 1] == '='; i++)
        digits--;
    if (digits % 4 == 1)
        return false;
    unsigned bits = 0;
    size_t written = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = base64_value(data->bytes[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (unsigned)value;
        if (i % 4 > 0)
            data->bytes[written++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    data->size = written;
    return true;
}

static int make_blob(struct mime_blob **blob, const struct buffer *data, const char *name,
                     const char *directory, struct mailer_error *error)
{
    struct mime_spool_writer writer = mime_spool_start(name, directory);
    struct mime_spool spool;
    int result = mime_spool_append(&writer, data->bytes, data->size, error);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    result = mime_spool_finish(&writer, &spool, error);
    return result == 0 ? mime_blob_from_spool(blob, &spool, name, error) : result;
}

int mime_data_url_decode(struct mime_blob **blob, char **type, const char *url, const char *name,
                         const char *directory, struct mailer_error *error)
{
    struct parts parts;
    *blob = NULL;
    *type = NULL;
    if (!cut(&parts, url))
        return refuse(name, "is none: it lacks \"data:\" or its comma", error);
    struct buffer data = buffer_empty(SIZE_MAX);
    read_data(&data, &parts);
    char *found = read_type(&parts);
    int result = 0;
    if (data.failed || found == NULL)
        result = error_set_memory(error);
    else if (parts.base64 && !decode_base64(&data))
        result = refuse(name, "has broken base64; put the picture in a file", error);
    else
        result = make_blob(blob, &data, name, directory, error);
    if (result == 0)
        *type = found;
    else
        free(found);
    buffer_free(&data);
    return result;
}
