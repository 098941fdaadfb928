/* SPDX-License-Identifier: ISC */
#include "sender.h"

#include "buffer.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAILBOX_LIMIT = 64 * 1024 };

static const char *login_name(void)
{
    static const char *const variables[] = {"LOGNAME", "USER"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *name = getenv(variables[i]);
        if (name != NULL && *name != '\0')
            return name;
    }
    const struct passwd *entry = getpwuid(getuid());
    return entry != NULL ? entry->pw_name : NULL;
}

static void append_quoted(struct buffer *buffer, const char *text)
{
    buffer_append_char(buffer, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buffer_append_char(buffer, '\\');
        buffer_append_char(buffer, *text);
    }
    buffer_append_char(buffer, '"');
}

/* Puts a name in front of a mailbox, in the place of one it has. */
static void append_named(struct buffer *buffer, const char *name, const char *mailbox)
{
    append_quoted(buffer, name);
    const char *bracket = strrchr(mailbox, '<');
    if (bracket != NULL)
        buffer_append_format(buffer, " %s", bracket);
    else
        buffer_append_format(buffer, " <%s>", mailbox);
}

bool sender_address(const char *mailbox, char address[static SENDER_ADDRESS_SIZE])
{
    const char *bracket = strrchr(mailbox, '<');
    const char *start = bracket != NULL ? bracket + 1 : mailbox;
    start += strspn(start, " ");
    size_t size = strcspn(start, bracket != NULL ? ">" : " ");
    if (size >= SENDER_ADDRESS_SIZE)
        return false;
    memcpy(address, start, size);
    address[size] = '\0';
    const char *domain = strrchr(address, '@');
    return domain != NULL && domain > address && domain[1] != '\0';
}

int sender_choose(const struct send_options *options, const struct server_address *address,
                  char **from, struct problem *problem)
{
    struct buffer local = buffer_empty(MAILBOX_LIMIT);
    struct buffer mailbox = buffer_empty(MAILBOX_LIMIT);
    const char *login = NULL;
    const char *chosen = options->from;
    if (chosen == NULL && options->envelope_sender != NULL && *options->envelope_sender != '\0' &&
        strcmp(options->envelope_sender, "<>") != 0)
        chosen = options->envelope_sender;
    if (chosen == NULL && options->user != NULL && strchr(options->user, '@') != NULL)
        chosen = options->user;
    if (chosen == NULL &&
        (options->domain != NULL || *address->host == '\0' || server_address_is_loopback(address)))
        login = login_name();
    if (login != NULL) {
        append_quoted(&local, login); /* it may be DOMAIN\name */
        if (options->domain == NULL)
            buffer_append_string(&local, "@localhost");
        buffer_append_char(&local, '\0'); /* the library adds --domain */
        chosen = local.bytes;
    }
    int result = 0;
    *from = NULL;
    if (local.failed) {
        result = problem_set_memory(problem);
    } else if (chosen == NULL && send_options_have_message(options)) {
        result = 0; /* its header says it */
    } else if (chosen == NULL) {
        result = problem_set(problem, EXIT_CODE_USAGE,
                             "nobody to send as: give -r ADDRESS, or set MAILER_FROM, or "
                             "MAILER_DOMAIN for addresses at it");
    } else {
        if (options->full_name != NULL)
            append_named(&mailbox, options->full_name, chosen);
        else
            buffer_append_string(&mailbox, chosen);
        *from = buffer_take_string(&mailbox);
        if (*from == NULL)
            result = problem_set(problem, EXIT_CODE_DATA, "the sender's address is too long");
    }
    buffer_free(&local);
    buffer_free(&mailbox);
    return result;
}
