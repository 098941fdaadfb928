/* SPDX-License-Identifier: ISC */
/** @file questions.h  Asks for what a message needs. */
#ifndef CLI_COMPOSE_QUESTIONS_H
#define CLI_COMPOSE_QUESTIONS_H

#include "compose/draft.h"
#include "compose/keyboard.h"
#include "options.h"

#include <mailer/message.h>

/**
 * Asks for what neither the options nor the draft give: the recipients, the subject, the text,
 * which ends with a line that is "." or the end of the file, and files to attach. What is wrong is
 * said, and asked for again.
 * @return KEYBOARD_LINE once it is all there; KEYBOARD_END when nobody is to be written to.
 */
enum keyboard_answer questions_ask(struct keyboard *keyboard, const struct send_options *options,
                                   struct draft *draft, struct problem *problem);

/**
 * Shows what is going to be sent: recipients, subject, sizes and types.
 * @param options  those with what was typed.
 * @param message  made of them.
 */
void questions_summarize(const struct send_options *options, const struct mailer_message *message);

#endif
