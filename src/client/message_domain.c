/* SPDX-License-Identifier: ISC */
/* Addresses without a domain, as programs of this machine write them: root. */
#include "message_private.h"

#include "error.h"
#include "header/header.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* RFC 5321 4.5.3.1.3, less the angle brackets. */
enum { ADDRESS_LIMIT = 254, FIELD_LIMIT = 4 * 1024 * 1024 };

int mailer_message_set_domain(struct mailer_message *message, const char *domain,
                              struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_mailbox_list list = {0};
    struct buffer sample = buffer_empty(ADDRESS_LIMIT + 2);
    buffer_append_format(&sample, "x@%s", domain);
    char *text = buffer_take_string(&sample);
    if (text == NULL || mime_address_parse(&list, text, false, &message->error) != 0 ||
        list.count != 1 || strncmp(list.mailboxes[0].address, "x@", 2) != 0) {
        message->error = (struct mailer_error)MAILER_ERROR_INIT;
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%.200s\" is no domain for addresses without one", domain);
    } else {
        message_keep_string(message, &message->domain, list.mailboxes[0].address + 2);
    }
    free(text);
    mime_mailbox_list_free(&list);
    return message_settle(message, error);
}

/* Gives an address its domain, when it has none. @param address  owned. */
static int complete(char **address, const char *domain, bool *changed, struct mailer_error *error)
{
    if (*address == NULL || **address == '\0' || mime_address_domain(*address) != NULL)
        return 0;
    struct buffer whole = buffer_empty(2 * ADDRESS_LIMIT + 2);
    buffer_append_format(&whole, "%s@%s", *address, domain);
    if (!whole.failed && whole.size > ADDRESS_LIMIT) {
        buffer_free(&whole);
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "address \"%.100s\" is too long with its domain", *address);
    }
    char *text = buffer_take_string(&whole);
    if (text == NULL)
        return error_set_memory(error);
    free(*address);
    *address = text;
    *changed = true;
    return 0;
}

static int complete_list(struct mime_mailbox_list *list, const char *domain, bool *changed,
                         struct mailer_error *error)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < list->count; i++)
        result = complete(&list->mailboxes[i].address, domain, changed, error);
    return result;
}

/* "root (Cron Daemon)": a comment that stands for a name, which is lost otherwise. */
static void take_comment(const char *text, struct mime_mailbox_list *list)
{
    size_t word = strcspn(text, " \t(),<>\"@");
    const char *open = text + word + strspn(text + word, " \t");
    if (list->count != 1 || list->mailboxes[0].name != NULL || word == 0 || *open != '(')
        return;
    size_t size = strcspn(open + 1, "()\\");
    if (size > 0 && open[1 + size] == ')' && open[2 + size] == '\0')
        list->mailboxes[0].name = strndup(open + 1, size);
}

/* Writes a field anew, in which an address gets its domain. One that is not understood is told of
 * where it is needed. */
static int complete_field(struct mime_field *field, const char *domain, struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    char *text = NULL;
    bool changed = false;
    int result = mime_document_field_text(field, &text, error);
    if (result == 0 && text != NULL && mime_address_parse(&list, text, true, NULL) == 0)
        result = complete_list(&list, domain, &changed, error);
    if (result == 0 && changed) {
        struct buffer line = buffer_empty(FIELD_LIMIT);
        take_comment(text, &list);
        mime_header_append_addresses(&line, field->name, &list, false);
        char *raw = buffer_take_string(&line);
        if (raw == NULL) {
            result = error_set_memory(error);
        } else {
            free(field->raw);
            field->raw = raw;
        }
    }
    mime_mailbox_list_free(&list);
    free(text);
    return result;
}

static int complete_header(struct mime_document *document, const char *domain,
                           struct mailer_error *error)
{
    static const char *const names[] = {
        "From",      "Sender",        "Reply-To",       "To", "Cc", "Resent-From", "Resent-To",
        "Resent-Cc", "Resent-Sender", "Resent-Reply-To"};
    int result = 0;
    for (size_t i = 0; result == 0 && i < document->count; i++)
        for (size_t k = 0; result == 0 && k < sizeof names / sizeof *names; k++)
            if (document->fields[i].raw != NULL && text_same(document->fields[i].name, names[k]))
                result = complete_field(&document->fields[i], domain, error);
    return result;
}

int message_complete_domains(struct mailer_message *message, struct mailer_error *error)
{
    const char *domain = message->domain;
    if (domain == NULL)
        return 0;
    struct mime_mailbox_list *const lists[] = {&message->from, &message->reply_to, &message->to,
                                               &message->cc, &message->bcc};
    bool changed = false;
    int result = complete(&message->envelope_sender, domain, &changed, error);
    for (size_t i = 0; result == 0 && i < sizeof lists / sizeof *lists; i++)
        result = complete_list(lists[i], domain, &changed, error);
    for (size_t i = 0; result == 0 && i < message->given.count; i++)
        result = complete_list(&message->given.fields[i].mailboxes, domain, &changed, error);
    return result == 0 ? complete_header(&message->tree, domain, error) : result;
}
