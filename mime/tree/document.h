/* SPDX-License-Identifier: ISC */
/**
 * @file document.h
 * A message as it is laid out: its header fields, and the tree below them. Who it is for, the
 * envelope, is none of its business.
 */
#ifndef MIME_DOCUMENT_H
#define MIME_DOCUMENT_H

#include "header/address.h"
#include "tree/part.h"

/** A header field: text, or mailboxes. */
struct mime_field {
    char *name;
    char *text; /**< NULL: it is of mailboxes */
    struct mime_mailbox_list mailboxes;
};

struct mime_document {
    struct mime_field *fields; /**< in the order in which they are written */
    size_t count;
    size_t capacity;
    struct mime_part *root; /**< NULL: no body */
};

/** Adds a field of text; checks name and value. @return 0, MAILER_DATA, MAILER_MEMORY. */
int mime_document_add_text(struct mime_document *document, const char *name, const char *value,
                           struct mailer_error *error);

/**
 * Adds a field of mailboxes.
 * @param mailboxes  moved into the message and emptied, also after a failure.
 * @return 0 or MAILER_MEMORY.
 */
int mime_document_add_mailboxes(struct mime_document *document, const char *name,
                                struct mime_mailbox_list *mailboxes, struct mailer_error *error);

/** The first field of that name in any case, or NULL. */
const struct mime_field *mime_document_find(const struct mime_document *document, const char *name);

/** Frees what it holds and empties it. */
void mime_document_free(struct mime_document *document);

#endif
