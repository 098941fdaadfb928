/* SPDX-License-Identifier: ISC */
/**
 * @file detect.h
 * The media type of content, by libmagic from its first octets; the file name only breaks ties.
 *
 * libmagic is loaded, and its database opened, at the first call of mime_detect(), once for a
 * detector. Content that is empty, or that its name and its octets agree about (UTF-8 text with a
 * name in .txt), costs neither.
 */
#ifndef MIME_DETECT_H
#define MIME_DETECT_H

#include "content/blob.h"

struct mime_detector;

/** The longest media type, with its NUL. */
enum { MIME_TYPE_SIZE = 128 };

/** Makes a detector; nothing is loaded yet. @return 0 or MAILER_MEMORY. */
int mime_detector_new(struct mime_detector **detector, struct mailer_error *error);

/** Frees it. NULL is fine. */
void mime_detector_free(struct mime_detector *detector);

/**
 * Finds the media type, such as "image/png", without parameters.
 *
 * What the octets say wins: a PNG named a.jpg is image/png. Where they say only "some text", "some
 * zip", "some octets", a known extension of name decides (text/csv, text/markdown, the Office
 * types, ...), as long as it does not contradict: no octets that are not text become text/*. What
 * is left is "text/plain" or "application/octet-stream".
 * @param name  the file name, or NULL.
 * @param type  receives the type.
 * @return 0, MAILER_SOURCE, MAILER_MEMORY. When libmagic cannot be loaded or has no database, the
 *         name and a few well-known signatures (PNG, JPEG, GIF, PDF, ...) decide, and it is no
 * error.
 */
int mime_detect(struct mime_detector *detector, const struct mime_blob *blob, const char *name,
                char type[static MIME_TYPE_SIZE], struct mailer_error *error);

#endif
