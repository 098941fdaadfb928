/* SPDX-License-Identifier: ISC */
/** @file entity_private.h  The inside of reading entities: lines (entity.c), headers
 * (entity_header.c). */
#ifndef MIME_ENTITY_PRIVATE_H
#define MIME_ENTITY_PRIVATE_H

#include "buffer.h"
#include "reader/entity.h"
#include "reader/line_reader.h"

/* A multipart or message that is not at its end. */
struct entity_level {
    size_t entity;
    char *boundary; /* NULL: it is a message, or its last part is over */
    size_t boundary_size;
    bool opened; /* a part has begun */
};

struct entity_reading {
    struct mime_entity_list *list;
    const struct mime_blob *blob;
    bool keep_header;
    struct mime_line_reader lines;
    struct entity_level levels[MIME_ENTITY_DEPTH];
    size_t depth;
    size_t current; /* the entity whose header or body is being read; SIZE_MAX: none yet */
    bool in_header;
    struct mime_place place; /* of the line at hand */

    /* Of a header. */
    struct buffer header;
    bool line_is_header; /* the long line under way is */
    bool in_encoding;    /* in the field Content-Transfer-Encoding */

    /* Of a body. */
    struct mime_scanner scanner;
    uint8_t pending; /* size of a line end that may be that of a boundary */
};

/** Takes a line of a header into it. *taken is set unless the line is not of it. */
int entity_header_line(struct entity_reading *reading, const struct mime_line *line, bool *taken,
                       struct mailer_error *error);

/**
 * Ends the header of the current entity and finds what it is of; a multipart or message becomes a
 * new level.
 * @param empty_line  the size of the line at hand if that is the empty one which ends it, else 0.
 */
int entity_header_end(struct entity_reading *reading, uint8_t empty_line,
                      struct mailer_error *error);

/** Begins an entity with its header at a place. */
int entity_start(struct entity_reading *reading, size_t parent, struct mime_place place,
                 struct mailer_error *error);

#endif
