/* SPDX-License-Identifier: ISC */
/** @file extension.h  Media types and the extensions of file names, one table for both ways. */
#ifndef MIME_EXTENSION_H
#define MIME_EXTENSION_H

#include <stdbool.h>

/* What content is known to be when it is not known what exactly. The third, the fourth and the last
 * never leave detect.c. */
#define MIME_TYPE_OCTETS    "application/octet-stream"
#define MIME_TYPE_TEXT      "text/plain"
#define MIME_TYPE_ANY_TEXT  "text/*"   /**< text, whatever its form */
#define MIME_TYPE_MARKUP    "text/xml" /**< text that begins with a tag that tells nothing */
#define MIME_TYPE_XML       "application/xml"
#define MIME_TYPE_ZIP       "application/zip"
#define MIME_TYPE_OLE       "application/x-ole-storage" /**< as the old Office files are */
#define MIME_TYPE_ENCRYPTED "application/encrypted"     /**< an Office file with a password */

struct mime_extension {
    const char *extension; /**< in lower case, without the dot */
    const char *type;
    const char *basis; /**< what content may seem to be for the extension to be believed; NULL: only
                            what it says */
};

/**
 * Looks up the extension of a file name, whatever its case.
 * @param name  may be NULL; may be a path.
 * @return NULL when it has none or an unknown one. Static.
 */
const struct mime_extension *mime_extension_find(const char *name);

/** The first row, that of its usual extension, of a type without parameters, whatever its case.
 * @return NULL when the type is not known. Static. */
const struct mime_extension *mime_extension_of_type(const char *type);

/**
 * Whether content that seems to be of a type may be what the extension says, which is then finer:
 * a zip may be a .docx, and a .docx may be a .docm; a PNG is never a .jpg.
 */
bool mime_extension_refines(const struct mime_extension *extension, const char *type);

/**
 * The usual extension of a media type: "png" for "image/png".
 * @param type  may have parameters behind a ";", which are not looked at.
 * @return without the dot, or NULL when none is known. Static.
 */
const char *mime_extension_for_type(const char *type);

#endif
