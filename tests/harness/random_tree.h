/* SPDX-License-Identifier: ISC */
/**
 * @file random_tree.h
 * Random documents of all that is hard to send, and what a reader must find in them. Without
 * cmocka, so that programs can use it too.
 */
#ifndef TESTS_RANDOM_TREE_H
#define TESTS_RANDOM_TREE_H

#include "tree/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RANDOM_LEAVES = 12, RANDOM_CONTENT = 160 * 1024 };

struct random_leaf {
    char *octets;
    size_t size;
    enum mime_form form;
    const char *type; /**< without parameters */
    const char *name; /**< or NULL */
};

struct random_tree {
    struct mime_document document;
    struct random_leaf leaves[RANDOM_LEAVES];
    size_t count;
};

static inline size_t random_below(uint64_t *state, size_t limit)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*state >> 33) % limit;
}

static const char *const random_names[] = {
    "cpu.png",
    "\xC3\x9C\x62\x65rsicht Q3.png",
    "a\"b\\c;d=e.txt",
    "a'b'c.png",
    "%0d%0a.png",
    "new\nline.png",
    "\x1B[2J.png",
    "=?utf-8?q?x?=.png",
    " blanks ",
    "-rf",
    "..",
    "\xFF\xFE.bin",
    "percent%20 (1) <2> @3, [4]: 5/6?.csv",
    "\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA"
    "\xAC"
    "\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA"
    "\xAC",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
    "456"
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
    "456",
};

/* Pieces of content, the plain ones first, those that are no UTF-8 last. */
static const struct {
    const char *octets;
    size_t size;
} random_pieces[] = {
#define PIECE(text)                                                                                \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }
    PIECE("The quick brown fox"),
    PIECE(" "),
    PIECE("\n"),
    PIECE("\r\n"),
    PIECE("jumps over it.\n"),
    PIECE("Gr\xC3\xBC\xC3\x9F Gott, "
          "\xCE\xBA\xCE\xB1\xCE\xBB\xCE\xB7\xCE\xBC\xCE\xAD\xCF\x81\xCE\xB1 "),
    PIECE("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n"),
    PIECE("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 "),
    PIECE("\nFrom here on\n"),
    PIECE("\n--=_0123456789abcdefghijklmnop\n"),
    PIECE("\n--=_\r\n--\n"),
    PIECE("two  \ntab\t\n-- \n"),
    PIECE("\n.\n..\r\n.x"),
    PIECE("=3D=\n= =20 a=b"),
    PIECE("\r"),
    PIECE("\r\r\n\n\r"),
    PIECE("\0"),
    PIECE("\x1B\x7F\f\v\a"),
    PIECE("\xE9t\xE9\n"),
    PIECE("\xFF\xFE\x00\x0A\x80"),
#undef PIECE
};

enum {
    RANDOM_PIECES = sizeof random_pieces / sizeof *random_pieces,
    RANDOM_UTF8_PIECES = RANDOM_PIECES - 2
};

/** Appends runs that make a line near the limit, or far beyond it. */
static inline size_t random_run(char *out, uint64_t *state)
{
    size_t size = random_below(state, 12) == 0 ? 100000 : 990 + random_below(state, 20);
    memset(out, 'x', size);
    return size;
}

/** Makes content of some of the pieces, so that most is plain in most ways. */
static inline void random_content(struct random_leaf *leaf, size_t pieces, uint64_t *state)
{
    char *out = malloc(RANDOM_CONTENT);
    if (out == NULL)
        abort();
    size_t used = 0;
    size_t allowed[4];
    for (size_t i = 0; i < 4; i++)
        allowed[i] = random_below(state, i == 0 ? 5 : pieces);
    size_t count = random_below(state, 5) == 0 ? 0 : random_below(state, 80);
    for (size_t i = 0; i < count; i++) {
        size_t piece = allowed[random_below(state, 4)];
        memcpy(out + used, random_pieces[piece].octets, random_pieces[piece].size);
        used += random_pieces[piece].size;
    }
    if (random_below(state, 8) == 0)
        used += random_run(out + used, state);
    if (pieces == RANDOM_PIECES && random_below(state, 3) == 0)
        for (size_t i = random_below(state, 600); i > 0; i--)
            out[used++] = (char)random_below(state, 256);
    leaf->octets = realloc(out, used + 1);
    leaf->size = used;
}

static inline struct mime_part *random_leaf(struct random_tree *tree, uint64_t *state)
{
    static const struct {
        const char *type;
        const char *given;
        enum mime_form form;
        size_t pieces;
    } kinds[] = {
        {"text/plain", "text/plain", MIME_FORM_TEXT, RANDOM_UTF8_PIECES},
        {"text/html", "text/HTML", MIME_FORM_TEXT, RANDOM_UTF8_PIECES},
        {"text/plain", "text/plain; charset=iso-8859-1; format=flowed", MIME_FORM_TEXT,
         RANDOM_PIECES},
        {"text/plain", "text/plain; charset=\"UTF-16LE\"", MIME_FORM_TEXT, RANDOM_PIECES},
        {"text/csv", "text/csv", MIME_FORM_EXACT, RANDOM_UTF8_PIECES},
        {"text/csv", "text/csv", MIME_FORM_EXACT, RANDOM_PIECES},
        {"image/png", "image/png", MIME_FORM_EXACT, RANDOM_PIECES},
        {"application/octet-stream", "application/octet-stream; x=\"y z\"", MIME_FORM_EXACT,
         RANDOM_PIECES},
        {"message/rfc822", "message/rfc822", MIME_FORM_EXACT, RANDOM_UTF8_PIECES},
    };
    struct random_leaf *leaf = &tree->leaves[tree->count++];
    size_t kind = random_below(state, sizeof kinds / sizeof *kinds);
    *leaf = (struct random_leaf){.type = kinds[kind].type, .form = kinds[kind].form};
    if (kind == 3)
        leaf->form = MIME_FORM_EXACT;
    if (kind == 8)
        leaf->form = MIME_FORM_MESSAGE;
    random_content(leaf, kinds[kind].pieces, state);
    if (random_below(state, 3) > 0)
        leaf->name = random_names[random_below(state, sizeof random_names / sizeof *random_names)];
    struct mime_leaf given = {.type = kinds[kind].given,
                              .form = kinds[kind].form,
                              .disposition = leaf->name != NULL ? "attachment" : NULL,
                              .file_name = leaf->name,
                              .content_id = random_below(state, 4) == 0 ? "logo@example" : NULL};
    struct mime_blob *blob = NULL;
    struct mime_part *part = NULL;
    if (mime_blob_from_memory(&blob, leaf->octets, leaf->size, NULL) != 0 ||
        mime_part_new_leaf(&part, blob, &given, NULL) != 0)
        abort();
    mime_blob_release(blob);
    return part;
}

static inline struct mime_part *random_part(struct random_tree *tree, size_t depth, uint64_t *state)
{
    static const char *const subtypes[] = {"mixed", "alternative", "related"};
    size_t room = RANDOM_LEAVES - tree->count;
    if (depth == 4 || room < 2 || random_below(state, 3) == 0)
        return random_leaf(tree, state);
    struct mime_part *part = NULL;
    if (mime_part_new_multipart(&part, subtypes[random_below(state, 3)], NULL) != 0)
        abort();
    size_t children = 1 + random_below(state, 4);
    for (size_t i = 0; i < children && tree->count < RANDOM_LEAVES; i++)
        if (mime_part_insert(part, i, random_part(tree, depth + 1, state), NULL) != 0)
            abort();
    return part;
}

/** Makes the document of a number; the same one each time. Free it with random_tree_free(). */
static inline void random_tree_make(struct random_tree *tree, uint64_t number)
{
    static const char *const subjects[] = {"Hello", "\xC3\xBC Gr\xC3\xBC\xC3\x9F",
                                           "=?utf-8?q?x?=", ""};
    uint64_t state = number * 2654435761u + 1;
    *tree = (struct random_tree){0};
    const char *subject = subjects[random_below(&state, 4)];
    if (mime_document_add_text(&tree->document, "Subject", subject, NULL) != 0)
        abort();
    tree->document.root = random_part(tree, 0, &state);
}

static inline void random_tree_free(struct random_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->leaves[i].octets);
    mime_document_free(&tree->document);
}

#endif
