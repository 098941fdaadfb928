/* SPDX-License-Identifier: ISC */
/** @file message_check.h  --check: what would go wrong with a message that is not sent. */
#ifndef CLI_MESSAGE_CHECK_H
#define CLI_MESSAGE_CHECK_H

#include "options.h"

#include <mailer/check.h>
#include <mailer/message.h>

#include <stdio.h>

/**
 * Looks a message through, and writes a line for each finding.
 * @param server  NULL: none is asked. Else it is connected to, as by `mailer check`.
 * @param from    the author, a mailbox; NULL when it is not known.
 * @return 0 without errors, be there warnings or not; EXIT_CODE_DATA with errors, which have been
 *         told; or as the connection failed.
 */
int message_check(FILE *out, const struct mailer_message *message,
                  const struct mailer_server *server, const char *from, struct problem *problem);

#endif
