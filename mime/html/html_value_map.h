/* SPDX-License-Identifier: ISC */
/**
 * @file html_value_map.h
 * Which octets of the source an octet of an attribute's value comes from.
 *
 * gumbo gives the value with its character references decoded, and the source of the whole value.
 * In between the two are walked side by side: what a reference stands for needs no table of the two
 * thousand names there are, as its value is known; only where it ends must be found (HTML
 * standard, 13.2.5.72 and following: in an attribute a name is a reference as a whole or not at
 * all).
 */
#ifndef MIME_HTML_VALUE_MAP_H
#define MIME_HTML_VALUE_MAP_H

#include <stdbool.h>
#include <stddef.h>

/** A walk from the left to the right. Borrows both texts. */
struct html_value_map {
    const char *source; /**< without its quotes */
    size_t source_size;
    bool in_text; /**< the source is the text of a <style>: it has no references */
    const char *value;
    size_t value_size;
    size_t source_at;
    size_t value_at;
    bool open_reference; /**< a reference without a semicolon is right in front of source_at */
};

/**
 * Goes forward to an octet of the value.
 * @param value_offset   not before where the walk stands.
 * @param source_offset  receives where it comes from; after references without a semicolon and the
 *                       like, always the first octet of what stands for it.
 * @return false when it stands inside of what one reference stands for, or when value and source
 *         do not fit (gumbo overflows at absurd numbers; octets that are no UTF-8).
 */
bool html_value_map_go(struct html_value_map *map, size_t value_offset, size_t *source_offset);

#endif
