/* SPDX-License-Identifier: ISC */
/** @file lint_private.h  A message as its lint sees it, however it was made: a flat list. */
#ifndef CLIENT_LINT_PRIVATE_H
#define CLIENT_LINT_PRIVATE_H

#include "html/html_document.h"
#include "tree/document.h"

/** One leaf. */
struct lint_piece {
    char type[128];
    char name[256];       /**< file name; "" : none */
    char content_id[256]; /**< "": none */
    bool is_attachment;   /**< as it says of itself */
    bool is_empty;
    struct mime_blob *html; /**< of a body in HTML: its octets, decoded; or NULL */
};

struct lint_pieces {
    struct lint_piece *items;
    size_t count;
    size_t capacity;
};

/** A new piece at the end, empty; NULL without memory. */
struct lint_piece *lint_piece_add(struct lint_pieces *pieces);

/** Adds the pieces of what another program wrote. @return 0, MAILER_MEMORY, or as mime_blob_read().
 */
int lint_kept_pieces(struct lint_pieces *pieces, const struct mime_part *part,
                     struct mailer_error *error);

#endif
