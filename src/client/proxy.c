/* SPDX-License-Identifier: ISC */
#include "proxy.h"

#include "text.h"

#include <string.h>

static const struct {
    const char *name;
    enum net_tunnel_kind kind;
    unsigned short port;
} schemes[] = {
    {"socks5://", NET_TUNNEL_SOCKS5, 1080},
    {"socks5h://", NET_TUNNEL_SOCKS5, 1080},
    {"http://", NET_TUNNEL_HTTP, 8080},
};

/* Takes "user:password@" off the front. */
static const char *read_login(struct proxy *proxy, const char **at)
{
    const char *end = strrchr(*at, '@');
    if (end == NULL)
        return NULL;
    const char *colon = memchr(*at, ':', (size_t)(end - *at));
    const char *user_end = colon != NULL ? colon : end;
    if (user_end == *at)
        return "has an @ without a user before it";
    const char *wrong = url_decode(*at, user_end, proxy->user, sizeof proxy->user);
    if (wrong == NULL && colon != NULL)
        wrong = url_decode(colon + 1, end, proxy->password, sizeof proxy->password);
    *at = end + 1;
    return wrong;
}

int proxy_read(struct proxy *proxy, const char *url, struct mailer_error *error)
{
    memset(proxy, 0, sizeof *proxy);
    const char *wrong = "has another scheme than socks5 or http";
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && proxy->port == 0; i++) {
        size_t length = strlen(schemes[i].name);
        if (strlen(url) < length || !text_same_bytes(url, length, schemes[i].name))
            continue;
        const char *at = url + length;
        proxy->kind = schemes[i].kind;
        proxy->port = schemes[i].port;
        wrong = read_login(proxy, &at);
        if (wrong == NULL)
            wrong = url_host(&at, proxy->host);
        if (wrong == NULL)
            wrong = url_port(at, &proxy->port);
    }
    int result =
        wrong == NULL
            ? url_host_to_ascii(proxy->host, error)
            : error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                        "the proxy %s: one looks like socks5://proxy.example.org:1080", wrong);
    if (result != 0)
        explicit_bzero(proxy, sizeof *proxy);
    return result;
}
