/* SPDX-License-Identifier: ISC */
#include "codec/codec.h"
#include "codec/base64.h"
#include "codec/base64_rewrap.h"
#include "codec/base64_text.h"
#include "codec/newline.h"
#include "codec/quoted_printable.h"

#include <string.h>

struct mime_codec mime_codec_start(enum mime_codec_kind kind)
{
    return (struct mime_codec){.kind = kind};
}

static struct mime_codec_step identity_run(struct mime_codec *codec, const uint8_t *in,
                                           size_t in_size, bool last, uint8_t *out, size_t room)
{
    size_t size = in_size < room ? in_size : room;
    if (size > 0)
        memcpy(out, in, size);
    codec->finished = last && size == in_size;
    return (struct mime_codec_step){size, size};
}

struct mime_codec_step mime_codec_run(struct mime_codec *codec, const void *in, size_t in_size,
                                      bool last, void *out, size_t room)
{
    if (codec->finished)
        return (struct mime_codec_step){0, 0};
    if (in_size == 0)
        in = "";
    switch (codec->kind) {
    case MIME_CODEC_BASE64:
        return mime_base64_run(codec, in, in_size, last, out, room);
    case MIME_CODEC_QUOTED_PRINTABLE:
        return mime_quoted_printable_run(codec, in, in_size, last, out, room);
    case MIME_CODEC_NEWLINE:
        return mime_newline_run(codec, in, in_size, last, out, room);
    case MIME_CODEC_BASE64_TEXT:
        return mime_base64_text_run(codec, in, in_size, last, out, room);
    case MIME_CODEC_BASE64_REWRAP:
        return mime_base64_rewrap_run(codec, in, in_size, last, out, room);
    case MIME_CODEC_IDENTITY:
        break;
    }
    return identity_run(codec, in, in_size, last, out, room);
}

static uint64_t base64_output_size(uint64_t size)
{
    uint64_t lines = size / MIME_BASE64_LINE_INPUT;
    uint64_t rest = size % MIME_BASE64_LINE_INPUT;
    uint64_t last_line = rest > 0 ? (rest + 2) / 3 * 4 + 2 : 0;
    if (lines > (UINT64_MAX - last_line) / MIME_BASE64_LINE_OUTPUT)
        return UINT64_MAX;
    return lines * MIME_BASE64_LINE_OUTPUT + last_line;
}

uint64_t mime_codec_output_size(enum mime_codec_kind kind, uint64_t size)
{
    switch (kind) {
    case MIME_CODEC_IDENTITY:
        return size;
    case MIME_CODEC_BASE64:
        return base64_output_size(size);
    case MIME_CODEC_QUOTED_PRINTABLE:
    case MIME_CODEC_NEWLINE:
    case MIME_CODEC_BASE64_TEXT:
    case MIME_CODEC_BASE64_REWRAP:
        break;
    }
    return UINT64_MAX;
}

const char *mime_codec_name(enum mime_codec_kind kind)
{
    switch (kind) {
    case MIME_CODEC_BASE64:
    case MIME_CODEC_BASE64_TEXT:
    case MIME_CODEC_BASE64_REWRAP:
        return "base64";
    case MIME_CODEC_QUOTED_PRINTABLE:
        return "quoted-printable";
    case MIME_CODEC_IDENTITY:
    case MIME_CODEC_NEWLINE:
        break;
    }
    return NULL;
}
