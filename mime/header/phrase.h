/* SPDX-License-Identifier: ISC */
/** @file phrase.h  Phrases: the names of people and groups, and keywords (RFC 5322 3.2.5). */
#ifndef MIME_PHRASE_H
#define MIME_PHRASE_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Appends a phrase as atoms, a quoted string or, where it is not US-ASCII or would not arrive as it
 * is, encoded-words; folded so that lines stay within 76 octets where it can be helped.
 * @param text          UTF-8 without control characters but HT, not empty.
 * @param tail          what follows directly, such as ":"; behind an encoded-word a space is put in
 *                      front of it, as RFC 2047 5 wants.
 * @param space         whether a space is wanted in front, which may be a fold.
 * @param utf8_headers  write UTF-8 as it is (RFC 6532).
 * @param column        how long the line is already; updated.
 */
void mime_phrase_append(struct buffer *out, const char *text, const char *tail, bool space,
                        bool utf8_headers, size_t *column);

/**
 * Reads a phrase: atoms, quoted strings and, as once (RFC 5322 4.1), dots, with white space and
 * comments between; up to the end or another special character.
 * @param at    where to begin; receives where it ended.
 * @param text  receives it without quotes and with single spaces between words; unchanged when
 *              there is none. It may fail.
 * @return NULL, or what is wrong, such as "has a quoted string whose end is missing".
 */
const char *mime_phrase_read(const char **at, struct buffer *text);

#endif
