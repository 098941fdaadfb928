/* SPDX-License-Identifier: ISC */
/** @file data_url.h  Content that stands in its URL (RFC 2397; read as the Fetch standard says). */
#ifndef MIME_DATA_URL_H
#define MIME_DATA_URL_H

#include "content/blob.h"
#include "error.h"

/**
 * Decodes a data: URL. Percent-encoded octets are decoded; base64 may hold white space, and lack
 * its padding. A fragment is cut off.
 * @param blob       receives the content.
 * @param type       receives the media type as it is written, parameters and all, for
 *                   mime_media_type_parse(); "text/plain;charset=US-ASCII" when there is none or
 *                   it cannot be parsed. To be freed.
 * @param name       of the content, for error texts.
 * @param directory  for a temporary file, as in mime_spool_start().
 * @return 0, MAILER_DATA when it is no data: URL, has no comma, or its base64 is broken,
 *         MAILER_SYSTEM or MAILER_MEMORY; then nothing is given.
 */
int mime_data_url_decode(struct mime_blob **blob, char **type, const char *url, const char *name,
                         const char *directory, struct mailer_error *error);

#endif
