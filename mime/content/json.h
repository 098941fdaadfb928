/* SPDX-License-Identifier: ISC */
/** @file json.h  Whether text is JSON (RFC 8259), by its structure alone; nothing is kept. */
#ifndef MIME_JSON_H
#define MIME_JSON_H

#include <stdbool.h>
#include <stddef.h>

enum mime_json {
    MIME_JSON_NONE, /**< something else */
    MIME_JSON_TEXT, /**< one object or array */
    MIME_JSON_LINES /**< two or more of them, each in one line (NDJSON) */
};

/**
 * Reads an object or array, or lines of them. A lone number, string or word is not taken for JSON,
 * nor is what is nested deeper than 256 levels. Strings are not looked at for UTF-8.
 * @param whole  there is nothing behind bytes; otherwise it is enough that they can be gone on
 *               with.
 */
enum mime_json mime_json_check(const char *bytes, size_t size, bool whole);

#endif
