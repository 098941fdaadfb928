/* SPDX-License-Identifier: ISC */
/**
 * @file encoding.h
 * Which encoding a leaf gets on a wire: a pure function of its scan, its form, and the wire.
 */
#ifndef MIME_ENCODING_H
#define MIME_ENCODING_H

#include "codec/codec.h"
#include "tree/part.h"

#include <mailer/message.h>

struct mime_encoding {
    enum mime_codec_kind codec;
    const char *name;       /**< for Content-Transfer-Encoding: "7bit", "base64", ... */
    enum mailer_wire width; /**< the narrowest wire that can carry its output */
    uint64_t size;          /**< exact, in octets */
};

/** Whether text for reading goes over every wire as it is, so that its encoded sizes do not matter.
 */
bool mime_encoding_is_never_needed(const struct mime_scan *scan);

/**
 * Chooses.
 * @param part  a leaf.
 * @return an encoding whose width is no more than wire. size is UINT64_MAX when it would overflow.
 */
struct mime_encoding mime_encoding_choose(const struct mime_part *part, enum mailer_wire wire);

#endif
