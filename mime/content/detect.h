/* SPDX-License-Identifier: ISC */
/**
 * @file detect.h
 * The media type of content, by libmagic from its first octets; the file name only breaks ties.
 *
 * libmagic is loaded, and its database opened, at the first call of mime_detect() that needs it,
 * once for a detector. Content that is empty, or that its name and its first octets agree about
 * (a name in .txt and text; a name in .png and the signature of PNG), costs neither. The database
 * is that of the system, or the one that the environment variable MAGIC of libmagic names.
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
 * What the octets say wins: a PNG named a.jpg is image/png. Where they say only "some text", "some
 * zip", "some octets", a known extension of name decides (extension.h: text/csv, text/markdown, the
 * Office types), as long as it does not contradict: octets that are no text never become a type of
 * text. What is left is "text/plain" or "application/octet-stream". UTF-16 and UTF-32 count as text
 * when they have a byte order mark, and as octets without; text of an unknown charset counts as
 * text. What libmagic takes for a programming language or a mail is text/plain, as it is too often
 * wrong; message/rfc822 is found by the extension .eml only.
 * @param name  the file name, or NULL.
 * @param type  receives the type: always "type/subtype" of characters that RFC 6838 (4.2) allows.
 * @return 0 or MAILER_SOURCE. When libmagic cannot be loaded or has no database, the name and a few
 *         well-known signatures (PNG, JPEG, GIF, PDF, ...) decide, and it is no error.
 */
int mime_detect(struct mime_detector *detector, const struct mime_blob *blob, const char *name,
                char type[static MIME_TYPE_SIZE], struct mailer_error *error);

#endif
