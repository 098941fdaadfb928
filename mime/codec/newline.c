/* SPDX-License-Identifier: ISC */
#include "codec/newline.h"

#include <string.h>

/* A CR can be written before it is known what follows: only whether an LF comes behind one
 * matters, and that is kept in after_cr. */
struct mime_codec_step mime_newline_run(struct mime_codec *codec, const uint8_t *in, size_t in_size,
                                        bool last, uint8_t *out, size_t room)
{
    const uint8_t *const in_start = in;
    const uint8_t *const in_end = in + in_size;
    uint8_t *const out_start = out;
    uint8_t *const out_end = out + room;

    while (in < in_end && out < out_end) {
        size_t in_left = (size_t)(in_end - in);
        size_t room_left = (size_t)(out_end - out);
        size_t reach = in_left < room_left ? in_left : room_left;
        const uint8_t *line_feed = memchr(in, '\n', reach);
        size_t size = line_feed != NULL ? (size_t)(line_feed - in) : reach;
        if (size > 0) {
            memcpy(out, in, size);
            in += size;
            out += size;
            codec->after_cr = in[-1] == '\r';
        }
        if (line_feed == NULL)
            continue;
        if ((size_t)(out_end - out) < (codec->after_cr ? 1 : 2))
            break;
        if (!codec->after_cr)
            *out++ = '\r';
        *out++ = '\n';
        in++;
        codec->after_cr = false;
    }
    codec->finished = last && in == in_end;
    return (struct mime_codec_step){(size_t)(in - in_start), (size_t)(out - out_start)};
}
