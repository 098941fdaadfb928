/* SPDX-License-Identifier: ISC */
/** @file provider.h  Mail providers that can be named instead of a server. */
#ifndef CLI_PROVIDER_H
#define CLI_PROVIDER_H

#include <stddef.h>

struct provider {
    const char *name;
    const char *host;
    const char *url;          /**< NULL: there is one for each customer or region */
    const char *login_advice; /**< what to do when the login is refused; NULL: nothing special */
};

/** The names that stand for a server, one after the other; NULL past the end. */
const char *provider_name(size_t index);

/** The provider of that name, in any case of letters, if it has one URL for all; or NULL. */
const struct provider *provider_by_name(const char *name);

/** The provider to which a host belongs, or NULL. */
const struct provider *provider_by_host(const char *host);

#endif
