/* SPDX-License-Identifier: ISC */
#include "tree/document_read.h"

#include "reader/header_reader.h"
#include "text.h"
#include "tree/kept.h"

#include <stdlib.h>
#include <string.h>

static int add_field(struct mime_document *document, const struct mime_header_field *field,
                     struct mailer_error *error)
{
    int result = mime_header_check_field(field, error);
    if (result != 0)
        return result;
    if (document->count == MIME_DOCUMENT_FIELD_LIMIT)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the message has more than %d header fields: this is no message",
                         MIME_DOCUMENT_FIELD_LIMIT);
    struct buffer raw = buffer_empty(2 * MIME_ENTITY_HEADER_LIMIT);
    mime_header_append_field(&raw, field);
    char *name = strndup(field->bytes, field->name_size);
    result = name == NULL ? error_set_memory(error)
                          : mime_document_add_raw(document, name, buffer_take_string(&raw), error);
    buffer_free(&raw);
    free(name);
    return result;
}

static int read_fields(struct mime_document *document, const struct mime_kept *kept,
                       struct mailer_error *error)
{
    const struct mime_entity *message = &kept->list.entities[0];
    size_t size = (size_t)(message->body.offset - message->header.offset);
    size_t got = 0;
    size_t at = 0;
    char *header = malloc(size + 1);
    if (header == NULL)
        return error_set_memory(error);
    int result = mime_blob_read(kept->blob, message->header.offset, header, size, &got, error);
    struct mime_header_field field;
    /* The empty line has no name. */
    while (result == 0 && mime_header_next(header, got, &at, &field) && field.name_size > 0)
        result = add_field(document, &field, error);
    free(header);
    return result;
}

/* Removes all fields of a name but the first, which is the one that counts here: readers do not
 * agree on which does. */
static void keep_first(struct mime_document *document, const char *name)
{
    bool found = false;
    size_t kept = 0;
    for (size_t i = 0; i < document->count; i++) {
        struct mime_field field = document->fields[i];
        bool is_meant = text_same(field.name, name);
        if (is_meant && found)
            mime_field_free(&field);
        else
            document->fields[kept++] = field;
        found |= is_meant;
    }
    document->count = kept;
}

static int make_root(struct mime_document *document, struct mime_kept *kept, const char *charset,
                     struct mailer_error *error)
{
    struct mime_part *root = calloc(1, sizeof *root);
    if (root == NULL) {
        mime_kept_free(kept);
        return error_set_memory(error);
    }
    document->root = root;
    root->form = MIME_FORM_KEPT;
    root->kept = kept;
    kept->in_document = true;
    const struct mime_entity *message = &kept->list.entities[0];
    kept->charset = charset == NULL ? NULL : strdup(charset);
    root->type.name = strdup(message->type[0] != '\0' ? message->type : "text/plain");
    if (root->type.name == NULL || (charset != NULL && kept->charset == NULL))
        return error_set_memory(error);
    uint64_t size = kept->list.end.offset - message->body.offset;
    return mime_blob_slice(&root->blob, kept->blob, message->body.offset, size, error);
}

int mime_document_read(struct mime_document *document, struct mime_blob *blob, const char *charset,
                       struct mailer_error *error)
{
    struct mime_kept *kept = NULL;
    int result = mime_kept_new(&kept, blob, false, error);
    if (result == 0)
        result = make_root(document, kept, charset, error);
    if (result == 0)
        result = read_fields(document, kept, error);
    keep_first(document, "MIME-Version");
    keep_first(document, "Content-Type");
    keep_first(document, "Content-Transfer-Encoding");
    if (result != 0)
        mime_document_free(document);
    return result;
}

int mime_document_take_root(struct mime_document *document, struct mime_part **root,
                            struct mailer_error *error)
{
    *root = NULL;
    struct mime_kept *kept = document->root->kept;
    kept->fields = calloc(document->count + 1, sizeof *kept->fields);
    if (kept->fields == NULL)
        return error_set_memory(error);
    size_t left = 0;
    for (size_t i = 0; i < document->count; i++) {
        struct mime_field *field = &document->fields[i];
        struct mime_field *place = mime_field_is_of_content(field) ? &kept->fields[kept->count++]
                                                                   : &document->fields[left++];
        *place = *field;
    }
    document->count = left;
    kept->in_document = false;
    kept->has_fields = true;
    *root = document->root;
    document->root = NULL;
    return 0;
}
