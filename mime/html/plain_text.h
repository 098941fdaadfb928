/* SPDX-License-Identifier: ISC */
/** @file plain_text.h  A document as plain text, for the alternative that people read without
 * HTML. */
#ifndef MIME_PLAIN_TEXT_H
#define MIME_PLAIN_TEXT_H

#include "content/blob.h"
#include "error.h"
#include "html/html_document.h"

/** The text is cut behind so many octets, and says so. */
enum { MIME_PLAIN_TEXT_LIMIT = 1024 * 1024 };

/**
 * Makes UTF-8 of lines that end in LF, at most 72 columns wide where words and tables allow it.
 * Headings, paragraphs, lists, quotations, tables and links look as people write them in mails; a
 * picture is shown as its alt text in brackets. What a browser does not show is left out. A
 * document without text gives an empty blob.
 * @param text       receives it, with the name of the document for error texts.
 * @param directory  for a temporary file, as in mime_spool_start().
 * @return 0, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_plain_text(struct mime_blob **text, const struct mime_html *html, const char *directory,
                    struct mailer_error *error);

#endif
