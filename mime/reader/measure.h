/* SPDX-License-Identifier: ISC */
/** @file measure.h  What content becomes when it is encoded, found by doing it. */
#ifndef MIME_MEASURE_H
#define MIME_MEASURE_H

#include "content/blob.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * The size of a stretch of a blob in quoted-printable.
 * @param boundaries  of the multiparts around it, count of them. Where a line is broken, one that
 *                    looks like a boundary may come to stand at the beginning of a line.
 * @param size        receives it, or UINT64_MAX when a line would begin like a boundary.
 * @return 0, MAILER_SOURCE or MAILER_MEMORY.
 */
int mime_measure_quoted_printable(const struct mime_blob *blob, uint64_t offset, uint64_t end,
                                  const char *const *boundaries, size_t count, uint64_t *size,
                                  struct mailer_error *error);

/**
 * The size of a stretch that is base64 in lines of 76.
 * @param is_clean  receives whether it is made of nothing but base64 and white space.
 */
int mime_measure_base64(const struct mime_blob *blob, uint64_t offset, uint64_t end, uint64_t *size,
                        bool *is_clean, struct mailer_error *error);

#endif
