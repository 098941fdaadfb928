/* SPDX-License-Identifier: ISC */
#include "stuffing.h"

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The body is looked at in blocks of 64 octets, a bit for each octet. */
enum { BLOCK = 64 };

struct block_bits {
    uint64_t cr;
    uint64_t lf;
    uint64_t dot;
};

#ifdef __SSE2__
/* Written out, and without an array, so that everything stays in registers. */
static uint64_t equal_bits(__m128i a, __m128i b, __m128i c, __m128i d, char wanted)
{
    const __m128i all = _mm_set1_epi8(wanted);
    return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, all)) |
           (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(b, all)) << 16 |
           (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(c, all)) << 32 |
           (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(d, all)) << 48;
}

static struct block_bits look(const char *bytes)
{
    const __m128i *octets = (const __m128i *)(const void *)bytes;
    __m128i a = _mm_loadu_si128(octets);
    __m128i b = _mm_loadu_si128(octets + 1);
    __m128i c = _mm_loadu_si128(octets + 2);
    __m128i d = _mm_loadu_si128(octets + 3);
    return (struct block_bits){equal_bits(a, b, c, d, '\r'), equal_bits(a, b, c, d, '\n'),
                               equal_bits(a, b, c, d, '.')};
}
#else
static struct block_bits look(const char *bytes)
{
    struct block_bits bits = {0, 0, 0};
    for (unsigned i = 0; i < BLOCK; i++) {
        bits.cr |= (uint64_t)(bytes[i] == '\r') << i;
        bits.lf |= (uint64_t)(bytes[i] == '\n') << i;
        bits.dot |= (uint64_t)(bytes[i] == '.') << i;
    }
    return bits;
}
#endif

struct smtp_stuffing smtp_stuffing_start(void)
{
    return (struct smtp_stuffing){.line_start = true};
}

size_t smtp_stuffing_room(size_t size)
{
    /* The worst is ".\r\n.\r\n...": four octets for three. */
    return size + size / 3 + 1;
}

static size_t count_bits(uint64_t bits)
{
    size_t count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

/*
 * Looks at one block and moves the state behind it. Gives false for a bare CR or LF; *dots receives
 * the dots that begin a line. A block of fewer octets than 64 is filled with octets that are none
 * of the three, so that only its last octet's state is not right: the caller sets that.
 */
static inline bool check_block(struct smtp_stuffing *stuffing, struct block_bits bits,
                               uint64_t *dots)
{
    uint64_t after_cr = bits.cr << 1 | (uint64_t)stuffing->after_cr;
    uint64_t line_starts = bits.lf << 1 | (uint64_t)stuffing->line_start;
    *dots = bits.dot & line_starts;
    stuffing->after_cr = bits.cr >> (BLOCK - 1);
    stuffing->line_start = bits.lf >> (BLOCK - 1);
    return after_cr == bits.lf;
}

static bool check_blocks(struct smtp_stuffing *stuffing, const char *bytes, size_t size,
                         size_t *count)
{
    struct smtp_stuffing state = *stuffing;
    bool good = true;
    for (size_t at = 0; good && at < size; at += BLOCK) {
        uint64_t dots;
        good = check_block(&state, look(bytes + at), &dots);
        *count += dots != 0 ? count_bits(dots) : 0;
    }
    *stuffing = state;
    return good;
}

static bool check_tail(struct smtp_stuffing *stuffing, const char *bytes, size_t size,
                       uint64_t *dots)
{
    char block[BLOCK] = {0};
    memcpy(block, bytes, size);
    /* A CR at the very end may have its LF in the next piece. */
    bool last_is_cr = block[size - 1] == '\r';
    if (last_is_cr)
        block[size] = '\n';
    bool good = check_block(stuffing, look(block), dots);
    stuffing->after_cr = last_is_cr;
    stuffing->line_start = block[size - 1] == '\n';
    return good;
}

/* Doubles every dot that begins a line, from the end to the beginning, so that nothing is lost. */
static void spread(char *bytes, size_t size, size_t dots, bool line_start)
{
    size_t from = size;
    size_t to = size + dots;
    while (dots > 0) {
        char octet = bytes[--from];
        bytes[--to] = octet;
        bool starts_line = from == 0 ? line_start : bytes[from - 1] == '\n';
        if (octet == '.' && starts_line) {
            bytes[--to] = '.';
            dots--;
        }
    }
}

int smtp_stuffing_apply(struct smtp_stuffing *stuffing, char *bytes, size_t size, size_t *stuffed,
                        struct mailer_error *error)
{
    const bool line_start = stuffing->line_start;
    size_t count = 0;
    size_t whole = size - size % BLOCK;
    bool good = check_blocks(stuffing, bytes, whole, &count);
    if (good && whole < size) {
        uint64_t dots = 0;
        good = check_tail(stuffing, bytes + whole, size - whole, &dots);
        count += count_bits(dots);
    }
    if (!good)
        return error_set(error, MAILER_DATA, MAILER_STAGE_BODY,
                         "a bare CR or LF in the message: it could be taken for another message");
    spread(bytes, size, count, line_start);
    *stuffed = size + count;
    return 0;
}

size_t smtp_stuffing_end(const struct smtp_stuffing *stuffing, char end[static 5])
{
    if (stuffing->after_cr)
        return 0;
    memcpy(end, "\r\n.\r\n", 5);
    if (!stuffing->line_start)
        return 5;
    memmove(end, end + 2, 3);
    return 3;
}
