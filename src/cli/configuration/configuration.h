/* SPDX-License-Identifier: ISC */
/**
 * @file configuration.h
 * What configuration files give, for what neither the command line nor the environment does.
 *
 * Keys are the names of those options that have a variable in the environment. [account "NAME"] is
 * stronger than [defaults], and in each of them the user's file is stronger than the system's.
 */
#ifndef CLI_CONFIGURATION_CONFIGURATION_H
#define CLI_CONFIGURATION_CONFIGURATION_H

#include "configuration/ini_text.h"
#include "option/option.h"

#include <stdbool.h>

/** The files, weakest first. */
enum configuration_layer { LAYER_SYSTEM, LAYER_USER, LAYERS };

/** One setting. */
struct configuration_entry {
    enum configuration_layer layer;
    char *account;               /**< NULL: of [defaults] */
    const struct option *option; /**< NULL: another file of this layer has replaced it */
    char *value;
    const char *file;
    int line;
};

/** Zero: nothing. */
struct configuration {
    struct configuration_entry *entries; /**< in the order in which they were read */
    size_t count;
    struct text_list files; /**< those that were there; the strings are owned */
};

/**
 * Reads a file, and those that it includes.
 * @param set         the options that keys name.
 * @param must_exist  whether it is an error that it is not there.
 */
int configuration_read(struct configuration *configuration, enum configuration_layer layer,
                       const char *file, bool must_exist, const struct option_set *set,
                       struct problem *problem);

/** The account's first setting, with the name in any case of letters; NULL: no such account. */
const struct configuration_entry *configuration_find_account(const struct configuration *whole,
                                                             const char *name);

/** The strongest value of an option in an account, or in [defaults] (NULL); or NULL. */
const struct configuration_entry *configuration_find(const struct configuration *whole,
                                                     const char *account, const char *option);

/** The only or strongest account whose From has this address, else the only one of its domain. */
const struct configuration_entry *configuration_account_of(const struct configuration *whole,
                                                           const char *mailbox);

/** Whether a value is not for others to see: a password, or a URL with one. */
bool configuration_holds_secret(const struct option *option, const char *value);

/** Sets a problem that names an entry's file and line. */
int configuration_problem(struct problem *problem, const struct configuration_entry *entry,
                          const char *words);

/** The option of that name if it may be a key, else NULL. */
const struct option *configuration_key(const struct option_set *set, const char *name);

/** Wipes all values and gives everything back. */
void configuration_free(struct configuration *configuration);

#endif
