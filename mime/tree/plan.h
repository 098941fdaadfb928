/* SPDX-License-Identifier: ISC */
/**
 * @file plan.h
 * A message laid out for one wire: a flat list of segments, each literal octets or a blob through a
 * codec, each with its exact length. Immutable once made; size depends on the wire, and here it is
 * computed, without reading any content again.
 */
#ifndef MIME_PLAN_H
#define MIME_PLAN_H

#include "buffer.h"
#include "codec/codec.h"
#include "tree/document.h"

#include <mailer/message.h>

#include <stdatomic.h>

struct mime_wire {
    enum mailer_wire width;
    bool utf8_headers; /**< UTF-8 in header fields as it is (RFC 6532) */
};

struct mime_segment {
    struct mime_blob *blob; /**< shared; NULL: literal */
    enum mime_codec_kind codec;
    size_t literal; /**< where it starts in the plan's literals */
    uint64_t size;  /**< octets of output */
};

struct mime_plan {
    atomic_size_t owners;
    struct mime_wire wire;
    enum mailer_wire widest; /**< up to this wire it would be laid out the same */
    struct mime_segment *segments;
    size_t count;
    size_t capacity;
    struct buffer literals;
    size_t header_size;     /**< of the message's own fields, which the literals begin with */
    uint64_t size;          /**< of the whole message, without dot-stuffing (RFC 1870) */
    enum mailer_wire width; /**< the narrowest wire that can carry it as it is laid out */
};

/**
 * Lays a message out. It always ends in CR LF, which is added to a lone leaf that does not; octets
 * to be kept exactly therefore stand in a multipart.
 * @param document  must outlive the plan and stay as it is.
 * @param plan      receives it; free it with mime_plan_free().
 * @return 0, MAILER_UNSUPPORTED (UTF-8 in header fields over a wire of 7 bits; kept content that
 * this wire cannot carry and that cannot be encoded), MAILER_DATA (a header field that cannot be
 * folded, too many header fields, more octets than can be counted),
 * MAILER_MEMORY.
 */
int mime_plan_new(struct mime_plan **plan, const struct mime_document *document,
                  struct mime_wire wire, struct mailer_error *error);

/**
 * Lays the same document out for another width. Where that changes nothing, as with most messages,
 * the earlier plan is shared. Else the header fields, which take longer than all the rest of a
 * small message, are copied: they depend on utf8_headers alone.
 * @param earlier  a plan of this document, as it is.
 */
int mime_plan_again(struct mime_plan **plan, const struct mime_document *document,
                    struct mime_plan *earlier, enum mailer_wire width, struct mailer_error *error);

/** Gives up one share of it; the last one frees it. NULL is fine. */
void mime_plan_free(struct mime_plan *plan);

#endif
