/* SPDX-License-Identifier: ISC */
#include "tree/document.h"

#include "header/header.h"
#include "reader/header_reader.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* A new empty field of that name at the end; NULL without memory. */
static struct mime_field *add_field(struct mime_document *document, const char *name)
{
    if (document->count == document->capacity) {
        size_t capacity = document->capacity * 2 + 8;
        struct mime_field *fields = realloc(document->fields, capacity * sizeof *fields);
        if (fields == NULL)
            return NULL;
        document->fields = fields;
        document->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return NULL;
    struct mime_field *field = &document->fields[document->count++];
    *field = (struct mime_field){.name = copy};
    return field;
}

int mime_document_add_text(struct mime_document *document, const char *name, const char *value,
                           struct mailer_error *error)
{
    int result = mime_header_check_name(name, error);
    if (result == 0)
        result = mime_header_check_value(name, value, error);
    if (result != 0)
        return result;
    char *text = strdup(value);
    struct mime_field *field = text == NULL ? NULL : add_field(document, name);
    if (field == NULL) {
        free(text);
        return error_set_memory(error);
    }
    field->text = text;
    return 0;
}

int mime_document_add_mailboxes(struct mime_document *document, const char *name,
                                struct mime_mailbox_list *mailboxes, struct mailer_error *error)
{
    struct mime_field *field = add_field(document, name);
    if (field == NULL) {
        mime_mailbox_list_free(mailboxes);
        return error_set_memory(error);
    }
    field->mailboxes = *mailboxes;
    *mailboxes = (struct mime_mailbox_list){0};
    return 0;
}

int mime_document_add_raw(struct mime_document *document, const char *name, char *raw,
                          struct mailer_error *error)
{
    struct mime_field *field = raw == NULL ? NULL : add_field(document, name);
    if (field == NULL) {
        free(raw);
        return error_set_memory(error);
    }
    field->raw = raw;
    return 0;
}

int mime_document_field_text(const struct mime_field *field, char **text,
                             struct mailer_error *error)
{
    *text = NULL;
    if (field->text == NULL && field->raw == NULL)
        return 0;
    if (field->raw == NULL) {
        *text = strdup(field->text);
        return *text == NULL ? error_set_memory(error) : 0;
    }
    struct buffer value = buffer_empty(strlen(field->raw) + 1);
    struct mime_header_field raw = {field->raw, strlen(field->name), strlen(field->raw)};
    mime_header_append_value(&value, &raw);
    *text = buffer_take_string(&value);
    return *text == NULL ? error_set_memory(error) : 0;
}

size_t mime_document_remove(struct mime_document *document, const char *name)
{
    size_t kept = 0;
    size_t count = document->count;
    for (size_t i = 0; i < count; i++) {
        struct mime_field *field = &document->fields[i];
        if (text_same(field->name, name))
            mime_field_free(field);
        else
            document->fields[kept++] = *field;
    }
    document->count = kept;
    return count - kept;
}

const struct mime_field *mime_document_find(const struct mime_document *document, const char *name)
{
    for (size_t i = 0; i < document->count; i++)
        if (text_same(document->fields[i].name, name))
            return &document->fields[i];
    return NULL;
}

void mime_document_free(struct mime_document *document)
{
    for (size_t i = 0; i < document->count; i++)
        mime_field_free(&document->fields[i]);
    free(document->fields);
    mime_part_free(document->root);
    *document = (struct mime_document){0};
}
