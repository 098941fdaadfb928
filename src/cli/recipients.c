/* SPDX-License-Identifier: ISC */
#include "recipients.h"

#include "text.h"

#include <string.h>

bool recipients_is_url(const char *text)
{
    static const char scheme[] = "mailto:";
    size_t size = sizeof scheme - 1;
    return strlen(text) >= size && text_same_bytes(text, size, scheme);
}

static int check_one(const char *mailbox, struct problem *problem)
{
    mailbox += strspn(mailbox, " \t<");
    if (*mailbox == '|')
        return problem_set(problem, EXIT_CODE_USAGE,
                           "\"%.200s\" is no address, and mail to commands is not offered",
                           mailbox);
    if (*mailbox == '/')
        return problem_set(problem, EXIT_CODE_USAGE,
                           "\"%.200s\" is no address, and mail to files is not offered", mailbox);
    return 0;
}

int recipients_check(const char *mailboxes, struct problem *problem)
{
    if (recipients_is_url(mailboxes))
        return 0;
    int result = check_one(mailboxes, problem);
    bool quoted = false;
    for (const char *c = mailboxes; *c != '\0' && result == 0; c++) {
        if (*c == '\\' && c[1] != '\0')
            c++;
        else if (*c == '"')
            quoted = !quoted;
        else if (*c == ',' && !quoted)
            result = check_one(c + 1, problem);
    }
    return result;
}

int recipients_check_options(const struct send_options *options, struct problem *problem)
{
    const struct text_list *const lists[] = {&options->state.operands, &options->to, &options->cc,
                                             &options->bcc};
    size_t count = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        for (size_t j = 0; j < lists[i]->count; j++) {
            int result = recipients_check(lists[i]->items[j], problem);
            if (result != 0)
                return result;
        }
        count += lists[i]->count;
    }
    if (count == 0 && !options->read_recipients && options->message_file != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "no recipient: name one behind the options, or give -t to take those of "
                           "To, Cc and Bcc");
    if (count == 0 && !options->read_recipients)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "no recipient; such as: mailer -s SUBJECT ann@example.org < TEXT "
                           "(--help shows all options)");
    return 0;
}

/* The local part may have a quoted @. */
static bool has_domain(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL && strchr(at, '"') == NULL;
}

static bool may_lack_domain(const char *address)
{
    return *address == '\0' || has_domain(address) || text_same(address, "postmaster");
}

int recipients_check_domains(const struct mailer_message *message, const char *url,
                             const struct server_address *address, struct problem *problem)
{
    static const char lmtp[] = "lmtp";
    if (url == NULL || server_address_is_loopback(address) ||
        (strlen(url) >= strlen(lmtp) && text_same_bytes(url, strlen(lmtp), lmtp)))
        return 0;
    const char *bare = mailer_message_envelope_sender(message);
    size_t count = mailer_message_recipient_count(message);
    for (size_t i = 0; may_lack_domain(bare) && i < count; i++)
        bare = mailer_message_recipient(message, i);
    if (may_lack_domain(bare))
        return 0;
    return problem_set(problem, EXIT_CODE_DATA,
                       "\"%.100s\" has no domain, and %.200s is another machine: give --domain or "
                       "set MAILER_DOMAIN, and it becomes %.100s@DOMAIN",
                       bare, *address->host != '\0' ? address->host : url, bare);
}
