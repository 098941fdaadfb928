/* SPDX-License-Identifier: ISC */
/** @file meta_charset.h  The charset that an HTML document says it is in. */
#ifndef MIME_META_CHARSET_H
#define MIME_META_CHARSET_H

#include "content/charset.h"

/** How much of a document is looked through, as the HTML standard has it. */
enum { MIME_META_CHARSET_LIMIT = 1024 };

/**
 * Finds what the first <meta charset="..."> or <meta http-equiv="Content-Type" content="...">
 * says, by the prescan of the HTML standard (WHATWG, 13.2.3.2).
 * @param size  no more than MIME_META_CHARSET_LIMIT of it are looked at.
 * @param name  receives the charset as mime_charset_find() gives it.
 * @return false when it says nothing, or nothing that can be right: an unknown charset, or a wide
 *         one, in which it could not have been read.
 */
bool mime_meta_charset(char name[static MIME_CHARSET_SIZE], const char *html, size_t size);

#endif
