/* SPDX-License-Identifier: ISC */
#include "codec/base64.h"
#include "codec/base64_kernels.h"

#include <string.h>

static size_t least(size_t one, size_t other)
{
    return one < other ? one : other;
}

static size_t hold(struct mime_codec *codec, const uint8_t *in, size_t in_size)
{
    size_t size = least(in_size, sizeof codec->held - codec->held_size);
    memcpy(codec->held + codec->held_size, in, size);
    codec->held_size = (uint8_t)(codec->held_size + size);
    return size;
}

struct mime_codec_step mime_base64_run(struct mime_codec *codec, const uint8_t *in, size_t in_size,
                                       bool last, uint8_t *out, size_t room)
{
    struct mime_codec_step step = {0, 0};
    const struct mime_base64_kernel *kernel = mime_base64_kernel(0);

    if (codec->held_size > 0) {
        step.consumed = hold(codec, in, in_size);
        if (codec->held_size == MIME_BASE64_LINE_INPUT && room >= MIME_BASE64_LINE_OUTPUT) {
            kernel->encode_lines(out, codec->held, 1);
            step.produced = MIME_BASE64_LINE_OUTPUT;
            codec->held_size = 0;
        }
    }
    if (codec->held_size == 0) {
        size_t lines = least((in_size - step.consumed) / MIME_BASE64_LINE_INPUT,
                             (room - step.produced) / MIME_BASE64_LINE_OUTPUT);
        kernel->encode_lines(out + step.produced, in + step.consumed, lines);
        step.consumed += lines * MIME_BASE64_LINE_INPUT;
        step.produced += lines * MIME_BASE64_LINE_OUTPUT;
        if (in_size - step.consumed < MIME_BASE64_LINE_INPUT)
            step.consumed += hold(codec, in + step.consumed, in_size - step.consumed);
    }
    if (last && step.consumed == in_size) {
        size_t length = (codec->held_size + 2u) / 3 * 4 + 2;
        if (codec->held_size > 0 && room - step.produced >= length) {
            char *line = (char *)out + step.produced;
            mime_base64_encode(line, codec->held, codec->held_size);
            memcpy(line + length - 2, "\r\n", 2);
            step.produced += length;
            codec->held_size = 0;
        }
        codec->finished = codec->held_size == 0;
    }
    return step;
}

size_t mime_base64_encode(char *out, const void *in, size_t size)
{
    const uint8_t *octets = in;
    const char *start = out;
    for (; size >= 3; size -= 3, octets += 3, out += 4) {
        out[0] = (char)mime_base64_alphabet[octets[0] >> 2];
        out[1] = (char)mime_base64_alphabet[(octets[0] & 3) << 4 | octets[1] >> 4];
        out[2] = (char)mime_base64_alphabet[(octets[1] & 15) << 2 | octets[2] >> 6];
        out[3] = (char)mime_base64_alphabet[octets[2] & 63];
    }
    if (size > 0) {
        uint8_t second = size > 1 ? octets[1] : 0;
        out[0] = (char)mime_base64_alphabet[octets[0] >> 2];
        out[1] = (char)mime_base64_alphabet[(octets[0] & 3) << 4 | second >> 4];
        out[2] = size > 1 ? (char)mime_base64_alphabet[(second & 15) << 2] : '=';
        out[3] = '=';
        out += 4;
    }
    return (size_t)(out - start);
}
