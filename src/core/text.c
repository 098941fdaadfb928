/* SPDX-License-Identifier: ISC */
#include "text.h"

#include <stdio.h>
#include <string.h>

const char *text_decimal(char digits[static TEXT_DECIMAL_SIZE], uint64_t number)
{
    char *to = digits + TEXT_DECIMAL_SIZE - 1;
    *to = '\0';
    do
        *--to = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return to;
}

size_t text_utf8_character(const char *bytes, size_t size, uint32_t *code_point)
{
    if (size == 0)
        return 0;
    const unsigned char *octets = (const unsigned char *)bytes;
    uint32_t value = octets[0];
    size_t length = value < 0x80   ? 1
                    : value < 0xC2 ? 0
                    : value < 0xE0 ? 2
                    : value < 0xF0 ? 3
                    : value < 0xF5 ? 4
                                   : 0;
    if (length == 0 || length > size)
        return 0;
    if (length > 1)
        value &= 0x7Fu >> length;
    for (size_t i = 1; i < length; i++) {
        if ((octets[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (octets[i] & 0x3F);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    if (code_point != NULL)
        *code_point = value;
    return length;
}

/* Whether eight octets are all from SPACE to "~". Neither borrows nor carries go from one to the
 * next as long as that is so. */
static inline bool all_printable(const char *octets)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, octets, sizeof word);
    return (((word - each * ' ') | (word + each) | word) & each * 0x80) == 0;
}

size_t text_count_printable(const char *bytes, size_t size)
{
    size_t count = 0;
    while (size - count >= sizeof(uint64_t) && all_printable(bytes + count))
        count += sizeof(uint64_t);
    while (count < size && bytes[count] >= ' ' && bytes[count] <= '~')
        count++;
    return count;
}

bool text_is_utf8(const char *bytes, size_t size)
{
    size_t printable = text_count_printable(bytes, size);
    bytes += printable;
    size -= printable;
    while (size > 0) {
        size_t length = text_utf8_character(bytes, size, NULL);
        if (length == 0)
            return false;
        bytes += length;
        size -= length;
    }
    return true;
}

bool text_is_ascii(const char *bytes, size_t size)
{
    uint64_t word;
    for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            return false;
    }
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] > 127)
            return false;
    return true;
}

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

bool text_has_control(const char *bytes, size_t size)
{
    size_t printable = text_count_printable(bytes, size);
    bytes += printable;
    size -= printable;
    while (size > 0) {
        uint32_t code_point = 0;
        size_t length = text_utf8_character(bytes, size, &code_point);
        if (length > 0 && is_control(code_point))
            return true;
        length += length == 0;
        bytes += length;
        size -= length;
    }
    return false;
}

int text_hexadecimal(char c)
{
    if (text_is_digit(c))
        return c - '0';
    char lower = text_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool text_same_bytes(const char *one, size_t size, const char *other)
{
    for (size_t i = 0; i < size; i++)
        if (other[i] == '\0' || text_lower(one[i]) != text_lower(other[i]))
            return false;
    return other[size] == '\0';
}

/* Mostly the first character tells them apart: nothing is measured before. */
bool text_same(const char *one, const char *other)
{
    while (*one != '\0' && text_lower(*one) == text_lower(*other)) {
        one++;
        other++;
    }
    return *one == *other;
}

/* Characters that are no control characters and yet move or hide what stands around them. */
static bool is_deceptive(uint32_t code_point)
{
    return code_point == 0x061C || (code_point >= 0x200B && code_point <= 0x200F) ||
           (code_point >= 0x2028 && code_point <= 0x202E) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xFEFF;
}

size_t text_printable(char *out, size_t room, const char *bytes, size_t size)
{
    size_t used = text_count_printable(bytes, size < room ? size : room - 1);
    memcpy(out, bytes, used);
    bytes += used;
    size -= used;
    while (size > 0) {
        uint32_t code_point = 0;
        size_t length = text_utf8_character(bytes, size, &code_point);
        char piece[16];
        size_t piece_length = length;
        if (length == 0 || (is_control(code_point) && code_point < 0x80)) {
            length = 1;
            piece_length =
                (size_t)snprintf(piece, sizeof piece, "\\x%02X", (unsigned)(unsigned char)*bytes);
        } else if (is_control(code_point) || is_deceptive(code_point)) {
            piece_length = (size_t)snprintf(piece, sizeof piece, "\\u{%04X}", (unsigned)code_point);
        } else {
            memcpy(piece, bytes, length);
        }
        if (used + piece_length >= room)
            break;
        memcpy(out + used, piece, piece_length);
        used += piece_length;
        bytes += length;
        size -= length;
    }
    out[used] = '\0';
    return used;
}
