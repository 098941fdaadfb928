/* SPDX-License-Identifier: ISC */
#include "content/extension.h"
#include "html/picture_reference.h"
#include "lint_private.h"
#include "message_private.h"
#include "text.h"

#include <mailer/lint.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIELD_LIMIT = 998,         /* RFC 5322 2.1.1, of a line: unfolded by some servers */
    HEADER_LIMIT = 64 * 1024,  /* what some servers take in all */
    PIECES_LIMIT = 100 * 1000, /* as many as entities */
    FINDING_SIZE = 512
};

struct lint {
    mailer_finding_function found;
    void *context;
    struct lint_pieces pieces;
};

__attribute__((format(printf, 4, 5))) static void
tell(const struct lint *lint, enum mailer_finding_kind kind, bool is_error, const char *format, ...)
{
    char raw[FINDING_SIZE], text[FINDING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    text_printable(text, sizeof text, raw, strlen(raw));
    const struct mailer_finding finding = {sizeof finding, kind, is_error, text};
    lint->found(lint->context, &finding);
}

/* ---- The pieces ---- */

struct lint_piece *lint_piece_add(struct lint_pieces *pieces)
{
    if (pieces->count == pieces->capacity) {
        size_t capacity = pieces->capacity == 0 ? 16 : pieces->capacity * 2;
        struct lint_piece *grown =
            pieces->count < PIECES_LIMIT ? realloc(pieces->items, capacity * sizeof *grown) : NULL;
        if (grown == NULL)
            return NULL;
        pieces->items = grown;
        pieces->capacity = capacity;
    }
    struct lint_piece *piece = &pieces->items[pieces->count++];
    *piece = (struct lint_piece){.html = NULL};
    return piece;
}

static void pieces_free(struct lint_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        mime_blob_release(pieces->items[i].html);
    free(pieces->items);
}

static int add_leaf(struct lint_pieces *pieces, const struct mime_part *part,
                    struct mailer_error *error)
{
    struct lint_piece *piece = lint_piece_add(pieces);
    if (piece == NULL)
        return error_set_memory(error);
    const char *name = part->file_name, *id = part->content_id;
    snprintf(piece->type, sizeof piece->type, "%s", part->type.name);
    snprintf(piece->name, sizeof piece->name, "%s", name != NULL ? name : "");
    snprintf(piece->content_id, sizeof piece->content_id, "%s", id != NULL ? id : "");
    piece->is_attachment = part->disposition != NULL && text_same(part->disposition, "attachment");
    piece->is_empty = mime_blob_size(part->blob) == 0;
    if (!piece->is_attachment && text_same(piece->type, "text/html"))
        piece->html = mime_blob_share(part->blob);
    return 0;
}

static int add_pieces(struct lint_pieces *pieces, const struct mime_part *part,
                      struct mailer_error *error)
{
    if (part->form == MIME_FORM_KEPT && part->kept != NULL)
        return lint_kept_pieces(pieces, part, error);
    if (!mime_part_is_multipart(part))
        return add_leaf(pieces, part, error);
    int result = 0;
    for (size_t i = 0; i < part->count && result == 0; i++)
        result = add_pieces(pieces, part->children[i], error);
    return result;
}

/* ---- What is looked for ---- */

static bool is_body(const struct lint_piece *piece, const char *type)
{
    return !piece->is_attachment && piece->name[0] == '\0' && text_same(piece->type, type);
}

static void look_for_text(const struct lint *lint)
{
    bool has_text = false, has_html = false;
    for (size_t i = 0; i < lint->pieces.count; i++) {
        const struct lint_piece *piece = &lint->pieces.items[i];
        has_text |= is_body(piece, "text/plain") && !piece->is_empty;
        has_html |= is_body(piece, "text/html") && !piece->is_empty;
    }
    if (!has_text && has_html)
        tell(lint, MAILER_FINDING_NO_TEXT, false,
             "there is HTML and no plain text: some readers show nothing, and filters take it for "
             "advertising; give a text too");
    else if (!has_text)
        tell(lint, MAILER_FINDING_NO_TEXT, false,
             "there is no text to read: say in a line what this is");
}

static void look_at_attachment(const struct lint *lint, const struct lint_piece *piece)
{
    if (piece->name[0] == '\0')
        return;
    if (piece->is_empty)
        tell(lint, MAILER_FINDING_EMPTY_ATTACHMENT, false,
             "the attachment %.200s is empty: was it written in full?", piece->name);
    const struct mime_extension *extension = mime_extension_find(piece->name);
    bool says_nothing = text_same(piece->type, "application/octet-stream");
    if (extension == NULL || piece->is_empty || says_nothing ||
        text_same(extension->type, piece->type) || mime_extension_refines(extension, piece->type))
        return;
    tell(lint, MAILER_FINDING_TYPE_AND_NAME, false,
         "the attachment %.200s is named as %.60s and is %.60s: readers may open it wrongly or not "
         "at all; give it its right name or type",
         piece->name, extension->type, piece->type);
}

static bool has_id(const struct lint_pieces *pieces, const char *id)
{
    for (size_t i = 0; i < pieces->count; i++)
        if (strcmp(pieces->items[i].content_id, id) == 0)
            return true;
    return false;
}

/* Marks the pieces that a document refers to, and tells of those that are not there. */
static int follow(const struct lint *lint, const struct lint_piece *piece, bool *used,
                  struct mailer_error *error)
{
    struct mime_html *html = NULL;
    struct mime_references references = {0};
    struct mailer_error ignored = MAILER_ERROR_INIT;
    int result = mime_html_parse(&html, piece->html, &ignored);
    /* One that is too complicated to be read is no finding. */
    if (result != 0)
        return result == MAILER_MEMORY ? error_pass(error, &ignored) : 0;
    result = mime_references_find(&references, html, error);
    for (size_t i = 0; i < references.count && result == 0; i++) {
        const struct mime_reference_target *target = &references.items[i].target;
        if (target->kind != MIME_REFERENCE_CID && target->kind != MIME_REFERENCE_LOCAL)
            continue;
        if (target->kind == MIME_REFERENCE_LOCAL || !has_id(&lint->pieces, target->text))
            tell(lint, MAILER_FINDING_MISSING_PICTURE, true,
                 "the HTML shows \"%.200s\", which is not in the message: attach it with that "
                 "Content-ID, or take it out of the HTML",
                 references.items[i].url);
        for (size_t k = 0; k < lint->pieces.count; k++)
            used[k] |= target->kind == MIME_REFERENCE_CID &&
                       strcmp(lint->pieces.items[k].content_id, target->text) == 0;
    }
    mime_references_free(&references);
    mime_html_free(html);
    return result;
}

static int look_at_pictures(const struct lint *lint, struct mailer_error *error)
{
    bool has_html = false;
    bool *used = calloc(lint->pieces.count + 1, sizeof *used);
    int result = used == NULL ? error_set_memory(error) : 0;
    for (size_t i = 0; i < lint->pieces.count && result == 0; i++)
        if (lint->pieces.items[i].html != NULL) {
            has_html = true;
            result = follow(lint, &lint->pieces.items[i], used, error);
        }
    for (size_t i = 0; i < lint->pieces.count && result == 0; i++) {
        const struct lint_piece *piece = &lint->pieces.items[i];
        if (piece->content_id[0] != '\0' && !used[i] && piece->html == NULL)
            tell(lint, MAILER_FINDING_UNUSED_ID, false,
                 "%s refers to the Content-ID %.100s of %.150s: write <img src=\"cid:%.100s\">, or "
                 "attach the file without an ID",
                 has_html ? "nothing in the HTML" : "no HTML is there that", piece->content_id,
                 piece->name[0] != '\0' ? piece->name : "a part", piece->content_id);
    }
    free(used);
    return result;
}

static int look_at_header(const struct lint *lint, const struct mime_document *document,
                          struct mailer_error *error)
{
    size_t total = 0;
    for (size_t i = 0; i < document->count; i++) {
        char *text = NULL;
        int result = mime_document_field_text(&document->fields[i], &text, error);
        if (result != 0)
            return result;
        size_t size = text != NULL ? strlen(text) : 0;
        free(text);
        total += size + strlen(document->fields[i].name);
        if (size > FIELD_LIMIT)
            tell(lint, MAILER_FINDING_LONG_HEADER, false,
                 "the field %.60s has %zu octets: some servers and readers cut it; make it shorter",
                 document->fields[i].name, size);
    }
    if (total > HEADER_LIMIT)
        tell(lint, MAILER_FINDING_LONG_HEADER, false,
             "the header has %zu octets: some servers refuse more than %d; make it shorter", total,
             (int)HEADER_LIMIT);
    return 0;
}

int mailer_message_lint(const struct mailer_message *message, mailer_finding_function found,
                        void *context, struct mailer_error *error)
{
    const struct mime_document *document = message_tree(message);
    if (document == NULL)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE, "the message is not sealed");
    struct lint lint = {found, context, {NULL, 0, 0}};
    int result = look_at_header(&lint, document, error);
    if (result == 0 && document->root != NULL)
        result = add_pieces(&lint.pieces, document->root, error);
    if (result == 0) {
        look_for_text(&lint);
        for (size_t i = 0; i < lint.pieces.count; i++)
            look_at_attachment(&lint, &lint.pieces.items[i]);
        result = look_at_pictures(&lint, error);
    }
    pieces_free(&lint.pieces);
    return result;
}
