/* SPDX-License-Identifier: ISC */
/**
 * @file account_warnings.h
 * What may go wrong with an account although the server has let us in: sender and user that do not
 * fit, rules of providers, a certificate about to expire.
 */
#ifndef CLI_ACCOUNT_WARNINGS_H
#define CLI_ACCOUNT_WARNINGS_H

#include "options.h"

#include <mailer/check.h>

#include <time.h>

enum { ACCOUNT_WARNINGS = 16, ACCOUNT_WARNING_SIZE = 512 };

struct account_warnings {
    size_t count;
    char lines[ACCOUNT_WARNINGS][ACCOUNT_WARNING_SIZE]; /**< printable, each says what to do */
};

/** Adds what the options and the facts of a check give reason for. @param now  the time. */
void account_warnings_find(struct account_warnings *warnings, const struct send_options *options,
                           const struct mailer_server *server, const struct mailer_check *check,
                           time_t now);

/**
 * Adds what is wrong with an author where one user logs in.
 * @param host    the server's.
 * @param sender  the author, a mailbox; NULL: none is known.
 * @param user    NULL or "": nobody logs in.
 */
void account_warnings_of_sender(struct account_warnings *warnings, const char *host,
                                const char *sender, const char *user);

#endif
