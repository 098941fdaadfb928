/* SPDX-License-Identifier: ISC */
#include "origin.h"

#include "text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char field[] = "Auto-Submitted";

/* Its standard descriptors may all be pipes and files in a script at a terminal, too. */
bool origin_has_terminal(void)
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal >= 0)
        close(terminal);
    return terminal >= 0;
}

void origin_mark(struct mailer_message *message, const struct text_list *headers,
                 struct mailer_error *error)
{
    for (size_t i = 0; i < headers->count; i++)
        if (text_same_bytes(headers->items[i], strcspn(headers->items[i], ":"), field))
            return;
    if (!origin_has_terminal())
        mailer_message_add_header(message, field, "auto-generated", error);
}
