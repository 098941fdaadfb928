/* SPDX-License-Identifier: ISC */
#include "header/word_reader.h"

#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_WORD = 75 };

/* Octets of one word, which are fewer than its own. */
struct octets {
    char bytes[LONGEST_WORD];
    size_t size;
};

struct word {
    const char *charset;
    size_t charset_size;
    char encoding;
    const char *text;
    size_t text_size;
};

/* Whether size octets are "=?charset?encoding?text?=" and nothing else. */
static bool read_frame(struct word *word, const char *bytes, size_t size)
{
    if (size > LONGEST_WORD || size < 8 || memcmp(bytes, "=?", 2) != 0 ||
        memcmp(bytes + size - 2, "?=", 2) != 0)
        return false;
    const char *end = bytes + size - 2;
    const char *first = memchr(bytes + 2, '?', size - 4);
    if (first == NULL || end - first < 3 || first[2] != '?' ||
        memchr(first + 3, '?', (size_t)(end - first - 3)) != NULL)
        return false;
    /* A language may stand behind the charset (RFC 2231 5). */
    size_t charset = (size_t)(first - bytes - 2);
    const char *language = memchr(bytes + 2, '*', charset);
    *word = (struct word){bytes + 2, language != NULL ? (size_t)(language - bytes - 2) : charset,
                          text_lower(first[1]), first + 3, (size_t)(end - first - 3)};
    return true;
}

static int digit_of(const char *digits, char c)
{
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

static bool read_q(struct octets *octets, const char *text, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        char c = text[i] == '_' ? ' ' : text[i];
        if (c == '=') {
            int high = i + 2 < size ? digit_of(digits, text_lower(text[i + 1])) : -1;
            int low = i + 2 < size ? digit_of(digits, text_lower(text[i + 2])) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        octets->bytes[octets->size++] = c;
    }
    return true;
}

static bool read_b(struct octets *octets, const char *text, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    size_t padding = 0;
    for (size_t i = 0; i < size; i++) {
        bool pad = text[i] == '=';
        int digit = pad ? 0 : digit_of(digits, text[i]);
        padding += pad;
        if (digit < 0 || (padding > 0 && !pad) || padding > 2)
            return false;
        bits = bits << 6 | (uint32_t)digit;
        if (i % 4 == 3)
            for (int shift = 16; shift >= 0; shift -= 8)
                octets->bytes[octets->size++] = (char)(bits >> shift & 255);
    }
    octets->size -= size % 4 == 0 ? padding : 0;
    return size % 4 == 0;
}

/* Appends octets of a charset as UTF-8. */
static bool append_octets(struct buffer *out, const struct word *word, const struct octets *octets)
{
    const char *bytes = octets->bytes;
    size_t size = octets->size;
    bool latin = text_same_bytes(word->charset, word->charset_size, "iso-8859-1");
    bool ascii = text_same_bytes(word->charset, word->charset_size, "us-ascii");
    bool utf8 = text_same_bytes(word->charset, word->charset_size, "utf-8");
    if (!latin && !(ascii && text_is_ascii(bytes, size)) && !(utf8 && text_is_utf8(bytes, size)))
        return false;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] < 32 || bytes[i] == 127 ||
            (latin && (unsigned char)bytes[i] >= 128 && (unsigned char)bytes[i] < 160))
            return false;
    if (text_has_control(bytes, latin ? 0 : size))
        return false;
    for (size_t i = 0; i < size; i++) {
        unsigned char octet = (unsigned char)bytes[i];
        if (latin && octet >= 128) {
            buffer_append_char(out, (char)(0xC0 | octet >> 6));
            buffer_append_char(out, (char)(0x80 | (octet & 0x3F)));
        } else {
            buffer_append_char(out, bytes[i]);
        }
    }
    return true;
}

static bool append_word(struct buffer *out, const char *bytes, size_t size)
{
    struct word word;
    struct octets octets = {.size = 0};
    if (!read_frame(&word, bytes, size))
        return false;
    bool read = word.encoding == 'q'   ? read_q(&octets, word.text, word.text_size)
                : word.encoding == 'b' ? read_b(&octets, word.text, word.text_size)
                                       : false;
    return read && append_octets(out, &word, &octets);
}

void mime_word_reader_append(struct buffer *out, const char *text)
{
    bool after_word = false;
    while (*text != '\0') {
        size_t white = strspn(text, " \t");
        size_t size = strcspn(text + white, " \t");
        struct buffer word = buffer_empty(SIZE_MAX / 2);
        bool is_word = append_word(&word, text + white, size);
        buffer_append(out, text, is_word && after_word ? 0 : white);
        if (!is_word)
            buffer_append(out, text + white, size);
        else if (word.size > 0)
            buffer_append(out, word.bytes, word.size);
        if (word.failed)
            buffer_reserve(out, SIZE_MAX); /* so that it has failed, too */
        buffer_free(&word);
        after_word = is_word;
        text += white + size;
    }
}
