/* SPDX-License-Identifier: ISC */
/** @file channel.h  Questions to name servers by c-ares, driven without blocking. */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include "wait.h"

#include <ares.h>

/**
 * Opens a channel, for the caller to destroy by ares_destroy() unless it is NULL.
 * @param name_servers  as in net_resolve_start().
 * @param name          what is looked up, for the error.
 * @return 0, MAILER_MEMORY or MAILER_SYSTEM.
 */
int net_channel_open(ares_channel *channel, const char *name_servers, const char *name,
                     struct mailer_error *error);

/** Does what can be done without waiting. @return 0 or MAILER_SYSTEM. */
int net_channel_process(ares_channel channel, struct mailer_error *error);

/** Adds what it waits for. */
void net_channel_wants(ares_channel channel, struct net_wait *wait);

#endif
