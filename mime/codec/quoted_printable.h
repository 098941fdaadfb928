/* SPDX-License-Identifier: ISC */
/**
 * @file quoted_printable.h
 * Quoted-printable for text (RFC 2045 6.7): lines of at most 76 characters. LF and CR LF are line
 * breaks; a bare CR, NUL and other control characters are encoded. So is white space at the end of
 * a line, "From " at its start (mailbox files would change it), and a lone dot on a line.
 */
#ifndef MIME_QUOTED_PRINTABLE_H
#define MIME_QUOTED_PRINTABLE_H

#include "codec/codec.h"

/** One run of the codec; see mime_codec_run(). */
struct mime_codec_step mime_quoted_printable_run(struct mime_codec *codec, const uint8_t *in,
                                                 size_t in_size, bool last, uint8_t *out,
                                                 size_t room);

#endif
