/* SPDX-License-Identifier: ISC */
/**
 * @file conversion.h
 * Text from one charset to another by iconv(), in constant memory, and exactly: what is not of the
 * one or is lacking in the other is an error, never a question mark.
 */
#ifndef MIME_CONVERSION_H
#define MIME_CONVERSION_H

#include "content/blob.h"
#include "content/spool.h"

struct mime_conversion {
    const char *from; /**< as mime_charset_find() gives it; not "utf-16" or "utf-32", of which each
                           system thinks something else where there is no byte order mark */
    const char *to;
    uint64_t skip;         /**< octets at the beginning that are no text: a byte order mark */
    const char *directory; /**< for a temporary file, as in spool.h */
};

/**
 * Converts all of a blob, and looks whether its file stayed the same meanwhile.
 * @param converted  receives the text, under the name of blob. NULL: it is only checked.
 * @return 0; MAILER_DATA with a text that names the first octet that is not of the charset, counted
 *         from 1 with those skipped, or the character, as U+20AC, that the other charset lacks;
 *         MAILER_SOURCE, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_convert(struct mime_blob **converted, const struct mime_blob *blob,
                 const struct mime_conversion *conversion, struct mailer_error *error);

/** A conversion of octets that come in pieces. However they are cut, the outcome is the same. */
struct mime_converter;

/**
 * Makes one.
 * @param name  of the text, for errors; copied.
 * @return 0, MAILER_DATA when the system cannot do it, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_converter_new(struct mime_converter **converter, const struct mime_conversion *conversion,
                       const char *name, struct mailer_error *error);

/**
 * Converts the next octets, without those to be skipped.
 * @param writer  receives the text; NULL: it is only checked.
 * @return as mime_convert(). After a failure a converter can only be freed.
 */
int mime_converter_add(struct mime_converter *converter, const void *bytes, size_t size,
                       struct mime_spool_writer *writer, struct mailer_error *error);

/** Ends the text: what is not whole is an error, and a charset with states goes back to its first.
 * @return as mime_converter_add(). */
int mime_converter_finish(struct mime_converter *converter, struct mime_spool_writer *writer,
                          struct mailer_error *error);

/** Frees it. NULL is fine. */
void mime_converter_free(struct mime_converter *converter);

#endif
