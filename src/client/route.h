/* SPDX-License-Identifier: ISC */
/**
 * @file route.h
 * Where messages can go: servers to try in turn, and what connections to the same one share.
 */
#ifndef CLIENT_ROUTE_H
#define CLIENT_ROUTE_H

#include "discover.h"
#include "server.h"
#include "tls.h"
#include "tree/cursor.h"

/** One server, or a mail domain whose servers stand behind it once they are known. */
struct stop {
    struct server server;
    struct net_tls_context *tls_context; /**< of its connections; made by the first one */
    struct discovery *discovery;         /**< a domain's, while it is looked up */
    bool looked_up;                      /**< a domain: its servers are the next stops */
    struct stop *next;                   /**< or NULL */
};

struct route {
    struct stop *first;
    struct mime_scratch scratch; /**< for whichever session reads a message just now */
};

/**
 * Reads all servers of the options, which are borrowed.
 * @return 0, MAILER_MEMORY, or as server_read().
 */
int route_new(struct route **route, const struct mailer_server *given, struct mailer_error *error);

/** Limits the messages on the way over each connection; 0: as many as a session can. */
void route_set_window(struct route *route, unsigned window);

/**
 * Looks a mail domain up, without waiting; several may ask at the same time.
 * @return NET_READY once its servers are the next stops, NET_WAITING, or as discovery_step().
 */
int route_look_up(struct stop *stop, struct mailer_error *error);

/** Wipes and frees; no session may use it any more. NULL is fine. */
void route_free(struct route *route);

#endif
