/* SPDX-License-Identifier: ISC */
/**
 * @file base64_rewrap.h
 * Base64 that is encoded already, in lines of 76 with CR LF, also after the last (RFC 2045 6.8).
 * White space and line ends of the input are dropped, everything else is passed on as it is.
 */
#ifndef MIME_BASE64_REWRAP_H
#define MIME_BASE64_REWRAP_H

#include "codec/codec.h"

/** One run of the codec, for mime_codec_run(), whose contract this is; but in is never NULL. */
struct mime_codec_step mime_base64_rewrap_run(struct mime_codec *codec, const uint8_t *in,
                                              size_t in_size, bool last, uint8_t *out, size_t room);

#endif
