/* SPDX-License-Identifier: ISC */
/**
 * @file css_url.h
 * The URLs of pictures in a style sheet or a list of declarations: url(a.png), url("a.png").
 *
 * The text is cut into the tokens of CSS Syntax Module Level 3, section 4, as far as is needed to
 * know what is a url() and what only looks like one, in a comment or a string. What at-rules other
 * than pictures are made of (@import, @namespace, @font-face) is left alone.
 */
#ifndef MIME_CSS_URL_H
#define MIME_CSS_URL_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>

/** A walk from the left to the right, and what it has found. Borrows the text. */
struct css_scanner {
    const char *text;
    size_t size;
    size_t at;
    bool passing;       /**< inside of an at-rule that is left alone */
    size_t open_braces; /**< of that at-rule */
    size_t start;       /**< of the URL found, without quotes and white space */
    size_t end;
    char quote; /**< '"', '\'', or '\0' for none */
};

/** At the beginning of a text. */
struct css_scanner css_scan(const char *text, size_t size);

/** Finds the next url() that is well-formed. @return false when there is none any more. */
bool css_next_url(struct css_scanner *scanner);

/** Adds what a URL, from start to end, says when its escapes are decoded (4.3.7). */
void css_append_decoded(struct buffer *out, const char *text, size_t size);

#endif
