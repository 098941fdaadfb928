/* SPDX-License-Identifier: ISC */
#include "tree/part.h"

#include "random.h"
#include "text.h"
#include "tree/encoding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_token_char(char c)
{
    return c > ' ' && c < 0x7F && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

static size_t token_length(const char *text)
{
    size_t length = 0;
    while (is_token_char(text[length]))
        length++;
    return length;
}

bool mime_type_is_valid(const char *type)
{
    size_t major = token_length(type);
    if (major == 0 || type[major] != '/')
        return false;
    size_t minor = token_length(type + major + 1);
    const char *rest = type + major + 1 + minor;
    return minor > 0 && (*rest == '\0' || *rest == ';') && text_is_ascii(rest, strlen(rest)) &&
           !text_has_control(rest, strlen(rest));
}

bool mime_type_is_text(const char *type)
{
    return text_same_bytes(type, strnlen(type, 5), "text/");
}

bool mime_part_is_multipart(const struct mime_part *part)
{
    return part->blob == NULL;
}

bool mime_part_names_charset(const struct mime_part *part)
{
    const char *at = part->parameters;
    for (; at != NULL && *at != '\0'; at++)
        if (text_same_bytes(at, strnlen(at, 8), "charset="))
            return true;
    return false;
}

/* Copies a string that may be NULL; *failed is set when there is no memory. */
static char *copy(const char *string, bool *failed)
{
    char *made = string == NULL ? NULL : strdup(string);
    *failed |= string != NULL && made == NULL;
    return made;
}

/* Splits "text/plain; charset=x" into the type and what stands behind it, blanks in front dropped.
 */
static void set_type(struct mime_part *part, const char *type, bool *failed)
{
    size_t length = strcspn(type, ";");
    const char *parameters = type[length] == ';' ? type + length + 1 : type + length;
    parameters += strspn(parameters, " ");
    part->parameters = copy(*parameters != '\0' ? parameters : NULL, failed);
    part->type = strndup(type, length);
    *failed |= part->type == NULL;
    for (char *c = part->type; c != NULL && *c != '\0'; c++)
        *c = text_lower(*c);
}

/* Looks through text, and finds what its size will be where it is to be encoded. */
static int scan(struct mime_part *part, struct mailer_error *error)
{
    part->scanned = true;
    int result = mime_scan_blob(&part->scan, part->blob, error);
    if (result != 0 || part->form != MIME_FORM_TEXT)
        return result;
    if (!part->scan.utf8 && !mime_part_names_charset(part))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the text is not UTF-8: convert it, or name its charset, as in "
                         "\"%s; charset=iso-8859-1\"",
                         part->type);
    if (mime_encoding_is_never_needed(&part->scan))
        return 0;
    return mime_scan_quoted_printable_size(&part->quoted_printable_size, part->blob, error);
}

int mime_part_new_leaf(struct mime_part **part, struct mime_blob *blob,
                       const struct mime_leaf *leaf, struct mailer_error *error)
{
    *part = NULL;
    if (!mime_type_is_valid(leaf->type))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "\"%s\" is no media type: one looks like image/png", leaf->type);
    struct mime_part *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    bool failed = false;
    made->blob = mime_blob_share(blob);
    made->form = leaf->form;
    made->disposition = copy(leaf->disposition, &failed);
    made->file_name = copy(leaf->file_name, &failed);
    made->content_id = copy(leaf->content_id, &failed);
    set_type(made, leaf->type, &failed);
    int result = failed ? error_set_memory(error) : 0;
    if (result == 0 && mime_type_is_text(made->type))
        result = scan(made, error);
    if (result != 0) {
        mime_part_free(made);
        return result;
    }
    *part = made;
    return 0;
}

int mime_part_new_multipart(struct mime_part **part, const char *subtype,
                            struct mailer_error *error)
{
    *part = NULL;
    struct mime_part *made = calloc(1, sizeof *made);
    size_t size = strlen("multipart/") + strlen(subtype) + 1;
    if (made != NULL)
        made->type = malloc(size);
    if (made == NULL || made->type == NULL) {
        mime_part_free(made);
        return error_set_memory(error);
    }
    snprintf(made->type, size, "multipart/%s", subtype);
    memcpy(made->boundary, "=_", 2);
    int result = random_text(made->boundary + 2, error);
    if (result != 0) {
        mime_part_free(made);
        return result;
    }
    *part = made;
    return 0;
}

int mime_part_insert(struct mime_part *parent, size_t index, struct mime_part *child,
                     struct mailer_error *error)
{
    if (parent->count == parent->capacity) {
        size_t capacity = parent->capacity * 2 + 4;
        struct mime_part **children = realloc(parent->children, capacity * sizeof(*children));
        if (children == NULL) {
            mime_part_free(child);
            return error_set_memory(error);
        }
        parent->children = children;
        parent->capacity = capacity;
    }
    struct mime_part **place = parent->children + index;
    memmove(place + 1, place, (parent->count - index) * sizeof *place);
    *place = child;
    parent->count++;
    return 0;
}

void mime_part_free(struct mime_part *part)
{
    if (part == NULL)
        return;
    for (size_t i = 0; i < part->count; i++)
        mime_part_free(part->children[i]);
    free(part->children);
    mime_blob_release(part->blob);
    free(part->type);
    free(part->parameters);
    free(part->disposition);
    free(part->file_name);
    free(part->content_id);
    free(part);
}
