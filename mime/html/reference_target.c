/* SPDX-License-Identifier: ISC */
#include "html/reference_target.h"

#include "html/percent.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* The URL standard strips these from both ends, and the others from everywhere. */
static bool is_margin(char c)
{
    return (unsigned char)c <= ' ';
}

static bool is_left_out(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

static char *clean(const char *url)
{
    while (*url != '\0' && is_margin(*url))
        url++;
    size_t size = strlen(url);
    while (size > 0 && is_margin(url[size - 1]))
        size--;
    struct buffer out = buffer_empty(SIZE_MAX);
    for (size_t i = 0; i < size; i++)
        if (!is_left_out(url[i]))
            buffer_append_char(&out, url[i]);
    return buffer_take_string(&out);
}

/* The length of "http:" and the like, or 0. */
static size_t scheme_length(const char *url)
{
    size_t i = 0;
    while (text_is_letter(url[i]) ||
           (i > 0 && (text_is_digit(url[i]) || (url[i] != '\0' && strchr("+-.", url[i]) != NULL))))
        i++;
    return i > 0 && url[i] == ':' ? i + 1 : 0;
}

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

/* What a clean URL is by its beginning. */
static enum mime_reference_kind kind_of(const char *url)
{
    static const struct {
        const char *scheme;
        enum mime_reference_kind kind;
    } kinds[] = {
        {"data:", MIME_REFERENCE_DATA},
        {"cid:", MIME_REFERENCE_CID},
        {"file:", MIME_REFERENCE_ABSOLUTE},
    };
    size_t scheme = scheme_length(url);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_same_bytes(url, scheme, kinds[i].scheme))
            return kinds[i].kind;
    if (scheme == 2)
        return MIME_REFERENCE_ABSOLUTE;
    if (scheme > 0 || (url[0] == '/' && url[1] == '/'))
        return MIME_REFERENCE_REMOTE;
    if (is_slash(url[0]))
        return MIME_REFERENCE_ABSOLUTE;
    return url[0] == '?' || url[0] == '#' ? MIME_REFERENCE_NONE : MIME_REFERENCE_LOCAL;
}

/* Decodes a path or id. One with a NUL becomes what it is otherwise. */
static int decode(struct mime_reference_target *target, struct buffer *out,
                  enum mime_reference_kind otherwise, struct mailer_error *error)
{
    bool whole = !out->failed && (out->size == 0 || memchr(out->bytes, '\0', out->size) == NULL);
    target->text = buffer_take_string(out);
    if (target->text == NULL)
        return error_set_memory(error);
    if (!whole || target->text[0] == '\0') {
        free(target->text);
        *target = (struct mime_reference_target){whole ? MIME_REFERENCE_NONE : otherwise, NULL};
    }
    return 0;
}

static int find_cid(struct mime_reference_target *target, const char *url,
                    struct mailer_error *error)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    percent_append_decoded(&out, url + strlen("cid:"), strlen(url) - strlen("cid:"));
    return decode(target, &out, MIME_REFERENCE_REMOTE, error);
}

/* A relative URL; with a base, it is relative to the folder of that. */
static int find_path(struct mime_reference_target *target, const char *url, const char *base,
                     struct mailer_error *error)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    if (base != NULL) {
        size_t folder = strcspn(base, "?#");
        while (folder > 0 && base[folder - 1] != '/')
            folder--;
        percent_append_decoded(&out, base, folder);
    }
    percent_append_decoded(&out, url, strcspn(url, "?#"));
    int result = decode(target, &out, MIME_REFERENCE_ABSOLUTE, error);
    if (target->text != NULL && is_slash(target->text[0])) {
        free(target->text);
        *target = (struct mime_reference_target){MIME_REFERENCE_ABSOLUTE, NULL};
    }
    return result;
}

/* Looks at clean URLs. */
static int find_target(struct mime_reference_target *target, const char *url, const char *base,
                       struct mailer_error *error)
{
    enum mime_reference_kind base_kind = base != NULL ? kind_of(base) : MIME_REFERENCE_NONE;
    target->kind = *url != '\0' ? kind_of(url) : MIME_REFERENCE_NONE;
    bool relative = target->kind == MIME_REFERENCE_LOCAL ||
                    (target->kind == MIME_REFERENCE_ABSOLUTE && scheme_length(url) == 0);
    if (target->kind == MIME_REFERENCE_CID)
        return find_cid(target, url, error);
    if (relative && base_kind != MIME_REFERENCE_NONE && base_kind != MIME_REFERENCE_LOCAL)
        target->kind =
            base_kind == MIME_REFERENCE_ABSOLUTE ? MIME_REFERENCE_ABSOLUTE : MIME_REFERENCE_REMOTE;
    if (target->kind == MIME_REFERENCE_LOCAL)
        return find_path(target, url, base_kind == MIME_REFERENCE_LOCAL ? base : NULL, error);
    return 0;
}

int mime_reference_target(struct mime_reference_target *target, const char *url, const char *base,
                          struct mailer_error *error)
{
    *target = (struct mime_reference_target){MIME_REFERENCE_NONE, NULL};
    char *clean_url = clean(url);
    char *clean_base = base != NULL ? clean(base) : NULL;
    int result = clean_url == NULL || (base != NULL && clean_base == NULL)
                     ? error_set_memory(error)
                     : find_target(target, clean_url, clean_base, error);
    free(clean_url);
    free(clean_base);
    return result;
}
