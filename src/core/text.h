/* SPDX-License-Identifier: ISC */
/** @file text.h  Characters: UTF-8, ASCII without a locale, and what is fit to be shown. */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads one character of UTF-8 (RFC 3629; no surrogates, nothing overlong).
 * @param code_point  receives it; may be NULL.
 * @return its length in octets, 1 to 4, or 0 when the octets are no UTF-8 or end too early.
 */
size_t text_utf8_character(const char *bytes, size_t size, uint32_t *code_point);

/** For the digits of any number, and a NUL. */
enum { TEXT_DECIMAL_SIZE = 21 };

/** Writes a number: for what is written too often for printf. @return where in digits it begins. */
const char *text_decimal(char digits[static TEXT_DECIMAL_SIZE], uint64_t number);

/** How many octets in front are from SPACE to "~": most of what there is, so not to be looked at as
 * UTF-8. */
size_t text_count_printable(const char *bytes, size_t size);

/** Whether all of it is UTF-8. */
bool text_is_utf8(const char *bytes, size_t size);

/** Whether no octet is above 127. */
bool text_is_ascii(const char *bytes, size_t size);

/** Whether it holds C0 control characters (HT too), DEL, or U+0080 to U+009F. */
bool text_has_control(const char *bytes, size_t size);

/** Whether two strings of US-ASCII are the same but for case, in no locale. */
bool text_same(const char *one, const char *other);

/** As text_same(), for the first size octets of one, which need not end in NUL. */
bool text_same_bytes(const char *one, size_t size, const char *other);

/** Lower case for US-ASCII, any other octet as it is. */
static inline char text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/** US-ASCII digits and letters only, whatever the locale. */
static inline bool text_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool text_is_letter(char c)
{
    char lower = text_lower(c);
    return lower >= 'a' && lower <= 'z';
}

/** The value of a hexadecimal digit in any case, or -1. */
int text_hexadecimal(char c);

/**
 * Makes octets fit for a terminal, a log or an error text: UTF-8 stays; control characters, octets
 * that are no UTF-8, line separators and bidirectional controls become \\xNN or \\u{NNNN}.
 * @param out   receives the outcome and a NUL; cut at a whole character when the room is too small.
 * @param room  of out, in octets, at least 1.
 * @return the length written, without the NUL.
 */
size_t text_printable(char *out, size_t room, const char *bytes, size_t size);

#endif
