/* SPDX-License-Identifier: ISC */
/**
 * @file random_tree.h
 * Random documents of all that is hard to send, and what a reader must find in them. Without
 * cmocka, so that programs can use it too.
 */
#ifndef TESTS_RANDOM_TREE_H
#define TESTS_RANDOM_TREE_H

#include "harness/random_text.h"
#include "tree/document.h"

#include <stdio.h>

enum { RANDOM_LEAVES = 12 };

/** What else is to be known of a leaf's octets than their form. */
enum random_role {
    RANDOM_AS_IT_IS = 0,
    RANDOM_BODY,   /**< text that was given as a body */
    RANDOM_FLOWED, /**< the same, of which paragraphs were made */
    RANDOM_WITHIN, /**< the text made of them has them within it */
    RANDOM_UNREAD  /**< what is found is not looked at */
};

struct random_leaf {
    char *octets;
    size_t size;
    enum mime_form form;
    enum random_role role;
    const char *type;        /**< without parameters */
    const char *charset;     /**< that was given, or NULL */
    const char *name;        /**< or NULL */
    const char *id;          /**< or NULL */
    const char *disposition; /**< or NULL */
    char name_space[RANDOM_NAME + 1];
};

struct random_tree {
    struct mime_document document;
    struct random_leaf leaves[RANDOM_LEAVES];
    size_t count;
};

static const char *const random_names[] = {
    "cpu.png",
    "\xC3\x9C\x62\x65rsicht Q3.png",
    "a\"b\\c;d=e.txt",
    "a'b'c.png",
    "=?utf-8?q?x?=.png",
    " blanks ",
    "-rf",
    "..",
    "percent%20 (1) <2> @3, [4]: 5/6?.csv",
};

/* None, one of those above, or a random one. */
static inline void give_name(struct random_leaf *leaf, uint64_t *state)
{
    size_t kind = random_below(state, 3);
    if (kind == 1)
        leaf->name = random_names[random_below(state, sizeof random_names / sizeof *random_names)];
    if (kind == 2) {
        random_name(leaf->name_space, state);
        leaf->name = leaf->name_space;
    }
}

/* A message in the message has a header, else readers look for it where it ends. */
static inline void give_header(struct random_leaf *leaf, uint64_t *state)
{
    const char *header =
        random_below(state, 2) == 0 ? "Subject: forwarded\n\n" : "Subject: forwarded\r\n\r\n";
    size_t size = strlen(header);
    leaf->octets = realloc(leaf->octets, size + leaf->size + 1);
    if (leaf->octets == NULL)
        abort();
    memmove(leaf->octets + size, leaf->octets, leaf->size);
    memcpy(leaf->octets, header, size);
    leaf->size += size;
}

static inline struct mime_part *random_leaf(struct random_tree *tree, uint64_t *state)
{
    static const struct {
        const char *type;
        const char *given;
        const char *charset;
        enum mime_form form;
        size_t pieces;
    } kinds[] = {
        {"text/plain", "text/plain", NULL, MIME_FORM_TEXT, RANDOM_UTF8_PIECES},
        {"text/html", "text/HTML", NULL, MIME_FORM_TEXT, RANDOM_UTF8_PIECES},
        {"text/plain", "text/plain; charset=iso-8859-1; format=flowed", "iso-8859-1",
         MIME_FORM_TEXT, RANDOM_PIECES},
        {"text/plain", "text/plain; charset=\"UTF-16LE\"", "UTF-16LE", MIME_FORM_TEXT,
         RANDOM_PIECES},
        {"text/csv", "text/csv", NULL, MIME_FORM_EXACT, RANDOM_UTF8_PIECES},
        {"text/csv", "text/csv", NULL, MIME_FORM_EXACT, RANDOM_PIECES},
        {"image/png", "image/png", NULL, MIME_FORM_EXACT, RANDOM_PIECES},
        {"application/octet-stream", "application/octet-stream; x=\"y z\"", NULL, MIME_FORM_EXACT,
         RANDOM_PIECES},
        {"message/rfc822", "message/rfc822", NULL, MIME_FORM_EXACT, RANDOM_UTF8_PIECES},
    };
    struct random_leaf *leaf = &tree->leaves[tree->count++];
    size_t kind = random_below(state, sizeof kinds / sizeof *kinds);
    *leaf = (struct random_leaf){
        .type = kinds[kind].type, .charset = kinds[kind].charset, .form = kinds[kind].form};
    if (kind == 3)
        leaf->form = MIME_FORM_EXACT;
    if (kind == 8)
        leaf->form = MIME_FORM_MESSAGE;
    leaf->octets = random_content(&leaf->size, kinds[kind].pieces, state);
    if (leaf->form == MIME_FORM_MESSAGE)
        give_header(leaf, state);
    give_name(leaf, state);
    leaf->disposition = leaf->name != NULL ? "attachment" : NULL;
    leaf->id = random_below(state, 4) == 0 ? "logo@example" : NULL;
    struct mime_leaf given = {.type = kinds[kind].given,
                              .form = kinds[kind].form,
                              .disposition = leaf->disposition,
                              .file_name = leaf->name,
                              .content_id = leaf->id};
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

/* Of a local part and a label that are as long as they may be. */
#define RANDOM_LONG_ADDRESS                                                                        \
    "0123456789012345678901234567890123456789012345678901234567890123@"                            \
    "012345678901234567890123456789012345678901234567890123456789012.example"

static const char *const random_addresses[] = {
    "ann@example.org",   "a.b+c@mail.example.org",     "\"quoted local\"@example.org",
    "x_y-z@[192.0.2.1]", "info@xn--bcher-kva.example", RANDOM_LONG_ADDRESS,
};

enum { RANDOM_ADDRESSES = sizeof random_addresses / sizeof *random_addresses };

/* A field of mailboxes; few, or one time in thirty a hundred. */
static inline void add_people(struct random_tree *tree, const char *name, size_t most,
                              uint64_t *state)
{
    struct mime_mailbox_list list = {0};
    size_t count = 1 + random_below(state, most);
    if (most > 1 && random_below(state, 30) == 0)
        count = 100;
    for (size_t i = 0; i < count; i++) {
        char phrase[RANDOM_PHRASE + 1] = "";
        if (random_below(state, 3) > 0)
            random_phrase(phrase, random_below(state, 200), state);
        size_t address = random_below(state, RANDOM_ADDRESSES);
        if (mime_mailbox_list_add(&list, phrase, random_addresses[address], NULL) != 0)
            abort();
    }
    if (mime_document_add_mailboxes(&tree->document, name, &list, NULL) != 0)
        abort();
}

static inline void add_fields(struct random_tree *tree, uint64_t *state)
{
    char subject[RANDOM_PHRASE + 1];
    random_phrase(subject, RANDOM_PHRASE, state);
    if (mime_document_add_text(&tree->document, "Subject", subject, NULL) != 0 ||
        mime_document_add_text(&tree->document, "Date", "Sun, 22 Nov 2026 08:30:00 +0100", NULL) !=
            0 ||
        mime_document_add_text(&tree->document, "Message-ID", "<random@example.org>", NULL) != 0)
        abort();
    add_people(tree, "From", 1, state);
    add_people(tree, "To", 4, state);
    if (random_below(state, 2) == 0)
        add_people(tree, "Cc", 4, state);
}

/** Makes the document of a number; the same one each time. Free it with random_tree_free(). */
static inline void random_tree_make(struct random_tree *tree, uint64_t number)
{
    uint64_t state = number * 2654435761u + 1;
    *tree = (struct random_tree){0};
    add_fields(tree, &state);
    tree->document.root = random_part(tree, 0, &state);
}

static inline void random_tree_free(struct random_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->leaves[i].octets);
    mime_document_free(&tree->document);
}

#endif
