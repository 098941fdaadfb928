/* SPDX-License-Identifier: ISC */
#include "tree/message.h"

#include "header/header.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* A new empty field of that name at the end; NULL without memory. */
static struct mime_field *add_field(struct mime_message *message, const char *name)
{
    if (message->count == message->capacity) {
        size_t capacity = message->capacity * 2 + 8;
        struct mime_field *fields = realloc(message->fields, capacity * sizeof *fields);
        if (fields == NULL)
            return NULL;
        message->fields = fields;
        message->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return NULL;
    struct mime_field *field = &message->fields[message->count++];
    *field = (struct mime_field){.name = copy};
    return field;
}

int mime_message_add_text(struct mime_message *message, const char *name, const char *value,
                          struct mailer_error *error)
{
    int result = mime_header_check_name(name, error);
    if (result == 0)
        result = mime_header_check_value(name, value, error);
    if (result != 0)
        return result;
    char *text = strdup(value);
    struct mime_field *field = text == NULL ? NULL : add_field(message, name);
    if (field == NULL) {
        free(text);
        return error_set_memory(error);
    }
    field->text = text;
    return 0;
}

int mime_message_add_mailboxes(struct mime_message *message, const char *name,
                               struct mime_mailbox_list *mailboxes, struct mailer_error *error)
{
    struct mime_field *field = add_field(message, name);
    if (field == NULL) {
        mime_mailbox_list_free(mailboxes);
        return error_set_memory(error);
    }
    field->mailboxes = *mailboxes;
    *mailboxes = (struct mime_mailbox_list){0};
    return 0;
}

const struct mime_field *mime_message_find(const struct mime_message *message, const char *name)
{
    for (size_t i = 0; i < message->count; i++)
        if (text_same(message->fields[i].name, name))
            return &message->fields[i];
    return NULL;
}

void mime_message_free(struct mime_message *message)
{
    for (size_t i = 0; i < message->count; i++) {
        free(message->fields[i].name);
        free(message->fields[i].text);
        mime_mailbox_list_free(&message->fields[i].mailboxes);
    }
    free(message->fields);
    mime_part_free(message->root);
    *message = (struct mime_message){0};
}
