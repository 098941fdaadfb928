/* SPDX-License-Identifier: ISC */
/** @file proxy.h  Through whom to connect, from a URL. */
#ifndef CLIENT_PROXY_H
#define CLIENT_PROXY_H

#include "error.h"
#include "tunnel.h"
#include "url.h"

/** A proxy; host is "" without one. */
struct proxy {
    enum net_tunnel_kind kind;
    char host[URL_HOST_SIZE];
    unsigned short port;
    char user[256];
    char password[256]; /**< the caller wipes it */
};

/**
 * Reads socks5://[user[:password]@]host[:1080] (socks5h:// too: names are always looked up by the
 * proxy), or http://[user[:password]@]host[:8080].
 * @return 0, MAILER_USAGE, or as url_host_to_ascii(); the text shows nothing of the URL, which may
 * hold a password.
 */
int proxy_read(struct proxy *proxy, const char *url, struct mailer_error *error);

#endif
