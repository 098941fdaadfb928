/* SPDX-License-Identifier: ISC */
/** @file discover.h  From a mail domain (srv:example.org) to its servers. */
#ifndef CLIENT_DISCOVER_H
#define CLIENT_DISCOVER_H

#include "server.h"
#include "service.h"

/** As many servers of a domain are found at most. */
enum { DISCOVERY_LIMIT = 2 * NET_SERVICE_LIMIT };

struct discovery;

/**
 * Starts looking a domain up, for as long as its settings have it. They are copied, and what they
 * borrow must outlive the servers that are found.
 * @return 0, MAILER_MEMORY, or as net_service_start().
 */
int discovery_start(struct discovery **discovery, const struct server *domain,
                    struct mailer_error *error);

/**
 * Goes on, without waiting.
 * @param servers  receives servers to try in turn, with every setting.
 * @return NET_READY and a count of at least 1, NET_WAITING, MAILER_NETWORK when the time is over,
 *         as net_service_step(), or as discover_servers().
 */
int discovery_step(struct discovery *discovery, struct server servers[static DISCOVERY_LIMIT],
                   size_t *count, struct mailer_error *error);

/** Adds what it waits for. */
void discovery_wants(const struct discovery *discovery, struct net_wait *wait);

/** NULL is fine. */
void discovery_free(struct discovery *discovery);

/**
 * Makes servers of targets. The DNS is not to be trusted, so only a host in the domain itself is
 * taken, whose certificate then proves it (RFC 6186 6), and only one that fits the TLS mode.
 * @param servers  of DISCOVERY_LIMIT.
 * @return 0, or MAILER_TLS when none is left; the text says which server to give, or that
 *         there is one for the other TLS mode only.
 */
int discover_servers(const struct server *domain, const struct net_service_target *targets,
                     size_t target_count, struct server *servers, size_t *count,
                     struct mailer_error *error);

#endif
