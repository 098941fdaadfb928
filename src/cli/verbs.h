/* SPDX-License-Identifier: ISC */
/**
 * @file verbs.h
 * The commands of the program. A word is a verb only as the first argument; without a verb the
 * program sends.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "buffer.h"
#include "option/option.h"
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
verb_run check_verb;
verb_run compose_verb;
verb_run accounts_verb;
verb_run serve_verb; /**< sendmail -bs: SMTP on the standard descriptors */

struct verb {
    const char *name;
    const char *usage; /**< what follows the name */
    const char *help;
    verb_run *run; /**< NULL: not built yet */
    const struct option_set *options;
    const char *words; /**< one of which follows, with spaces between; NULL: none */
};

/** The options of the verbs; those of sending are in options.h. */
extern const struct option_set catch_option_set;
extern const struct option_set accounts_option_set;

/** The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/** One verb after the other, in the order of the help; NULL past the end. */
const struct verb *verb_at(size_t index);

/** Adds a line of help for each verb that is built. */
void verb_append_help(struct buffer *buffer);

/** Runs what the command line of the whole program says. */
int verb_run_arguments(int count, char **arguments);

/** Writes a finished help text to standard output and frees it. */
int verb_show(struct buffer *buffer);

#endif
