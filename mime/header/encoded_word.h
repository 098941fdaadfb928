/* SPDX-License-Identifier: ISC */
/** @file encoded_word.h  Words of other than US-ASCII characters in header fields (RFC 2047). */
#ifndef MIME_ENCODED_WORD_H
#define MIME_ENCODED_WORD_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** Where the words stand, which decides the characters allowed in them (RFC 2047 5). */
enum mime_word_place {
    MIME_WORD_TEXT = 0, /**< an unstructured field, such as Subject */
    MIME_WORD_PHRASE    /**< a display name */
};

/**
 * Whether text must be encoded to arrive as it is: it is not US-ASCII, or part of it looks like an
 * encoded-word.
 */
bool mime_encoded_word_needed(const char *text, size_t size);

/**
 * Appends text as encoded-words of at most 75 octets, folded with CR LF and a space between them so
 * that no line is longer than 76; Q or B, whichever is shorter over all. No word ends inside a
 * character. Plain words at the beginning and the end of an unstructured text stay readable.
 * @param text    UTF-8 without control characters.
 * @param column  how long the line is already; updated.
 */
void mime_encoded_word_append(struct buffer *out, const char *text, size_t size,
                              enum mime_word_place place, size_t *column);

#endif
