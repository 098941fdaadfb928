/* SPDX-License-Identifier: ISC */
/** @file account_draft.h  An account that is to be written into a configuration. */
#ifndef CLI_ACCOUNTS_ACCOUNT_DRAFT_H
#define CLI_ACCOUNTS_ACCOUNT_DRAFT_H

#include "problem.h"

#include <stddef.h>

/** As long as a name may be, with its NUL: what the parser of the file takes. */
enum { ACCOUNT_NAME_SIZE = 38, ACCOUNT_KEY_LIMIT = 64 };

struct account_value {
    char *key;
    char *value;
};

/** Zero: empty. */
struct account_draft {
    char name[ACCOUNT_NAME_SIZE];
    struct account_value values[ACCOUNT_KEY_LIMIT];
    size_t count;
};

/**
 * Gives it a name.
 * @return EXIT_CODE_USAGE for what can be none.
 */
int account_draft_name(struct account_draft *draft, const char *name, struct problem *problem);

/** Sets a key, in the place of the value that it has. Both are copied. */
int account_draft_set(struct account_draft *draft, const char *key, const char *value,
                      struct problem *problem);

/** The value of a key, or NULL. */
const char *account_draft_get(const struct account_draft *draft, const char *key);

/** Adds all values of another draft that are not there. */
int account_draft_inherit(struct account_draft *draft, const struct account_draft *base,
                          struct problem *problem);

/** Wipes the values and gives them back. */
void account_draft_free(struct account_draft *draft);

#endif
