/* SPDX-License-Identifier: ISC */
/** @file compose.h  Messages that are written at the terminal. */
#ifndef CLI_COMPOSE_COMPOSE_H
#define CLI_COMPOSE_COMPOSE_H

#include "options.h"
#include "server_address.h"

#include <mailer/send.h>

/**
 * Asks for a message and sends it, and for the next one, over the same connection, until nobody is
 * to be written to any more. One that is interrupted, or could not be sent, is kept as a draft.
 * @param from  as of sender_choose().
 * @param once  for one message only; then no draft is gone on with.
 * @return the exit code of the last message that was not accepted for all, else 0.
 */
int compose_run(struct send_options *options, struct mailer_server *server,
                const struct server_address *address, const char *from, bool once,
                struct problem *problem);

#endif
