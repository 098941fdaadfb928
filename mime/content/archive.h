/* SPDX-License-Identifier: ISC */
/** @file archive.h  A directory as one file to be sent: .tar.zst, by libarchive, loaded when it is
 * needed. */
#ifndef MIME_ARCHIVE_H
#define MIME_ARCHIVE_H

#include "content/blob.h"

/** How deep directories may be in one another. */
enum { MIME_ARCHIVE_DEPTH = 100 };

/**
 * Packs a directory: its files, directories and symbolic links, which are kept as links and never
 * followed (but path itself may be one). Everything is below the base name of path, in the order of
 * its octets, so that the same directory gives the same archive.
 *
 * It is pax in zstd, of the type application/zstd. Times of change and permissions are kept; who
 * owns what, set-user-ID bits and hard links are nobody's business and are not. Names are UTF-8, or
 * octets that are marked so (hdrcharset=BINARY). Memory is needed for the names in the directories
 * that are open, not for content. Each directory is opened in the one above it, so nobody can
 * exchange one on the way; a temporary file has no name and so cannot get into its own archive.
 * @param name       receives the base name with ".tar.zst", to be freed; NULL after a failure.
 * @param temporary_directory  as in mime_blob_from_descriptor().
 * @return 0; MAILER_SOURCE with a text that names what is missing, cannot be read, is a FIFO,
 * socket or device, lies too deep, or changed while it was read; MAILER_SYSTEM without libarchive
 *         or room; MAILER_MEMORY.
 */
int mime_archive_directory(struct mime_blob **blob, char **name, const char *path,
                           const char *temporary_directory, struct mailer_error *error);

#endif
