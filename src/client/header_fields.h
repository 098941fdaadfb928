/* SPDX-License-Identifier: ISC */
/** @file header_fields.h  Fields given by name: where seal puts them. */
#ifndef CLIENT_HEADER_FIELDS_H
#define CLIENT_HEADER_FIELDS_H

#include "message_private.h"

/** Whether a header may have but one field of that name (RFC 5322 3.6). */
bool message_field_is_once(const char *name);

/**
 * Moves the Resent-* fields that were given into the tree: a block in the order of RFC 5322 3.6.6,
 * which stands before all other fields, so this is called first. When there are any, Resent-From
 * must be among them, and Resent-Date and Resent-Message-ID are made if they are not.
 * @return 0, MAILER_DATA, MAILER_SYSTEM or MAILER_MEMORY.
 */
int message_add_resent_fields(struct mailer_message *message, struct mailer_error *error);

/** Moves all others that were given into the tree, in their order. @return 0 or MAILER_MEMORY. */
int message_add_other_fields(struct mailer_message *message, struct mailer_error *error);

#endif
