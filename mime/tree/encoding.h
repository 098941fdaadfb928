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
    bool generic;           /**< its type may not be encoded so: it goes as octets of any kind */
    bool ends_in_line_end;  /**< its output is known to end in CR LF */
};

/** Whether text for reading goes over every wire as it is, so that its encoded sizes do not matter.
 */
bool mime_encoding_is_never_needed(const struct mime_scan *scan);

/** The name of what a multipart holds as it is: "7bit", "8bit" or "binary". Static. */
const char *mime_encoding_width_name(enum mailer_wire width);

/**
 * Chooses. A message (MIME_FORM_MESSAGE) goes as it is, its line ends made CR LF, or in one piece
 * as generic octets (which the plan does only with those that it cannot change inside, see kept.h):
 * a line of it that is like a boundary is let through, as every message of ours has such lines, and
 * boundaries are too random to meet.
 * @param part  a leaf.
 * @return an encoding whose width is no more than wire. size is UINT64_MAX when it would overflow.
 */
struct mime_encoding mime_encoding_choose(const struct mime_part *part, enum mailer_wire wire);

#endif
