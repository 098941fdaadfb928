/* SPDX-License-Identifier: ISC */
/**
 * @file read_header.h
 * Readers of header fields, written apart from the writers and from cmocka, so that fuzzers can use
 * them too. Whatever is not well formed gives NULL or false.
 */
#ifndef TESTS_READ_HEADER_H
#define TESTS_READ_HEADER_H

#include "text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Whether octets are lines of at most limit octets, all but the last ended by CR LF and all but
 * the first begun with white space, none of them blank. */
static inline bool read_lines_are_fit(const char *bytes, size_t size, size_t limit)
{
    size_t start = 0;
    for (size_t line = 0; start <= size; line++) {
        size_t end = start;
        while (end < size && bytes[end] != '\r' && bytes[end] != '\n')
            end++;
        if (end < size && (bytes[end] != '\r' || end + 1 >= size || bytes[end + 1] != '\n'))
            return false;
        size_t text = start;
        while (text < end && (bytes[text] == ' ' || bytes[text] == '\t'))
            text++;
        if (end - start > limit || (line > 0 && (text == start || text == end)) ||
            (end < size && text == end))
            return false;
        start = end + 2;
    }
    return true;
}

/** A copy without the line breaks of folding, ended by NUL. */
static inline char *read_unfold(const char *bytes, size_t size)
{
    char *out = malloc(size + 1);
    size_t used = 0;
    for (size_t i = 0; out != NULL && i < size; i++)
        if (bytes[i] != '\r' && bytes[i] != '\n')
            out[used++] = bytes[i];
    if (out != NULL)
        out[used] = '\0';
    return out;
}

static inline int read_digit(const char *digits, char c)
{
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    return at == NULL ? -1 : (int)(at - digits);
}

/** Reads base64 or Q; false when it is malformed. */
static inline bool read_payload(char kind, const char *text, size_t size, char *out, size_t *used)
{
    static const char sixty_four[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (kind == 'B') {
        for (size_t i = 0; i < size; i += 4) {
            unsigned value = 0;
            int padding = 0;
            for (size_t j = i; j < i + 4; j++) {
                bool pad = j < size && text[j] == '=' && j + 4 >= size + (size_t)padding;
                int digit = j >= size ? -1 : pad ? 0 : read_digit(sixty_four, text[j]);
                if (digit < 0 || (padding > 0 && !pad))
                    return false;
                padding += pad;
                value = value << 6 | (unsigned)digit;
            }
            if (padding > 2)
                return false;
            for (int j = 0; j < 3 - padding; j++)
                out[(*used)++] = (char)(value >> (16 - 8 * j) & 255);
        }
        return true;
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '=') {
            int high = i + 2 < size ? read_digit("0123456789ABCDEF", text[i + 1]) : -1;
            int low = i + 2 < size ? read_digit("0123456789ABCDEF", text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            out[(*used)++] = (char)(high * 16 + low);
            i += 2;
        } else if (text[i] <= ' ' || text[i] >= 127 || text[i] == '?') {
            return false;
        } else {
            out[(*used)++] = text[i] == '_' ? ' ' : text[i];
        }
    }
    return kind == 'Q';
}

/** Reads unfolded text with encoded-words in it (RFC 2047 6.2), of which each must be UTF-8. */
static inline char *read_words(const char *text)
{
    static const char frame[] = "=?utf-8?";
    size_t frame_size = sizeof frame - 1;
    char *out = malloc(strlen(text) + 4);
    size_t used = 0;
    bool after_word = false;
    while (out != NULL && *text != '\0') {
        size_t white = strspn(text, " \t");
        size_t size = strcspn(text + white, " \t");
        const char *word = text + white;
        bool encoded = size > frame_size + 4 && memcmp(word, frame, frame_size) == 0 &&
                       word[frame_size + 1] == '?' && memcmp(word + size - 2, "?=", 2) == 0;
        if (!encoded || !after_word) {
            memcpy(out + used, text, white);
            used += white;
        }
        size_t before = used;
        if (!encoded) {
            memcpy(out + used, word, size);
            used += size;
        } else if (size > 75 ||
                   !read_payload(word[frame_size], word + frame_size + 2, size - frame_size - 4,
                                 out, &used) ||
                   !text_is_utf8(out + before, used - before)) {
            free(out);
            return NULL;
        }
        after_word = encoded;
        text += white + size;
    }
    if (out != NULL)
        out[used] = '\0';
    return out;
}

/** Reads the token or quoted string at *at, and moves on behind it. */
static inline bool read_value(const char **at, char *out, size_t *used)
{
    const char *text = *at;
    if (*text != '"') {
        size_t size = strcspn(text, " \t;()<>@,:\\\"/[]?=");
        memcpy(out + *used, text, size);
        *used += size;
        *at = text + size;
        return size > 0 || *text == ';' || *text == '\0';
    }
    for (text++; *text != '"'; text++) {
        if (*text == '\\')
            text++;
        if (*text == '\0')
            return false;
        out[(*used)++] = *text;
    }
    *at = text + 1;
    return true;
}

static inline bool read_percent(char *bytes, size_t start, size_t *used)
{
    size_t to = start;
    for (size_t from = start; from < *used; from++) {
        char c = bytes[from];
        if (c == '%') {
            int high = from + 2 < *used ? read_digit("0123456789ABCDEF", bytes[from + 1]) : -1;
            int low = from + 2 < *used ? read_digit("0123456789ABCDEF", bytes[from + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            from += 2;
        } else if (c == '*' || c == '\'' || c <= ' ' || c >= 127) {
            return false;
        }
        bytes[to++] = c;
    }
    *used = to;
    return true;
}

/**
 * Reads unfolded "; name=value" or its sections in their order (RFC 2231 3, 4).
 * @param charset  receives what is named, or "".
 */
static inline char *read_parameter(const char *text, const char *name, char charset[static 16])
{
    char *out = malloc(strlen(text) + 1);
    size_t used = 0;
    bool done = false;
    *charset = '\0';
    for (unsigned index = 0; out != NULL && *text != '\0'; index++) {
        char number[16];
        snprintf(number, sizeof number, "*%u", index);
        bool fit = !done && *text++ == ';';
        text += strspn(text, " ");
        fit = fit && strncmp(text, name, strlen(name)) == 0;
        text += fit ? strlen(name) : 0;
        bool numbered = fit && strncmp(text, number, strlen(number)) == 0;
        text += numbered ? strlen(number) : 0;
        done = !numbered;
        bool extended = fit && *text == '*';
        text += extended;
        fit = fit && *text++ == '=';
        size_t start = used;
        fit = fit && read_value(&text, out, &used);
        if (fit && extended && index == 0) {
            char *quote = memchr(out + start, '\'', used - start);
            size_t size = quote == NULL ? 16 : (size_t)(quote - out);
            fit = size < 16 && size + 2 <= used && out[size + 1] == '\'';
            if (fit) {
                memcpy(charset, out, size);
                charset[size] = '\0';
                memmove(out, out + size + 2, used - size - 2);
                used -= size + 2;
            }
        }
        fit = fit && (!extended || read_percent(out, start, &used));
        if (!fit) {
            free(out);
            return NULL;
        }
    }
    if (out != NULL)
        out[used] = '\0';
    return out;
}

#endif
