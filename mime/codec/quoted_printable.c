/* SPDX-License-Identifier: ISC */
#include "codec/quoted_printable.h"

#include <string.h>

enum {
    LINE_MAXIMUM = 76,
    /* How far "From " and white space before CR LF are looked for. An octet is encoded once as many
     * are known, or the end; so at the end of a piece less than this is held. */
    LOOK_AHEAD = 5,
    /* The most that one step writes: =XX, or a soft line break. */
    STEP_MAXIMUM = 3
};

enum octet_class { ENCODED = 0, PLAIN, WHITE };

#define PLAIN_4  PLAIN, PLAIN, PLAIN, PLAIN
#define PLAIN_16 PLAIN_4, PLAIN_4, PLAIN_4, PLAIN_4

/* clang-format off */
static const uint8_t classes[256] = {
    ['\t'] = WHITE,
    [' '] = WHITE,
    ['!'] = PLAIN_16, PLAIN_4, PLAIN_4, PLAIN_4,  /* '!' to '<' */
    ['>'] = PLAIN_16, PLAIN_16, PLAIN_16, PLAIN_16, PLAIN /* '>' to '~' */
};
/* clang-format on */

/* Text from an octet on: all that is known of it. */
struct view {
    const uint8_t *octets;
    size_t size;
    bool complete; /**< nothing comes behind it */
};

/* The length of the line break at an offset, or 0. */
static size_t line_break_at(const struct view *view, size_t offset)
{
    const uint8_t *at = view->octets + offset;
    size_t size = view->size - offset;
    if (size >= 1 && at[0] == '\n')
        return 1;
    return size >= 2 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

static bool line_ends_at(const struct view *view, size_t offset)
{
    return offset == view->size || line_break_at(view, offset) > 0;
}

/* At the start of a line a dot could be taken for the end of mail or be doubled, and "From " could
 * be changed by mailbox files. */
static bool is_unsafe_at_line_start(const struct view *view)
{
    return view->octets[0] == '.' || (view->size >= 5 && memcmp(view->octets, "From ", 5) == 0);
}

/* The output length of what must not be parted: one octet, or a character of UTF-8, which its first
 * octet tells. Where that is wrong the line is but shorter. */
static unsigned unit_length(uint8_t octet, bool literal)
{
    if (literal)
        return 1;
    return octet < 0xC2 ? 3 : octet < 0xE0 ? 6 : octet < 0xF0 ? 9 : octet < 0xF5 ? 12 : 3;
}

static uint8_t *put_encoded(uint8_t *out, uint8_t octet)
{
    static const char digits[] = "0123456789ABCDEF";
    out[0] = '=';
    out[1] = (uint8_t)digits[octet >> 4];
    out[2] = (uint8_t)digits[octet & 15];
    return out + 3;
}

/* Encodes an octet or a line break, or writes a soft line break. Moves *out on.
 * @return how many octets were consumed. */
static size_t encode_step(struct mime_codec *codec, const struct view *view, uint8_t **out)
{
    size_t line_break = line_break_at(view, 0);
    if (line_break > 0) {
        memcpy(*out, "\r\n", 2);
        *out += 2;
        codec->column = 0;
        return line_break;
    }
    uint8_t octet = view->octets[0];
    uint8_t class = classes[octet];
    bool literal = class == PLAIN || (class == WHITE && !line_ends_at(view, 1));
    unsigned end = codec->column + unit_length(octet, literal);
    if (end > LINE_MAXIMUM || (end == LINE_MAXIMUM && !line_ends_at(view, 1))) {
        memcpy(*out, "=\r\n", 3);
        *out += 3;
        codec->column = 0;
        return 0;
    }
    if (literal && !(codec->column == 0 && is_unsafe_at_line_start(view))) {
        *(*out)++ = octet;
        codec->column++;
    } else {
        *out = put_encoded(*out, octet);
        codec->column = (uint8_t)(codec->column + 3);
    }
    return 1;
}

/* Copies what stands for itself, in the inside of a line. @return how many octets. */
static size_t copy_plain(struct mime_codec *codec, const uint8_t *in, size_t in_size, uint8_t *out,
                         size_t room)
{
    if (codec->column == 0 || codec->column >= LINE_MAXIMUM - 1)
        return 0;
    size_t reach = (size_t)(LINE_MAXIMUM - 1 - codec->column);
    if (reach > in_size)
        reach = in_size;
    if (reach > room)
        reach = room;
    size_t size = 0;
    while (size < reach && classes[in[size]] != ENCODED)
        size++;
    /* The last white space may be that at the end of the line. */
    if (size > 0 && classes[in[size - 1]] == WHITE)
        size--;
    memcpy(out, in, size);
    codec->column = (uint8_t)(codec->column + size);
    return size;
}

/* Encodes the octets that were held, with what comes behind them, or holds some more. Moves *out
 * on. @return how many octets of in were consumed. */
static size_t run_held(struct mime_codec *codec, const uint8_t *in, size_t in_size, bool last,
                       uint8_t **out, const uint8_t *out_end)
{
    uint8_t window[2 * LOOK_AHEAD];
    size_t held = codec->held_size;
    size_t ahead = in_size < LOOK_AHEAD ? in_size : LOOK_AHEAD;
    memcpy(window, codec->held, held);
    memcpy(window + held, in, ahead);

    struct view view = {window, held + ahead, last && ahead == in_size};
    const uint8_t *const window_end = window + view.size;
    while (view.octets < window + held && (view.complete || view.size >= LOOK_AHEAD) &&
           out_end - *out >= STEP_MAXIMUM) {
        view.octets += encode_step(codec, &view, out);
        view.size = (size_t)(window_end - view.octets);
    }
    if (view.octets >= window + held) {
        codec->held_size = 0;
        return (size_t)(view.octets - window) - held;
    }
    /* What is left: of the held octets only, when the room is at its end; otherwise all that is
     * known, as it is too little. */
    size_t keep = (size_t)(window + held - view.octets);
    size_t taken = 0;
    if (!view.complete && view.size < LOOK_AHEAD) {
        keep = view.size;
        taken = ahead;
    }
    memcpy(codec->held, view.octets, keep);
    codec->held_size = (uint8_t)keep;
    return taken;
}

struct mime_codec_step mime_quoted_printable_run(struct mime_codec *codec, const uint8_t *in,
                                                 size_t in_size, bool last, uint8_t *out,
                                                 size_t room)
{
    uint8_t *const out_start = out;
    const uint8_t *const out_end = out + room;
    size_t consumed = 0;

    if (codec->held_size > 0)
        consumed = run_held(codec, in, in_size, last, &out, out_end);
    if (codec->held_size == 0) {
        while (consumed < in_size && out_end - out >= STEP_MAXIMUM) {
            size_t size =
                copy_plain(codec, in + consumed, in_size - consumed, out, (size_t)(out_end - out));
            consumed += size;
            out += size;
            struct view view = {in + consumed, in_size - consumed, last};
            if (view.size < LOOK_AHEAD && !view.complete)
                break;
            if (view.size > 0 && out_end - out >= STEP_MAXIMUM)
                consumed += encode_step(codec, &view, &out);
        }
        if (in_size - consumed < LOOK_AHEAD && !last) {
            codec->held_size = (uint8_t)(in_size - consumed);
            memcpy(codec->held, in + consumed, codec->held_size);
            consumed = in_size;
        }
    }
    codec->finished = last && consumed == in_size && codec->held_size == 0;
    return (struct mime_codec_step){consumed, (size_t)(out - out_start)};
}
