/* SPDX-License-Identifier: ISC */
#include "memory_connection.h"

#include "connection_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t smaller(size_t one, size_t other)
{
    return one < other ? one : other;
}

static int memory_read(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                       struct mailer_error *error)
{
    (void)error;
    struct net_memory_peer *peer = connection->memory;
    size_t size = smaller(room, peer->to_client.size);
    if (peer->read_piece > 0)
        size = smaller(size, peer->read_piece);
    if (size == 0)
        return peer->closed ? NET_CLOSED : NET_WAITING;
    memcpy(bytes, peer->to_client.bytes, size);
    buffer_drop(&peer->to_client, size);
    *got = size;
    return NET_READY;
}

static int memory_write(struct net_connection *connection, const void *bytes, size_t size,
                        size_t *taken, struct mailer_error *error)
{
    struct net_memory_peer *peer = connection->memory;
    if (peer->closed)
        return NET_CLOSED;
    if (peer->write_piece > 0)
        size = smaller(size, peer->write_piece);
    if (peer->write_room > 0) {
        size_t held = smaller(peer->from_client.size, peer->write_room);
        size = smaller(size, peer->write_room - held);
    }
    if (size == 0)
        return NET_WAITING;
    if (!buffer_append(&peer->from_client, bytes, size))
        return error_set_memory(error);
    *taken = size;
    return NET_READY;
}

static void memory_wants(const struct net_connection *connection, bool writing,
                         struct net_wait *wait)
{
    (void)connection;
    (void)writing;
    (void)wait;
}

static bool memory_has_input(const struct net_connection *connection)
{
    return connection->memory->to_client.size > 0;
}

static bool memory_is_secure(const struct net_connection *connection)
{
    (void)connection;
    return false;
}

static void memory_close(struct net_connection *connection)
{
    connection->memory->abandoned = true;
}

static const struct net_connection_methods memory_methods = {
    .read = memory_read,
    .write = memory_write,
    .wants = memory_wants,
    .has_input = memory_has_input,
    .is_secure = memory_is_secure,
    .close = memory_close,
};

int net_memory_connection_new(struct net_connection **connection, struct net_memory_peer *peer,
                              struct mailer_error *error)
{
    *connection = calloc(1, sizeof **connection);
    if (*connection == NULL)
        return error_set_memory(error);
    (*connection)->methods = &memory_methods;
    (*connection)->descriptor = -1;
    (*connection)->memory = peer;
    snprintf((*connection)->peer, sizeof(*connection)->peer, "memory");
    snprintf((*connection)->local, sizeof(*connection)->local, "[127.0.0.1]");
    return 0;
}
