/* SPDX-License-Identifier: ISC */
/**
 * @file option.h
 * Options of a command as rows of one table, from which the parser, the environment and the help
 * are made.
 *
 * A long option is --name, --name VALUE or --name=VALUE. Letters are -v, -vd, -s VALUE or -sVALUE,
 * but for what is a long option's name behind one dash: -bcc is an error, and not -b cc.
 * Options may stand anywhere among the other words; -- ends them.
 */
#ifndef CLI_OPTION_OPTION_H
#define CLI_OPTION_OPTION_H

#include "option/text_list.h"
#include "problem.h"

#include <stdbool.h>
#include <stddef.h>

/** How an option is kept; offset says where. */
enum option_kind {
    OPTION_FLAG = 0, /**< bool: true */
    OPTION_COUNT,    /**< unsigned: how often it was given */
    OPTION_TEXT,     /**< const char *: the last one given, borrowed */
    OPTION_LIST,     /**< struct text_list: all of them, borrowed */
    OPTION_NUMBER,   /**< int, from minimum to maximum */
    OPTION_CHOICE,   /**< unsigned: 1 for the first word of argument, such as "yes|no" */
    OPTION_SECRET,   /**< struct secret: copied, and wiped where it stood */
    OPTION_CUSTOM,   /**< whatever its store function does */
    OPTION_IGNORED   /**< taken and forgotten */
};

struct option {
    const char *name;     /**< without its dashes; NULL: letters only */
    const char *letters;  /**< each of them alone is the option too; NULL: none */
    const char *argument; /**< what the help calls it, or the choices; NULL: takes none */
    const char *help;     /**< NULL: not shown */
    int section;          /**< index of its heading in struct option_set */
    enum option_kind kind;
    size_t offset;
    int minimum; /**< of OPTION_NUMBER */
    int maximum;
    bool once;           /**< a second one is an error (65: it is the caller's data) */
    bool may_be_empty;   /**< "" is a value */
    bool in_environment; /**< MAILER_NAME gives it where the command line does not */
    unsigned commands;   /**< the commands that have it besides sending: bits of their own */
    int group;           /**< options of one group exclude each other, and have names; 0: none */
    int (*store)(void *values, char *argument, struct problem *problem); /**< of OPTION_CUSTOM */
};

/** The options of a command. */
struct option_set {
    const struct option *options;
    size_t count; /**< at most OPTION_SET_LIMIT */
    const char *const *sections;
    size_t section_count;
    unsigned command; /**< its bit, where it has a part of the table only; 0: all of it */
};

enum { OPTION_SET_LIMIT = 96 };

/** What the parser saw. Start from zero. */
struct option_state {
    bool given[OPTION_SET_LIMIT]; /**< by index in the table */
    bool found[OPTION_SET_LIMIT]; /**< in the environment or a file, where they look for others */
    struct text_list operands;    /**< what is no option */
};

/**
 * Reads the words behind the command's name.
 * @param arguments  count words, ended by NULL; secrets in them are wiped.
 * @param values     the struct that the offsets point into.
 * @return 0, or EXIT_CODE_USAGE, EXIT_CODE_DATA or EXIT_CODE_SYSTEM.
 */
int option_parse(const struct option_set *set, int count, char **arguments,
                 struct option_state *state, void *values, struct problem *problem);

/**
 * Stores one value as the option's kind has it.
 * @param spelling  how the option was given, such as "-s" or "MAILER_TLS", for the error's text.
 * @param argument  NULL for an option without one.
 */
int option_store(const struct option *option, const char *spelling, char *argument, void *values,
                 struct problem *problem);

/** Whether an option of the set's table is in the set. */
bool option_is_in(const struct option_set *set, const struct option *option);

/** Whether an option has a value already, or excludes itself as another of its group has one. */
bool option_is_settled(const struct option_set *set, const struct option_state *state,
                       const struct option *option);

/** Whether an option of that group was given. */
bool option_group_given(const struct option_set *set, const struct option_state *state, int group);

/** The name of the set that is nearest to a mistyped one, or NULL when none is near. */
const char *option_suggestion(const struct option_set *set, const char *name, size_t size);

#endif
