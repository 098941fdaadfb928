/* SPDX-License-Identifier: ISC */
#include "resolve.h"

#include "channel.h"
#include "clock.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { HOST_LIMIT = 255 };

struct net_resolve {
    ares_channel channel; /**< NULL when no name server is needed */
    char host[HOST_LIMIT + 1];
    unsigned short port;
    bool done;
    int status; /**< of c-ares, once it is done */
    struct net_address addresses[NET_ADDRESS_LIMIT];
    size_t count;
};

static bool family_fits(sa_family_t found, enum net_family wanted)
{
    return wanted == NET_FAMILY_ANY || found == (wanted == NET_FAMILY_IPV4 ? AF_INET : AF_INET6);
}

static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t length = strlen(host);
    if (length > 0 && host[length - 1] == '.')
        length--;
    if (length < sizeof name - 1)
        return false;
    size_t start = length - (sizeof name - 1);
    return text_same_bytes(host + start, length - start, name) &&
           (start == 0 || host[start - 1] == '.');
}

bool net_host_is_address(const char *host)
{
    struct net_address address;
    return net_address_parse(&address, host, 0);
}

bool net_host_is_loopback(const char *host)
{
    struct net_address address;
    if (net_address_parse(&address, host, 0))
        return net_address_is_loopback(&address);
    return is_localhost(host);
}

static void add(struct net_resolve *resolve, const char *address, enum net_family family)
{
    struct net_address *slot = &resolve->addresses[resolve->count];
    if (net_address_parse(slot, address, resolve->port) &&
        family_fits(slot->address.ss_family, family))
        resolve->count++;
}

/* Moves each address up to where the families take turns, in the order they had otherwise. */
static void take_turns(struct net_address *addresses, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t other = i;
        while (other < count &&
               addresses[other].address.ss_family == addresses[i - 1].address.ss_family)
            other++;
        if (other == count)
            return;
        struct net_address moved = addresses[other];
        memmove(&addresses[i + 1], &addresses[i], (other - i) * sizeof *addresses);
        addresses[i] = moved;
    }
}

static void answered(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    (void)timeouts;
    struct net_resolve *resolve = context;
    resolve->done = true;
    resolve->status = status;
    if (status != ARES_SUCCESS)
        return;
    for (const struct ares_addrinfo_node *node = found->nodes;
         node != NULL && resolve->count < NET_ADDRESS_LIMIT; node = node->ai_next) {
        struct net_address *slot = &resolve->addresses[resolve->count];
        if (node->ai_addrlen > sizeof slot->address)
            continue;
        *slot = (struct net_address){.length = node->ai_addrlen};
        memcpy(&slot->address, node->ai_addr, node->ai_addrlen);
        resolve->count += net_address_set_port(slot, resolve->port);
    }
    ares_freeaddrinfo(found);
    take_turns(resolve->addresses, resolve->count);
}

static int ask(struct net_resolve *resolve, enum net_family family, const char *name_servers,
               struct mailer_error *error)
{
    int result = net_channel_open(&resolve->channel, name_servers, resolve->host, error);
    if (result != 0)
        return result;
    const struct ares_addrinfo_hints hints = {.ai_family = family == NET_FAMILY_IPV4   ? AF_INET
                                                           : family == NET_FAMILY_IPV6 ? AF_INET6
                                                                                       : AF_UNSPEC,
                                              .ai_socktype = SOCK_STREAM};
    ares_getaddrinfo(resolve->channel, resolve->host, NULL, &hints, answered, resolve);
    return 0;
}

int net_resolve_start(struct net_resolve **resolve, const char *host, unsigned short port,
                      enum net_family family, const char *name_servers, struct mailer_error *error)
{
    *resolve = NULL;
    size_t length = strlen(host);
    if (length == 0 || length > HOST_LIMIT || text_has_control(host, length))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_RESOLVE,
                         "\"%.80s\" can be no host: give a name or an address", host);
    struct net_resolve *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    memcpy(made->host, host, length);
    made->port = port;
    int result = 0;
    if (net_host_is_address(host)) {
        add(made, host, family);
        made->done = true;
    } else if (is_localhost(host)) {
        add(made, "::1", family);
        add(made, "127.0.0.1", family);
        made->done = true;
    } else {
        result = ask(made, family, name_servers, error);
    }
    if (result != 0) {
        net_resolve_free(made);
        return result;
    }
    *resolve = made;
    return 0;
}

int net_resolve_step(struct net_resolve *resolve, struct mailer_error *error)
{
    if (!resolve->done) {
        int result = net_channel_process(resolve->channel, error);
        if (result != 0)
            return result;
    }
    if (!resolve->done)
        return NET_WAITING;
    switch (resolve->status) {
    case ARES_SUCCESS:
        if (resolve->count > 0)
            return NET_READY;
        return error_set(error, MAILER_RESOLVE, MAILER_STAGE_RESOLVE,
                         "the host %s has no address of the family asked for", resolve->host);
    case ARES_ENODATA:
        return error_set(error, MAILER_RESOLVE, MAILER_STAGE_RESOLVE,
                         "the host %s has no address: check its name", resolve->host);
    case ARES_ENOTFOUND:
    case ARES_EBADNAME:
    case ARES_EBADSTR:
        return error_set(error, MAILER_RESOLVE, MAILER_STAGE_RESOLVE,
                         "there is no host %s: check its name", resolve->host);
    case ARES_ENOMEM:
        return error_set_memory(error);
    default:
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_RESOLVE,
                         "cannot look up the host %s: %s", resolve->host,
                         ares_strerror(resolve->status));
    }
}

void net_resolve_wants(const struct net_resolve *resolve, struct net_wait *wait)
{
    if (resolve->done) {
        net_wait_until(wait, clock_milliseconds());
        return;
    }
    net_channel_wants(resolve->channel, wait);
}

const struct net_address *net_resolve_addresses(const struct net_resolve *resolve, size_t *count)
{
    *count = resolve->count;
    return resolve->addresses;
}

void net_resolve_free(struct net_resolve *resolve)
{
    if (resolve == NULL)
        return;
    if (resolve->channel != NULL)
        ares_destroy(resolve->channel);
    free(resolve);
}
