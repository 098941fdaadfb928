/* SPDX-License-Identifier: ISC */
/**
 * @file tunnel.h
 * Asks a proxy for a way to a server: SOCKS 5 (RFC 1928, 1929) or HTTP CONNECT (RFC 9110 9.3.6).
 *
 * A passive machine, octets in, octets out, and a function that drives it over a connection. The
 * proxy looks the server's name up, so that no name leaks past it. No octet behind the proxy's
 * answer is read: what follows is the server's.
 */
#ifndef NET_TUNNEL_H
#define NET_TUNNEL_H

#include "connection.h"

#include <stdbool.h>

enum net_tunnel_kind { NET_TUNNEL_SOCKS5 = 0, NET_TUNNEL_HTTP };

struct net_tunnel_options {
    enum net_tunnel_kind kind;
    const char *proxy; /**< its name, for errors */
    const char *host;  /**< the server: a name in ASCII, or an address */
    unsigned short port;
    const char *user;     /**< NULL or "": no login */
    const char *password; /**< NULL: "" */
};

struct net_tunnel;

/**
 * Makes one. The options are copied.
 * @return 0; MAILER_USAGE for what no proxy can be told: a host of more than 255 octets, with
 *         control characters, blanks or a scope, a user or password of more than 255 octets or with
 *         control characters, a user with a colon for HTTP; or MAILER_MEMORY.
 */
int net_tunnel_new(struct net_tunnel **tunnel, const struct net_tunnel_options *options,
                   struct mailer_error *error);

/** What is to be sent now; it may hold the password. @return its size; 0: nothing. */
size_t net_tunnel_out(const struct net_tunnel *tunnel, const char **bytes);

/** The first size octets of net_tunnel_out() have been sent: they are wiped. */
void net_tunnel_sent(struct net_tunnel *tunnel, size_t size);

/** How many octets may be read now without taking any from the server; 0 once it is done. */
size_t net_tunnel_room(const struct net_tunnel *tunnel);

/**
 * Takes octets from the proxy.
 * @param size  from 1 to net_tunnel_room().
 * @return NET_READY (the way is open), NET_WAITING, or MAILER_PROTOCOL (it does not speak as a
 * proxy of its kind), MAILER_AUTH (it wants a login, or another one), MAILER_CONNECT (it cannot, or
 *         does not want to, reach the server). After a failure, the tunnel is of no use any more.
 */
int net_tunnel_receive(struct net_tunnel *tunnel, const char *bytes, size_t size,
                       struct mailer_error *error);

/**
 * Goes on over a connection to the proxy.
 * @return as net_tunnel_receive(), or MAILER_NETWORK when the connection is lost.
 */
int net_tunnel_step(struct net_tunnel *tunnel, struct net_connection *connection,
                    struct mailer_error *error);

/** Adds what it waits for. */
void net_tunnel_wants(const struct net_tunnel *tunnel, const struct net_connection *connection,
                      struct net_wait *wait);

/** Wipes and frees. NULL is fine. */
void net_tunnel_free(struct net_tunnel *tunnel);

#endif
