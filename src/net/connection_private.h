/* SPDX-License-Identifier: ISC */
/** @file connection_private.h  The inside of a connection, for the files of this box alone. */
#ifndef NET_CONNECTION_PRIVATE_H
#define NET_CONNECTION_PRIVATE_H

#include "connection.h"

struct net_memory_peer;
struct net_tls;

/** One kind of connection; each function is as its namesake in connection.h. */
struct net_connection_methods {
    int (*read)(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                struct mailer_error *error);
    int (*write)(struct net_connection *connection, const void *bytes, size_t size, size_t *taken,
                 struct mailer_error *error);
    void (*wants)(const struct net_connection *connection, bool writing, struct net_wait *wait);
    bool (*has_input)(const struct net_connection *connection);
    bool (*is_secure)(const struct net_connection *connection);
    void (*rest)(struct net_connection *connection);  /**< NULL: nothing to give back */
    void (*close)(struct net_connection *connection); /**< all but the struct itself */
};

struct net_connection {
    const struct net_connection_methods *methods;
    int descriptor;                 /**< a socket's, also below TLS; else -1 */
    struct net_memory_peer *memory; /**< of a memory connection, also below TLS */
    struct net_tls *tls;            /**< NULL without TLS */
    bool truncated;                 /**< TLS ended without close_notify */
    char peer[64];                  /**< kept, as a lost connection cannot be asked any more */
    char local[64];
};

/** Sets what a descriptor of a connection needs: non-blocking, closed by exec(), no SIGPIPE, no
 * waiting for more to send, signs of life while it is silent. @return 0 or errno. */
int net_descriptor_prepare(int descriptor);

/** As net_connection_from_descriptor(), for a descriptor that is prepared. */
int net_connection_adopt(struct net_connection **connection, int descriptor,
                         struct mailer_error *error);

#endif
