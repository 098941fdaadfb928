/* SPDX-License-Identifier: ISC */
/**
 * @file document.h
 * A message as it is laid out: its header fields, and the tree below them. Who it is for, the
 * envelope, is none of its business.
 */
#ifndef MIME_DOCUMENT_H
#define MIME_DOCUMENT_H

#include "tree/field.h"
#include "tree/part.h"

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

/**
 * Adds a field that another program wrote, which is kept as it is where it can be.
 * @param name  as it is written in raw.
 * @param raw   all of the field, without control characters but HT, its line ends CR LF; taken
 *              also after a failure.
 * @return 0 or MAILER_MEMORY.
 */
int mime_document_add_raw(struct mime_document *document, const char *name, char *raw,
                          struct mailer_error *error);

/**
 * The value of a field of text or octets: unfolded, without white space at its ends, encoded-words
 * as they are.
 * @param text  receives it, for the caller to free; NULL for a field of mailboxes.
 * @return 0 or MAILER_MEMORY.
 */
int mime_document_field_text(const struct mime_field *field, char **text,
                             struct mailer_error *error);

/** Removes all fields of that name in any case. @return how many there were. */
size_t mime_document_remove(struct mime_document *document, const char *name);

/** The first field of that name in any case, or NULL. */
const struct mime_field *mime_document_find(const struct mime_document *document, const char *name);

/** Frees what it holds and empties it. */
void mime_document_free(struct mime_document *document);

#endif
