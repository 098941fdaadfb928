/* SPDX-License-Identifier: ISC */
/** @file account_add.h  Makes an account: from what is given, and by asking for the rest. */
#ifndef CLI_ACCOUNTS_ACCOUNT_ADD_H
#define CLI_ACCOUNTS_ACCOUNT_ADD_H

#include "accounts/account_draft.h"
#include "options.h"

/**
 * Adds an account to the user's configuration, or to --config.
 * @param options  with the configuration read.
 * @param words    count of them: a name, which may be missing, and KEY=VALUE.
 * @return 0 or the exit code.
 */
int account_add(const struct send_options *options, const char *const *words, size_t count,
                struct problem *problem);

/** The file that accounts are added to, to be freed. */
int account_target(const struct send_options *options, char **path, struct problem *problem);

/** Tries a draft's values: whether their options take them. */
int account_check(const struct account_draft *draft, struct problem *problem);

#endif
