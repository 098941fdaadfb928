/* SPDX-License-Identifier: ISC */
#include "reader/measure.h"

#include "codec/codec.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, LINE_START_SIZE = 76 };

/* What the output of a codec is looked at with. */
struct watch {
    const char *const *boundaries;
    size_t count;
    char line[LINE_START_SIZE]; /* the beginning of the line so far */
    size_t line_size;
    bool like_boundary;
};

/* Whether a line begins like a boundary as far as it goes: a longer boundary fills all of it. */
static bool is_like_boundary(const struct watch *watch)
{
    if (watch->line_size < 3 || memcmp(watch->line, "--", 2) != 0)
        return false;
    for (size_t i = 0; i < watch->count; i++) {
        size_t size = strlen(watch->boundaries[i]);
        if (size > sizeof watch->line - 3)
            size = sizeof watch->line - 3;
        if (watch->line_size - 2 >= size &&
            memcmp(watch->line + 2, watch->boundaries[i], size) == 0)
            return true;
    }
    return false;
}

static void watch_output(struct watch *watch, const char *out, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (out[i] == '\n') {
            watch->like_boundary |= is_like_boundary(watch);
            watch->line_size = 0;
        } else if (watch->line_size < sizeof watch->line) {
            watch->line[watch->line_size++] = out[i];
        }
    }
}

/* Runs a codec over a block, and its end when it is the last; gives the size of what came out. */
static uint64_t run_codec(struct mime_codec *codec, const char *block, size_t size, bool last,
                          char *scratch, struct watch *watch)
{
    uint64_t produced = 0;
    while (last ? !codec->finished : size > 0) {
        struct mime_codec_step step = mime_codec_run(codec, block, size, last, scratch, BLOCK_SIZE);
        block += step.consumed;
        size -= step.consumed;
        produced += step.produced;
        if (watch != NULL)
            watch_output(watch, scratch, step.produced);
    }
    return produced;
}

static bool is_base64(const char *block, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!text_is_letter(block[i]) && !text_is_digit(block[i]) &&
            (block[i] == '\0' || strchr("+/= \t\r\n", block[i]) == NULL))
            return false;
    return true;
}

static int measure(const struct mime_blob *blob, uint64_t offset, uint64_t end,
                   enum mime_codec_kind kind, struct watch *watch, uint64_t *size, bool *is_clean,
                   struct mailer_error *error)
{
    *size = 0;
    char *block = malloc(2 * BLOCK_SIZE);
    if (block == NULL)
        return error_set_memory(error);
    struct mime_codec codec = mime_codec_start(kind);
    int result = 0;
    while (result == 0 && !codec.finished) {
        size_t wanted = end - offset < BLOCK_SIZE ? (size_t)(end - offset) : BLOCK_SIZE;
        size_t got = 0;
        result = mime_blob_read(blob, offset, block, wanted, &got, error);
        offset += got;
        bool last = offset == end || got == 0;
        if (is_clean != NULL)
            *is_clean = *is_clean && is_base64(block, got);
        if (result == 0)
            *size += run_codec(&codec, block, got, last, block + BLOCK_SIZE, watch);
    }
    free(block);
    return result;
}

int mime_measure_quoted_printable(const struct mime_blob *blob, uint64_t offset, uint64_t end,
                                  const char *const *boundaries, size_t count, uint64_t *size,
                                  struct mailer_error *error)
{
    struct watch watch = {.boundaries = boundaries, .count = count};
    int result = measure(blob, offset, end, MIME_CODEC_QUOTED_PRINTABLE, &watch, size, NULL, error);
    if (watch.like_boundary || is_like_boundary(&watch))
        *size = UINT64_MAX;
    return result;
}

int mime_measure_base64(const struct mime_blob *blob, uint64_t offset, uint64_t end, uint64_t *size,
                        bool *is_clean, struct mailer_error *error)
{
    *is_clean = true;
    return measure(blob, offset, end, MIME_CODEC_BASE64_REWRAP, NULL, size, is_clean, error);
}
