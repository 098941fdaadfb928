/* SPDX-License-Identifier: ISC */
#include "header/encoded_word.h"

#include "codec/base64.h"
#include "header/fold.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

/* "=?utf-8?Q?" and "?=" around the encoded text. */
enum { WORD_LIMIT = 75, FRAME = 12, PAYLOAD = WORD_LIMIT - FRAME };

/* The most octets that surely fit into one word. */
enum { Q_OCTETS = PAYLOAD / 3, B_OCTETS = PAYLOAD / 4 * 3 };

struct encoding {
    bool base64;
    enum mime_word_place place;
};

static bool looks_encoded(const char *text, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++)
        if (text[i] == '=' && text[i + 1] == '?')
            return true;
    return false;
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

/* Characters that some programs take for line ends when they read UTF-8. */
static bool has_line_separator(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint32_t code_point = 0;
        if (text_utf8_character(text + i, size - i, &code_point) > 1 &&
            (code_point == 0x85 || code_point == 0x2028 || code_point == 0x2029))
            return true;
    }
    return false;
}

bool mime_encoded_word_needed(const char *text, size_t size, bool utf8_headers)
{
    if (size == 0)
        return false;
    bool in_need = utf8_headers ? has_line_separator(text, size) : !text_is_ascii(text, size);
    return in_need || looks_encoded(text, size) || is_white(text[0]) || is_white(text[size - 1]);
}

/* Whether c may stand for itself in the Q encoding (RFC 2047 4.2, 5). */
static bool is_literal(char c, enum mime_word_place place)
{
    if (text_is_letter(c) || text_is_digit(c) || (c != '\0' && strchr("!*+-/", c) != NULL))
        return true;
    return place == MIME_WORD_TEXT && c > ' ' && c < 127 && c != '=' && c != '?' && c != '_';
}

static size_t encoded_size(struct encoding encoding, const char *text, size_t size)
{
    if (encoding.base64)
        return (size + 2) / 3 * 4;
    size_t total = 0;
    for (size_t i = 0; i < size; i++)
        total += text[i] == ' ' || is_literal(text[i], encoding.place) ? 1 : 3;
    return total;
}

/* Marks, variation selectors, joiners and skin tones, which belong to the character before them. */
static bool extends_character(uint32_t code_point)
{
    return (code_point >= 0x0300 && code_point <= 0x036F) ||
           (code_point >= 0x1AB0 && code_point <= 0x1AFF) ||
           (code_point >= 0x1DC0 && code_point <= 0x1DFF) || code_point == 0x200D ||
           (code_point >= 0x20D0 && code_point <= 0x20FF) ||
           (code_point >= 0xFE00 && code_point <= 0xFE0F) ||
           (code_point >= 0xFE20 && code_point <= 0xFE2F) ||
           (code_point >= 0x1F3FB && code_point <= 0x1F3FF);
}

/*
 * How many octets to keep in one word: a character and what extends it, as far as that fits. An
 * octet that is no UTF-8 counts as a character.
 */
static size_t unit_size(struct encoding encoding, const char *text, size_t size)
{
    size_t most = encoding.base64 ? B_OCTETS : Q_OCTETS;
    uint32_t code_point = 0;
    size_t unit = text_utf8_character(text, size, &code_point);
    if (unit == 0)
        return 1;
    for (;;) {
        bool joined = code_point == 0x200D;
        size_t more = text_utf8_character(text + unit, size - unit, &code_point);
        if (more == 0 || unit + more > most || !(joined || extends_character(code_point)))
            return unit;
        unit += more;
    }
}

/* How many octets of the first unit fit into room: whole characters, at least one. */
static size_t fitting_characters(struct encoding encoding, const char *text, size_t unit,
                                 size_t room)
{
    size_t taken = 0;
    while (taken < unit) {
        size_t length = text_utf8_character(text + taken, unit - taken, NULL);
        size_t next = taken + (length > 0 ? length : 1);
        if (taken > 0 && encoded_size(encoding, text, next) > room)
            break;
        taken = next;
    }
    return taken;
}

/* As many units as fit into room, or, where a line cannot be folded in front of one that is too
 * long, part of it; at least one character. */
static size_t fitting_units(struct encoding encoding, const char *text, size_t size, size_t room)
{
    size_t taken = 0;
    size_t q_size = 0;
    while (taken < size) {
        size_t unit = unit_size(encoding, text + taken, size - taken);
        if (!encoding.base64)
            q_size += encoded_size(encoding, text + taken, unit);
        size_t grown = encoding.base64 ? encoded_size(encoding, text, taken + unit) : q_size;
        if (grown > room)
            return taken > 0 ? taken : fitting_characters(encoding, text, unit, room);
        taken += unit;
    }
    return taken;
}

/* The longest beginning of text that base64 needs no padding for, of whole units or else of whole
 * characters; 0: there is none. */
static size_t unpadded_size(struct encoding encoding, const char *text, size_t size,
                            bool whole_units)
{
    size_t unpadded = 0;
    for (size_t taken = 0; taken < size;) {
        size_t character = text_utf8_character(text + taken, size - taken, NULL);
        taken += whole_units     ? unit_size(encoding, text + taken, size - taken)
                 : character > 0 ? character
                                 : 1;
        if (taken % 3 == 0)
            unpadded = taken;
    }
    return unpadded;
}

/*
 * How many octets of text go into a word that has this room. GMime up to 3.2.13 takes padding for
 * the end of all adjacent words, so that only the last of them has it, where characters allow that.
 */
static size_t fitting_size(struct encoding encoding, const char *text, size_t size, size_t room)
{
    size_t most = fitting_units(encoding, text, size, room);
    if (!encoding.base64 || most == size)
        return most;
    size_t unpadded = unpadded_size(encoding, text, most, true);
    if (unpadded == 0)
        unpadded = unpadded_size(encoding, text, most, false);
    return unpadded > 0 ? unpadded : most;
}

/* How many octets the next word should have at least, so that it is worth its place on the line. */
static size_t least_size(struct encoding encoding, const char *text, size_t size)
{
    size_t first = unit_size(encoding, text, size);
    size_t least = first;
    while (encoding.base64 && least < size && least % 3 != 0 && least <= B_OCTETS)
        least += unit_size(encoding, text + least, size - least);
    return least <= B_OCTETS ? least : first;
}

static void append_q(struct buffer *out, const char *text, size_t size, enum mime_word_place place)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; i++) {
        unsigned char octet = (unsigned char)text[i];
        if (text[i] == ' ') {
            buffer_append_char(out, '_');
        } else if (is_literal(text[i], place)) {
            buffer_append_char(out, text[i]);
        } else {
            const char escape[] = {'=', digits[octet >> 4], digits[octet & 15]};
            buffer_append(out, escape, sizeof escape);
        }
    }
}

static void append_word(struct buffer *out, struct encoding encoding, const char *text, size_t size)
{
    buffer_append_string(out, encoding.base64 ? "=?utf-8?B?" : "=?utf-8?Q?");
    if (encoding.base64) {
        char encoded[PAYLOAD];
        size_t length = mime_base64_encode(encoded, text, size);
        buffer_append(out, encoded, length);
    } else {
        append_q(out, text, size, encoding.place);
    }
    buffer_append_string(out, "?=");
}

/*
 * Writes text as adjacent encoded-words, or only counts when out is NULL.
 * Gives the octets written. White space between the words is no part of the text (RFC 2047 6.2).
 */
static size_t append_encoded(struct buffer *out, struct encoding encoding, const char *text,
                             size_t size, bool space, size_t *column)
{
    size_t total = 0;
    while (size > 0) {
        size_t least = least_size(encoding, text, size);
        if (space)
            total += mime_fold_space(out, column, MIME_ENCODED_WORD_LINE, " ", 1,
                                     FRAME + encoded_size(encoding, text, least));
        size_t room =
            *column + FRAME < MIME_ENCODED_WORD_LINE ? MIME_ENCODED_WORD_LINE - FRAME - *column : 0;
        size_t taken = fitting_size(encoding, text, size, room < PAYLOAD ? room : PAYLOAD);
        size_t length = FRAME + encoded_size(encoding, text, taken);
        if (out != NULL)
            append_word(out, encoding, text, taken);
        *column += length;
        total += length;
        text += taken;
        size -= taken;
        space = true;
    }
    return total;
}

/* Writes words with single spaces between. */
static void append_plain(struct buffer *out, const char *text, size_t size, bool space,
                         size_t *column)
{
    while (size > 0) {
        const char *end = memchr(text, ' ', size);
        size_t length = end == NULL ? size : (size_t)(end - text);
        if (space)
            mime_fold_space(out, column, MIME_ENCODED_WORD_LINE, " ", 1, length);
        buffer_append(out, text, length);
        *column += length;
        size_t step = end == NULL ? length : length + 1;
        text += step;
        size -= step;
        space = true;
    }
}

static bool is_plain_word(const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (word[i] <= ' ' || word[i] >= 127)
            return false;
    return size > 0 && size <= WORD_LIMIT && !looks_encoded(word, size);
}

/* The length of the plain words that text begins with and their spaces; something is left over. */
static size_t head_size(const char *text, size_t size)
{
    size_t head = 0;
    for (;;) {
        const char *end = memchr(text + head, ' ', size - head);
        if (end == NULL || end + 1 == text + size ||
            !is_plain_word(text + head, (size_t)(end - text) - head))
            return head;
        head = (size_t)(end - text) + 1;
    }
}

/* The length of the plain words that text ends with and their spaces; something is left over. */
static size_t tail_size(const char *text, size_t size)
{
    size_t rest = size;
    for (;;) {
        size_t start = rest;
        while (start > 0 && text[start - 1] != ' ')
            start--;
        if (start < 2 || !is_plain_word(text + start, rest - start))
            return size - rest;
        rest = start - 1;
    }
}

void mime_encoded_word_append(struct buffer *out, const char *text, size_t size,
                              enum mime_word_place place, size_t *column)
{
    if (size == 0)
        return;
    bool space = mime_fold_take_space(out, column);
    size_t head = place == MIME_WORD_TEXT ? head_size(text, size) : 0;
    size_t tail = place == MIME_WORD_TEXT ? tail_size(text + head, size - head) : 0;
    size_t middle = size - head - tail;
    if (head > 0) {
        append_plain(out, text, head - 1, space, column);
        space = true;
    }
    struct encoding q = {.base64 = false, .place = place};
    struct encoding b = {.base64 = true, .place = place};
    size_t q_column = *column;
    size_t b_column = *column;
    size_t q_total = append_encoded(NULL, q, text + head, middle, space, &q_column);
    size_t b_total = append_encoded(NULL, b, text + head, middle, space, &b_column);
    append_encoded(out, b_total < q_total ? b : q, text + head, middle, space, column);
    if (tail > 0)
        append_plain(out, text + head + middle + 1, tail - 1, true, column);
}
