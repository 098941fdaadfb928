/* SPDX-License-Identifier: ISC */
/** @file text_form.h  What kind of text a text is, where its own form says so beyond doubt. */
#ifndef MIME_TEXT_FORM_H
#define MIME_TEXT_FORM_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Finds the media type of text: HTML, SVG and other XML by the root (behind a byte order mark,
 * prolog, comments and document type), JSON and lines of it by the structure, calendars, cards,
 * WebVTT and public keys by the first line. A script with "#!" is text/plain (see extension.c).
 * @param whole  there is nothing behind bytes.
 * @return a type; MIME_TYPE_MARKUP for what begins with a tag that tells nothing; NULL for text
 *         that could be anything. Static.
 */
const char *mime_text_form(const char *bytes, size_t size, bool whole);

#endif
