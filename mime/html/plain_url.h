/* SPDX-License-Identifier: ISC */
/** @file plain_url.h  URLs that stand in plain text. */
#ifndef MIME_PLAIN_URL_H
#define MIME_PLAIN_URL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Finds the first http: or https: URL in a word. It ends before what is punctuation of the text
 * around it: ".", ")" that nothing in the URL opens, quotes, and the like of other scripts.
 * @param word   without white space.
 * @param start, size  receive where it is.
 * @return whether there is one.
 */
bool plain_url_find(const char *word, size_t word_size, size_t *start, size_t *size);

#endif
