/* SPDX-License-Identifier: ISC */
/** @file tunnel_private.h  The inside of a tunnel, shared by its files. */
#ifndef NET_TUNNEL_PRIVATE_H
#define NET_TUNNEL_PRIVATE_H

#include "tunnel.h"

enum {
    TUNNEL_NAME_LIMIT = 255,   /* of host, user and password: SOCKS 5 counts them in one octet */
    TUNNEL_OUT_SIZE = 2048,    /* both ways to ask fit, with the longest names */
    TUNNEL_IN_SIZE = 16 * 1024 /* the most that a proxy may say */
};

/** What a proxy is to say next. */
enum tunnel_state {
    TUNNEL_METHOD = 0, /**< SOCKS 5: how to log in */
    TUNNEL_LOGIN,
    TUNNEL_REPLY, /**< up to the first octet of the address */
    TUNNEL_ADDRESS,
    TUNNEL_HEADER, /**< HTTP */
    TUNNEL_DONE,
    TUNNEL_FAILED
};

struct net_tunnel {
    enum tunnel_state state;
    char proxy[256];
    char host[TUNNEL_NAME_LIMIT + 1];
    unsigned short port;
    char user[TUNNEL_NAME_LIMIT + 1];
    char password[TUNNEL_NAME_LIMIT + 1];
    char out[TUNNEL_OUT_SIZE];
    size_t out_start;
    size_t out_end;
    char in[TUNNEL_IN_SIZE];
    size_t in_start; /**< of the response that is coming in (HTTP) */
    size_t in_size;
};

/** Appends to what is to be sent. */
void tunnel_put(struct net_tunnel *tunnel, const void *bytes, size_t size);

/** The first words to the proxy. */
void tunnel_socks_start(struct net_tunnel *tunnel);
void tunnel_http_start(struct net_tunnel *tunnel);

/** As net_tunnel_room(). */
size_t tunnel_socks_room(const struct net_tunnel *tunnel);
size_t tunnel_http_room(const struct net_tunnel *tunnel);

/** Looks at what is in now. @return as net_tunnel_receive(). */
int tunnel_socks_read(struct net_tunnel *tunnel, struct mailer_error *error);
int tunnel_http_read(struct net_tunnel *tunnel, struct mailer_error *error);

#endif
