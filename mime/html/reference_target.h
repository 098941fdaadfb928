/* SPDX-License-Identifier: ISC */
/** @file reference_target.h  What a URL in a document points to (RFC 3986, RFC 2392). */
#ifndef MIME_REFERENCE_TARGET_H
#define MIME_REFERENCE_TARGET_H

#include "error.h"

enum mime_reference_kind {
    MIME_REFERENCE_NONE,   /**< nothing: an empty URL, or a place in the document itself */
    MIME_REFERENCE_LOCAL,  /**< a file, relative to the document */
    MIME_REFERENCE_DATA,   /**< a data: URL, see data_url.h */
    MIME_REFERENCE_CID,    /**< another part of the message */
    MIME_REFERENCE_REMOTE, /**< anything else with a scheme or a host: to be left alone */
    /**
     * An absolute path, a file: URL, a path with a drive, or one with a NUL. To be refused with
     * words that name it: HTML from elsewhere would pull /etc/passwd into the mail. What a
     * relative path reaches by ".." is for the caller to look at, too.
     */
    MIME_REFERENCE_ABSOLUTE
};

struct mime_reference_target {
    enum mime_reference_kind kind;
    char *text; /**< LOCAL: the path, percent-decoded, without query and fragment. CID: the
                     Content-ID, percent-decoded, without angle brackets. Else NULL. Owned. */
};

/**
 * Looks at a URL as browsers do: without blanks around it, and without tabs and line ends in it.
 * @param base    the href of the document's <base>, or NULL.
 * @param target  receives the answer.
 * @return 0 or MAILER_MEMORY.
 */
int mime_reference_target(struct mime_reference_target *target, const char *url, const char *base,
                          struct mailer_error *error);

#endif
