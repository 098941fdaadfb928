/* SPDX-License-Identifier: ISC */
#include "codec/base64_text.h"

#include "codec/base64.h"
#include "codec/newline.h"

/* What base64 surely takes: whole lines that there is room for, and an incomplete one that it
 * holds. */
static size_t useful_text(const struct mime_codec *codec, size_t room)
{
    size_t lines = room / MIME_BASE64_LINE_OUTPUT + 1;
    return lines * MIME_BASE64_LINE_INPUT - 1 - codec->held_size;
}

/* The two codecs share one state, as each uses fields that the other leaves alone. */
struct mime_codec_step mime_base64_text_run(struct mime_codec *codec, const uint8_t *in,
                                            size_t in_size, bool last, uint8_t *out, size_t room)
{
    struct mime_codec_step whole = {0, 0};
    while (room - whole.produced >= MIME_CODEC_MINIMUM_OUTPUT && !codec->finished) {
        uint8_t text[8192];
        size_t text_room = useful_text(codec, room - whole.produced);
        if (text_room > sizeof text)
            text_room = sizeof text;
        struct mime_codec_step ended = mime_newline_run(
            codec, in + whole.consumed, in_size - whole.consumed, false, text, text_room);
        whole.consumed += ended.consumed;
        bool at_end = last && whole.consumed == in_size;
        struct mime_codec_step encoded = mime_base64_run(
            codec, text, ended.produced, at_end, out + whole.produced, room - whole.produced);
        whole.produced += encoded.produced;
        if (whole.consumed == in_size && !at_end)
            break;
    }
    return whole;
}
