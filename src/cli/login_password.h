/* SPDX-License-Identifier: ISC */
/** @file login_password.h  The password for a server: all places it may come from, in their order.
 */
#ifndef CLI_LOGIN_PASSWORD_H
#define CLI_LOGIN_PASSWORD_H

#include "options.h"
#include "server_address.h"

#include <mailer/send.h>

/**
 * Finds the password into options->password: that of the options, which hold those of the
 * environment and the configuration too; the keyring; ~/.netrc; a prompt. It stays empty when
 * nobody is to log in, or not by a password.
 */
int login_password_find(struct send_options *options, const struct mailer_server *server,
                        const struct server_address *address, struct problem *problem);

#endif
