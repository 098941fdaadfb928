/* SPDX-License-Identifier: ISC */
#include "header/address.h"

#include "header/encoded_word.h"
#include "header/fold.h"
#include "header/phrase.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int mime_mailbox_list_add_group(struct mime_mailbox_list *list, const char *name,
                                struct mailer_error *error)
{
    if (list->group_count == list->group_capacity) {
        if (list->group_capacity > SIZE_MAX / 2 / sizeof *list->groups)
            return error_set_memory(error);
        size_t capacity = list->group_capacity == 0 ? 4 : list->group_capacity * 2;
        struct mime_group *grown = realloc(list->groups, capacity * sizeof *grown);
        if (grown == NULL)
            return error_set_memory(error);
        list->groups = grown;
        list->group_capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return error_set_memory(error);
    list->groups[list->group_count++] = (struct mime_group){copy, list->count, 0};
    return 0;
}

bool mime_mailbox_list_is_empty(const struct mime_mailbox_list *list)
{
    return list->count == 0 && list->group_count == 0;
}

void mime_mailbox_list_cut(struct mime_mailbox_list *list, size_t count, size_t group_count)
{
    while (list->count > count) {
        struct mime_mailbox *last = &list->mailboxes[--list->count];
        free(last->name);
        free(last->address);
    }
    while (list->group_count > group_count)
        free(list->groups[--list->group_count].name);
}

void mime_mailbox_list_free(struct mime_mailbox_list *list)
{
    mime_mailbox_list_cut(list, 0, 0);
    free(list->mailboxes);
    free(list->groups);
    *list = (struct mime_mailbox_list){0};
}

static void append_mailbox(struct buffer *out, const struct mime_mailbox *mailbox, const char *tail,
                           bool space, bool utf8_headers, size_t *column)
{
    bool named = mailbox->name != NULL;
    if (named)
        mime_phrase_append(out, mailbox->name, "", space, utf8_headers, column);
    size_t length = strlen(mailbox->address) + (named ? 2 : 0) + strlen(tail);
    if (space || named)
        mime_fold_space(out, column, MIME_ENCODED_WORD_LINE, " ", 1, length);
    buffer_append_string(out, named ? "<" : "");
    buffer_append_string(out, mailbox->address);
    buffer_append_string(out, named ? ">" : "");
    buffer_append_string(out, tail);
    *column += length;
}

void mime_address_append(struct buffer *out, const struct mime_mailbox_list *list,
                         bool utf8_headers, size_t *column)
{
    bool space = mime_fold_take_space(out, column);
    size_t group_at = 0;
    size_t group_end = 0; /* of the group that is open; 0: none */
    for (size_t i = 0;; i++) {
        while (group_at < list->group_count && list->groups[group_at].first == i) {
            const struct mime_group *group = &list->groups[group_at++];
            bool more = i < list->count || group_at < list->group_count;
            const char *tail = group->count > 0 ? ":" : more ? ":;," : ":;";
            mime_phrase_append(out, group->name, tail, space, utf8_headers, column);
            group_end = group->count > 0 ? i + group->count : 0;
            space = true;
        }
        if (i == list->count)
            return;
        bool more = i + 1 < list->count || group_at < list->group_count;
        bool closes = i + 1 == group_end;
        const char *tail = closes ? (more ? ";," : ";") : more ? "," : "";
        append_mailbox(out, &list->mailboxes[i], tail, space, utf8_headers, column);
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
