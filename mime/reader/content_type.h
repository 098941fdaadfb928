/* SPDX-License-Identifier: ISC */
/**
 * @file content_type.h
 * What the Content-* fields of a message say that somebody else wrote, read as tolerantly as mail
 * readers do (RFC 2045 5.1, 6.1).
 */
#ifndef MIME_CONTENT_TYPE_H
#define MIME_CONTENT_TYPE_H

#include <stdbool.h>
#include <stddef.h>

enum { MIME_CONTENT_TYPE_SIZE = 64, MIME_CONTENT_BOUNDARY_SIZE = 256 };

/** All strings are "" when they are not there, make no sense, or are too long. */
struct mime_content_type {
    char name[MIME_CONTENT_TYPE_SIZE]; /**< such as "text/plain", in lower case */
    char boundary[MIME_CONTENT_BOUNDARY_SIZE];
    char charset[MIME_CONTENT_TYPE_SIZE];
};

/** Reads the value of Content-Type, size octets. Comments are skipped. */
struct mime_content_type mime_content_type_read(const char *value, size_t size);

/** What Content-Transfer-Encoding declares; the first three are those of enum mailer_wire. */
enum mime_declared {
    MIME_DECLARED_7BIT = 0,
    MIME_DECLARED_8BIT,
    MIME_DECLARED_BINARY,
    MIME_DECLARED_BASE64,
    MIME_DECLARED_QUOTED_PRINTABLE,
    MIME_DECLARED_OTHER
};

/** Reads the value of Content-Transfer-Encoding; an empty one is 7bit. */
enum mime_declared mime_content_encoding_read(const char *value, size_t size);

/** Whether in a charset's text an octet 10 or 13 may be part of something else than a line end. */
bool mime_content_charset_is_wide(const char *charset);

#endif
