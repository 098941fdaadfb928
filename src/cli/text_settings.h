/* SPDX-License-Identifier: ISC */
/** @file text_settings.h  How texts are read and written: --charset, --flowed, the locale. */
#ifndef CLI_TEXT_SETTINGS_H
#define CLI_TEXT_SETTINGS_H

#include "options.h"

#include <mailer/message.h>

/**
 * Hands the options for texts to the message, before its bodies are set. Text that is not UTF-8 is
 * taken to be of the locale's charset, where that is another one. Pictures of HTML are taken from
 * the folder of its file.
 * @param error  for what the library says.
 * @return 0, or EXIT_CODE_USAGE for what is no IN[=OUT].
 */
int text_settings_apply(const struct send_options *options, struct mailer_message *message,
                        struct mailer_error *error, struct problem *problem);

#endif
