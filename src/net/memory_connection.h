/* SPDX-License-Identifier: ISC */
/** @file memory_connection.h  A connection whose other end is in this process, for tests. */
#ifndef NET_MEMORY_CONNECTION_H
#define NET_MEMORY_CONNECTION_H

#include "buffer.h"
#include "connection.h"

/** The other end. Fill to_client, read and drop from_client. The test owns it; it outlives the
 * connection. */
struct net_memory_peer {
    struct buffer to_client;
    struct buffer from_client;
    size_t read_piece;  /**< a read gives no more than this; 0: all */
    size_t write_piece; /**< a write takes no more than this; 0: all */
    size_t write_room;  /**< writing waits once from_client holds this much; 0: never */
    bool closed;        /**< once to_client is empty, reads give NET_CLOSED; writes do at once */
    bool abandoned;     /**< set when the client closes the connection */
};

/** Makes a connection to peer. @return 0 or MAILER_MEMORY. */
int net_memory_connection_new(struct net_connection **connection, struct net_memory_peer *peer,
                              struct mailer_error *error);

#endif
