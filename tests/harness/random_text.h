/* SPDX-License-Identifier: ISC */
/**
 * @file random_text.h
 * Random text of all that is hard to send: content of parts, file names, and phrases for subjects
 * and people's names. Without cmocka, so that programs can use it too.
 */
#ifndef TESTS_RANDOM_TEXT_H
#define TESTS_RANDOM_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { RANDOM_CONTENT = 160 * 1024, RANDOM_NAME = 300, RANDOM_PHRASE = 2000 };

static inline size_t random_below(uint64_t *state, size_t limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*state >> 33) % limit;
}

struct random_piece {
    const char *octets;
    size_t size;
};

#define PIECE(text)                                                                                \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }

/* Words of many scripts, for content, names and phrases alike. */
#define RANDOM_GERMAN   "Gr\xC3\xBC\xC3\x9F"
#define RANDOM_GREEK    "\xCE\xBA\xCE\xB1\xCE\xBB\xCE\xB7\xCE\xBC\xCE\xAD\xCF\x81\xCE\xB1"
#define RANDOM_RUSSIAN  "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82"
#define RANDOM_HEBREW   "\xE2\x80\x8F\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D\xE2\x80\x8E"
#define RANDOM_HINDI    "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87"
#define RANDOM_JAPANESE "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"
#define RANDOM_EMOJI                                                                               \
    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D"     \
    "\xF0\x9F\x92\xBB"
#define RANDOM_ACCENTS "e\xCC\x81\xCC\xA3o\xCC\x88"
#define RANDOM_BIDI    "\xE2\x80\xAEtxt\xE2\x80\xAC"

/* Pieces of content, the plain ones first, those that are no UTF-8 last. */
static const struct random_piece random_pieces[] = {
    PIECE("The quick brown fox"),
    PIECE(" "),
    PIECE("\n"),
    PIECE("\r\n"),
    PIECE("jumps over it.\n"),
    PIECE(RANDOM_GERMAN " Gott, " RANDOM_GREEK " "),
    PIECE(RANDOM_JAPANESE "\n"),
    PIECE(RANDOM_EMOJI " "),
    PIECE(RANDOM_RUSSIAN ", " RANDOM_HEBREW "! "),
    PIECE(RANDOM_HINDI " " RANDOM_ACCENTS "\r\n"),
    PIECE("\nFrom here on\n"),
    PIECE("\n--=_0123456789abcdefghijklmnop\n"),
    PIECE("\n--=_\r\n--\n"),
    PIECE("two  \ntab\t\n-- \n"),
    PIECE("\n.\n..\r\n.x"),
    PIECE("=3D=\n= =20 a=b"),
    PIECE("\n \n\t\n   "),
    PIECE("\r"),
    PIECE("\r\r\n\n\r"),
    PIECE("\0"),
    PIECE("\x1B\x7F\f\v\a"),
    PIECE("\xE9t\xE9\n"),
    PIECE("\xFF\xFE\x00\x0A\x80"),
};

enum {
    RANDOM_PIECES = sizeof random_pieces / sizeof *random_pieces,
    RANDOM_UTF8_PIECES = RANDOM_PIECES - 2
};

/* Pieces of file names, those that are no UTF-8 last. */
static const struct random_piece random_name_pieces[] = {
    PIECE("report"),
    PIECE(".png"),
    PIECE("2026-11-21"),
    PIECE(RANDOM_GERMAN),
    PIECE(RANDOM_RUSSIAN),
    PIECE(RANDOM_HEBREW),
    PIECE(RANDOM_HINDI),
    PIECE(RANDOM_JAPANESE),
    PIECE(RANDOM_EMOJI),
    PIECE(RANDOM_BIDI),
    PIECE(" "),
    PIECE("\""),
    PIECE("\\"),
    PIECE("'"),
    PIECE("*"),
    PIECE("*0*="),
    PIECE(";"),
    PIECE("%"),
    PIECE("%0d%0a"),
    PIECE("=?utf-8?Q?=41?="),
    PIECE("=?"),
    PIECE("\r\n"),
    PIECE("\n"),
    PIECE("\t"),
    PIECE("\x01\x1B\x7F"),
    PIECE("\xC3"),
    PIECE("\xFF\x80"),
};

enum {
    RANDOM_NAME_PIECES = sizeof random_name_pieces / sizeof *random_name_pieces,
    RANDOM_UTF8_NAME_PIECES = RANDOM_NAME_PIECES - 2
};

/* Pieces of subjects and people's names, in which no control character may be. */
static const struct random_piece random_phrase_pieces[] = {
    PIECE("Nightly"),
    PIECE("report"),
    PIECE(" "),
    PIECE(" "),
    PIECE("  "),
    PIECE(RANDOM_GERMAN),
    PIECE(RANDOM_GREEK),
    PIECE(RANDOM_RUSSIAN),
    PIECE(RANDOM_HEBREW),
    PIECE(RANDOM_HINDI),
    PIECE(RANDOM_JAPANESE),
    PIECE(RANDOM_EMOJI),
    PIECE(RANDOM_ACCENTS),
    PIECE("=?utf-8?q?x?="),
    PIECE("=?"),
    PIECE("\""),
    PIECE("\\"),
    PIECE(","),
    PIECE("<a@b>"),
    PIECE("(c)"),
    PIECE(":;"),
    PIECE("_"),
    PIECE("=3D"),
    PIECE(
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"),
};
#undef PIECE

enum { RANDOM_PHRASE_PIECES = sizeof random_phrase_pieces / sizeof *random_phrase_pieces };

/** Appends count pieces of the first so many, as far as they fit. @return the octets in out. */
static inline size_t random_join(char *out, size_t room, const struct random_piece *pieces,
                                 size_t of, size_t count, uint64_t *state)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        const struct random_piece *piece = &pieces[random_below(state, of)];
        if (piece->size > room - used)
            break;
        memcpy(out + used, piece->octets, piece->size);
        used += piece->size;
    }
    return used;
}

/** Makes a file name of 1 to RANDOM_NAME octets; one in eight may be no UTF-8. */
static inline void random_name(char name[static RANDOM_NAME + 1], uint64_t *state)
{
    size_t of = random_below(state, 8) == 0 ? RANDOM_NAME_PIECES : RANDOM_UTF8_NAME_PIECES;
    size_t count = 1 + random_below(state, random_below(state, 4) == 0 ? 60 : 6);
    size_t size = random_join(name, RANDOM_NAME, random_name_pieces, of, count, state);
    name[size] = '\0';
}

/** Makes a phrase, perhaps empty, of at most that many octets. */
static inline void random_phrase(char phrase[static RANDOM_PHRASE + 1], size_t longest,
                                 uint64_t *state)
{
    size_t count = random_below(state, random_below(state, 8) == 0 ? 200 : 12);
    size_t size =
        random_join(phrase, longest, random_phrase_pieces, RANDOM_PHRASE_PIECES, count, state);
    phrase[size] = '\0';
}

/** Writes a run that makes a line near the limit, or far beyond it. */
static inline size_t random_run(char *out, uint64_t *state)
{
    size_t size = random_below(state, 12) == 0 ? 100000 : 990 + random_below(state, 20);
    memset(out, 'x', size);
    return size;
}

/**
 * Makes content of some of the first so many pieces, so that most is plain in most ways, and of
 * octets of any kind where all pieces are allowed.
 * @return octets for the caller to free.
 */
static inline char *random_content(size_t *size, size_t pieces, uint64_t *state)
{
    char *out = malloc(RANDOM_CONTENT);
    if (out == NULL)
        abort();
    struct random_piece allowed[4];
    for (size_t i = 0; i < 4; i++)
        allowed[i] = random_pieces[random_below(state, i == 0 ? 5 : pieces)];
    size_t count = random_below(state, 5) == 0 ? 0 : random_below(state, 80);
    size_t used = random_join(out, RANDOM_CONTENT / 4, allowed, 4, count, state);
    if (random_below(state, 8) == 0)
        used += random_run(out + used, state);
    if (pieces == RANDOM_PIECES && random_below(state, 3) == 0)
        for (size_t i = random_below(state, 600); i > 0; i--)
            out[used++] = (char)random_below(state, 256);
    *size = used;
    out = realloc(out, used + 1);
    if (out == NULL)
        abort();
    return out;
}

#endif
