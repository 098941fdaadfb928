/* SPDX-License-Identifier: ISC */
#include "address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* The scope behind '%' (RFC 4007 11): an interface's name or number. 0 when it is neither. */
static uint32_t scope_of(const char *text)
{
    unsigned index = if_nametoindex(text);
    if (index == 0 && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text))
        index = (unsigned)strtoul(text, NULL, 10);
    return index;
}

static bool parse_ipv6(struct net_address *address, const char *text, unsigned short port)
{
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    char host[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "%");
    if (length >= sizeof host)
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    if (inet_pton(AF_INET6, host, &ipv6.sin6_addr) != 1)
        return false;
    if (text[length] == '%') {
        ipv6.sin6_scope_id = scope_of(text + length + 1);
        if (ipv6.sin6_scope_id == 0)
            return false;
    }
    memcpy(&address->address, &ipv6, sizeof ipv6);
    address->length = sizeof ipv6;
    return true;
}

bool net_address_parse(struct net_address *address, const char *text, unsigned short port)
{
    *address = (struct net_address){.length = 0};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, text, &ipv4.sin_addr) != 1)
        return parse_ipv6(address, text, port);
    memcpy(&address->address, &ipv4, sizeof ipv4);
    address->length = sizeof ipv4;
    return true;
}

bool net_address_of_path(struct net_address *address, const char *path)
{
    *address = (struct net_address){.length = 0};
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof local.sun_path)
        return false;
    memcpy(local.sun_path, path, length);
    memcpy(&address->address, &local, sizeof local);
    address->length = sizeof local;
    return true;
}

void net_address_text(const struct net_address *address, char text[static NET_ADDRESS_TEXT_SIZE])
{
    if (address->address.ss_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, &address->address, sizeof ipv4);
        inet_ntop(AF_INET, &ipv4.sin_addr, text, NET_ADDRESS_TEXT_SIZE);
    } else if (address->address.ss_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, &address->address, sizeof ipv6);
        inet_ntop(AF_INET6, &ipv6.sin6_addr, text, NET_ADDRESS_TEXT_SIZE);
        size_t used = strlen(text);
        if (ipv6.sin6_scope_id != 0)
            snprintf(text + used, NET_ADDRESS_TEXT_SIZE - used, "%%%u",
                     (unsigned)ipv6.sin6_scope_id);
    } else {
        snprintf(text, NET_ADDRESS_TEXT_SIZE, "a local socket");
    }
}

unsigned short net_address_port(const struct net_address *address)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    switch (address->address.ss_family) {
    case AF_INET:
        memcpy(&ipv4, &address->address, sizeof ipv4);
        return ntohs(ipv4.sin_port);
    case AF_INET6:
        memcpy(&ipv6, &address->address, sizeof ipv6);
        return ntohs(ipv6.sin6_port);
    default:
        return 0;
    }
}

bool net_address_set_port(struct net_address *address, unsigned short port)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    switch (address->address.ss_family) {
    case AF_INET:
        memcpy(&ipv4, &address->address, sizeof ipv4);
        ipv4.sin_port = htons(port);
        memcpy(&address->address, &ipv4, sizeof ipv4);
        return true;
    case AF_INET6:
        memcpy(&ipv6, &address->address, sizeof ipv6);
        ipv6.sin6_port = htons(port);
        memcpy(&address->address, &ipv6, sizeof ipv6);
        return true;
    default:
        return false;
    }
}

bool net_address_is_loopback(const struct net_address *address)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    switch (address->address.ss_family) {
    case AF_INET:
        memcpy(&ipv4, &address->address, sizeof ipv4);
        return ntohl(ipv4.sin_addr.s_addr) >> 24 == 127;
    case AF_INET6:
        memcpy(&ipv6, &address->address, sizeof ipv6);
        return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr);
    default:
        return false;
    }
}
