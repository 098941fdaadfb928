/* SPDX-License-Identifier: ISC */
/* Addresses without a domain, as programs of this machine write them: root. */
#include "message_private.h"

#include "error.h"
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

/* Where a comment, a quoted string or a literal ends: behind the mark, or at the end of the text.
 */
static const char *skip(const char *at)
{
    char open = *at;
    char close = open == '(' ? ')' : open == '[' ? ']' : open;
    size_t depth = 1;
    for (at++; *at != '\0' && depth > 0; at++)
        if (*at == '\\' && at[1] != '\0')
            at++;
        else if (*at == close)
            depth--;
        else if (*at == open)
            depth++;
    return at;
}

/* Copies a field as it is but for the domains that are put behind local parts, which are the last
 * words of addresses. @return whether there was one. */
static bool insert_domains(struct buffer *out, const char *raw, const char *domain)
{
    const char *copied = raw;
    const char *word_end = NULL; /* of the address, without a domain so far */
    bool has_at = false, changed = false;
    for (const char *at = raw + strcspn(raw, ":") + 1;;) {
        if (*at == '"' || *at == '(' || *at == '[') {
            bool is_word = *at == '"';
            at = skip(at);
            word_end = is_word ? at : word_end;
            continue;
        }
        if ((*at == '\0' || strchr(",;>", *at) != NULL) && word_end != NULL && !has_at) {
            buffer_append(out, copied, (size_t)(word_end - copied));
            buffer_append_format(out, "@%s", domain);
            copied = word_end;
            changed = true;
        }
        if (*at == '\0')
            break;
        if (*at == '@')
            has_at = true;
        else if (strchr(",;:<>", *at) != NULL) {
            word_end = NULL;
            has_at = false;
        } else if (strchr(" \t\r\n", *at) == NULL) {
            word_end = at + 1;
        }
        at++;
    }
    buffer_append_string(out, copied);
    return changed;
}

/* A field that is not understood is told of where it is needed. */
static int complete_field(struct mime_field *field, const char *domain, struct mailer_error *error)
{
    struct buffer line = buffer_empty(FIELD_LIMIT);
    bool changed = insert_domains(&line, field->raw, domain);
    char *raw = changed ? buffer_take_string(&line) : field->raw;
    buffer_free(&line);
    if (raw == NULL)
        return error_set_memory(error);
    if (changed) {
        free(field->raw);
        field->raw = raw;
    }
    return 0;
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
