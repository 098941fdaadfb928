/* SPDX-License-Identifier: ISC */
/** @file fuzz_address.c  What is parsed and written again is parsed as the same mailboxes. */
#include "harness/read_header.h"

#include "header/address.h"
#include "header/domain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static bool names_agree(const char *name, const char *written)
{
    if (name == NULL || written == NULL)
        return name == written;
    char *decoded = read_words(written);
    bool agree = decoded != NULL && strcmp(decoded, name) == 0;
    free(decoded);
    return agree;
}

static void check_round(const struct mime_mailbox_list *list, bool utf8_headers)
{
    struct buffer out = buffer_empty(SIZE_MAX);
    buffer_append_string(&out, "To: ");
    size_t column = out.size;
    mime_address_append(&out, list, utf8_headers, &column);
    /* An address is never parted, and is up to 320 octets long. */
    require(read_lines_are_fit(out.bytes, out.size, 330));
    char *written = buffer_take_string(&out);
    struct mime_mailbox_list again = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    require(mime_address_parse(&again, written + strlen("To:"), true, &error) == 0);
    require(again.count == list->count);
    for (size_t i = 0; i < again.count; i++) {
        require(strcmp(again.mailboxes[i].address, list->mailboxes[i].address) == 0);
        require(mime_address_compare(again.mailboxes[i].address, list->mailboxes[i].address) == 0);
        require(names_agree(list->mailboxes[i].name, again.mailboxes[i].name));
    }
    require(again.group_count == list->group_count);
    for (size_t i = 0; i < again.group_count; i++) {
        require(names_agree(list->groups[i].name, again.groups[i].name));
        require(again.groups[i].first == list->groups[i].first);
        require(again.groups[i].count == list->groups[i].count);
    }
    mime_mailbox_list_free(&again);
    free(written);
}

/* What goes to a server: a path of 256 octets at most, the domain in US-ASCII. */
static void check_addresses(const struct mime_mailbox_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *address = list->mailboxes[i].address;
        const char *domain = mime_address_domain(address);
        require(strlen(address) > 0 && strlen(address) <= 254);
        require(text_is_utf8(address, strlen(address)));
        require(!text_has_control(address, strlen(address)));
        require(domain == NULL || !mime_address_needs_utf8(domain));
        require(domain == NULL || *domain == '[' || mime_domain_fault(domain) == NULL);
    }
    size_t behind = 0;
    for (size_t i = 0; i < list->group_count; i++) {
        require(list->groups[i].first >= behind);
        behind = list->groups[i].first + list->groups[i].count;
    }
    require(behind <= list->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    uint8_t flags = data[0];
    char *text = malloc(size);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    struct mime_mailbox_list list = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = mime_address_parse(&list, text, flags & 1, &error);
    require((result == 0) == (error.error_class == MAILER_OK));
    require(!text_has_control(error.text, strlen(error.text)));
    require((result == 0) != mime_mailbox_list_is_empty(&list));
    if (result == 0) {
        check_addresses(&list);
        check_round(&list, flags & 2);
    }
    mime_mailbox_list_free(&list);
    free(text);
    return 0;
}
