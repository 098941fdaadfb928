/* SPDX-License-Identifier: ISC */
#include "codec/base64_rewrap.h"

#include <string.h>

enum { LINE = 76 };

static bool is_white(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static bool end_line(struct mime_codec *codec, uint8_t *out, size_t room)
{
    if (room < 2)
        return false;
    memcpy(out, "\r\n", 2);
    codec->column = 0;
    return true;
}

struct mime_codec_step mime_base64_rewrap_run(struct mime_codec *codec, const uint8_t *in,
                                              size_t in_size, bool last, uint8_t *out, size_t room)
{
    struct mime_codec_step step = {0, 0};
    for (; step.consumed < in_size; step.consumed++) {
        if (is_white(in[step.consumed]))
            continue;
        if (codec->column == LINE) {
            if (!end_line(codec, out + step.produced, room - step.produced))
                return step;
            step.produced += 2;
        }
        if (step.produced == room)
            return step;
        out[step.produced++] = in[step.consumed];
        codec->column++;
    }
    if (last && codec->column > 0 && end_line(codec, out + step.produced, room - step.produced))
        step.produced += 2;
    codec->finished = last && codec->column == 0;
    return step;
}
