/* SPDX-License-Identifier: ISC */
/** @file header.h  Header fields as octets: folded at 78, never longer than 998 (RFC 5322 2.1.1).
 */
#ifndef MIME_HEADER_H
#define MIME_HEADER_H

#include "buffer.h"
#include "error.h"
#include "header/address.h"

#include <stdbool.h>

/** All header fields of a message may hold this many octets together. */
enum { MIME_HEADER_LIMIT = 1024 * 1024 };

/**
 * Whether name may be the name of a header field (RFC 5322 3.6.8), of at most 76 octets.
 * @return 0 or MAILER_DATA.
 */
int mime_header_check_name(const char *name, struct mailer_error *error);

/**
 * Whether value may be written: UTF-8, no control characters but HT.
 * @param what  what it is the value of, for the error text.
 * @return 0 or MAILER_DATA.
 */
int mime_header_check_value(const char *what, const char *value, struct mailer_error *error);

/**
 * Appends "Name: value" CR LF, folded at white space. What is encoded is a matter of the field
 * (field_rules.h): structured ones of US-ASCII never are, lists of phrases are phrase by phrase,
 * all others where they are not US-ASCII or would not arrive as they are. The first word stays on
 * the line of the name, unless that would be longer than 998. In Subject and Comments a word that
 * is too long for a line of 78 is encoded, and so parted. Name and value are checked as above once
 * more, since what is written here ends on the wire.
 * @param utf8_headers  write UTF-8 as it is (RFC 6532).
 * @return 0, MAILER_DATA when a check fails or a word of US-ASCII in another field is too long for
 * a line of 998 octets; out is then as it was. That the value is right for a structured field has
 * been checked before, by mime_field_check_text().
 */
int mime_header_append_text(struct buffer *out, const char *name, const char *value,
                            bool utf8_headers, struct mailer_error *error);

/** Appends "Name: " mailboxes CR LF; list has at least one, name has been checked. */
void mime_header_append_addresses(struct buffer *out, const char *name,
                                  const struct mime_mailbox_list *list, bool utf8_headers);

#endif
