/* SPDX-License-Identifier: ISC */
/** @file html_srcset.h  The attribute srcset: "a.png 1x, b.png 2x" (HTML standard, 4.8.4.2.2). */
#ifndef MIME_HTML_SRCSET_H
#define MIME_HTML_SRCSET_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Finds the next URL. A comma inside of one is part of it; commas at its end are not.
 * @param at          where to go on; 0 at first.
 * @param start, end  receive where it stands in text.
 * @return false when there is none any more.
 */
bool html_srcset_next(const char *text, size_t size, size_t *at, size_t *start, size_t *end);

#endif
