/* SPDX-License-Identifier: ISC */
/** @file compose_message.h  From options, files and standard input to a sealed message. */
#ifndef CLI_COMPOSE_MESSAGE_H
#define CLI_COMPOSE_MESSAGE_H

#include "options.h"

#include <mailer/message.h>

/**
 * Makes the message. All that can be found wrong is found before standard input is read.
 * @param from     a mailbox.
 * @param message  receives it, to be freed; NULL after failure.
 */
int compose_message(const struct send_options *options, const char *from,
                    struct mailer_message **message, struct problem *problem);

/** Whether the text would have to be typed: nothing gives it, and standard input is a terminal. */
bool compose_message_lacks_text(const struct send_options *options);

#endif
