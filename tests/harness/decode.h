/* SPDX-License-Identifier: ISC */
/** @file decode.h  Decoders that are as simple as can be, to hold the codecs against. For tests and
 * fuzzers; they include no cmocka. */
#ifndef TESTS_DECODE_H
#define TESTS_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The longest line of what codecs put out, without its CR LF; SIZE_MAX when CR or LF stands alone.
 */
static inline size_t decode_longest_line(const uint8_t *bytes, size_t size)
{
    size_t longest = 0;
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n') {
            length = 0;
            i++;
        } else if (bytes[i] == '\r' || bytes[i] == '\n') {
            return SIZE_MAX;
        } else if (++length > longest) {
            longest = length;
        }
    }
    return longest;
}

static inline int decode_digit(const char *digits, uint8_t octet)
{
    const char *at = octet != 0 ? strchr(digits, octet) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/**
 * Base64 with lines of 76 and CR LF, also after the last.
 * @param out  room for size octets.
 * @return the size, or SIZE_MAX when it is not in that very form.
 */
static inline size_t decode_base64(uint8_t *out, const uint8_t *bytes, size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t out_size = 0;
    size_t column = 0;
    bool padded = false;
    for (size_t i = 0; i < size;) {
        bool at_end = size - i == 2;
        if (column == 76 || (at_end && column > 0)) {
            if (size - i < 2 || memcmp(bytes + i, "\r\n", 2) != 0)
                return SIZE_MAX;
            column = 0;
            i += 2;
            continue;
        }
        if (padded || size - i < 4)
            return SIZE_MAX;
        int first = decode_digit(alphabet, bytes[i]);
        int second = decode_digit(alphabet, bytes[i + 1]);
        int third = decode_digit(alphabet, bytes[i + 2]);
        int fourth = decode_digit(alphabet, bytes[i + 3]);
        size_t octets = bytes[i + 3] != '=' ? 3 : bytes[i + 2] != '=' ? 2 : 1;
        padded = octets < 3;
        if (first < 0 || second < 0 || (octets > 1 && third < 0) || (octets > 2 && fourth < 0))
            return SIZE_MAX;
        if ((octets == 1 && second % 16 != 0) || (octets == 2 && third % 4 != 0))
            return SIZE_MAX;
        out[out_size++] = (uint8_t)(first << 2 | second >> 4);
        if (octets > 1)
            out[out_size++] = (uint8_t)(second << 4 | third >> 2);
        if (octets > 2)
            out[out_size++] = (uint8_t)(third << 6 | fourth);
        column += 4;
        i += 4;
    }
    return column == 0 ? out_size : SIZE_MAX;
}

/**
 * Quoted-printable, strictly: only =XX in capitals and soft line breaks, and no white space at the
 * end of a line.
 * @param out  room for size octets.
 * @return the size, or SIZE_MAX when it is not in that form.
 */
static inline size_t decode_quoted_printable(uint8_t *out, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t out_size = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t octet = bytes[i];
        size_t left = size - i;
        if (octet == '=') {
            if (left < 3)
                return SIZE_MAX;
            if (memcmp(bytes + i + 1, "\r\n", 2) != 0) {
                int high = decode_digit(digits, bytes[i + 1]);
                int low = decode_digit(digits, bytes[i + 2]);
                if (high < 0 || low < 0)
                    return SIZE_MAX;
                out[out_size++] = (uint8_t)(high << 4 | low);
            }
            i += 2;
        } else if (octet == ' ' || octet == '\t') {
            if (left < 2 || bytes[i + 1] == '\r')
                return SIZE_MAX;
            out[out_size++] = octet;
        } else if (octet == '\r') {
            if (left < 2 || bytes[i + 1] != '\n')
                return SIZE_MAX;
            memcpy(out + out_size, "\r\n", 2);
            out_size += 2;
            i++;
        } else {
            if (octet < 33 || octet > 126)
                return SIZE_MAX;
            out[out_size++] = octet;
        }
    }
    return out_size;
}

/**
 * Text with all line breaks as CR LF, octet by octet.
 * @param out  room for 2 * size octets.
 */
static inline size_t decode_reference_newlines(uint8_t *out, const uint8_t *bytes, size_t size)
{
    size_t out_size = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            out[out_size++] = '\r';
        out[out_size++] = bytes[i];
    }
    return out_size;
}

/** Whether a line of the output starts with a dot or "From ". */
static inline bool decode_has_unsafe_line(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && bytes[i - 1] != '\n')
            continue;
        if (bytes[i] == '.' || (size - i >= 5 && memcmp(bytes + i, "From ", 5) == 0))
            return true;
    }
    return false;
}

#endif
