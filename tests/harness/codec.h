/* SPDX-License-Identifier: ISC */
/** @file codec.h  Runs a codec in pieces, each in a block of exactly its size. */
#ifndef TESTS_CODEC_H
#define TESTS_CODEC_H

#include "codec/codec.h"
#include "harness/harness.h"

struct codec_output {
    uint8_t *bytes;
    size_t size;
};

/** Sizes of pieces: this many octets, or 0 for random ones. Room 0 is random from 0 on, but for
 * every other run, which has at least the minimum. */
struct codec_pieces {
    size_t input;
    size_t room;
    uint64_t seed;
};

/** More than any codec makes of size octets. */
static inline size_t codec_output_limit(size_t size)
{
    return 4 * size + 2 * MIME_CODEC_MINIMUM_OUTPUT;
}

/** Runs what is left of a codec over input and appends the output. */
static inline void codec_finish_in_pieces(struct mime_codec *codec, const uint8_t *in, size_t size,
                                          struct codec_pieces pieces, struct codec_output *output)
{
    uint64_t seed = pieces.seed;
    size_t limit = output->size + codec_output_limit(size);
    output->bytes = realloc(output->bytes, limit);
    assert_non_null(output->bytes);
    for (size_t run = 0; !codec->finished; run++) {
        size_t piece = pieces.input > 0 ? pieces.input : harness_random(&seed) % 200;
        size_t room = pieces.room > 0 ? pieces.room
                      : run % 2 == 0  ? harness_random(&seed) % MIME_CODEC_MINIMUM_OUTPUT
                                      : MIME_CODEC_MINIMUM_OUTPUT + harness_random(&seed) % 200;
        /* Now and then the end is told only behind the last octet. */
        bool empty_end = harness_random(&seed) % 2 == 0;
        if (piece > size)
            piece = size;
        bool last = piece == size && (size == 0 || !empty_end);
        char *exact_in = piece > 0 ? harness_exact(in, piece) : NULL;
        uint8_t *exact_out = malloc(room > 0 ? room : 1);
        assert_non_null(exact_out);

        struct mime_codec_step step = mime_codec_run(codec, exact_in, piece, last, exact_out, room);
        assert_true(step.consumed <= piece);
        assert_true(step.produced <= room);
        if (room >= MIME_CODEC_MINIMUM_OUTPUT && (piece > 0 || last))
            assert_true(step.consumed > 0 || step.produced > 0 || codec->finished);
        if (codec->finished)
            assert_true(last && step.consumed == piece);
        assert_true(step.produced <= limit - output->size);
        memcpy(output->bytes + output->size, exact_out, step.produced);
        output->size += step.produced;
        in += step.consumed;
        size -= step.consumed;
        free(exact_in);
        free(exact_out);
    }
    assert_int_equal(size, 0);
}

/** The output for a whole input; its bytes are for the caller to free. */
static inline struct codec_output codec_output_in_pieces(enum mime_codec_kind kind, const void *in,
                                                         size_t size, struct codec_pieces pieces)
{
    struct mime_codec codec = mime_codec_start(kind);
    struct codec_output output = {NULL, 0};
    codec_finish_in_pieces(&codec, in, size, pieces, &output);
    return output;
}

/** The output for a whole input in one run. */
static inline struct codec_output codec_output_at_once(enum mime_codec_kind kind, const void *in,
                                                       size_t size)
{
    struct mime_codec codec = mime_codec_start(kind);
    size_t room = codec_output_limit(size);
    char *exact = harness_exact(in, size);
    struct codec_output output = {malloc(room), 0};
    assert_non_null(output.bytes);
    struct mime_codec_step step = mime_codec_run(&codec, exact, size, true, output.bytes, room);
    assert_int_equal(step.consumed, size);
    assert_true(codec.finished);
    output.size = step.produced;
    free(exact);
    return output;
}

static inline void codec_assert_same(struct codec_output got, struct codec_output expected)
{
    assert_int_equal(got.size, expected.size);
    assert_memory_equal(got.bytes, expected.bytes, expected.size);
}

/** Proves that pieces of 1 to 16 octets and random ones, with room from the minimum on, and random
 * room that can be too little, all give the output of one run. */
static inline void codec_assert_splits_agree(enum mime_codec_kind kind, const void *in, size_t size)
{
    struct codec_output expected = codec_output_at_once(kind, in, size);
    for (size_t piece = 0; piece <= 16; piece++) {
        static const size_t rooms[] = {0, 128, 129, 130, 131, 155, 156, 157, 200, 4096};
        for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
            struct codec_pieces pieces = {piece, rooms[i], piece * 100 + i};
            struct codec_output got = codec_output_in_pieces(kind, in, size, pieces);
            codec_assert_same(got, expected);
            free(got.bytes);
        }
    }
    free(expected.bytes);
}

/** Proves that a copy made after any run gives the same rest, whatever becomes of the original. */
static inline void codec_assert_copies_agree(enum mime_codec_kind kind, const void *in, size_t size)
{
    struct codec_output expected = codec_output_at_once(kind, in, size);
    for (size_t cut = 0; cut <= size; cut++) {
        struct mime_codec codec = mime_codec_start(kind);
        size_t room = codec_output_limit(size);
        struct codec_output one = {malloc(room), 0};
        assert_non_null(one.bytes);
        char *head = harness_exact(in, cut);
        struct mime_codec_step step = mime_codec_run(&codec, head, cut, false, one.bytes, room);
        assert_int_equal(step.consumed, cut);
        free(head);
        one.size = step.produced;
        struct codec_output other = {(uint8_t *)harness_exact(one.bytes, one.size), one.size};

        struct mime_codec copy = codec;
        const uint8_t *rest = (const uint8_t *)in + cut;
        codec_finish_in_pieces(&codec, rest, size - cut, (struct codec_pieces){7, 0, cut}, &one);
        codec_finish_in_pieces(&copy, rest, size - cut, (struct codec_pieces){0, 130, 1}, &other);
        codec_assert_same(one, expected);
        codec_assert_same(other, expected);
        free(one.bytes);
        free(other.bytes);
    }
    free(expected.bytes);
}

#endif
