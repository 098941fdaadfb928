/* SPDX-License-Identifier: ISC */
/**
 * @file quoted_printable.h
 * Quoted-printable for text (RFC 2045 6.7): lines of at most 76 characters, parted by soft line
 * breaks, but never within a character of UTF-8. LF and CR LF are line breaks; a bare CR, NUL and
 * other control characters are encoded. So is white space at the end of a line or of the text, and
 * at the start of an output line a dot (of which SMTP makes two) and the F of "From " (which
 * mailbox files would change). No line break is added at the end.
 */
#ifndef MIME_QUOTED_PRINTABLE_H
#define MIME_QUOTED_PRINTABLE_H

#include "codec/codec.h"

/** One run of the codec, for mime_codec_run(), whose contract this is; but in is never NULL. */
struct mime_codec_step mime_quoted_printable_run(struct mime_codec *codec, const uint8_t *in,
                                                 size_t in_size, bool last, uint8_t *out,
                                                 size_t room);

#endif
