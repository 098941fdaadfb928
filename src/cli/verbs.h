/* SPDX-License-Identifier: ISC */
/**
 * @file verbs.h
 * The commands of the program. A word is a verb only as the first argument; without a verb the
 * program sends.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "buffer.h"
#include "problem.h"

/**
 * Runs a command.
 * @param count      of the words behind the verb; they are ended by NULL.
 * @param arguments  may be written to, as passwords in them are wiped.
 * @return the exit code; what is to be said has been said.
 */
typedef int verb_run(int count, char **arguments);

verb_run send_verb;
verb_run catch_verb;
verb_run compose_verb;
verb_run accounts_verb;

struct verb {
    const char *name;
    const char *usage; /**< what follows the name */
    const char *help;
    verb_run *run; /**< NULL: not built yet */
};

/** The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/** Adds a line of help for each verb that is built. */
void verb_append_help(struct buffer *buffer);

/** Runs what the command line of the whole program says. */
int verb_run_arguments(int count, char **arguments);

/** Writes a finished help text to standard output and frees it. */
int verb_show(struct buffer *buffer);

#endif
