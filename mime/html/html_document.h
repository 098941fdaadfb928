/* SPDX-License-Identifier: ISC */
/**
 * @file html_document.h
 * An HTML document, read as browsers read it (HTML standard, 13.2 Parsing HTML documents).
 *
 * gumbo does the work: it is a tokenizer and tree builder to the letter of the standard, and tells
 * where in the source each tag and attribute stands. It is loaded when the first document is read.
 */
#ifndef MIME_HTML_DOCUMENT_H
#define MIME_HTML_DOCUMENT_H

#include "content/blob.h"
#include "error.h"

/** What is read at most, in octets. */
enum { MIME_HTML_LIMIT = 16 * 1024 * 1024 };

/** A document: its source, its tree. Immutable. */
struct mime_html;

/**
 * Reads and parses a document. There is no HTML that is wrong; but there is HTML made to take all
 * time or memory, which is refused after some seconds at most.
 * @param html  receives it; to be freed by mime_html_free().
 * @param blob  of UTF-8, with or without a byte order mark; whole, and read once. Octets that are
 *              no UTF-8 are taken for U+FFFD.
 * @return 0, MAILER_DATA when it is larger than MIME_HTML_LIMIT or too complicated, MAILER_SYSTEM
 *         when gumbo cannot be loaded, MAILER_MEMORY, or as mime_blob_read().
 */
int mime_html_parse(struct mime_html **html, const struct mime_blob *blob,
                    struct mailer_error *error);

/** NULL is fine. */
void mime_html_free(struct mime_html *html);

#endif
