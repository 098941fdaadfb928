/* SPDX-License-Identifier: ISC */
/**
 * @file base64_text.h
 * Base64 of text: its line ends are made CR LF first, as RFC 2045 6.8 asks for text.
 */
#ifndef MIME_BASE64_TEXT_H
#define MIME_BASE64_TEXT_H

#include "codec/codec.h"

/** One run of the codec; see mime_codec_run(). */
struct mime_codec_step mime_base64_text_run(struct mime_codec *codec, const uint8_t *in,
                                            size_t in_size, bool last, uint8_t *out, size_t room);

#endif
