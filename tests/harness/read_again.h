/* SPDX-License-Identifier: ISC */
/**
 * @file read_again.h
 * Reads messages as documents, lays them out, and says what is wrong with that. Without cmocka, so
 * that fuzzers and programs can use it too.
 */
#ifndef TESTS_READ_AGAIN_H
#define TESTS_READ_AGAIN_H

#include "harness/same_parts.h"
#include "tree/cursor.h"
#include "tree/document_read.h"

#include <stdlib.h>
#include <string.h>

struct again_octets {
    char *bytes; /**< NULL: it could not be laid out, or read */
    size_t size;
};

/** Lays a document out; sizes that do not agree abort. Prime numbers make uneven pieces. */
static inline struct again_octets again_render(const struct mime_document *document,
                                               struct mime_wire wire, size_t room,
                                               struct mailer_error *error)
{
    static struct mime_scratch scratch;
    struct again_octets octets = {NULL, 0};
    struct mime_plan *plan = NULL;
    if (mime_plan_new(&plan, document, wire, error) != 0)
        return octets;
    if (plan->width > wire.width)
        abort();
    octets.bytes = malloc((size_t)plan->size + room);
    if (octets.bytes == NULL)
        abort();
    struct mime_cursor cursor = mime_cursor_start(plan);
    while (!mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        if (octets.size > plan->size ||
            mime_cursor_read(&cursor, &scratch, octets.bytes + octets.size, room, &got, error) != 0)
            abort();
        octets.size += got;
    }
    if (octets.size != plan->size)
        abort();
    mime_plan_free(plan);
    return octets;
}

/** Reads octets as a message. False: they are refused. */
static inline bool again_read(struct mime_document *document, const char *bytes, size_t size,
                              struct mailer_error *error)
{
    struct mime_blob *blob = NULL;
    *document = (struct mime_document){0};
    if (mime_blob_from_memory(&blob, bytes, size, NULL) != 0)
        abort();
    bool is_read = mime_document_read(document, blob, NULL, error) == 0;
    mime_blob_release(blob);
    return is_read;
}

/** What of the rules of a wire octets break, or NULL. */
static inline const char *again_problem(const char *bytes, size_t size, enum mailer_wire width)
{
    if (size < 2 || memcmp(bytes + size - 2, "\r\n", 2) != 0)
        return "it does not end in CR LF";
    size_t line = 0;
    for (size_t i = 0; width < MAILER_WIRE_BINARY && i < size; i++, line++) {
        unsigned char octet = (unsigned char)bytes[i];
        if (octet == 0 || (octet > 127 && width == MAILER_WIRE_7BIT))
            return "it has octets that the wire does not take";
        if (octet != '\r' && octet != '\n')
            continue;
        if (octet == '\n' || i + 1 == size || bytes[i + 1] != '\n')
            return "it has a bare CR or LF";
        if (line > 998)
            return "it has a line that is too long";
        i++;
        line = SIZE_MAX;
    }
    return NULL;
}

/** Reads a message, and lays it out, twice. @return what is wrong, or NULL. */
static inline const char *again_try(const char *bytes, size_t size, struct mime_wire wire)
{
    struct mime_document document;
    const char *problem = NULL;
    if (!again_read(&document, bytes, size, NULL))
        return NULL;
    struct again_octets once = again_render(&document, wire, 4096, NULL);
    mime_document_free(&document);
    if (once.bytes == NULL)
        return NULL;
    problem = again_problem(once.bytes, once.size, wire.width);
    struct again_octets twice = {NULL, 0};
    if (problem == NULL && again_read(&document, once.bytes, once.size, NULL)) {
        twice = again_render(&document, wire, 131, NULL);
        mime_document_free(&document);
    }
    if (problem == NULL && twice.bytes == NULL)
        problem = "what was laid out is refused when it is read again";
    if (problem == NULL &&
        (once.size != twice.size || memcmp(once.bytes, twice.bytes, once.size) != 0))
        problem = "what was laid out changes when it is read again";
    if (problem == NULL)
        problem = same_parts(bytes, size, once.bytes, once.size);
    free(once.bytes);
    free(twice.bytes);
    return problem;
}

#endif
