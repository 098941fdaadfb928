/* SPDX-License-Identifier: ISC */
#include "header/address.h"

#include "header/encoded_word.h"
#include "header/fold.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lines may have encoded-words in them, so all keep to their limit. */
enum { LINE = MIME_ENCODED_WORD_LINE, LONGEST_NAME_WORD = 64 };

int mime_mailbox_list_add(struct mime_mailbox_list *list, const char *name, const char *address,
                          struct mailer_error *error)
{
    if (list->count == list->capacity) {
        if (list->capacity > SIZE_MAX / 2 / sizeof *list->mailboxes)
            return error_set_memory(error);
        size_t capacity = list->capacity == 0 ? 4 : list->capacity * 2;
        struct mime_mailbox *grown = realloc(list->mailboxes, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set_memory(error);
        list->mailboxes = grown;
        list->capacity = capacity;
    }
    bool named = name != NULL && *name != '\0';
    struct mime_mailbox added = {named ? strdup(name) : NULL, strdup(address)};
    if (added.address == NULL || (named && added.name == NULL)) {
        free(added.name);
        free(added.address);
        return error_set_memory(error);
    }
    list->mailboxes[list->count++] = added;
    return 0;
}

void mime_mailbox_list_cut(struct mime_mailbox_list *list, size_t count)
{
    while (list->count > count) {
        struct mime_mailbox *last = &list->mailboxes[--list->count];
        free(last->name);
        free(last->address);
    }
}

void mime_mailbox_list_free(struct mime_mailbox_list *list)
{
    mime_mailbox_list_cut(list, 0);
    free(list->mailboxes);
    *list = (struct mime_mailbox_list){0};
}

/* Whether a name is atoms with single spaces between, which need no quotes. */
static bool is_phrase_of_atoms(const char *name)
{
    bool after_space = true;
    for (; *name != '\0'; name++) {
        if (*name == ' ' ? after_space : strchr("()<>@,;:\\\".[]", *name) != NULL)
            return false;
        after_space = *name == ' ';
    }
    return !after_space;
}

static size_t backslashes(const char *word, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += word[i] == '"' || word[i] == '\\';
    return count;
}

static bool needs_encoding(const char *name, bool utf8_headers)
{
    size_t size = strlen(name);
    if (!utf8_headers && !text_is_ascii(name, size))
        return true;
    /* White space at the ends is safe in quotes. */
    size_t start = strspn(name, " ");
    while (size > start && name[size - 1] == ' ')
        size--;
    if (mime_encoded_word_needed(name + start, size - start, utf8_headers) ||
        strchr(name, '\t') != NULL)
        return true;
    while (*name != '\0') {
        size_t white = strspn(name, " ");
        size_t word = strcspn(name + white, " ");
        if (white + word + backslashes(name + white, word) > LONGEST_NAME_WORD)
            return true;
        name += white + word;
    }
    return false;
}

static void append_quoted(struct buffer *out, const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (word[i] == '"' || word[i] == '\\')
            buffer_append_char(out, '\\');
        buffer_append_char(out, word[i]);
    }
}

/* Writes a name word by word, in quotes unless it is made of atoms. */
static void append_name(struct buffer *out, const char *name, bool space, size_t *column)
{
    size_t quote = is_phrase_of_atoms(name) ? 0 : 1;
    for (const char *at = name; *at != '\0';) {
        size_t white = strspn(at, " ");
        size_t word = strcspn(at + white, " ");
        bool first = at == name;
        bool last = at[white + word] == '\0';
        size_t length = word + backslashes(at + white, word) + (last ? quote : 0);
        if (first) {
            size_t next = quote + (white > 0 ? 0 : length);
            if (space)
                mime_fold_space(out, column, LINE, " ", 1, next);
            buffer_append(out, "\"", quote);
            *column += quote;
        }
        if (white > 0)
            mime_fold_space(out, column, LINE, at, white, length);
        append_quoted(out, at + white, word);
        buffer_append(out, "\"", last ? quote : 0);
        *column += length;
        at += white + word;
    }
}

void mime_address_append(struct buffer *out, const struct mime_mailbox_list *list,
                         bool utf8_headers, size_t *column)
{
    bool space = mime_fold_take_space(out, column);
    for (size_t i = 0; i < list->count; i++) {
        const struct mime_mailbox *mailbox = &list->mailboxes[i];
        const char *name = mailbox->name;
        if (name != NULL && needs_encoding(name, utf8_headers)) {
            /* The words fold at the space in front of them by themselves. */
            if (space) {
                buffer_append_char(out, ' ');
                ++*column;
            }
            mime_encoded_word_append(out, name, strlen(name), MIME_WORD_PHRASE, column);
        } else if (name != NULL) {
            append_name(out, name, space, column);
        }
        const char *before = name != NULL ? "<" : "";
        const char *behind = name != NULL ? ">" : "";
        const char *comma = i + 1 < list->count ? "," : "";
        size_t length = strlen(before) + strlen(mailbox->address) + strlen(behind) + strlen(comma);
        if (space || name != NULL)
            mime_fold_space(out, column, LINE, " ", 1, length);
        buffer_append_format(out, "%s%s%s%s", before, mailbox->address, behind, comma);
        *column += length;
        space = true;
    }
}

/* The @ in front of the domain, which has no other; else the end. */
static const char *find_at(const char *address)
{
    const char *end = address + strlen(address);
    const char *at = strrchr(address, '@');
    bool only_local = at == NULL || end[-1] == '"';
    return only_local ? end : at;
}

const char *mime_address_domain(const char *address)
{
    const char *at = find_at(address);
    return *at == '@' ? at + 1 : NULL;
}

int mime_address_compare(const char *one, const char *other)
{
    const char *one_at = find_at(one);
    const char *other_at = find_at(other);
    for (size_t i = 0;; i++) {
        char a = one + i > one_at ? text_lower(one[i]) : one[i];
        char b = other + i > other_at ? text_lower(other[i]) : other[i];
        if (a != b || a == '\0')
            return (unsigned char)a - (unsigned char)b;
    }
}

bool mime_address_needs_utf8(const char *address)
{
    return !text_is_ascii(address, strlen(address));
}
