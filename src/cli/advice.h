/* SPDX-License-Identifier: ISC */
/** @file advice.h  What to do about a failure, where the program knows more than the library. */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include "server_address.h"

#include <mailer/send.h>

/** A few words to put behind the error's text, or NULL. */
const char *advice_for(const struct mailer_error *error, const struct mailer_server *server,
                       const struct server_address *address);

#endif
