/* SPDX-License-Identifier: ISC */
/** @file mechanism.h  The ways to log in, and which of those offered is taken; only for this box.
 */
#ifndef AUTH_MECHANISM_H
#define AUTH_MECHANISM_H

#include "sasl.h"

#include <stddef.h>

/** What stands in place of a secret. */
enum auth_proof {
    AUTH_BY_PASSWORD = 0,
    AUTH_BY_TOKEN,       /**< of OAuth 2, given as the password */
    AUTH_BY_CERTIFICATE, /**< the client's, shown in TLS */
    AUTH_BY_TICKET       /**< of Kerberos */
};

struct auth_mechanism {
    const char *name;
    enum auth_proof proof;
    bool reveals; /**< the password or token, to everyone who reads along */
    bool client_first;
    bool salted;     /**< the server says how many rounds of hashing it takes */
    bool binds;      /**< to the TLS connection */
    bool when_named; /**< is used only where the caller names it */
};

/** Whether libgsasl was built with a mechanism. */
typedef bool auth_supports_function(void *context, const char *name);

/**
 * The strongest mechanism that is offered, allowed, not refused before, has what it needs, and is
 * supported; else NULL.
 */
const struct auth_mechanism *auth_mechanism_choose(const struct auth_sasl_options *options,
                                                   const char *offered,
                                                   auth_supports_function *supports, void *context);

/** Why none was chosen. @return MAILER_AUTH or MAILER_MEMORY. */
int auth_mechanism_explain(const struct auth_sasl_options *options, const char *offered,
                           struct mailer_error *error);

#endif
