/* SPDX-License-Identifier: ISC */
/** @file account_file.h  Writes accounts, and passwords, into files of the configuration. */
#ifndef CLI_ACCOUNTS_ACCOUNT_FILE_H
#define CLI_ACCOUNTS_ACCOUNT_FILE_H

#include "accounts/account_draft.h"
#include "password/secret.h"

#include <stdbool.h>

/**
 * Adds an account at the end of a configuration file, which is replaced in one step; what was in
 * it stays as it was. A file that is not there is made, with its folders, for its owner only.
 * @param is_default  whether [defaults] is to name it.
 * @return 0, or EXIT_CODE_CREATE.
 */
int account_file_add(const char *path, const struct account_draft *draft, bool is_default,
                     struct problem *problem);

/**
 * Makes a file beside the configuration that holds a password and that only its owner can read.
 * @param name  receives its name in that folder.
 * @return 0, or EXIT_CODE_CREATE, also when it is there already.
 */
int account_file_keep_password(const char *path, const char *account, const struct secret *secret,
                               char name[static ACCOUNT_NAME_SIZE + 16], struct problem *problem);

#endif
