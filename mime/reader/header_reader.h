/* SPDX-License-Identifier: ISC */
/**
 * @file header_reader.h
 * The header of a message that somebody else wrote (RFC 5322 2.2, with 4.5's white space in front
 * of the colon): what kind of line is which, and the fields one by one.
 */
#ifndef MIME_HEADER_READER_H
#define MIME_HEADER_READER_H

#include "buffer.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

enum mime_header_line {
    MIME_HEADER_EMPTY,  /**< which ends the header */
    MIME_HEADER_FIELD,  /**< a field begins */
    MIME_HEADER_FOLDED, /**< white space: the field before goes on, if there is one */
    MIME_HEADER_OTHER   /**< no line of a header */
};

/**
 * Tells a line, or the beginning of a long one.
 * @param size       of line, in octets, without its line end.
 * @param name_size  receives the length of a field's name; may be NULL.
 */
enum mime_header_line mime_header_line(const char *line, size_t size, size_t *name_size);

/** Whether a first line that is no field is that of a mailbox file: "From " or ">From ". */
bool mime_header_is_mailbox_line(const char *line, size_t size);

/** A field within the octets of a header. */
struct mime_header_field {
    const char *bytes; /**< begins with the name */
    size_t name_size;
    size_t size; /**< with folded lines and their line ends */
};

/**
 * Gives the field at *at and moves *at on behind it.
 * @param header  lines of a header only, as told by mime_header_line(): fields and their folds.
 * @return false at the end.
 */
bool mime_header_next(const char *header, size_t size, size_t *at, struct mime_header_field *field);

/** Whether a field has that name in any case. */
bool mime_header_field_is(const struct mime_header_field *field, const char *name);

/** Appends its value without folds, and without white space at its ends. */
void mime_header_append_value(struct buffer *out, const struct mime_header_field *field);

/**
 * Appends the field with CR LF line ends, without white space in front of the colon, and without
 * folded lines of nothing but white space, which some servers take for the end of the header.
 */
void mime_header_append_field(struct buffer *out, const struct mime_header_field *field);

/**
 * Whether it has no control character but HT and its line ends.
 * @return 0, or MAILER_DATA with a text that names the field.
 */
int mime_header_check_field(const struct mime_header_field *field, struct mailer_error *error);

#endif
