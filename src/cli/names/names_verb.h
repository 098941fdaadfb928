/* SPDX-License-Identifier: ISC */
/** @file names_verb.h  What the program does under another name. */
#ifndef CLI_NAMES_NAMES_VERB_H
#define CLI_NAMES_NAMES_VERB_H

#include "names/personality.h"

/**
 * Runs as that program.
 * @param count      of the words behind the name; they are ended by NULL.
 * @param arguments  may be written to, as passwords in them are wiped.
 * @return the exit code; what is to be said has been said.
 */
int names_run(enum personality personality, int count, char **arguments);

#endif
