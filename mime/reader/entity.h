/* SPDX-License-Identifier: ISC */
/**
 * @file entity.h
 * The structure of a message that somebody else wrote (RFC 2046 5), found in one pass: a flat list
 * of its entities in the order of their octets, by their places in the blob. Nothing is decoded and
 * nothing is kept of the content.
 */
#ifndef MIME_ENTITY_H
#define MIME_ENTITY_H

#include "content/blob.h"
#include "content/scan.h"
#include "reader/content_type.h"

#include <stdbool.h>

enum {
    MIME_ENTITY_LIMIT = 100000, /**< entities; what comes behind is one opaque one */
    MIME_ENTITY_DEPTH = 100, /**< multiparts and messages in each other; deeper ones are opaque */
    MIME_ENTITY_HEADER_LIMIT = 1024 * 1024
};

/** Where something is in the blob, and where it is once each LF without a CR has got one. */
struct mime_place {
    uint64_t offset;
    uint64_t lines;
};

enum mime_entity_kind {
    MIME_ENTITY_LEAF = 0,
    MIME_ENTITY_OPAQUE,    /**< its content may not be encoded anew: what is signed, broken, ... */
    MIME_ENTITY_MULTIPART, /**< its children follow it */
    MIME_ENTITY_MESSAGE,   /**< message/rfc822, message/global: the message follows it */
    MIME_ENTITY_FILLER     /**< octets between parts that are none, and may be dropped */
};

struct mime_entity {
    enum mime_entity_kind kind;
    char type[MIME_CONTENT_TYPE_SIZE]; /**< in lower case; "" when it is not given */
    size_t parent;                     /**< its index; SIZE_MAX: none */
    enum mime_declared declared;
    bool is_message;      /**< its header is that of a message */
    bool is_inside;       /**< it is in a message in the message, and none of ours to label */
    bool has_header;      /**< false for fillers, and what is behind the limit */
    bool header_ends;     /**< by an empty line, as it should */
    bool has_version;     /**< fields that are there: MIME-Version, */
    bool has_type;        /**< Content-Type, */
    bool has_encoding;    /**< Content-Transfer-Encoding */
    bool crlf;            /**< its header has CR LF */
    bool header_is_8bit;  /**< octets above 127 in it */
    bool header_is_unfit; /**< a line is too long, or a field is there that may be but once */
    bool exact;           /**< its octets are no lines */
    bool encoded_is_fit;  /**< what is base64 can be wrapped anew */
    char *mended; /**< header fields but for the encoding, fit for 7 bits; NULL: none needed,
                       or not possible */
    struct mime_place header;
    struct mime_place encoding;     /**< that field, or where it would go */
    struct mime_place encoding_end; /**< behind it */
    struct mime_place body;
    struct mime_place body_end; /**< in front of the line end that belongs to a boundary */
    struct mime_place behind;   /**< that line end */
    struct mime_scan scan;      /**< of the body, but for multiparts and messages */
    uint64_t encoded_size; /**< in quoted-printable, or wrapped anew; UINT64_MAX: must not be */
};

struct mime_entity_list {
    struct mime_entity *entities; /**< the first one is the message */
    size_t count;
    size_t capacity;
    struct mime_place end;
    bool ends_in_line_end; /**< the blob's last octet is LF */
    bool ends_in_crlf;
};

/**
 * Reads a message: its header, from behind a byte order mark and lines of mailbox files ("From "),
 * and all that is in it.
 * @param keep_header  the header of the message itself stays where it is, and so is mended like
 *                     those of parts; else it is for the caller to read.
 * @return 0, MAILER_SOURCE, MAILER_MEMORY, or MAILER_DATA (a header over 1 MiB, or with a NUL or a
 *         bare CR). Free the list with mime_entity_free(), also after a failure.
 */
int mime_entity_read(struct mime_entity_list *list, const struct mime_blob *blob, bool keep_header,
                     struct mailer_error *error);

/** Frees what it holds and empties it. */
void mime_entity_free(struct mime_entity_list *list);

#endif
