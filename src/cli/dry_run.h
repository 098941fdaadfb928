/* SPDX-License-Identifier: ISC */
/** @file dry_run.h  A message that is shown and not sent. */
#ifndef CLI_DRY_RUN_H
#define CLI_DRY_RUN_H

#include "options.h"

#include <mailer/message.h>

/** Writes the message to standard output, and its envelope to standard error. */
int dry_run(const struct send_options *options, const struct mailer_message *message,
            struct problem *problem);

#endif
