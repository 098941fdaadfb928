/* SPDX-License-Identifier: ISC */
/**
 * @file configure.h
 * Gives the options of sending what the configuration has for them: -S, then the account, then
 * [defaults].
 *
 * The account is that of --account, else that of the sender's address or its domain, else the one
 * that [defaults] names. A server from elsewhere is not told who logs in at the account's server:
 * then an account counts only by --account, and no login is taken from [defaults].
 */
#ifndef CLI_CONFIGURATION_CONFIGURE_H
#define CLI_CONFIGURATION_CONFIGURE_H

#include "configuration/configuration.h"
#include "options.h"

/** Stores what -S gives as if it were options, under our names and those of s-nail. */
int configure_settings(struct send_options *options, struct problem *problem);

/** Reads the files that options->config_file and -n leave, into options->configuration. */
int configure_read(struct send_options *options, struct problem *problem);

/**
 * Stores what the configuration has for what the options leave open. Passwords that are not used
 * are wiped.
 */
int configure_apply(struct send_options *options, struct problem *problem);

/** The path of the user's file, to be freed; NULL without a home. */
char *configure_user_file(void);

#endif
