/* SPDX-License-Identifier: ISC */
/** @file sender.h  Who the message is from, when that is not simply said. */
#ifndef CLI_SENDER_H
#define CLI_SENDER_H

#include "options.h"
#include "server_address.h"

/**
 * Chooses the author: --from or MAILER_FROM, -f, a --user that is an address; the login name, where
 * --domain gives it a domain; for a server on this machine and for a dry run without a server, the
 * login name at localhost. No host name is ever made up, as the reader of the mail would see it. -F
 * gives the name.
 * @param address  the server's; host "" for none.
 * @param from     receives a mailbox, to be freed; NULL when an existing message has to say it.
 * @return 0, or EXIT_CODE_USAGE when there is nothing to choose.
 */
int sender_choose(const struct send_options *options, const struct server_address *address,
                  char **from, struct problem *problem);

/** Room for an address, with its NUL: the longest has 320 octets. */
enum { SENDER_ADDRESS_SIZE = 321 };

/**
 * Copies the address of a mailbox such as Ann <ann@example.org>.
 * @return whether there is one with a domain.
 */
bool sender_address(const char *mailbox, char address[static SENDER_ADDRESS_SIZE]);

#endif
