/* SPDX-License-Identifier: ISC */
/** @file spool.h  What can be read or made only once, kept: in memory first, then in an unnamed
 * file. */
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

/** A spool that is being filled. A value, but for what it owns. */
struct mime_spool_writer {
    const char *name;
    const char *directory;
    int file; /**< -1: all is in memory */
    char *bytes;
    size_t used;
    size_t capacity;
    uint64_t written;
};

/**
 * An empty one.
 * @param name       of what is written, for error texts; borrowed, as is directory.
 * @param directory  as in mime_spool_read().
 */
struct mime_spool_writer mime_spool_start(const char *name, const char *directory);

/** Adds octets. @return 0, MAILER_SYSTEM or MAILER_MEMORY. */
int mime_spool_append(struct mime_spool_writer *writer, const void *bytes, size_t size,
                      struct mailer_error *error);

/**
 * Ends the writing, also after a failed append.
 * @param spool  receives what was written; nothing after a failure.
 * @return 0 or MAILER_SYSTEM.
 */
int mime_spool_finish(struct mime_spool_writer *writer, struct mime_spool *spool,
                      struct mailer_error *error);

/** Gives back what a writer owns that is not finished. */
void mime_spool_abandon(struct mime_spool_writer *writer);

#endif
