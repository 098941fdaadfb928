/* SPDX-License-Identifier: ISC */
/** @file mend_words.h  Text of other writers as words of a header field, encoded where needed. */
#ifndef MIME_MEND_WORDS_H
#define MIME_MEND_WORDS_H

#include "header/encoded_word.h"

/**
 * Appends text as encoded-words, of UTF-8 or, where it is not that, of "unknown-8bit" (RFC 1428).
 * @param out     if it ends with a space, it may be folded there.
 * @param column  how long the line is already; updated.
 */
void mime_mend_words(struct buffer *out, const char *text, size_t size, enum mime_word_place place,
                     size_t *column);

/**
 * Appends unstructured text, folded at its white space: words of US-ASCII, and so encoded-words, as
 * they are, others encoded.
 */
void mime_mend_text(struct buffer *out, const char *text, size_t size, size_t *column);

#endif
