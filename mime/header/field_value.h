/* SPDX-License-Identifier: ISC */
/** @file field_value.h  The kinds of values that header fields have, read and made canonical. */
#ifndef MIME_FIELD_VALUE_H
#define MIME_FIELD_VALUE_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

enum mime_field_kind {
    MIME_FIELD_UNSTRUCTURED = 0,
    MIME_FIELD_MAILBOX,     /**< exactly one */
    MIME_FIELD_MAILBOXES,   /**< one or more, no groups */
    MIME_FIELD_ADDRESSES,   /**< mailboxes and groups */
    MIME_FIELD_DATE,        /**< date.h */
    MIME_FIELD_MESSAGE_ID,  /**< exactly one, of today's grammar */
    MIME_FIELD_MESSAGE_IDS, /**< one or more; phrases between (RFC 5322 4.5.4) are dropped, and what
                                 other programs took for ids is kept as it is */
    MIME_FIELD_PHRASES,     /**< with commas between; any characters */
    MIME_FIELD_LIST_ID,     /**< a phrase, which may be missing, and a name in angle brackets */
    MIME_FIELD_URL,         /**< exactly one, in angle brackets */
    MIME_FIELD_URLS,        /**< in angle brackets, with commas between */
    MIME_FIELD_TOKEN,       /**< and perhaps parameters, each behind a semicolon */
    MIME_FIELD_LANGUAGES,   /**< tags such as en-GB with commas between */
    MIME_FIELD_CHOICE,      /**< one of some words */
    MIME_FIELD_REFUSED      /**< not for whoever writes a message */
};

/**
 * Reads a value and appends it in canonical form: without comments, with single spaces between what
 * may be parted, in the grammar of today. Phrases are kept as they were written.
 * @param kind    none of mailboxes, not unstructured, not refused.
 * @param choice  as in struct mime_field_rule.
 * @param value   UTF-8 without control characters but HT.
 * @return NULL, or what is wrong, such as "has no message id". out may fail.
 */
const char *mime_field_value_canonical(struct buffer *out, enum mime_field_kind kind,
                                       const char *choice, const char *value);

/** Whether a kind has only US-ASCII in it and is never encoded. */
bool mime_field_kind_is_ascii(enum mime_field_kind kind);

/**
 * Appends a value with phrases in it (MIME_FIELD_PHRASES, MIME_FIELD_LIST_ID) as a field's value,
 * folded and encoded as mime_phrase_append() does.
 * @param out  where the line so far is; if it ends with a space, it may be folded there.
 * @return NULL, or what is wrong with it; out has then got part of it.
 */
const char *mime_field_value_append_phrases(struct buffer *out, const char *value,
                                            bool utf8_headers, size_t *column);

#endif
