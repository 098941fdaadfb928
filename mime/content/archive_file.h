/* SPDX-License-Identifier: ISC */
/** @file archive_file.h  A .tar.zst under way: entries in, a spool out. */
#ifndef MIME_ARCHIVE_FILE_H
#define MIME_ARCHIVE_FILE_H

#include "content/spool.h"

#include <sys/stat.h>

struct mime_archive_file;

/**
 * Loads libarchive and starts an archive.
 * @param name       of the archive, for error texts; borrowed, as is directory.
 * @param directory  for a temporary file, as in mime_spool_read().
 * @return 0, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_archive_file_new(struct mime_archive_file **file, const char *name, const char *directory,
                          struct mailer_error *error);

/**
 * Adds an entry.
 * @param path    in the archive.
 * @param status  its kind (a regular file, directory or symbolic link), size, permissions and time.
 * @param target  of a symbolic link, else NULL.
 * @return 0, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_archive_file_add(struct mime_archive_file *file, const char *path,
                          const struct stat *status, const char *target,
                          struct mailer_error *error);

/** Adds octets of the regular file that was added last, in all as many as its size said. */
int mime_archive_file_write(struct mime_archive_file *file, const void *bytes, size_t size,
                            struct mailer_error *error);

/** Ends the archive. @param spool  receives it; nothing after a failure. */
int mime_archive_file_finish(struct mime_archive_file *file, struct mime_spool *spool,
                             struct mailer_error *error);

/** Frees it, finished or not. NULL is fine. */
void mime_archive_file_free(struct mime_archive_file *file);

#endif
