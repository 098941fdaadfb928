/* SPDX-License-Identifier: ISC */
/**
 * @file resolve.h
 * The addresses of a host, without blocking, by c-ares.
 *
 * c-ares: it reads the system's settings (resolv.conf, hosts, nsswitch.conf), never blocks, has a
 * time limit of its own, will look up SRV as well, and links nothing but libc. An address, and
 * "localhost" (RFC 6761), are answered without it.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "address.h"
#include "wait.h"

enum net_family { NET_FAMILY_ANY = 0, NET_FAMILY_IPV4, NET_FAMILY_IPV6 };

/** As many addresses of a host are kept. */
enum { NET_ADDRESS_LIMIT = 64 };

struct net_resolve;

/**
 * Starts looking up.
 * @param host  a name, an IPv4 or IPv6 address (without brackets).
 * @param name_servers  to ask in place of the system's, such as "127.0.0.1:5353"; NULL: the
 *                      system's.
 * @return 0, MAILER_USAGE for a host that can be none (empty, control characters, over 255 octets),
 *         MAILER_MEMORY or MAILER_SYSTEM.
 */
int net_resolve_start(struct net_resolve **resolve, const char *host, unsigned short port,
                      enum net_family family, const char *name_servers, struct mailer_error *error);

/**
 * Goes on.
 * @return NET_READY, NET_WAITING, or negative: MAILER_RESOLVE when the name does not exist or has
 * no address; MAILER_NETWORK when no name server answers.
 */
int net_resolve_step(struct net_resolve *resolve, struct mailer_error *error);

/** Adds what it waits for. */
void net_resolve_wants(const struct net_resolve *resolve, struct net_wait *wait);

/** The addresses, in the order of RFC 6724, the families in turn (RFC 8305 4), once it is ready. */
const struct net_address *net_resolve_addresses(const struct net_resolve *resolve, size_t *count);

/** NULL is fine. */
void net_resolve_free(struct net_resolve *resolve);

/** Whether host is "localhost", below it, or a loopback address (127.0.0.0/8, ::1). */
bool net_host_is_loopback(const char *host);

/** Whether host is an IPv4 or IPv6 address, a scope such as "%eth0" behind it or not. */
bool net_host_is_address(const char *host);

#endif
