/* SPDX-License-Identifier: ISC */
/** @file parameter.h  Parameters of structured MIME fields (RFC 2045 5.1, RFC 2231). */
#ifndef MIME_PARAMETER_H
#define MIME_PARAMETER_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** Whether a character may be in a token (RFC 2045 5.1). */
bool mime_parameter_is_token_character(char c);

/** How a value that is not plain US-ASCII is written. */
enum mime_parameter_form {
    MIME_PARAMETER_EXTENDED = 0, /**< name*=utf-8''...; with continuations when long (RFC 2231) */
    MIME_PARAMETER_ENCODED_WORD /**< name="=?utf-8?...?=", as old readers want it for Content-Type's
                                     name, though RFC 2047 does not have it */
};

/**
 * Appends ";" and the parameter, folded with CR LF and a space so that lines stay within 78 octets
 * where it can be helped: as a token, a quoted string, or, when value is not printable US-ASCII,
 * would not arrive as it is, or is too long for a line, in the form asked for.
 *
 * A value that is not UTF-8 is always written as MIME_PARAMETER_EXTENDED, with an empty charset
 * (RFC 2231 4 allows it): readers then fall back to a guess, while a name such as "unknown-8bit" is
 * known to few of them, and "utf-8" would be untrue.
 * @param name    a token (RFC 2045 5.1).
 * @param value   UTF-8; or any octets, which are percent-encoded as they are.
 * @param column  how long the line is already; updated.
 */
void mime_parameter_append(struct buffer *out, const char *name, const char *value,
                           enum mime_parameter_form form, size_t *column);

#endif
