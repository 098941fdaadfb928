/* SPDX-License-Identifier: ISC */
/** @file fold.h  Where a line of a header field may be broken: at white space (RFC 5322 2.2.3). */
#ifndef MIME_FOLD_H
#define MIME_FOLD_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * Takes back the space that out ends with, so that the line can be folded there.
 * @return whether there was one to be taken; not when only white space is in front of it.
 */
bool mime_fold_take_space(struct buffer *out, size_t *column);

/**
 * Appends white space, on a new line when what follows would pass the limit. A line with nothing
 * but white space is never left behind, since some servers take it for the end of the header.
 * @param out     NULL: only counts.
 * @param column  how long the line is already; updated.
 * @param limit   how long a line may be.
 * @param space   spaces and tabs, at least one.
 * @param next    how many octets follow that cannot be parted.
 * @return how many octets this is.
 */
size_t mime_fold_space(struct buffer *out, size_t *column, size_t limit, const char *space,
                       size_t size, size_t next);

#endif
