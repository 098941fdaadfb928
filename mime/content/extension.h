/* SPDX-License-Identifier: ISC */
/** @file extension.h  Media types by the extension of a file name, where content leaves it open. */
#ifndef MIME_EXTENSION_H
#define MIME_EXTENSION_H

/** What content must be like for an extension to be believed. */
enum mime_extension_basis {
    MIME_EXTENSION_SIGNATURE, /**< it begins as that type does */
    MIME_EXTENSION_TEXT,      /**< it is text */
    MIME_EXTENSION_XML,       /**< it is text that begins with "<" */
    MIME_EXTENSION_ZIP,       /**< it is a zip archive */
    MIME_EXTENSION_OLE,       /**< it is an OLE 2 container, as the old Office files are */
    MIME_EXTENSION_OCTETS     /**< it is no text, and begins as nothing that is known */
};

struct mime_extension {
    const char *extension; /**< in lower case, without the dot */
    const char *type;
    enum mime_extension_basis basis;
};

/**
 * Looks up the extension of a file name, whatever its case.
 * @param name  may be NULL; may be a path.
 * @return NULL when it has none or an unknown one. Static.
 */
const struct mime_extension *mime_extension_find(const char *name);

#endif
