/* SPDX-License-Identifier: ISC */
/** @file recipients.h  What is taken for a recipient, before the library reads it as addresses. */
#ifndef CLI_RECIPIENTS_H
#define CLI_RECIPIENTS_H

#include "options.h"

#include "server_address.h"

#include <mailer/message.h>

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

/**
 * Refuses names without a domain where the server is another machine, as they would mean its own
 * users. Postmaster is known everywhere (RFC 5321 4.1.1.3), and LMTP is spoken to where users are.
 * @param message  sealed.
 * @param url      of the server, or NULL.
 * @return 0 or EXIT_CODE_DATA.
 */
int recipients_check_domains(const struct mailer_message *message, const char *url,
                             const struct server_address *address, struct problem *problem);

#endif
