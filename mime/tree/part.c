/* SPDX-License-Identifier: ISC */
#include "tree/part.h"

#include "content/charset.h"
#include "random.h"
#include "tree/encoding.h"
#include "tree/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "multipart/", a subtype, and a parameter of it. */
enum { MULTIPART_TYPE_SIZE = 256 };

bool mime_part_is_multipart(const struct mime_part *part)
{
    return part->blob == NULL;
}

/* Copies a string that may be NULL; *failed is set when there is no memory. */
static char *copy(const char *string, bool *failed)
{
    char *made = string == NULL ? NULL : strdup(string);
    *failed |= string != NULL && made == NULL;
    return made;
}

/* Finds the label of text, if its type has none, and whether it is wide. */
static int find_charset(struct mime_part *part, const char *given, struct mailer_error *error)
{
    const char *charset = mime_media_type_parameter(&part->type, "charset");
    bool failed = false;
    if (charset == NULL && part->form == MIME_FORM_TEXT) {
        charset = given;
        part->charset = copy(charset, &failed);
    } else if (charset == NULL && !part->scan.utf8) {
        char beginning[MIME_BYTE_ORDER_MARK_SIZE];
        size_t size;
        int result = mime_blob_read(part->blob, 0, beginning, sizeof beginning, &size, error);
        if (result != 0)
            return result;
        charset = mime_charset_mark(beginning, size, NULL).label;
        charset = charset != NULL && mime_charset_is_wide(charset) ? charset : given;
        part->charset = copy(charset, &failed);
    }
    part->wide = charset != NULL && mime_charset_is_wide(charset);
    return failed ? error_set_memory(error) : 0;
}

/* Finds what the size of text for reading will be where it is to be encoded. */
static int measure_text(struct mime_part *part, struct mailer_error *error)
{
    if (!part->scan.utf8 && part->charset == NULL &&
        mime_media_type_parameter(&part->type, "charset") == NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the text is not UTF-8: convert it, or name its charset, as in "
                         "\"%s; charset=iso-8859-1\"",
                         part->type.name);
    if (part->wide)
        part->form = MIME_FORM_EXACT;
    if (part->form == MIME_FORM_EXACT || mime_encoding_is_never_needed(&part->scan))
        return 0;
    return mime_scan_quoted_printable_size(&part->quoted_printable_size, part->blob, error);
}

/* Reads a message that some wire cannot carry as it is, so that it can be changed inside. What is
 * no message that can be read is none the worse as it is. */
static int read_message(struct mime_part *part, struct mailer_error *error)
{
    struct mailer_error cause = MAILER_ERROR_INIT;
    bool is_whole = strcmp(part->type.name, "message/rfc822") == 0 ||
                    strcmp(part->type.name, "message/global") == 0;
    if (!is_whole || !mime_encoding_choose(part, MAILER_WIRE_7BIT).generic)
        return 0;
    int result = mime_kept_new(&part->kept, part->blob, true, &cause);
    return result == 0 || result == MAILER_DATA ? 0 : error_pass(error, &cause);
}

/* Looks through text and messages. */
static int scan(struct mime_part *part, const struct mime_leaf *leaf, struct mailer_error *error)
{
    bool is_message = mime_media_type_is(part->type.name, "message");
    part->scanned = is_message || mime_media_type_is(part->type.name, "text");
    if (is_message)
        part->form = MIME_FORM_MESSAGE;
    int result = 0;
    if (part->scanned && leaf->scan != NULL)
        part->scan = *leaf->scan;
    else if (part->scanned)
        result = mime_scan_blob(&part->scan, part->blob, error);
    if (result == 0 && is_message)
        return read_message(part, error);
    if (result != 0 || !part->scanned)
        return result;
    result = find_charset(part, leaf->charset, error);
    return result == 0 && part->form == MIME_FORM_TEXT ? measure_text(part, error) : result;
}

static int fill_leaf(struct mime_part *part, const struct mime_leaf *leaf,
                     struct mailer_error *error)
{
    int result = mime_media_type_parse(&part->type, leaf->type, error);
    if (result != 0)
        return result;
    if (mime_media_type_is(part->type.name, "multipart"))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "%s is not the type of a single part: give that of its content, or "
                         "application/octet-stream",
                         part->type.name);
    bool failed = false;
    part->form = leaf->form;
    part->disposition = copy(leaf->disposition, &failed);
    part->file_name = copy(leaf->file_name, &failed);
    part->content_id = copy(leaf->content_id, &failed);
    return failed ? error_set_memory(error) : scan(part, leaf, error);
}

int mime_part_new_leaf(struct mime_part **part, struct mime_blob *blob,
                       const struct mime_leaf *leaf, struct mailer_error *error)
{
    *part = NULL;
    struct mime_part *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->blob = mime_blob_share(blob);
    int result = fill_leaf(made, leaf, error);
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
    if (made == NULL)
        return error_set_memory(error);
    char type[MULTIPART_TYPE_SIZE];
    snprintf(type, sizeof type, "multipart/%s", subtype);
    memcpy(made->boundary, "=_", 2);
    int result = mime_media_type_parse(&made->type, type, error);
    if (result == 0)
        result = random_text(made->boundary + 2, error);
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
    mime_kept_free(part->kept);
    mime_media_type_free(&part->type);
    free(part->disposition);
    free(part->file_name);
    free(part->content_id);
    free(part->charset);
    free(part);
}
