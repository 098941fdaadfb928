/* SPDX-License-Identifier: ISC */
/**
 * @file detect.h
 * The media type of content by its first 64 KiB; the file name only breaks ties.
 *
 * Tables of ours are asked first: they know what is sent by mail every day (signature.h,
 * container.h, text_form.h). libmagic is loaded, and its database opened, at the first call of
 * mime_detect() that they leave open, once for a detector. The database is that of the system, or
 * the one that the environment variable MAGIC of libmagic names.
 */
#ifndef MIME_DETECT_H
#define MIME_DETECT_H

#include "content/blob.h"

struct mime_detector;

/** The longest media type, with its NUL. */
enum { MIME_TYPE_SIZE = 128 };

/**
 * Makes a detector; nothing is loaded yet. It may be used by one thread at a time.
 * @return 0 or MAILER_MEMORY.
 */
int mime_detector_new(struct mime_detector **detector, struct mailer_error *error);

/** Frees it. NULL is fine. */
void mime_detector_free(struct mime_detector *detector);

/**
 * Finds the media type, such as "image/png", without parameters.
 *
 * What the octets say wins: a PNG named a.jpg is image/png, a page named a.png is text/html. Where
 * they leave something open, a known extension of name makes it finer (extension.h): text may be
 * text/csv, a zip a .docx, a .docx a .docm. Octets that are no text never become a type of text,
 * nor text one of octets. Text that is called .txt, .log or the like is text/plain even if it looks
 * like HTML or JSON, as whoever named it wants it shown as it is. What is left is "text/plain" or
 * "application/octet-stream". UTF-16 and UTF-32 count as text when they have a byte order mark, and
 * as octets without; text of an unknown charset counts as text. Scripts, and what libmagic takes
 * for a programming language or a mail, are text/plain; message/rfc822 is found by the extension
 * .eml only.
 * @param name  the file name, or NULL.
 * @param type  receives the type: always "type/subtype" of characters that RFC 6838 (4.2) allows.
 * @return 0 or MAILER_SOURCE. When libmagic cannot be loaded or has no database, the tables and the
 *         name decide, and it is no error.
 */
int mime_detect(struct mime_detector *detector, const struct mime_blob *blob, const char *name,
                char type[static MIME_TYPE_SIZE], struct mailer_error *error);

#endif
