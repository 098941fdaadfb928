/* SPDX-License-Identifier: ISC */
/**
 * @file dial.h
 * From a host's name to a connection: looking up, then the addresses raced, each try starting
 * NET_DIAL_STAGGER milliseconds after the one before, or at once when that has failed (RFC 8305).
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include "connection.h"
#include "resolve.h"
#include "wait.h"

enum { NET_DIAL_STAGGER = 250 };

struct net_dial_options {
    const char *host; /**< with a path: how to call the socket in errors */
    const char *path; /**< of a local socket to connect to, in place of host and port; or NULL */
    unsigned short port;
    enum net_family family;
    const char *source;       /**< connect from this address, which is of that family; or NULL */
    int64_t resolve_timeout;  /**< milliseconds for looking up */
    int64_t connect_timeout;  /**< milliseconds for one address; those of a path begin with
                                   net_dial_start() */
    const char *name_servers; /**< as in net_resolve_start() */
};

struct net_dial;

/**
 * Starts. The options are copied.
 * @return as net_resolve_start(); MAILER_USAGE for a path that is too long, and a source that is no
 *         address.
 */
int net_dial_start(struct net_dial **dial, const struct net_dial_options *options,
                   struct mailer_error *error);

/**
 * Goes on.
 * @param now         clock_milliseconds().
 * @param connection  receives the connection, for the caller to close, when it is ready.
 * TCP_NODELAY is set on it.
 * @return NET_READY, NET_WAITING, or negative: as net_resolve_step(), or MAILER_CONNECT when no
 * address took the connection; the text names host, port, and why the first address did not.
 */
int net_dial_step(struct net_dial *dial, int64_t now, struct net_connection **connection,
                  struct mailer_error *error);

/** Adds what it waits for. */
void net_dial_wants(const struct net_dial *dial, struct net_wait *wait);

/** Stops, and closes what is not the winner. NULL is fine. */
void net_dial_free(struct net_dial *dial);

#endif
