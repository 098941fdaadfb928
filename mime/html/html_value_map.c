/* SPDX-License-Identifier: ISC */
#include "html/html_value_map.h"

#include "text.h"

#include <stdint.h>
#include <string.h>

static size_t source_left(const struct html_value_map *map)
{
    return map->source_size - map->source_at;
}

static bool source_is(const struct html_value_map *map, size_t offset, char c)
{
    return offset < source_left(map) && map->source[map->source_at + offset] == c;
}

static bool value_begins(const struct html_value_map *map, const char *text)
{
    size_t length = strlen(text);
    return map->value_size - map->value_at >= length &&
           memcmp(map->value + map->value_at, text, length) == 0;
}

static bool is_name(char c)
{
    return text_is_letter(c) || text_is_digit(c);
}

static bool is_hexadecimal(char c)
{
    return text_is_digit(c) || (text_lower(c) >= 'a' && text_lower(c) <= 'f');
}

/* Its octets in the value; gumbo's overflows may give one that is no UTF-8. */
static size_t character_at(const struct html_value_map *map, size_t offset, uint32_t *code_point)
{
    *code_point = 0;
    if (map->value_at + offset >= map->value_size)
        return 0;
    size_t length = text_utf8_character(map->value + map->value_at + offset,
                                        map->value_size - map->value_at - offset, code_point);
    return length > 0 ? length : 1;
}

/* The length of "&#10;" and the like, or 0. */
static size_t number_length(const struct html_value_map *map)
{
    bool hexadecimal = source_is(map, 2, 'x') || source_is(map, 2, 'X');
    size_t first = hexadecimal ? 3 : 2;
    size_t length = first;
    const char *text = map->source + map->source_at;
    while (length < source_left(map) &&
           (hexadecimal ? is_hexadecimal(text[length]) : text_is_digit(text[length])))
        length++;
    if (length == first)
        return 0;
    return length + source_is(map, length, ';');
}

/* Some names stand for two characters: of these the second is one of a few. */
static size_t second_character(const struct html_value_map *map, size_t first, size_t name_length)
{
    static const uint32_t seconds[] = {0x200A, 0x20D2, 0x20E5, 0xFE00, 0x0331, 0x0333, 0x0338};
    uint32_t code_point;
    size_t length = character_at(map, first, &code_point);
    const char *text = map->source + map->source_at;
    if (name_length == 7 && memcmp(text, "&fjlig;", 7) == 0)
        return length;
    if (length <= source_left(map) - name_length &&
        memcmp(text + name_length, map->value + map->value_at + first, length) == 0)
        return 0;
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        if (code_point == seconds[i])
            return length;
    return 0;
}

/* At '&'. */
static bool step_over_reference(struct html_value_map *map)
{
    uint32_t code_point;
    size_t length = 1;
    if (source_is(map, 1, '#')) {
        length = number_length(map);
        size_t stands_for = length > 0 ? character_at(map, 0, &code_point) : 1;
        map->open_reference = length > 0 && !source_is(map, length - 1, ';');
        map->source_at += length > 0 ? length : 1;
        map->value_at += stands_for;
        return stands_for > 0;
    }
    const char *text = map->source + map->source_at;
    while (length < source_left(map) && is_name(text[length]))
        length++;
    bool ampersand = length == 4 && (memcmp(text, "&amp", 4) == 0 || memcmp(text, "&AMP", 4) == 0);
    bool literal = ampersand ? source_is(map, length, '=') : value_begins(map, "&");
    map->open_reference = !literal && !source_is(map, length, ';');
    length += source_is(map, length, ';');
    if (literal) {
        map->source_at++;
        map->value_at++;
        return true;
    }
    size_t first = character_at(map, 0, &code_point);
    map->value_at += first + (ampersand ? 0 : second_character(map, first, length));
    map->source_at += length;
    return first > 0;
}

static bool step(struct html_value_map *map)
{
    map->open_reference = false;
    if (source_left(map) == 0)
        return false;
    char c = map->source[map->source_at];
    if (c == '&' && !map->in_text)
        return step_over_reference(map);
    size_t taken = 1;
    const char *expected = (const char[]){c, '\0'};
    if (c == '\r') {
        expected = "\n";
        taken += source_is(map, 1, '\n');
    } else if (c == '\0') {
        expected = "\xEF\xBF\xBD";
    }
    if (!value_begins(map, expected))
        return false;
    map->source_at += taken;
    map->value_at += strlen(expected);
    return true;
}

bool html_value_map_go(struct html_value_map *map, size_t value_offset, size_t *source_offset)
{
    while (map->value_at < value_offset)
        if (!step(map))
            return false;
    *source_offset = map->source_at;
    return map->value_at == value_offset;
}
