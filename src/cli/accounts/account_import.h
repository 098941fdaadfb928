/* SPDX-License-Identifier: ISC */
/**
 * @file account_import.h
 * Takes over the accounts of other programs: of ~/.msmtprc, of s-nail's ~/.mailrc, and what git
 * send-email has.
 */
#ifndef CLI_ACCOUNTS_ACCOUNT_IMPORT_H
#define CLI_ACCOUNTS_ACCOUNT_IMPORT_H

#include "accounts/account_draft.h"
#include "options.h"

/** What was found, and what of it cannot be taken over. Zero: nothing. */
struct account_import {
    struct account_draft *drafts;
    size_t count;
    struct text_list notes; /**< lines for a person; owned */
};

/** Adds an empty draft, NULL without memory. It stays where it is until the next one is added. */
struct account_draft *account_import_new(struct account_import *import);

/** Adds a note. */
int account_import_note(struct account_import *import, struct problem *problem, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/** Gives everything back, wiped. */
void account_import_free(struct account_import *import);

/** Each reads a text and adds the accounts in it. The text is cut up. */
typedef int account_importer(struct account_import *import, char *text, struct problem *problem);

account_importer account_import_msmtp;
account_importer account_import_mailrc;
account_importer account_import_git; /**< what git config -z --get-regexp prints, LF for NUL */

/**
 * Imports into the user's configuration, and says what has come and what has not.
 * @param words  of the sources' names; none: all that are there.
 */
int account_import(const struct send_options *options, const char *const *words, size_t count,
                   struct problem *problem);

#endif
