/* SPDX-License-Identifier: ISC */
/** @file text_link.h  What plain text says of links and pictures. */
#ifndef MIME_TEXT_LINK_H
#define MIME_TEXT_LINK_H

#include "buffer.h"
#include "html/html_tree.h"

#include <stdbool.h>

/**
 * What is put behind the text of a link.
 * @param link  an <a>.
 * @param out   receives the URL, or the bare address of a mailto: or tel: one; nothing when a
 * reader could not follow it (a place in the document, a relative URL, a script), or when the
 *              link's own text says the same.
 */
void text_link_append_target(struct buffer *out, const GumboNode *link);

/**
 * What stands for a picture.
 * @param picture  an <img>, or an <input> of type image.
 * @param out      receives its alt text, or its file name if it has none, in brackets; nothing when
 *                 alt is empty or the picture too small to be seen.
 */
void text_link_append_picture(struct buffer *out, const GumboElement *picture);

#endif
