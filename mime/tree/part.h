/* SPDX-License-Identifier: ISC */
/**
 * @file part.h
 * A message as an immutable tree: multiparts, and leaves that are blobs (RFC 2045, 2046).
 *
 * Nothing about encodings is stored in it: that is chosen for each wire anew (encoding.h). Once it
 * is built it is constant for everyone and may be used from several threads.
 */
#ifndef MIME_PART_H
#define MIME_PART_H

#include "content/blob.h"
#include "content/scan.h"
#include "header/media_type.h"

#include <stdbool.h>

/** What must be kept of a leaf's octets. */
enum mime_form {
    MIME_FORM_TEXT = 0, /**< text for reading: LF and CR LF may both become CR LF */
    MIME_FORM_EXACT,    /**< every octet, as attachments want it */
    MIME_FORM_MESSAGE,  /**< a message in the message: lines, and never base64 or quoted-printable
                             (RFC 2046 5.2.1). That of every message/..., whatever was asked for */
    MIME_FORM_KEPT      /**< content that came with fields of its own (document_read.h) */
};

/** "=_" is in no base64 and no quoted-printable; 130 random bits; NUL. */
enum { MIME_BOUNDARY_SIZE = 2 + 26 + 1 };

struct mime_kept;

struct mime_part {
    struct mime_media_type type; /**< with the parameters that were given */
    char *disposition;           /**< "attachment" or "inline" (RFC 2183); or NULL */
    char *file_name;             /**< UTF-8 or any octets; or NULL */
    char *content_id;            /**< without angle brackets; or NULL */
    char *charset;               /**< for the type, which has none among its parameters; or NULL */

    /* A leaf. */
    struct mime_blob *blob;
    enum mime_form form;
    bool scanned; /**< text/... and message/... only */
    struct mime_scan scan;
    bool wide; /**< text of UTF-16 or the like: its octets 10 and 13 need be no line ends */
    uint64_t quoted_printable_size; /**< of text for reading that some wire wants encoded */
    struct mime_kept *kept; /**< of MIME_FORM_KEPT; of a message that some wire wants changed
                                 inside, or NULL (kept.h) */

    /* A multipart: blob is NULL. */
    struct mime_part **children;
    size_t count;
    size_t capacity;
    char boundary[MIME_BOUNDARY_SIZE];
};

/** What a leaf is to be. NULL: none. */
struct mime_leaf {
    const char *type; /**< media type, with parameters behind ';' where there are any */
    enum mime_form form;
    const char *disposition;
    const char *file_name;
    const char *content_id;
    /** What text is in, if the type does not say it. Text for reading is labelled so as it is; of
     * an attachment it counts only where that is not UTF-8 and has no byte order mark. */
    const char *charset;
    const struct mime_scan *scan; /**< of all of the blob, if that is known already */
};

/**
 * Makes a leaf. Text and messages (types text/..., message/...) are scanned now. Text for reading
 * in UTF-16 or UTF-32, in which a line end is more than an octet, becomes MIME_FORM_EXACT. Text
 * with a byte order mark of those is labelled by it when nothing else says what it is in.
 * @param blob  shared, not taken.
 * @return 0, MAILER_SOURCE, MAILER_DATA (a type that is none, or is multipart/...; text for reading
 *         that is not UTF-8 and names no charset), MAILER_MEMORY.
 */
int mime_part_new_leaf(struct mime_part **part, struct mime_blob *blob,
                       const struct mime_leaf *leaf, struct mailer_error *error);

/**
 * Makes a multipart without children, and its boundary.
 * @param subtype  such as "mixed" (RFC 2046 5.1.3), "alternative" (5.1.4), or with a parameter,
 *                 "related; type=\"text/html\"" (RFC 2387); at most 240 octets.
 * @return 0, MAILER_DATA, MAILER_MEMORY or MAILER_SYSTEM.
 */
int mime_part_new_multipart(struct mime_part **part, const char *subtype,
                            struct mailer_error *error);

/**
 * Puts a child before the one at index; at count, behind all.
 * @param child  belongs to parent from now on, also after a failure (then it is freed).
 * @return 0 or MAILER_MEMORY.
 */
int mime_part_insert(struct mime_part *parent, size_t index, struct mime_part *child,
                     struct mailer_error *error);

/** Frees a part with its children. NULL is fine. */
void mime_part_free(struct mime_part *part);

/** Whether it is a multipart. */
bool mime_part_is_multipart(const struct mime_part *part);

#endif
