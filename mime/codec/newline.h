/* SPDX-License-Identifier: ISC */
/**
 * @file newline.h
 * Text with LF or CR LF to text with CR LF. A bare CR is passed through: text that has one is never
 * sent by this codec (see scan.h), and the stuffing gate would refuse it.
 */
#ifndef MIME_NEWLINE_H
#define MIME_NEWLINE_H

#include "codec/codec.h"

/** One run of the codec, for mime_codec_run(), whose contract this is; but in is never NULL. */
struct mime_codec_step mime_newline_run(struct mime_codec *codec, const uint8_t *in, size_t in_size,
                                        bool last, uint8_t *out, size_t room);

#endif
