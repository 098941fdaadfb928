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
    if (count == 0 && !options->read_recipients)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "no recipient; such as: mailer -s SUBJECT ann@example.org < TEXT "
                           "(--help shows all options)");
    return 0;
}
