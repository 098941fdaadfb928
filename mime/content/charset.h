/* SPDX-License-Identifier: ISC */
/**
 * @file charset.h
 * The names of charsets, and the octets at the beginning of a text that tell its own.
 *
 * A charset is called by its preferred MIME name (RFC 2978 2.3) in lower case, such as
 * "iso-8859-1", wherever this library keeps one.
 */
#ifndef MIME_CHARSET_H
#define MIME_CHARSET_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/** The longest name of a charset, with its NUL (RFC 2978 2.3). */
enum { MIME_CHARSET_SIZE = 41 };

/**
 * Finds the preferred MIME name: of "latin1" it is "iso-8859-1", of "ANSI_X3.4-1968" "us-ascii".
 * Case and punctuation are looked over. A name that is in no list is kept, in lower case, when the
 * system's iconv() knows it; those that mean another charset on each system ("char") are refused.
 * @param name   receives it.
 * @param given  of letters, digits and "!#$%&'+-^_`{}~.:", 1 to 40 of them.
 * @return 0, MAILER_DATA when there is no such charset, or MAILER_MEMORY.
 */
int mime_charset_find(char name[static MIME_CHARSET_SIZE], const char *given,
                      struct mailer_error *error);

/**
 * Whether text may be sent in a charset: one that mail knows, in which the octets of US-ASCII mean
 * US-ASCII, or UTF-16 or UTF-32. So neither UTF-7, nor EBCDIC, nor what only iconv() knows.
 * @param name  as mime_charset_find() gives it.
 * @return 0, or MAILER_DATA, which says to use utf-8.
 */
int mime_charset_check_output(const char *name, struct mailer_error *error);

/** Whether a character has two octets or more, so that an octet 10 need be no line end. Such text
 * is kept to the octet. @param name  in any case. */
bool mime_charset_is_wide(const char *name);

/** A byte order mark. */
struct mime_byte_order_mark {
    const char *charset; /**< of the octets behind it, such as "utf-16le"; NULL: there is none */
    const char *label;   /**< of the text with it, such as "utf-16" (RFC 2781 3.3) */
    size_t size;         /**< in octets */
};

enum { MIME_BYTE_ORDER_MARK_SIZE = 4 };

/**
 * Looks for a byte order mark.
 * @param bytes    the beginning of a text: MIME_BYTE_ORDER_MARK_SIZE octets, or all of it.
 * @param charset  what the text is known to be in: only its own marks count, both of them for
 *                 "utf-16" and "utf-32". NULL: not known.
 */
struct mime_byte_order_mark mime_charset_mark(const void *bytes, size_t size, const char *charset);

/**
 * Whether octets begin with the mark of UTF-16 or UTF-32 and are text of that charset behind it,
 * without control characters: a mark alone may also be chance.
 * @param size  of a sample; a character that is cut off at its end is no fault.
 * @return "utf-16", "utf-32" or NULL. Static.
 */
const char *mime_charset_of_wide_text(const void *bytes, size_t size);

#endif
