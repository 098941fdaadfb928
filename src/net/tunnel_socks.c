/* SPDX-License-Identifier: ISC */
#include "address.h"
#include "tunnel_private.h"

#include <netinet/in.h>
#include <string.h>

enum {
    VERSION = 5,
    LOGIN_VERSION = 1,
    METHOD_NONE = 0,
    METHOD_PASSWORD = 2,
    COMMAND_CONNECT = 1,
    TYPE_IPV4 = 1,
    TYPE_NAME = 3,
    TYPE_IPV6 = 4,
    HEAD = 5 /* of a reply: version, reply, reserved, type, first octet of the address */
};

static void put_octet(struct net_tunnel *tunnel, size_t octet)
{
    const unsigned char one = (unsigned char)octet;
    tunnel_put(tunnel, &one, 1);
}

static void put_counted(struct net_tunnel *tunnel, const char *text)
{
    put_octet(tunnel, strlen(text));
    tunnel_put(tunnel, text, strlen(text));
}

static size_t octet(const struct net_tunnel *tunnel, size_t at)
{
    return (unsigned char)tunnel->in[at];
}

void tunnel_socks_start(struct net_tunnel *tunnel)
{
    bool has_login = tunnel->user[0] != '\0';
    put_octet(tunnel, VERSION);
    put_octet(tunnel, has_login ? 2 : 1);
    put_octet(tunnel, METHOD_NONE);
    if (has_login)
        put_octet(tunnel, METHOD_PASSWORD);
    tunnel->state = TUNNEL_METHOD;
}

/* RFC 1929. */
static void log_in(struct net_tunnel *tunnel)
{
    put_octet(tunnel, LOGIN_VERSION);
    put_counted(tunnel, tunnel->user);
    put_counted(tunnel, tunnel->password);
    explicit_bzero(tunnel->password, sizeof tunnel->password);
    tunnel->state = TUNNEL_LOGIN;
}

static void ask(struct net_tunnel *tunnel)
{
    put_octet(tunnel, VERSION);
    put_octet(tunnel, COMMAND_CONNECT);
    put_octet(tunnel, 0);
    struct net_address address;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    if (!net_address_parse(&address, tunnel->host, 0)) {
        put_octet(tunnel, TYPE_NAME);
        put_counted(tunnel, tunnel->host);
    } else if (address.address.ss_family == AF_INET) {
        memcpy(&ipv4, &address.address, sizeof ipv4);
        put_octet(tunnel, TYPE_IPV4);
        tunnel_put(tunnel, &ipv4.sin_addr, sizeof ipv4.sin_addr);
    } else {
        memcpy(&ipv6, &address.address, sizeof ipv6);
        put_octet(tunnel, TYPE_IPV6);
        tunnel_put(tunnel, &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
    }
    put_octet(tunnel, tunnel->port >> 8);
    put_octet(tunnel, tunnel->port & 0xFF);
    tunnel->state = TUNNEL_REPLY;
}

/* The size of what the state waits for, from its first octet. */
static size_t wanted(const struct net_tunnel *tunnel)
{
    if (tunnel->state == TUNNEL_REPLY)
        return HEAD;
    if (tunnel->state != TUNNEL_ADDRESS)
        return 2;
    size_t type = octet(tunnel, 3);
    size_t address = type == TYPE_IPV4 ? 4 : type == TYPE_IPV6 ? 16 : 1 + octet(tunnel, 4);
    return 4 + address + 2;
}

size_t tunnel_socks_room(const struct net_tunnel *tunnel)
{
    return wanted(tunnel) - tunnel->in_size;
}

static int refuse(const struct net_tunnel *tunnel, struct mailer_error *error)
{
    static const char *const reasons[] = {NULL,
                                          "general failure",
                                          "not allowed by its rules",
                                          "network unreachable",
                                          "host unreachable, or no such host",
                                          "connection refused",
                                          "it took too long",
                                          "it cannot connect for others",
                                          "it knows no such kind of address"};
    size_t reply = octet(tunnel, 1);
    bool known = reply < sizeof reasons / sizeof *reasons;
    return error_set(error, MAILER_CONNECT, MAILER_STAGE_CONNECT,
                     "the proxy %s cannot connect to %s, port %u: %s (reply %zu)", tunnel->proxy,
                     tunnel->host, (unsigned)tunnel->port,
                     known ? reasons[reply] : "no reason given", reply);
}

static int no_socks(const struct net_tunnel *tunnel, struct mailer_error *error)
{
    return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_CONNECT,
                     "%s does not answer as a SOCKS 5 proxy does", tunnel->proxy);
}

static int take_method(struct net_tunnel *tunnel, struct mailer_error *error)
{
    size_t method = octet(tunnel, 1);
    bool has_login = tunnel->user[0] != '\0';
    if (method == METHOD_NONE) {
        ask(tunnel);
    } else if (method == METHOD_PASSWORD && has_login) {
        log_in(tunnel);
    } else if (method == 0xFF) {
        return error_set(error, MAILER_AUTH, MAILER_STAGE_CONNECT,
                         has_login ? "the proxy %s logs nobody in by a password"
                                   : "the proxy %s wants a login: give a user and a password in "
                                     "its URL",
                         tunnel->proxy);
    } else {
        return no_socks(tunnel, error);
    }
    return NET_WAITING;
}

int tunnel_socks_read(struct net_tunnel *tunnel, struct mailer_error *error)
{
    size_t version = tunnel->state == TUNNEL_LOGIN ? LOGIN_VERSION : VERSION;
    if (octet(tunnel, 0) != version)
        return no_socks(tunnel, error);
    /* A refusal may be shorter than what was asked for (RFC 1928 6: it closes then). */
    if (tunnel->state == TUNNEL_REPLY && tunnel->in_size >= 2 && octet(tunnel, 1) != 0)
        return refuse(tunnel, error);
    if (tunnel->in_size < wanted(tunnel))
        return NET_WAITING;
    size_t type = tunnel->state == TUNNEL_REPLY ? octet(tunnel, 3) : 0;
    switch (tunnel->state) {
    case TUNNEL_METHOD:
        tunnel->in_size = 0;
        return take_method(tunnel, error);
    case TUNNEL_LOGIN:
        if (octet(tunnel, 1) != 0)
            return error_set(error, MAILER_AUTH, MAILER_STAGE_CONNECT,
                             "the proxy %s refuses the login of %s", tunnel->proxy, tunnel->user);
        tunnel->in_size = 0;
        ask(tunnel);
        return NET_WAITING;
    case TUNNEL_REPLY:
        if (octet(tunnel, 2) != 0 || (type != TYPE_IPV4 && type != TYPE_NAME && type != TYPE_IPV6))
            return no_socks(tunnel, error);
        tunnel->state = TUNNEL_ADDRESS;
        return NET_WAITING;
    default:
        return NET_READY;
    }
}
