/* SPDX-License-Identifier: ISC */
/** @file fuzz_domain.c  Addresses of a message that was read get the domain that was set, where
 * they lack one, and nothing else of their fields changes: same names, same other addresses. */
#include "message_private.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char domain[] = "h.test";
enum { FIELDS = 64, ADDRESS_LIMIT = 254 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static bool same(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

/* @return whether all of the field could be read. */
static bool parse(struct mime_mailbox_list *list, const struct mime_field *field, bool allow_local)
{
    char *text = NULL;
    *list = (struct mime_mailbox_list){0};
    bool read = mime_document_field_text(field, &text, NULL) == 0 && text != NULL &&
                mime_address_parse(list, text, allow_local, NULL) == 0;
    if (!read)
        mime_mailbox_list_free(list);
    free(text);
    return read;
}

static void compare(const struct mime_mailbox_list *before, const struct mime_field *field)
{
    struct mime_mailbox_list after;
    bool fits = true;
    for (size_t i = 0; i < before->count; i++)
        fits &= mime_address_domain(before->mailboxes[i].address) != NULL ||
                strlen(before->mailboxes[i].address) + sizeof domain <= ADDRESS_LIMIT;
    bool read = parse(&after, field, false);
    require(read || !fits);
    require(!read || (after.count == before->count && after.group_count == before->group_count));
    for (size_t i = 0; read && i < after.count; i++) {
        const char *was = before->mailboxes[i].address;
        char whole[2 * ADDRESS_LIMIT];
        if (mime_address_domain(was) == NULL)
            snprintf(whole, sizeof whole, "%s@%s", was, domain);
        else
            snprintf(whole, sizeof whole, "%s", was);
        require(strcmp(after.mailboxes[i].address, whole) == 0);
        require(same(after.mailboxes[i].name, before->mailboxes[i].name));
    }
    mime_mailbox_list_free(&after);
}

/* Only these are of addresses. */
static bool is_changed(const char *name)
{
    static const char *const names[] = {"From", "To", "Cc", "Reply-To", "Sender", "Resent-To"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mailer_message *message = NULL;
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mime_mailbox_list lists[FIELDS];
    bool read[FIELDS] = {false};
    content.bytes = size > 0 ? (const void *)data : "";
    content.size = size;
    require(mailer_message_new(&message, NULL) == 0);
    require(mailer_message_set_domain(message, domain, NULL) == 0);
    bool taken = mailer_message_read(message, &content, false, NULL) == 0;
    size_t count = message->tree.count < FIELDS ? message->tree.count : FIELDS;
    for (size_t i = 0; taken && i < count; i++)
        read[i] = is_changed(message->tree.fields[i].name) &&
                  parse(&lists[i], &message->tree.fields[i], true);
    require(!taken || message_complete_domains(message, NULL) == 0);
    for (size_t i = 0; i < count; i++)
        if (read[i]) {
            compare(&lists[i], &message->tree.fields[i]);
            mime_mailbox_list_free(&lists[i]);
        }
    mailer_message_free(message);
    return 0;
}
