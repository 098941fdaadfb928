/* SPDX-License-Identifier: ISC */
/** @file message.h  The header fields of a message, and the tree below them. */
#ifndef MIME_MESSAGE_H
#define MIME_MESSAGE_H

#include "header/address.h"
#include "tree/part.h"

/** A header field: text, or mailboxes. */
struct mime_field {
    char *name;
    char *text; /**< NULL: it is of mailboxes */
    struct mime_mailbox_list mailboxes;
};

struct mime_message {
    struct mime_field *fields; /**< in the order in which they are written */
    size_t count;
    size_t capacity;
    struct mime_part *root; /**< NULL: no body */
};

/** Adds a field of text; checks name and value. @return 0, MAILER_DATA, MAILER_MEMORY. */
int mime_message_add_text(struct mime_message *message, const char *name, const char *value,
                          struct mailer_error *error);

/**
 * Adds a field of mailboxes.
 * @param mailboxes  moved into the message and emptied, also after a failure.
 * @return 0 or MAILER_MEMORY.
 */
int mime_message_add_mailboxes(struct mime_message *message, const char *name,
                               struct mime_mailbox_list *mailboxes, struct mailer_error *error);

/** The first field of that name in any case, or NULL. */
const struct mime_field *mime_message_find(const struct mime_message *message, const char *name);

/** Frees what it holds and empties it. */
void mime_message_free(struct mime_message *message);

#endif
