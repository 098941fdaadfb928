/* SPDX-License-Identifier: ISC */
/** @file encoded_word.h  Words of other than US-ASCII characters in header fields (RFC 2047). */
#ifndef MIME_ENCODED_WORD_H
#define MIME_ENCODED_WORD_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** The longest line that has an encoded-word in it (RFC 2047 2). */
enum { MIME_ENCODED_WORD_LINE = 76 };

/** Where the words stand, which decides the characters allowed in them (RFC 2047 5). */
enum mime_word_place {
    MIME_WORD_TEXT = 0, /**< an unstructured field, such as Subject */
    MIME_WORD_PHRASE    /**< a display name; also fit for the inside of a quoted string */
};

/**
 * Whether text must be encoded to arrive as it is: it is not US-ASCII, or part of it looks like the
 * beginning of an encoded-word, or it begins or ends with white space, which readers drop.
 * @param utf8_headers  UTF-8 may be written as it is (RFC 6532), but for line separators.
 */
bool mime_encoded_word_needed(const char *text, size_t size, bool utf8_headers);

/**
 * Appends text as encoded-words of at most 75 octets, folded with CR LF and a space between them so
 * that no line is longer than 76; Q or B, whichever is shorter over all. No word ends inside a
 * character, and of several adjacent B words only the last is padded, where characters allow it.
 * Plain words at the beginning and the end of an unstructured text stay readable.
 * @param out     where the line so far is; if it ends with a space, it may be folded there too.
 * @param text    UTF-8 without control characters but HT; any other octets are encoded as they are.
 * @param column  how long the line is already; updated.
 */
void mime_encoded_word_append(struct buffer *out, const char *text, size_t size,
                              enum mime_word_place place, size_t *column);

#endif
