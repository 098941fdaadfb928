/* SPDX-License-Identifier: ISC */
/** @file word_reader.h  Reading of encoded-words (RFC 2047) in text from elsewhere. */
#ifndef MIME_WORD_READER_H
#define MIME_WORD_READER_H

#include "buffer.h"

/**
 * Appends text with its encoded-words read: white space between two of them is dropped (RFC 2047
 * 6.2). Words of other charsets than UTF-8, US-ASCII and ISO-8859-1, and those that hold control
 * characters or what their charset does not have, are left as they are.
 * @param text  an unstructured value in UTF-8.
 */
void mime_word_reader_append(struct buffer *out, const char *text);

#endif
