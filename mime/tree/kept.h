/* SPDX-License-Identifier: ISC */
/**
 * @file kept.h
 * Content that another program wrote, and that is sent as it is but for what a wire cannot carry:
 * how each of its entities is encoded on each wire.
 */
#ifndef MIME_KEPT_H
#define MIME_KEPT_H

#include "reader/entity.h"
#include "tree/encoding.h"
#include "tree/field.h"

enum { MIME_WIRES = MAILER_WIRE_BINARY + 1 };

struct mime_kept {
    struct mime_blob *blob;
    struct mime_entity_list list;
    char *charset;    /**< of text without a Content-Type that is not UTF-8; NULL: unknown-8bit */
    bool in_document; /**< its first header is that of the document, else it has one of its own: */
    struct mime_field *fields; /**< these, or, when there are none and the list was read so, that
                                    in the blob */
    size_t count;
    bool has_fields;
    enum mailer_wire (*widths)[MIME_WIRES]; /**< of each entity's body, as it is laid out */
    size_t stuck[MIME_WIRES]; /**< the first entity that a wire cannot carry, or SIZE_MAX */
};

/**
 * Reads a message.
 * @param blob         shared, not taken.
 * @param keep_header  as in mime_entity_read().
 * @return as mime_entity_read().
 */
int mime_kept_new(struct mime_kept **kept, struct mime_blob *blob, bool keep_header,
                  struct mailer_error *error);

/** NULL is fine. */
void mime_kept_free(struct mime_kept *kept);

/** Whether a wire can carry it. @return 0, or MAILER_UNSUPPORTED with a text that names the part.
 */
int mime_kept_check(const struct mime_kept *kept, enum mailer_wire wire,
                    struct mailer_error *error);

/** The narrowest wire for all of it, with its header if that is in the blob. */
enum mailer_wire mime_kept_width(const struct mime_kept *kept, enum mailer_wire wire);

/** How the body of a leaf, an opaque entity or a filler goes over a wire. */
struct mime_encoding mime_kept_encoding(const struct mime_entity *entity, enum mailer_wire wire);

/** Whether the encoding would change octets that may not be changed. */
bool mime_kept_is_stuck(const struct mime_entity *entity, const struct mime_encoding *encoding);

/** What is to be written as Content-Transfer-Encoding in place of what is there; NULL: that. */
const char *mime_kept_label(const struct mime_kept *kept, size_t index, enum mailer_wire wire);

/** Whether the header of an entity in the blob is mended on a wire. */
bool mime_kept_is_mended(const struct mime_entity *entity, enum mailer_wire wire);

/** The charset to declare for text that says nothing of itself; NULL: none. */
const char *mime_kept_charset(const struct mime_kept *kept, size_t index);

#endif
