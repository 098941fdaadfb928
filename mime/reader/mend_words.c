/* SPDX-License-Identifier: ISC */
#include "reader/mend_words.h"

#include "header/fold.h"
#include "text.h"

#include <string.h>

enum { LINE = 78 };

static const char unknown_start[] = "=?unknown-8bit?Q?";

/* So many octets, each as =XX, and the frame around them fit behind "Subject: ". */
enum { UNKNOWN_OCTETS = 15, UNKNOWN_FRAME = sizeof unknown_start - 1 + 2 };

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_literal(char c)
{
    return text_is_letter(c) || text_is_digit(c);
}

/* Words of octets in no known charset. */
static void append_unknown(struct buffer *out, const char *text, size_t size, size_t *column)
{
    static const char digits[] = "0123456789ABCDEF";
    bool space = mime_fold_take_space(out, column);
    while (size > 0) {
        size_t taken = size < UNKNOWN_OCTETS ? size : UNKNOWN_OCTETS;
        char payload[3 * UNKNOWN_OCTETS];
        size_t used = 0;
        for (size_t i = 0; i < taken; i++) {
            unsigned char octet = (unsigned char)text[i];
            if (is_literal(text[i]) || octet == ' ') {
                payload[used++] = octet == ' ' ? '_' : text[i];
            } else {
                payload[used++] = '=';
                payload[used++] = digits[octet >> 4];
                payload[used++] = digits[octet & 15];
            }
        }
        if (space)
            mime_fold_space(out, column, MIME_ENCODED_WORD_LINE, " ", 1, UNKNOWN_FRAME + used);
        buffer_append_string(out, unknown_start);
        buffer_append(out, payload, used);
        buffer_append_string(out, "?=");
        *column += UNKNOWN_FRAME + used;
        text += taken;
        size -= taken;
        space = true;
    }
}

void mime_mend_words(struct buffer *out, const char *text, size_t size, enum mime_word_place place,
                     size_t *column)
{
    if (text_is_utf8(text, size))
        mime_encoded_word_append(out, text, size, place, column);
    else
        append_unknown(out, text, size, column);
}

static bool is_encoded_word(const char *word, size_t size)
{
    return size > 6 && memcmp(word, "=?", 2) == 0 && memcmp(word + size - 2, "?=", 2) == 0 &&
           text_is_ascii(word, size);
}

/* White space and a word behind it, which may be empty at the end. */
struct piece {
    size_t white;
    size_t size;
};

static struct piece next_piece(const char *text, size_t size)
{
    struct piece piece = {0, 0};
    while (piece.white < size && is_white(text[piece.white]))
        piece.white++;
    piece.size = piece.white;
    while (piece.size < size && !is_white(text[piece.size]))
        piece.size++;
    return piece;
}

/* How much of text, from a word that is not US-ASCII, belongs into encoded-words: up to the last
 * such word in front of the next encoded-word. */
static size_t foreign_size(const char *text, size_t size)
{
    size_t end = 0;
    for (size_t at = 0; at < size;) {
        struct piece piece = next_piece(text + at, size - at);
        const char *word = text + at + piece.white;
        if (is_encoded_word(word, piece.size - piece.white))
            break;
        if (!text_is_ascii(word, piece.size - piece.white))
            end = at + piece.size;
        at += piece.size;
    }
    return end;
}

void mime_mend_text(struct buffer *out, const char *text, size_t size, size_t *column)
{
    bool after_encoded = false;
    while (size > 0) {
        struct piece piece = next_piece(text, size);
        const char *word = text + piece.white;
        size_t word_size = piece.size - piece.white;
        if (text_is_ascii(word, word_size)) {
            if (piece.white > 0)
                mime_fold_space(out, column, LINE, text, piece.white, word_size);
            buffer_append(out, word, word_size);
            *column += word_size;
            after_encoded = is_encoded_word(word, word_size);
            text += piece.size;
            size -= piece.size;
            continue;
        }
        /* White space between two encoded-words is no part of the text (RFC 2047 6.2), so it goes
         * into one of them. */
        size_t taken = foreign_size(text, size);
        struct piece next = next_piece(text + taken, size - taken);
        if (is_encoded_word(text + taken + next.white, next.size - next.white))
            taken += next.white;
        size_t skipped = after_encoded ? 0 : piece.white;
        if (piece.white > 0) {
            buffer_append_char(out, ' ');
            ++*column;
        }
        mime_mend_words(out, text + skipped, taken - skipped, MIME_WORD_TEXT, column);
        bool apart = taken < size && !is_white(text[taken]);
        if (apart) {
            buffer_append_char(out, ' ');
            ++*column;
        }
        after_encoded = true;
        text += taken;
        size -= taken;
    }
}
