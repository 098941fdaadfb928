/* SPDX-License-Identifier: ISC */
/** @file percent.h  Octets in URLs written as %20 (RFC 3986 2.1), and cid: URLs (RFC 2392). */
#ifndef MIME_PERCENT_H
#define MIME_PERCENT_H

#include "buffer.h"

#include <stddef.h>

/** Adds text with its %XX decoded; a '%' without two digits stays what it is. */
void percent_append_decoded(struct buffer *out, const char *text, size_t size);

/**
 * Adds the URL of the part with a Content-ID: "cid:" and the id, of which what is not plain in a
 * URL, in HTML and in CSS is written as %XX.
 * @param id  without its angle brackets.
 */
void percent_append_cid_url(struct buffer *out, const char *id);

#endif
