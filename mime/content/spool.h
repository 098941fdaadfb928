/* SPDX-License-Identifier: ISC */
/** @file spool.h  Input that can be read only once, kept: in memory first, then in an unnamed file.
 */
#ifndef MIME_SPOOL_H
#define MIME_SPOOL_H

#include "error.h"

#include <stddef.h>
#include <stdint.h>

/** Input up to this many octets stays in memory. */
enum { MIME_SPOOL_MEMORY_LIMIT = 256 * 1024 };

/** What was read: either bytes (owned, size octets) or descriptor (owned, a file of size octets).
 */
struct mime_spool {
    char *bytes;
    int descriptor;
    uint64_t size;
};

/**
 * Reads a descriptor to its end.
 * @param name       of the source, for error texts.
 * @param directory  for the file, which has no name, and mode 0600; NULL: /tmp.
 * @return 0, MAILER_SOURCE, MAILER_SYSTEM or MAILER_MEMORY; after a failure nothing is owned.
 */
int mime_spool_read(struct mime_spool *spool, int descriptor, const char *name,
                    const char *directory, struct mailer_error *error);

#endif
