/* SPDX-License-Identifier: ISC */
/**
 * @file provider.h
 * Mail providers that can be named instead of a server, or found by an address.
 *
 * The table is providers.ini as it was when the program was built, or the administrator's file in
 * its place. It is read when it is first needed, once for the process.
 */
#ifndef CLI_PROVIDER_H
#define CLI_PROVIDER_H

#include "option/text_list.h"
#include "problem.h"

#include <stdbool.h>

struct provider {
    char *name;
    char *names;              /**< words; NULL: none, as below */
    char *domains;            /**< words */
    char *hosts;              /**< words */
    struct text_list servers; /**< URLs, the best first; owned; none: the advice says why */
    bool only_oauth;          /**< no password is taken */
    char *login_advice;       /**< what to do when the login is refused */
};

/** Zero: empty. */
struct provider_table {
    struct provider *providers;
    size_t count;
};

/**
 * Reads a table.
 * @param file  the administrator's; where there is none, the one of the build is read.
 */
int provider_table_read(struct provider_table *table, const char *file, struct problem *problem);

/** Gives a table back. */
void provider_table_free(struct provider_table *table);

/** Finds the provider of that name, in any case of letters, or NULL. */
int provider_by_name(const char *name, const struct provider **provider, struct problem *problem);

/** Finds the provider of a mail domain, or NULL. */
int provider_by_domain(const char *domain, const struct provider **provider,
                       struct problem *problem);

/** The provider with that host; NULL: none, or the table cannot be read. */
const struct provider *provider_by_host(const char *host);

#endif
