/* SPDX-License-Identifier: ISC */
/** @file field.h  A header field of a document, and how it is written. */
#ifndef MIME_FIELD_H
#define MIME_FIELD_H

#include "buffer.h"
#include "header/address.h"

/** A header field: text, or octets of another writer, or mailboxes. */
struct mime_field {
    char *name;
    char *text; /**< UTF-8, to be folded and encoded */
    char *raw;  /**< all of the field with its name, as it was but for line ends, which are CR LF */
    struct mime_mailbox_list mailboxes;
};

/**
 * Appends a field as it goes on the wire. Raw ones stay as they are, if they can (reader/mend.h).
 * @return 0, MAILER_DATA, MAILER_UNSUPPORTED or MAILER_MEMORY.
 */
int mime_field_append(struct buffer *out, const struct mime_field *field, bool utf8_headers,
                      struct mailer_error *error);

/** Frees what it holds and empties it. */
void mime_field_free(struct mime_field *field);

/** Whether it describes content (RFC 2045 9): Content-Type and others that begin like it. */
bool mime_field_is_of_content(const struct mime_field *field);

#endif
