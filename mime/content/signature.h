/* SPDX-License-Identifier: ISC */
/** @file signature.h  Formats that begin with octets of their own. */
#ifndef MIME_SIGNATURE_H
#define MIME_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Finds the media type by the first octets; only of formats that nothing else begins as.
 * @param text  bytes are text: then a signature of letters only, such as that of BMP, is none.
 * @return a type; MIME_TYPE_ZIP, MIME_TYPE_OLE, MIME_TYPE_ENCRYPTED or MIME_TYPE_OCTETS for a
 *         container whose content is not known; NULL when they begin as nothing that is known.
 *         Static.
 */
const char *mime_signature_find(const char *bytes, size_t size, bool text);

#endif
