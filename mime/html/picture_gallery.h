/* SPDX-License-Identifier: ISC */
/** @file picture_gallery.h  HTML made of a plain text, with pictures under it. */
#ifndef MIME_PICTURE_GALLERY_H
#define MIME_PICTURE_GALLERY_H

#include "buffer.h"
#include "content/blob.h"
#include "error.h"

#include <stddef.h>

/** A picture that is shown. */
struct mime_gallery_picture {
    const char *content_id; /**< without angle brackets */
    const char *name;       /**< what is shown in its place; an octet that is no UTF-8 as U+FFFD */
};

/** Adds `<p><img src="cid:..." alt="..."></p>` and a line end, as for mime_html_rewrite(). */
void mime_gallery_append_picture(struct buffer *out, const struct mime_gallery_picture *picture);

/** Adds a paragraph for each line of the note, which is UTF-8. */
void mime_gallery_append_note(struct buffer *out, const char *note);

/**
 * Makes a document in UTF-8 that looks as the text does, also where style sheets and <pre> are not
 * known: its lines, its empty lines, its runs of blanks are kept; http: and https: URLs become
 * links; where two of its lines have a gap of blanks, as in a table, its characters are of one
 * width. The text is read as a stream, twice.
 * @param html       receives it, with the name of the text for error texts.
 * @param text       UTF-8, with line ends of any kind; control characters are left out.
 * @param directory  for a temporary file, as in mime_spool_start().
 * @return 0, MAILER_SYSTEM, MAILER_MEMORY, or as mime_blob_read().
 */
int mime_gallery(struct mime_blob **html, const struct mime_blob *text,
                 const struct mime_gallery_picture *pictures, size_t count, const char *directory,
                 struct mailer_error *error);

#endif
