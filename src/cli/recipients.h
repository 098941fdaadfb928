/* SPDX-License-Identifier: ISC */
/** @file recipients.h  What is taken for a recipient, before the library reads it as addresses. */
#ifndef CLI_RECIPIENTS_H
#define CLI_RECIPIENTS_H

#include "options.h"

#include <stdbool.h>

/** Whether it is a mailto: URL (RFC 6068). */
bool recipients_is_url(const char *text);

/**
 * Refuses what is something else in other mailers: commands (|command) and files (/file).
 * @param mailboxes  one, or several with commas between.
 * @return 0 or EXIT_CODE_USAGE.
 */
int recipients_check(const char *mailboxes, struct problem *problem);

/** Checks all recipients of the command line, and that there is one or
 * a message that may name some. EXIT_CODE_USAGE otherwise. */
int recipients_check_options(const struct send_options *options, struct problem *problem);

#endif
