/* SPDX-License-Identifier: ISC */
/** @file line_reader.h  The lines of a blob, in one pass and constant memory. */
#ifndef MIME_LINE_READER_H
#define MIME_LINE_READER_H

#include "content/blob.h"

#include <stdbool.h>

/** A line of up to this many octets comes in one piece. */
enum { MIME_LINE_WHOLE = 1024 };

/** A line, or a piece of a longer one. LF and CR LF end a line; a bare CR does not. */
struct mime_line {
    const char *bytes; /**< until the next call */
    size_t size;       /**< without the line end */
    uint8_t end_size;  /**< of the line end: 0 (it goes on, or the blob ends), 1 or 2 */
    bool starts;       /**< it is the beginning of a line */
    bool whole;        /**< all of it, from its beginning to its end or that of the blob */
};

struct mime_line_reader {
    const struct mime_blob *blob;
    char *block;
    size_t room;
    size_t used; /**< octets in block */
    size_t taken;
    uint64_t offset; /**< of what is behind the block */
    bool inside;     /**< the last piece was not the end of its line */
};

/** At the beginning of a blob. @return 0 or MAILER_MEMORY. */
int mime_line_reader_start(struct mime_line_reader *reader, const struct mime_blob *blob,
                           struct mailer_error *error);

/**
 * Gives the next line or piece. At the end of the blob both its sizes are 0.
 * @return 0 or MAILER_SOURCE.
 */
int mime_line_reader_next(struct mime_line_reader *reader, struct mime_line *line,
                          struct mailer_error *error);

/** Gives its memory back. */
void mime_line_reader_free(struct mime_line_reader *reader);

#endif
