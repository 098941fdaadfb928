/* SPDX-License-Identifier: ISC */
/** @file client_key.h  The key of the certificate that is shown to the server, and its pass phrase.
 */
#ifndef CLI_CLIENT_KEY_H
#define CLI_CLIENT_KEY_H

#include "options.h"

#include <mailer/send.h>

struct client_key {
    const struct send_options *options;
    struct problem problem; /**< why there is no pass phrase, once it was asked for in vain */
};

/**
 * Makes a server use the options' certificate.
 * @param key  borrowed by the server, to ask for the pass phrase.
 * @return 0, or EXIT_CODE_CONFIGURATION for a file that is missing, and for a key that others may
 *         read.
 */
int client_key_use(struct client_key *key, const struct send_options *options,
                   struct mailer_server *server, struct problem *problem);

#endif
