/* SPDX-License-Identifier: ISC */
/** @file json_writer.h  One object of JSON (RFC 8259) in one line. */
#ifndef CLI_JSON_WRITER_H
#define CLI_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** An object that is being written. Begin with {out, false}. Nothing nests deeper than objects in
 * a list. */
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

/** As json_write_text(); 0 is a number as others. */
void json_write_integer(struct json_writer *writer, const char *name, int64_t value);

/** Adds true or false. */
void json_write_flag(struct json_writer *writer, const char *name, bool value);

/** Begins a list; it has elements until json_write_list_end(). */
void json_write_list(struct json_writer *writer, const char *name);

/** Adds a string to a list; any octets, as json_write_text(). */
void json_write_element(struct json_writer *writer, const char *value);

/** Begins an object in a list; its members follow until json_write_object_end(). */
void json_write_object(struct json_writer *writer);
void json_write_object_end(struct json_writer *writer);

void json_write_list_end(struct json_writer *writer);

/** Ends the object, and the line. */
void json_write_end(struct json_writer *writer);

#endif
