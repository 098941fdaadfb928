/* SPDX-License-Identifier: ISC */
/*
 * Proxies that say any octets. The first octet of the input chooses the kind of proxy, a login or
 * none, and the size of the pieces; whatever that is, it must come to the same as octet by octet.
 */
#include "tunnel.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

/* Gives the octets to a tunnel. @return how many it took, and what it came to. */
static size_t give(const uint8_t *data, size_t size, uint8_t choice, size_t piece, int *result)
{
    const struct net_tunnel_options options = {
        .kind = choice & 1 ? NET_TUNNEL_HTTP : NET_TUNNEL_SOCKS5,
        .proxy = "proxy.test",
        .host = choice & 4 ? "2001:db8::1" : "mail.test",
        .port = 587,
        .user = choice & 2 ? "ann" : NULL,
        .password = "s3cret",
    };
    struct net_tunnel *tunnel = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    *result = net_tunnel_new(&tunnel, &options, &error);
    check(*result == 0);
    *result = NET_WAITING;
    size_t at = 0;
    while (at < size && *result == NET_WAITING) {
        const char *bytes = NULL;
        net_tunnel_sent(tunnel, net_tunnel_out(tunnel, &bytes));
        size_t now = net_tunnel_room(tunnel);
        check(now > 0);
        now = now < piece ? now : piece;
        now = now < size - at ? now : size - at;
        char *block = malloc(now);
        check(block != NULL);
        memcpy(block, data + at, now);
        *result = net_tunnel_receive(tunnel, block, now, &error);
        free(block);
        at += now;
    }
    check((*result < 0) == (error.error_class != MAILER_OK));
    check(*result == NET_WAITING || net_tunnel_room(tunnel) == 0);
    net_tunnel_free(tunnel);
    return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    int whole = 0;
    int octets = 0;
    size_t took = give(data + 1, size - 1, data[0], 1 + (data[0] >> 3), &whole);
    size_t took_each = give(data + 1, size - 1, data[0], 1, &octets);
    /* A failure may be seen sooner octet by octet; the way is open at the same octet. */
    check(whole == octets);
    check(whole < 0 || took == took_each);
    return 0;
}
