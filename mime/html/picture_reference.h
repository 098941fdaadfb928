/* SPDX-License-Identifier: ISC */
/**
 * @file picture_reference.h
 * Where a document refers to pictures, and how a URL is written there.
 *
 * These places are known: src of <img> and <input type=image>, srcset of <img> and <source>,
 * background of <body>, <table> and its parts, poster of <video>, href and xlink:href of SVG's
 * <image>, and url() in the attribute style and in <style>. What stands in comments, so in
 * conditional ones too, in <template>, and what is no picture (<link>, @import, fonts) is left
 * alone.
 */
#ifndef MIME_PICTURE_REFERENCE_H
#define MIME_PICTURE_REFERENCE_H

#include "buffer.h"
#include "error.h"
#include "html/html_document.h"
#include "html/reference_target.h"

#include <stdbool.h>
#include <stddef.h>

/** What a URL stands in, next to HTML itself. */
enum mime_reference_syntax {
    MIME_REFERENCE_PLAIN,    /**< it is the whole value of an attribute */
    MIME_REFERENCE_SRCSET,   /**< between blanks and commas */
    MIME_REFERENCE_CSS,      /**< url(a.png) */
    MIME_REFERENCE_CSS_QUOTE /**< url("a.png") or url('a.png') */
};

struct mime_reference {
    size_t offset; /**< in the source: what a new URL replaces, without any quotes */
    size_t size;
    enum mime_reference_syntax syntax;
    bool in_text;          /**< of <style>: no character references there */
    bool behind_reference; /**< one without a semicolon, which would go on with some letters */
    char quote;            /**< of the attribute, or '\0' when it has none */
    char *url; /**< as it is meant: its character references and CSS escapes decoded. Owned. */
    struct mime_reference_target target;
};

/** All references of a document, in the order of the source; no two of them overlap. */
struct mime_references {
    struct mime_reference *items;
    size_t count;
    size_t capacity;
};

/**
 * Lists the references of a document but for those to nothing (MIME_REFERENCE_NONE).
 * @param references  receives them; free it with mime_references_free(), also after failure.
 * @return 0 or MAILER_MEMORY.
 */
int mime_references_find(struct mime_references *references, const struct mime_html *html,
                         struct mailer_error *error);

/** Frees what it holds and empties it. */
void mime_references_free(struct mime_references *references);

/**
 * Adds a URL as it must be written where a reference stands, so that a reader finds just this URL
 * there, whatever octets it holds; in srcset, where no escapes are, blanks and commas at its ends
 * become %XX.
 * @param url  not empty; UTF-8 without control characters.
 */
void mime_reference_append_quoted(struct buffer *out, const struct mime_reference *reference,
                                  const char *url);

#endif
