/* SPDX-License-Identifier: ISC */
/** @file discover.h  From a mail domain (srv:example.org) to its servers. */
#ifndef CLIENT_DISCOVER_H
#define CLIENT_DISCOVER_H

#include "server.h"
#include "service.h"

/**
 * Looks a server's domain up, waiting as long as the server's settings have it.
 * @param servers  receives servers to try in turn, with every setting, for the caller to free.
 * @return 0 and a count of at least 1, MAILER_MEMORY, as net_service_step(), or as
 *         discover_servers().
 */
int discover(const struct server *domain, struct server **servers, size_t *count,
             struct mailer_error *error);

/**
 * Makes servers of targets. The DNS is not to be trusted, so only a host in the domain itself is
 * taken, whose certificate then proves it (RFC 6186 6), and only one that fits the TLS mode.
 * @param servers  of NET_SERVICE_LIMIT * 2.
 * @return 0, or MAILER_TLS when none is left; the text says which server to give, or that
 *         there is one for the other TLS mode only.
 */
int discover_servers(const struct server *domain, const struct net_service_target *targets,
                     size_t target_count, struct server *servers, size_t *count,
                     struct mailer_error *error);

#endif
