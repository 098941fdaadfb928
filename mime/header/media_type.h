/* SPDX-License-Identifier: ISC */
/** @file media_type.h  What Content-Type says of a part: a media type and parameters (RFC
 * 2045 5.1).
 */
#ifndef MIME_MEDIA_TYPE_H
#define MIME_MEDIA_TYPE_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

/** The longest text a media type is read from, in octets. */
enum { MIME_MEDIA_TYPE_LIMIT = 16 * 1024 };

struct mime_media_parameter {
    char *name;  /**< in lower case */
    char *value; /**< unquoted; UTF-8 without control characters */
};

struct mime_media_type {
    char *name; /**< such as "text/plain", in lower case */
    struct mime_media_parameter *parameters;
    size_t count;
};

/**
 * Reads "type/subtype", and behind semicolons "name=value" or "name=\"value\"", with blanks
 * between. Type, subtype and names of parameters are tokens of at most 127 and 40 octets (RFC
 * 6838 4.2); no parameter is there twice. Names with "*" (RFC 2231) are refused: a value is given
 * as it is, and encoded when it is written.
 * @param type  receives it; free it with mime_media_type_free(), also after failure.
 * @return 0, MAILER_DATA with a text that shows what is wrong, or MAILER_MEMORY.
 */
int mime_media_type_parse(struct mime_media_type *type, const char *text,
                          struct mailer_error *error);

/** Frees what it holds and empties it. */
void mime_media_type_free(struct mime_media_type *type);

/** Whether text, parameters or not, is of a top-level type such as "text". */
bool mime_media_type_is(const char *text, const char *top_level);

/** The value of a parameter, or NULL. @param name  in lower case. */
const char *mime_media_type_parameter(const struct mime_media_type *type, const char *name);

/** Appends its parameters, each behind ";", folded as mime_parameter_append() does. */
void mime_media_type_append_parameters(struct buffer *out, const struct mime_media_type *type,
                                       size_t *column);

#endif
