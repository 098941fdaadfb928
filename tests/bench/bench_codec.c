/* SPDX-License-Identifier: ISC */
/* How fast the codecs are, in input octets per second, with buffers that stay in the cache. Prints
 * one line for each: the median of several rounds. */
#include "codec/base64.h"
#include "codec/base64_kernels.h"
#include "codec/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    LINES = 4096,
    SIZE = LINES * MIME_BASE64_LINE_INPUT, /* 228 KiB */
    ROOM = 4 * SIZE,
    REPEATS = 64,
    ROUNDS = 15
};

struct bench {
    const struct mime_base64_kernel *kernel; /**< or NULL: the codec */
    enum mime_codec_kind kind;
    uint8_t *in;
    uint8_t *out;
};

static size_t run_once(const struct bench *bench)
{
    if (bench->kernel != NULL) {
        bench->kernel->encode_lines(bench->out, bench->in, LINES);
        return LINES * MIME_BASE64_LINE_OUTPUT;
    }
    struct mime_codec codec = mime_codec_start(bench->kind);
    return mime_codec_run(&codec, bench->in, SIZE, true, bench->out, ROOM).produced;
}

static int compare(const void *one, const void *other)
{
    double a = *(const double *)one;
    double b = *(const double *)other;
    return (a > b) - (a < b);
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void report(const char *name, const struct bench *bench)
{
    double rounds[ROUNDS];
    size_t produced = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = seconds_now();
        for (size_t i = 0; i < REPEATS; i++)
            produced += run_once(bench);
        rounds[round] = (double)SIZE * REPEATS / (seconds_now() - start) / 1e9;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    printf("%-44s %7.2f GB/s  output %.3f times the input\n", name, rounds[ROUNDS / 2],
           (double)produced / ((double)SIZE * REPEATS * ROUNDS));
}

/* A text of lines, again and again; the last one is cut. */
static void fill(uint8_t *in, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < SIZE; i++)
        in[i] = (uint8_t)text[i % length];
}

int main(void)
{
    static const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"ASCII", "It was a dark and stormy night; the rain fell in torrents, except at\n"
                  "occasional intervals, when it was checked by a violent gust of wind\n"
                  "which swept up the streets (for it is in London that our scene lies),\n"
                  "rattling along the housetops.\n\n"},
        {"umlauts", "Zw\xC3\xB6lf Boxk\xC3\xA4mpfer jagen Viktor quer \xC3\xBC"
                    "ber den gro\xC3\x9F"
                    "en Sylter Deich,\n"
                    "und \xC3\xBC"
                    "berall in M\xC3\xBCnchen h\xC3\xB6rt man fr\xC3\xB6hliche Gr\xC3\xBC\xC3\x9F"
                    "e.\n"},
        {"Cyrillic", "\xD0\xA1\xD1\x8A\xD0\xB5\xD1\x88\xD1\x8C \xD0\xB5\xD1\x89\xD1\x91 "
                     "\xD1\x8D\xD1\x82\xD0\xB8\xD1\x85 \xD0\xBC\xD1\x8F\xD0\xB3\xD0\xBA\xD0\xB8"
                     "\xD1\x85 \xD0\xB1\xD1\x83\xD0\xBB\xD0\xBE\xD0\xBA\n"},
        {"line breaks only", "\n"},
    };
    static const struct {
        const char *name;
        enum mime_codec_kind kind;
    } codecs[] = {{"quoted-printable", MIME_CODEC_QUOTED_PRINTABLE},
                  {"newline", MIME_CODEC_NEWLINE}};

    struct bench bench = {.in = malloc(SIZE), .out = malloc(ROOM)};
    if (bench.in == NULL || bench.out == NULL)
        return EXIT_FAILURE;
    fill(bench.in, texts[0].text);
    memset(bench.out, 0, ROOM);

    char name[80];
    for (size_t i = 0; (bench.kernel = mime_base64_kernel(i)) != NULL; i++) {
        snprintf(name, sizeof name, "base64 kernel, %s", bench.kernel->name);
        report(name, &bench);
    }
    bench.kind = MIME_CODEC_BASE64;
    report("base64", &bench);
    bench.kind = MIME_CODEC_IDENTITY;
    report("identity", &bench);
    for (size_t codec = 0; codec < sizeof codecs / sizeof *codecs; codec++) {
        bench.kind = codecs[codec].kind;
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            fill(bench.in, texts[i].text);
            snprintf(name, sizeof name, "%s, %s", codecs[codec].name, texts[i].name);
            report(name, &bench);
        }
    }
    free(bench.in);
    free(bench.out);
    return EXIT_SUCCESS;
}
