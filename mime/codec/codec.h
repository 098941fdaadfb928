/* SPDX-License-Identifier: ISC */
/**
 * @file codec.h
 * Transformers of octets: values without heap and without I/O, copied by assignment.
 *
 * A codec is run with some input and some room, and moves both on; a copy made in between and run
 * on the same rest gives the same output. Whatever the pieces in which input and room are given,
 * the output is the same.
 */
#ifndef MIME_CODEC_H
#define MIME_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mime_codec_kind {
    MIME_CODEC_IDENTITY = 0,
    MIME_CODEC_BASE64,           /**< RFC 2045 6.8, lines of 76 and CR LF, also after the last */
    MIME_CODEC_QUOTED_PRINTABLE, /**< RFC 2045 6.7, of text: LF, CR LF make a line break */
    MIME_CODEC_NEWLINE,          /**< text with LF or CR LF to text with CR LF */
    MIME_CODEC_BASE64_TEXT,      /**< the one, then BASE64 */
    MIME_CODEC_BASE64_REWRAP     /**< what is base64 already, in lines of 76 */
};

/** Every codec makes progress when it has input (or is to finish) and this much room. */
enum { MIME_CODEC_MINIMUM_OUTPUT = 128 };

struct mime_codec {
    enum mime_codec_kind kind;
    uint8_t held[57]; /**< input that is kept for later, such as an incomplete line */
    uint8_t held_size;
    uint8_t column; /**< length of the output line so far */
    bool after_cr;  /**< the input so far ends in CR */
    bool finished;  /**< the end of the input has been written */
};

/** What one run took and gave. */
struct mime_codec_step {
    size_t consumed; /**< octets of the input */
    size_t produced; /**< octets written to the output */
};

/** A codec at its beginning. */
struct mime_codec mime_codec_start(enum mime_codec_kind kind);

/**
 * Transforms as much as there is input and room for.
 * @param in    input; in_size octets. May be NULL when in_size is 0.
 * @param last  the input ends with these octets. The end is written once all input is consumed and
 *              there is room; finished is then true.
 * @param out   room octets, not overlapping in; octets past what was produced may be overwritten,
 *              but none past room.
 * @return what was consumed and produced; with room >= MIME_CODEC_MINIMUM_OUTPUT, and either input
 *         left or last set and not finished, at least one of them moves or finished becomes true.
 */
struct mime_codec_step mime_codec_run(struct mime_codec *codec, const void *in, size_t in_size,
                                      bool last, void *out, size_t room);

/**
 * The exact output length by arithmetic.
 * @param size  input octets.
 * @return the length, or UINT64_MAX when it would not fit, and for the codecs of text,
 *         whose output depends on more than the size: these are run into a scratch buffer, and
 *         what they produce is summed (scan.h).
 */
uint64_t mime_codec_output_size(enum mime_codec_kind kind, uint64_t size);

/**
 * The name for Content-Transfer-Encoding of what a codec puts out: "base64" or "quoted-printable";
 * static.
 * @return NULL for IDENTITY and NEWLINE, which encode nothing: whether 7bit, 8bit or binary is
 *         right depends on the content.
 */
const char *mime_codec_name(enum mime_codec_kind kind);

#endif
