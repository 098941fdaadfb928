/* SPDX-License-Identifier: ISC */
/**
 * @file mend.h
 * Header fields of other writers, made fit to be sent: in US-ASCII, on lines of at most 998 octets.
 */
#ifndef MIME_MEND_H
#define MIME_MEND_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether a field can be written as it is.
 * @param field  as mime_header_append_field() writes it, size octets.
 * @param utf8_headers  UTF-8 is allowed (RFC 6532).
 */
bool mime_mend_is_fit(const char *field, size_t size, bool utf8_headers);

/**
 * Appends a field that is not fit. What is in it already as encoded-words, addresses, tags and
 * white space stays; text that is not US-ASCII becomes encoded-words (RFC 2047) in unstructured
 * fields, display names and comments, A-labels in domains of addresses, and extended values (RFC
 * 2231) in the parameters of Content-Type and Content-Disposition. Octets that are not UTF-8 get
 * the charset "unknown-8bit" (RFC 1428), so that none is lost. Lines that are too long are folded
 * at white space.
 * @param field  as in mime_mend_is_fit(), without control characters but HT.
 * @return 0; MAILER_UNSUPPORTED when a local part or an id is not US-ASCII, or when the type, the
 *         boundary or the charset of a Content-Type would be read otherwise; MAILER_DATA when a
 *         word is too long for a line; MAILER_MEMORY. out is as it was after a failure.
 */
int mime_mend_append(struct buffer *out, const char *field, size_t size,
                     struct mailer_error *error);

#endif
