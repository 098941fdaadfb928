/* SPDX-License-Identifier: ISC */
/* Every codec, over the same input at once and in pieces. The first octet of the input picks the
 * codec, the next SPLITS ones the sizes of the pieces, the rest is encoded. */
#include "codec/codec.h"
#include "harness/decode.h"

#include <stdlib.h>

enum { SPLITS = 8, KINDS = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct output {
    uint8_t *bytes;
    size_t size;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A block of just this size, for the sanitizer. */
static void *exact_block(size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    require(block != NULL);
    return block;
}

static uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = exact_block(size);
    memcpy(copy, bytes, size);
    return copy;
}

static struct output encode_at_once(enum mime_codec_kind kind, const uint8_t *in, size_t size)
{
    size_t room = 4 * size + MIME_CODEC_MINIMUM_OUTPUT;
    struct output output = {exact_block(room), 0};
    struct mime_codec codec = mime_codec_start(kind);
    struct mime_codec_step step = mime_codec_run(&codec, in, size, true, output.bytes, room);
    require(codec.finished && step.consumed == size && step.produced <= room);
    output.size = step.produced;
    return output;
}

/* Each piece is run twice, by the codec and a copy of it, which must do the same. */
static void require_same_in_pieces(enum mime_codec_kind kind, const uint8_t *in, size_t size,
                                   const uint8_t splits[SPLITS], struct output expected)
{
    struct mime_codec codec = mime_codec_start(kind);
    size_t at = 0;
    for (size_t run = 0; !codec.finished; run++) {
        uint8_t split = splits[run % SPLITS];
        size_t piece = split % 16 == 15 ? split : split % 16;
        size_t room = run % 2 == 0 ? split : MIME_CODEC_MINIMUM_OUTPUT + split / 16;
        /* So that pieces of nothing, or no room for them, do not go on for ever. */
        if (run % SPLITS == 1)
            piece++;
        if (piece > size)
            piece = size;
        bool last = piece == size;
        uint8_t *exact_in = exact_copy(in, piece);
        uint8_t *exact_out = exact_block(room);
        struct mime_codec copy = codec;
        struct mime_codec_step step =
            mime_codec_run(&codec, exact_in, piece, last, exact_out, room);
        require(step.consumed <= piece && step.produced <= room);
        require(step.produced <= expected.size - at);
        require(memcmp(exact_out, expected.bytes + at, step.produced) == 0);
        if (room >= MIME_CODEC_MINIMUM_OUTPUT && (piece > 0 || last))
            require(step.consumed > 0 || step.produced > 0 || codec.finished);

        struct mime_codec_step again =
            mime_codec_run(&copy, exact_in, piece, last, exact_out, room);
        require(again.consumed == step.consumed && again.produced == step.produced);
        require(memcmp(exact_out, expected.bytes + at, step.produced) == 0);
        require(copy.finished == codec.finished);
        in += step.consumed;
        size -= step.consumed;
        at += step.produced;
        free(exact_in);
        free(exact_out);
    }
    require(size == 0 && at == expected.size);
}

static void require_decodes(enum mime_codec_kind kind, const uint8_t *in, size_t size,
                            struct output output)
{
    uint8_t *decoded = exact_block(output.size);
    uint8_t *expected = exact_block(2 * size);
    size_t decoded_size = output.size;
    size_t expected_size = size;
    memcpy(expected, in, size);
    if (kind == MIME_CODEC_BASE64) {
        decoded_size = decode_base64(decoded, output.bytes, output.size);
        require(mime_codec_output_size(kind, size) == output.size);
    } else if (kind == MIME_CODEC_QUOTED_PRINTABLE) {
        decoded_size = decode_quoted_printable(decoded, output.bytes, output.size);
        expected_size = decode_reference_newlines(expected, in, size);
        require(decode_longest_line(output.bytes, output.size) <= 76);
        require(!decode_has_unsafe_line(output.bytes, output.size));
    } else {
        memcpy(decoded, output.bytes, output.size);
        if (kind == MIME_CODEC_NEWLINE)
            expected_size = decode_reference_newlines(expected, in, size);
        else
            require(mime_codec_output_size(kind, size) == output.size);
    }
    require(decoded_size == expected_size && memcmp(decoded, expected, expected_size) == 0);
    free(decoded);
    free(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 + SPLITS)
        return 0;
    enum mime_codec_kind kind = (enum mime_codec_kind)(data[0] % KINDS);
    const uint8_t *in = data + 1 + SPLITS;
    size -= 1 + SPLITS;
    struct output output = encode_at_once(kind, in, size);
    require_decodes(kind, in, size, output);
    require_same_in_pieces(kind, in, size, data + 1, output);
    free(output.bytes);
    return 0;
}
