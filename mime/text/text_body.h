/* SPDX-License-Identifier: ISC */
/**
 * @file text_body.h
 * Makes a text fit to be the body of a message: of a charset that is known, in the charset that is
 * wanted, and flowed where that is wanted.
 */
#ifndef MIME_TEXT_BODY_H
#define MIME_TEXT_BODY_H

#include "content/blob.h"
#include "content/charset.h"
#include "content/scan.h"

/** What is wanted. Names of charsets are as users and systems write them. */
struct mime_text_options {
    const char *input_charset;    /**< what the text is in; NULL: to be found */
    const char *fallback_charset; /**< what else than UTF-8 it may be in, such as the caller's
                                       locale has; NULL: nothing */
    const char *output_charset;   /**< what it is sent in; NULL: utf-8 */
    bool html;                    /**< a <meta> may tell the charset; never flowed */
    bool flowed;                  /**< for format=flowed (flowed.h) */
    const char *directory;        /**< for temporary files, as in spool.h */
};

/** A text that is ready to be a leaf of MIME_FORM_TEXT. */
struct mime_text_body {
    struct mime_blob *blob;          /**< owned */
    char charset[MIME_CHARSET_SIZE]; /**< what it is in, the smallest that says it: for
                                          struct mime_leaf */
    bool flowed;                     /**< Content-Type has format=flowed */
    bool delete_space;               /**< and delsp=yes */
    struct mime_scan scan;           /**< of blob */
};

/**
 * Prepares a text.
 *
 * Its charset is that which was given. If none was, it is that of the byte order mark; else UTF-8
 * where the text is that; else for HTML what its <meta> says; else the fall-back, unless that is
 * UTF-8 or US-ASCII, which the text is not. Else it is an error, with the first octet that is not
 * UTF-8. A byte order mark is dropped.
 *
 * A text that is all US-ASCII is sent as that, whatever was wanted, unless what was wanted is wide:
 * each charset but those has it as a part. Nothing is lost: NUL and other control characters stay,
 * and are encoded when the message is laid out. Only where no charset was given and more than a
 * quarter of the octets are NUL, it is no text but octets, or UTF-16 without its mark, and an
 * error.
 *
 * LF and CR LF end a line. So does CR in a text that has no LF at all, as on old Macs; any other CR
 * stays a character, and is encoded.
 *
 * What <meta>, an XML or a CSS declaration say of the charset is left as it is, even where it is
 * wrong now: to every reader the charset of Content-Type, which stands outside, comes first.
 *
 * @param blob  shared, not taken: a text that is fit already is not copied.
 * @param body  receives it; free it with mime_text_body_free(), also after failure.
 * @return 0; MAILER_DATA in words (also for a charset that is unknown, or is not sent);
 *         MAILER_SOURCE, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_text_body_prepare(struct mime_text_body *body, struct mime_blob *blob,
                           const struct mime_text_options *options, struct mailer_error *error);

/** Releases what it holds and empties it. */
void mime_text_body_free(struct mime_text_body *body);

#endif
