/* SPDX-License-Identifier: ISC */
#include "connection.h"

#include "address.h"
#include "connection_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where it does not exist, SO_NOSIGPIPE does its work; see net_descriptor_prepare(). */
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static bool would_wait(int code)
{
    return code == EAGAIN || code == EWOULDBLOCK;
}

static int lost(const struct net_connection *connection, int code, struct mailer_error *error)
{
    return error_set_system(error, MAILER_NETWORK, MAILER_STAGE_NONE, code,
                            "the connection to %s was lost", connection->peer);
}

static int socket_read(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                       struct mailer_error *error)
{
    ssize_t count;
    do
        count = recv(connection->descriptor, bytes, room, 0);
    while (count < 0 && errno == EINTR);
    if (count > 0) {
        *got = (size_t)count;
        return NET_READY;
    }
    if (count == 0)
        return NET_CLOSED;
    return would_wait(errno) ? NET_WAITING : lost(connection, errno, error);
}

static int socket_write(struct net_connection *connection, const void *bytes, size_t size,
                        size_t *taken, struct mailer_error *error)
{
    ssize_t count;
    do
        count = send(connection->descriptor, bytes, size, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count >= 0) {
        *taken = (size_t)count;
        return NET_READY;
    }
    if (errno == EPIPE)
        return NET_CLOSED;
    return would_wait(errno) ? NET_WAITING : lost(connection, errno, error);
}

static void socket_wants(const struct net_connection *connection, bool writing,
                         struct net_wait *wait)
{
    net_wait_add(wait, connection->descriptor, (short)(writing ? POLLIN | POLLOUT : POLLIN));
}

static bool socket_has_input(const struct net_connection *connection)
{
    (void)connection;
    return false;
}

static bool socket_is_secure(const struct net_connection *connection)
{
    (void)connection;
    return false;
}

static void socket_close(struct net_connection *connection)
{
    close(connection->descriptor);
}

static const struct net_connection_methods socket_methods = {
    .read = socket_read,
    .write = socket_write,
    .wants = socket_wants,
    .has_input = socket_has_input,
    .is_secure = socket_is_secure,
    .close = socket_close,
};

/*
 * A reply may take ten minutes (RFC 5321 4.5.3.2.6), and a router in between may forget a silent
 * connection within five: a sign of life each minute keeps it, or tells that nobody is there.
 */
static void keep_alive(int descriptor)
{
    const int on = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#if defined TCP_KEEPIDLE && defined TCP_KEEPINTVL
    const int idle = 60;
    const int interval = 20;
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
#endif
}

int net_descriptor_prepare(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) < 0)
        return errno;
    /* They may fail: a local socket has no such options, and does without. */
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    keep_alive(descriptor);
#ifdef SO_NOSIGPIPE
    setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return 0;
}

static void describe_ends(struct net_connection *connection)
{
    char text[NET_ADDRESS_TEXT_SIZE];
    struct net_address local = {.length = sizeof local.address};
    struct net_address peer = {.length = sizeof peer.address};
    if (getsockname(connection->descriptor, (struct sockaddr *)&local.address, &local.length) != 0)
        local.address.ss_family = AF_UNSPEC;
    if (getpeername(connection->descriptor, (struct sockaddr *)&peer.address, &peer.length) != 0)
        peer.address.ss_family = AF_UNSPEC;

    bool is_ipv6 = peer.address.ss_family == AF_INET6;
    net_address_text(&peer, text);
    if (net_address_port(&peer) == 0)
        snprintf(connection->peer, sizeof connection->peer, "%s", text);
    else
        snprintf(connection->peer, sizeof connection->peer, is_ipv6 ? "[%.54s]:%u" : "%.54s:%u",
                 text, (unsigned)net_address_port(&peer));

    /* RFC 5321 4.1.3 knows no scope, and no local socket. */
    net_address_text(&local, text);
    text[strcspn(text, "%")] = '\0';
    if (local.address.ss_family == AF_INET6)
        snprintf(connection->local, sizeof connection->local, "[IPv6:%.56s]", text);
    else
        snprintf(connection->local, sizeof connection->local, "[%.60s]",
                 local.address.ss_family == AF_INET ? text : "127.0.0.1");
}

int net_connection_adopt(struct net_connection **connection, int descriptor,
                         struct mailer_error *error)
{
    *connection = NULL;
    struct net_connection *made = calloc(1, sizeof *made);
    if (made == NULL) {
        close(descriptor);
        return error_set_memory(error);
    }
    made->methods = &socket_methods;
    made->descriptor = descriptor;
    describe_ends(made);
    *connection = made;
    return 0;
}

int net_connection_from_descriptor(struct net_connection **connection, int descriptor,
                                   struct mailer_error *error)
{
    *connection = NULL;
    int code = net_descriptor_prepare(descriptor);
    if (code == 0)
        return net_connection_adopt(connection, descriptor, error);
    close(descriptor);
    return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, code, "cannot use the socket");
}

int net_connection_read(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                        struct mailer_error *error)
{
    *got = 0;
    return connection->methods->read(connection, bytes, room, got, error);
}

int net_connection_write(struct net_connection *connection, const void *bytes, size_t size,
                         size_t *taken, struct mailer_error *error)
{
    *taken = 0;
    return connection->methods->write(connection, bytes, size, taken, error);
}

size_t net_connection_unconfirmed(const struct net_connection *connection)
{
    int count = 0;
#ifdef TIOCOUTQ /* of sockets too in Linux: SIOCOUTQ */
    if (connection->descriptor < 0 || ioctl(connection->descriptor, TIOCOUTQ, &count) != 0)
        count = 0;
#else
    (void)connection;
#endif
    return count > 0 ? (size_t)count : 0;
}

bool net_connection_has_input(const struct net_connection *connection)
{
    return connection->methods->has_input(connection);
}

void net_connection_rest(struct net_connection *connection)
{
    if (connection->methods->rest != NULL)
        connection->methods->rest(connection);
}

void net_connection_wants(const struct net_connection *connection, bool writing,
                          struct net_wait *wait)
{
    connection->methods->wants(connection, writing, wait);
}

bool net_connection_is_secure(const struct net_connection *connection)
{
    return connection->methods->is_secure(connection);
}

bool net_connection_was_truncated(const struct net_connection *connection)
{
    return connection->truncated;
}

void net_connection_local_literal(const struct net_connection *connection, char text[static 64])
{
    snprintf(text, 64, "%s", connection->local);
}

void net_connection_peer(const struct net_connection *connection, char text[static 64])
{
    snprintf(text, 64, "%s", connection->peer);
}

void net_connection_close(struct net_connection *connection)
{
    if (connection == NULL)
        return;
    connection->methods->close(connection);
    free(connection);
}
