/* SPDX-License-Identifier: ISC */
/** @file json_writer.h  One flat object of JSON (RFC 8259) in one line. */
#ifndef CLI_JSON_WRITER_H
#define CLI_JSON_WRITER_H

#include <stdbool.h>
#include <stdio.h>

/** An object that is being written. Begin with {out, false}. */
struct json_writer {
    FILE *out;
    bool is_open; /**< a member has been written */
};

/**
 * Adds a member.
 * @param name   a plain word.
 * @param value  any octets: what is no UTF-8 becomes U+FFFD. NULL or "": null.
 */
void json_write_text(struct json_writer *writer, const char *name, const char *value);

/** As json_write_text(). @param value  0: null. */
void json_write_number(struct json_writer *writer, const char *name, int value);

/** Ends the object, and the line. */
void json_write_end(struct json_writer *writer);

#endif
