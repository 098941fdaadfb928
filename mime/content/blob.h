/* SPDX-License-Identifier: ISC */
/**
 * @file blob.h
 * Octets that can be read any number of times at any offset: shared, immutable, counted.
 *
 * A blob has no position, so there is nothing to rewind. One over a file remembers which file it
 * was (device, inode, size, time of change) and says so when it is another or a changed one. A file
 * that has grown is still the same: what was appended is not part of the blob.
 */
#ifndef MIME_BLOB_H
#define MIME_BLOB_H

#include "content/source_name.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mime_blob;

/** Copies octets. @return 0 or MAILER_MEMORY. */
int mime_blob_from_memory(struct mime_blob **blob, const void *bytes, size_t size,
                          struct mailer_error *error);

/**
 * A regular file, by its path. It is opened without blocking and looked at by its descriptor, never
 * by its name. A size of 0 with content all the same, as files of /proc have, is read at once.
 * Symbolic links are followed.
 * @param keep_open  keep the descriptor; otherwise the file is opened anew for each read, and must
 *                   still be the same. So ten thousand files need no ten thousand descriptors.
 * @param directory  for a temporary file, as in mime_blob_from_descriptor().
 * @return 0, MAILER_SOURCE with a text that names the file and, for a FIFO, socket, device or
 *         directory, says what to do, MAILER_SYSTEM when no more files can be opened or a temporary
 *         file cannot be written, or MAILER_MEMORY.
 */
int mime_blob_from_file(struct mime_blob **blob, const char *path, bool keep_open,
                        const char *directory, struct mailer_error *error);

/**
 * All that can be read from a descriptor to its end: kept in memory up to
 * MIME_SPOOL_MEMORY_LIMIT, and in an unnamed temporary file beyond (spool.h).
 * @param name       of the source, for error texts.
 * @param directory  for the temporary file; NULL: /tmp.
 * @return 0, MAILER_SOURCE when reading fails, MAILER_SYSTEM when writing does, MAILER_MEMORY.
 */
int mime_blob_from_descriptor(struct mime_blob **blob, int descriptor, const char *name,
                              const char *directory, struct mailer_error *error);

struct mime_spool;

/**
 * What was written into a spool.
 * @param spool  taken, also after a failure.
 * @param name   of it, for error texts.
 * @return 0 or MAILER_MEMORY.
 */
int mime_blob_from_spool(struct mime_blob **blob, struct mime_spool *spool, const char *name,
                         struct mailer_error *error);

/**
 * A stretch of another blob, which it shares: reading and verifying it is that of the other.
 * @param offset, size  within whole.
 * @return 0 or MAILER_MEMORY.
 */
int mime_blob_slice(struct mime_blob **blob, struct mime_blob *whole, uint64_t offset,
                    uint64_t size, struct mailer_error *error);

/** One more owner; gives blob. */
struct mime_blob *mime_blob_share(struct mime_blob *blob);

/** One owner less; the last one frees it. NULL is fine. */
void mime_blob_release(struct mime_blob *blob);

/** What it is called in error texts. */
struct mime_source_name mime_blob_name(const struct mime_blob *blob);

/** Whether both are of one file, under whatever names; what is in memory or a spool is of none. */
bool mime_blob_is_same_file(const struct mime_blob *one, const struct mime_blob *other);

/** Its size in octets, fixed when it was made. */
uint64_t mime_blob_size(const struct mime_blob *blob);

/**
 * Reads at an offset. Safe from several threads.
 * @param got  receives the octets read: all of size, but for the end of the blob.
 * @return 0, or MAILER_SOURCE when the file cannot be read, has become shorter, or (while it is not
 *         longer than it was) has been changed. What was appended meanwhile is not read.
 */
int mime_blob_read(const struct mime_blob *blob, uint64_t offset, void *bytes, size_t size,
                   size_t *got, struct mailer_error *error);

/**
 * Whether the file is still what it was when the blob was made: called once after its last octet
 * has been read, as mime_blob_read() looks before it reads.
 * @return 0, or MAILER_SOURCE as mime_blob_read().
 */
int mime_blob_verify(const struct mime_blob *blob, struct mailer_error *error);

#endif
