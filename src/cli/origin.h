/* SPDX-License-Identifier: ISC */
/** @file origin.h  Whether a person or a program sends this mail (RFC 3834). */
#ifndef CLI_ORIGIN_H
#define CLI_ORIGIN_H

#include "option/text_list.h"

#include <mailer/message.h>

#include <stdbool.h>

/** Whether the process has a terminal, as what is started by cron or a service has not. */
bool origin_has_terminal(void);

/**
 * Marks a message of a process without a terminal as Auto-Submitted: auto-generated, so that no
 * vacation notice comes back, unless a header that was given says otherwise.
 * @param headers  "Name: value", as given.
 */
void origin_mark(struct mailer_message *message, const struct text_list *headers,
                 struct mailer_error *error);

#endif
