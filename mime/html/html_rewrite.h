/* SPDX-License-Identifier: ISC */
/** @file html_rewrite.h  A document with other URLs for its pictures, and all else octet for octet
 * what it was. */
#ifndef MIME_HTML_REWRITE_H
#define MIME_HTML_REWRITE_H

#include "content/blob.h"
#include "error.h"
#include "html/html_document.h"
#include "html/picture_reference.h"

/**
 * Makes a changed document.
 * @param made          receives it, with the name of the old one for error texts.
 * @param references    of html.
 * @param replacements  as many: for each a URL, as in mime_reference_append_quoted(), or NULL when
 *                      the old one stays.
 * @param addition      HTML that is put in front of </body>, or at the end where there is no such
 *                      tag; NULL: nothing is. A document that ends inside of a comment or script
 *                      does not show it.
 * @param directory     for a temporary file, as in mime_spool_start().
 * @return 0, MAILER_SYSTEM or MAILER_MEMORY.
 */
int mime_html_rewrite(struct mime_blob **made, const struct mime_html *html,
                      const struct mime_references *references, const char *const *replacements,
                      const char *addition, const char *directory, struct mailer_error *error);

#endif
