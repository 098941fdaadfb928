/* SPDX-License-Identifier: ISC */
/** @file server_settings.h  The server to send to, from the options. */
#ifndef CLI_SERVER_SETTINGS_H
#define CLI_SERVER_SETTINGS_H

#include "options.h"
#include "server_address.h"

#include <mailer/send.h>

/**
 * Fills a server from the options, but for its password and trace.
 * @param options  receives the URLs of its servers.
 * @param server   borrows from the options; its url is NULL when a dry run names none.
 * @param address  what its URL says.
 * @return 0, EXIT_CODE_CONFIGURATION without a server, EXIT_CODE_USAGE for contradictions.
 */
int server_settings(struct send_options *options, struct mailer_server *server,
                    struct server_address *address, struct problem *problem);

/** The width of --wire, or fallback without it. */
enum mailer_wire server_settings_wire(const struct send_options *options,
                                      enum mailer_wire fallback);

#endif
