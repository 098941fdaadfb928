/* SPDX-License-Identifier: ISC */
/** @file base64.h  Base64 in mail form: lines of 76 characters and CR LF (RFC 2045 6.8). */
#ifndef MIME_BASE64_H
#define MIME_BASE64_H

#include "codec/codec.h"

enum { MIME_BASE64_LINE_INPUT = 57, MIME_BASE64_LINE_OUTPUT = 78 };

/** One run of the codec, for mime_codec_run(), whose contract this is; but in is never NULL. */
struct mime_codec_step mime_base64_run(struct mime_codec *codec, const uint8_t *in, size_t in_size,
                                       bool last, uint8_t *out, size_t room);

/**
 * Encodes octets without line breaks, for encoded-words and SASL.
 * @param out  room for (size + 2) / 3 * 4 octets; no NUL is written.
 * @return the length written.
 */
size_t mime_base64_encode(char *out, const void *in, size_t size);

#endif
