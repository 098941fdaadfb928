/* SPDX-License-Identifier: ISC */
#include "codec/base64_kernels.h"
#include "codec/base64.h"

#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define HAVE_X86_KERNELS
#include <immintrin.h>
#endif

const uint8_t mime_base64_alphabet[64] = {
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P',
    'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f',
    'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v',
    'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '/'};

/* Two characters for each value of 12 bits: half as many look-ups as one at a time. */
/* clang-format off */
#define PAIRS(c) \
    {c, 'A'}, {c, 'B'}, {c, 'C'}, {c, 'D'}, {c, 'E'}, {c, 'F'}, {c, 'G'}, {c, 'H'}, \
    {c, 'I'}, {c, 'J'}, {c, 'K'}, {c, 'L'}, {c, 'M'}, {c, 'N'}, {c, 'O'}, {c, 'P'}, \
    {c, 'Q'}, {c, 'R'}, {c, 'S'}, {c, 'T'}, {c, 'U'}, {c, 'V'}, {c, 'W'}, {c, 'X'}, \
    {c, 'Y'}, {c, 'Z'}, {c, 'a'}, {c, 'b'}, {c, 'c'}, {c, 'd'}, {c, 'e'}, {c, 'f'}, \
    {c, 'g'}, {c, 'h'}, {c, 'i'}, {c, 'j'}, {c, 'k'}, {c, 'l'}, {c, 'm'}, {c, 'n'}, \
    {c, 'o'}, {c, 'p'}, {c, 'q'}, {c, 'r'}, {c, 's'}, {c, 't'}, {c, 'u'}, {c, 'v'}, \
    {c, 'w'}, {c, 'x'}, {c, 'y'}, {c, 'z'}, {c, '0'}, {c, '1'}, {c, '2'}, {c, '3'}, \
    {c, '4'}, {c, '5'}, {c, '6'}, {c, '7'}, {c, '8'}, {c, '9'}, {c, '+'}, {c, '/'}
/* clang-format on */

static const uint8_t pairs[4096][2] = {
    PAIRS('A'), PAIRS('B'), PAIRS('C'), PAIRS('D'), PAIRS('E'), PAIRS('F'), PAIRS('G'), PAIRS('H'),
    PAIRS('I'), PAIRS('J'), PAIRS('K'), PAIRS('L'), PAIRS('M'), PAIRS('N'), PAIRS('O'), PAIRS('P'),
    PAIRS('Q'), PAIRS('R'), PAIRS('S'), PAIRS('T'), PAIRS('U'), PAIRS('V'), PAIRS('W'), PAIRS('X'),
    PAIRS('Y'), PAIRS('Z'), PAIRS('a'), PAIRS('b'), PAIRS('c'), PAIRS('d'), PAIRS('e'), PAIRS('f'),
    PAIRS('g'), PAIRS('h'), PAIRS('i'), PAIRS('j'), PAIRS('k'), PAIRS('l'), PAIRS('m'), PAIRS('n'),
    PAIRS('o'), PAIRS('p'), PAIRS('q'), PAIRS('r'), PAIRS('s'), PAIRS('t'), PAIRS('u'), PAIRS('v'),
    PAIRS('w'), PAIRS('x'), PAIRS('y'), PAIRS('z'), PAIRS('0'), PAIRS('1'), PAIRS('2'), PAIRS('3'),
    PAIRS('4'), PAIRS('5'), PAIRS('6'), PAIRS('7'), PAIRS('8'), PAIRS('9'), PAIRS('+'), PAIRS('/')};

static uint8_t *put_line_end(uint8_t *out)
{
    out[0] = '\r';
    out[1] = '\n';
    return out + 2;
}

static void put_pairs(uint8_t *out, uint32_t bits)
{
    memcpy(out, pairs[bits >> 12 & 0xFFF], 2);
    memcpy(out + 2, pairs[bits & 0xFFF], 2);
}

static uint32_t three_octets(const uint8_t *in)
{
    return (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
}

static void encode_lines_portable(uint8_t *out, const uint8_t *in, size_t lines)
{
    for (size_t line = 0; line < lines; line++) {
        for (size_t group = 0; group < MIME_BASE64_LINE_INPUT / 3; group++) {
            put_pairs(out, three_octets(in));
            in += 3;
            out += 4;
        }
        out = put_line_end(out);
    }
}

static bool always(void)
{
    return true;
}

#ifdef HAVE_X86_KERNELS

/*
 * The vector kernels follow W. Mula and D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2
 * Instructions" (2018) and "Base64 encoding and decoding at almost the speed of a memory copy"
 * (2019). A line is 57 octets, which is no multiple of a vector, so its last vector overlaps the
 * one before: it reads octets and writes characters of the same line a second time, and so stays
 * inside of the line.
 */

#define AVX2 __attribute__((target("avx2")))

/* 12 octets in the lower bytes of each half become 16 characters in each half. */
AVX2 static inline __m256i encode_vector(__m256i octets)
{
    /* Each 32 bits get the 3 octets a b c as b a c b, so that all four values of 6 bits can be
     * shifted into place by multiplications of 16 bits. */
    const __m256i spread = _mm256_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10, 1, 0,
                                            2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    const __m256i groups = _mm256_shuffle_epi8(octets, spread);
    const __m256i first_and_third = _mm256_mulhi_epu16(
        _mm256_and_si256(groups, _mm256_set1_epi32(0x0FC0FC00)), _mm256_set1_epi32(0x04000040));
    const __m256i second_and_fourth = _mm256_mullo_epi16(
        _mm256_and_si256(groups, _mm256_set1_epi32(0x003F03F0)), _mm256_set1_epi32(0x01000010));
    const __m256i values = _mm256_or_si256(first_and_third, second_and_fourth);

    /* What is added to a value depends on its range: 0..25 (13), 26..51 (0), 52..61 (1..10),
     * 62 (11), 63 (12). */
    const __m256i offsets =
        _mm256_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                         '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0,
                         'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                         '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    const __m256i capital = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
    const __m256i range = _mm256_or_si256(_mm256_subs_epu8(values, _mm256_set1_epi8(51)),
                                          _mm256_and_si256(capital, _mm256_set1_epi8(13)));
    return _mm256_add_epi8(values, _mm256_shuffle_epi8(offsets, range));
}

AVX2 static inline __m256i load_halves(const uint8_t *low, const uint8_t *high)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)low)),
        _mm_loadu_si128((const __m128i *)(const void *)high), 1);
}

AVX2 static void encode_lines_avx2(uint8_t *out, const uint8_t *in, size_t lines)
{
    for (size_t line = 0; line < lines; line++) {
        const __m128i end = _mm_loadu_si128((const __m128i *)(const void *)(in + 41));
        const __m256i last = _mm256_castsi128_si256(_mm_srli_si128(end, 4));
        _mm256_storeu_si256((__m256i *)(void *)out, encode_vector(load_halves(in, in + 12)));
        _mm256_storeu_si256((__m256i *)(void *)(out + 32),
                            encode_vector(load_halves(in + 24, in + 36)));
        _mm_storeu_si128((__m128i *)(void *)(out + 60),
                         _mm256_castsi256_si128(encode_vector(last)));
        put_line_end(out + 76);
        in += MIME_BASE64_LINE_INPUT;
        out += MIME_BASE64_LINE_OUTPUT;
    }
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi")))

/* Which octet of the line goes into each byte of a vector: the 3 octets a b c as b a c b. */
#define GROUP(first)    (first) + 1, (first), (first) + 2, (first) + 1
#define GROUPS_4(first) GROUP(first), GROUP((first) + 3), GROUP((first) + 6), GROUP((first) + 9)

AVX512 static void encode_lines_avx512(uint8_t *out, const uint8_t *in, size_t lines)
{
    static const uint8_t spread_start[64] = {GROUPS_4(0), GROUPS_4(12), GROUPS_4(24), GROUPS_4(36)};
    static const uint8_t spread_end[64] = {GROUPS_4(45)};
    const __m512i start = _mm512_loadu_si512(spread_start);
    const __m512i end = _mm512_loadu_si512(spread_end);
    const __m512i alphabet = _mm512_loadu_si512(mime_base64_alphabet);
    /* From which bit of its 64 each byte takes its 6. */
    const __m512i shifts = _mm512_set1_epi64(0x3036242A1016040A);
    const __mmask64 of_line = ((__mmask64)1 << MIME_BASE64_LINE_INPUT) - 1;

    for (size_t line = 0; line < lines; line++) {
        const __m512i octets = _mm512_maskz_loadu_epi8(of_line, in);
        const __m512i first =
            _mm512_multishift_epi64_epi8(shifts, _mm512_permutexvar_epi8(start, octets));
        const __m512i last =
            _mm512_multishift_epi64_epi8(shifts, _mm512_permutexvar_epi8(end, octets));
        _mm512_storeu_si512(out, _mm512_permutexvar_epi8(first, alphabet));
        _mm_storeu_si128((__m128i *)(void *)(out + 60),
                         _mm512_castsi512_si128(_mm512_permutexvar_epi8(last, alphabet)));
        put_line_end(out + 76);
        in += MIME_BASE64_LINE_INPUT;
        out += MIME_BASE64_LINE_OUTPUT;
    }
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vbmi");
}

#endif

const struct mime_base64_kernel *mime_base64_kernel(size_t index)
{
    static const struct {
        struct mime_base64_kernel kernel;
        bool (*supported)(void);
    } kernels[] = {
#ifdef HAVE_X86_KERNELS
        {{"AVX-512 VBMI", encode_lines_avx512}, has_avx512},
        {{"AVX2", encode_lines_avx2}, has_avx2},
#endif
        {{"portable", encode_lines_portable}, always},
    };
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        if (!kernels[i].supported())
            continue;
        if (index == 0)
            return &kernels[i].kernel;
        index--;
    }
    return NULL;
}
