/* SPDX-License-Identifier: ISC */
#include "tunnel.h"

#include "address.h"
#include "resolve.h"
#include "text.h"
#include "tunnel_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one gate for what goes into a request: it can be nothing but one word of one line. */
static bool is_sayable_host(const char *host)
{
    size_t length = strlen(host);
    if (length == 0 || length > TUNNEL_NAME_LIMIT)
        return false;
    for (const char *c = host; *c != '\0'; c++)
        if (!text_is_letter(*c) && !text_is_digit(*c) && strchr("-._:", *c) == NULL)
            return false;
    return strchr(host, ':') == NULL || net_host_is_address(host);
}

static int take_host(struct net_tunnel *tunnel, const char *host, struct mailer_error *error)
{
    if (!is_sayable_host(host))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "no proxy can be asked for the host \"%.80s\"", host);
    memcpy(tunnel->host, host, strlen(host) + 1);
    return 0;
}

static int take_login(struct net_tunnel *tunnel, const struct net_tunnel_options *options,
                      struct mailer_error *error)
{
    const char *user = options->user != NULL ? options->user : "";
    const char *password = options->password != NULL ? options->password : "";
    bool is_http = options->kind == NET_TUNNEL_HTTP;
    if (strlen(user) > TUNNEL_NAME_LIMIT || strlen(password) > TUNNEL_NAME_LIMIT ||
        text_has_control(user, strlen(user)) || text_has_control(password, strlen(password)) ||
        (is_http && strchr(user, ':') != NULL))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "the user or the password for the proxy %s has over 255 octets, control "
                         "characters, or a colon in the user",
                         options->proxy);
    memcpy(tunnel->user, user, strlen(user) + 1);
    memcpy(tunnel->password, password, strlen(password) + 1);
    return 0;
}

int net_tunnel_new(struct net_tunnel **tunnel, const struct net_tunnel_options *options,
                   struct mailer_error *error)
{
    *tunnel = NULL;
    struct net_tunnel *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    snprintf(made->proxy, sizeof made->proxy, "%s", options->proxy);
    made->port = options->port;
    int result = take_host(made, options->host, error);
    if (result == 0)
        result = take_login(made, options, error);
    if (result != 0) {
        net_tunnel_free(made);
        return result;
    }
    if (options->kind == NET_TUNNEL_HTTP)
        tunnel_http_start(made);
    else
        tunnel_socks_start(made);
    *tunnel = made;
    return 0;
}

void net_tunnel_free(struct net_tunnel *tunnel)
{
    if (tunnel == NULL)
        return;
    explicit_bzero(tunnel, sizeof *tunnel);
    free(tunnel);
}

void tunnel_put(struct net_tunnel *tunnel, const void *bytes, size_t size)
{
    assert(size <= sizeof tunnel->out - tunnel->out_end);
    memcpy(tunnel->out + tunnel->out_end, bytes, size);
    tunnel->out_end += size;
}

size_t net_tunnel_out(const struct net_tunnel *tunnel, const char **bytes)
{
    *bytes = tunnel->out + tunnel->out_start;
    return tunnel->state == TUNNEL_FAILED ? 0 : tunnel->out_end - tunnel->out_start;
}

void net_tunnel_sent(struct net_tunnel *tunnel, size_t size)
{
    assert(size <= tunnel->out_end - tunnel->out_start);
    explicit_bzero(tunnel->out + tunnel->out_start, size);
    tunnel->out_start += size;
    if (tunnel->out_start == tunnel->out_end)
        tunnel->out_start = tunnel->out_end = 0;
}

size_t net_tunnel_room(const struct net_tunnel *tunnel)
{
    if (tunnel->state >= TUNNEL_DONE)
        return 0;
    size_t room =
        tunnel->state == TUNNEL_HEADER ? tunnel_http_room(tunnel) : tunnel_socks_room(tunnel);
    size_t left = sizeof tunnel->in - tunnel->in_size;
    return room < left ? room : left;
}

int net_tunnel_receive(struct net_tunnel *tunnel, const char *bytes, size_t size,
                       struct mailer_error *error)
{
    assert(size > 0 && size <= net_tunnel_room(tunnel));
    memcpy(tunnel->in + tunnel->in_size, bytes, size);
    tunnel->in_size += size;
    int result = tunnel->state == TUNNEL_HEADER ? tunnel_http_read(tunnel, error)
                                                : tunnel_socks_read(tunnel, error);
    if (result == NET_WAITING && tunnel->in_size == sizeof tunnel->in)
        result = error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                           "the proxy %s says too much", tunnel->proxy);
    if (result == NET_READY)
        tunnel->state = TUNNEL_DONE;
    if (result < 0)
        tunnel->state = TUNNEL_FAILED;
    return result;
}

/* Sends all there is. @return NET_READY, NET_WAITING or negative. */
static int send_all(struct net_tunnel *tunnel, struct net_connection *connection,
                    struct mailer_error *error)
{
    int result = NET_READY;
    const char *bytes = NULL;
    size_t size = net_tunnel_out(tunnel, &bytes);
    while (result == NET_READY && size > 0) {
        size_t taken = 0;
        result = net_connection_write(connection, bytes, size, &taken, error);
        net_tunnel_sent(tunnel, taken);
        size = net_tunnel_out(tunnel, &bytes);
    }
    return result;
}

int net_tunnel_step(struct net_tunnel *tunnel, struct net_connection *connection,
                    struct mailer_error *error)
{
    int result = NET_WAITING;
    for (bool again = true; again && result == NET_WAITING;) {
        result = send_all(tunnel, connection, error);
        if (result != NET_READY)
            break;
        char bytes[512];
        size_t room = net_tunnel_room(tunnel);
        size_t got = 0;
        result = net_connection_read(connection, bytes, room < sizeof bytes ? room : sizeof bytes,
                                     &got, error);
        again = result == NET_READY;
        if (again)
            result = net_tunnel_receive(tunnel, bytes, got, error);
    }
    if (result == NET_CLOSED)
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_CONNECT,
                         "the proxy %s closed the connection before it had reached %s",
                         tunnel->proxy, tunnel->host);
    return result;
}

void net_tunnel_wants(const struct net_tunnel *tunnel, const struct net_connection *connection,
                      struct net_wait *wait)
{
    const char *bytes = NULL;
    net_connection_wants(connection, net_tunnel_out(tunnel, &bytes) > 0, wait);
}
