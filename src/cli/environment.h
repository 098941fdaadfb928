/* SPDX-License-Identifier: ISC */
/** @file environment.h  Options from variables MAILER_*, for what the command line does not give.
 */
#ifndef CLI_ENVIRONMENT_H
#define CLI_ENVIRONMENT_H

#include "option/option.h"

/** Room for the longest name of a variable, with its NUL. */
enum { ENVIRONMENT_NAME_SIZE = 64 };

/** The variable of an option: MAILER_CA_FILE for ca-file. */
void environment_name(const struct option *option, char name[static ENVIRONMENT_NAME_SIZE]);

/**
 * Stores the variables of all options that have one and that state does not know as given; one of
 * a group is looked at only when no option of the group was given. An empty variable counts as
 * none. A secret is wiped and taken out of the environment in any case, so that no child of this
 * process gets it.
 * @return 0 or EXIT_CODE_CONFIGURATION with a text that names the variable.
 */
int environment_read(const struct option_set *set, struct option_state *state, void *values,
                     struct problem *problem);

#endif
