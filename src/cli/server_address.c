/* SPDX-License-Identifier: ISC */
#include "server_address.h"

#include "text.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

static int read_port(const char *digits, size_t size)
{
    int port = 0;
    for (size_t i = 0; i < size; i++) {
        if (!text_is_digit(digits[i]) || port > 6553)
            return 0;
        port = port * 10 + (digits[i] - '0');
    }
    return port <= 65535 ? port : 0;
}

/* Copies the user, without a password behind it, with its %XX decoded. */
static void read_user(const char *start, const char *end, char *user, size_t room)
{
    size_t used = 0;
    for (; start < end && *start != ':' && used + 1 < room; start++) {
        bool is_coded = *start == '%' && end - start > 2 && text_hexadecimal(start[1]) >= 0 &&
                        text_hexadecimal(start[2]) >= 0;
        user[used++] = is_coded
                           ? (char)(text_hexadecimal(start[1]) * 16 + text_hexadecimal(start[2]))
                           : *start;
        start += is_coded ? 2 : 0;
    }
    bool fits = start == end || *start == ':';
    user[fits ? used : 0] = '\0';
}

struct server_address server_address_of(const char *url)
{
    struct server_address address = {0};
    static const char *const local[] = {"lmtp+unix:", "smtp+unix:"};
    for (size_t i = 0; i < 2; i++)
        if (strlen(url) >= strlen(local[i]) && text_same_bytes(url, strlen(local[i]), local[i]))
            return (struct server_address){.is_socket = true};
    if (strlen(url) >= 4 && text_same_bytes(url, 4, "srv:"))
        url += 4;
    const char *authority = strstr(url, "://");
    if (authority != NULL) {
        size_t size = (size_t)(authority - url);
        address.implicit =
            text_same_bytes(url, size, "smtps") || text_same_bytes(url, size, "submissions");
        authority += strlen("://");
    } else {
        authority = url;
    }
    const char *end = authority + strcspn(authority, "/?#");
    const char *host = authority;
    for (const char *c = authority; c < end; c++)
        if (*c == '@')
            host = c + 1;
    address.has_user = host > authority + 1;
    if (address.has_user)
        read_user(authority, host - 1, address.user, sizeof address.user);
    const char *host_end;
    const char *colon;
    if (*host == '[') {
        host++;
        host_end = memchr(host, ']', (size_t)(end - host));
        if (host_end == NULL)
            return address;
        colon = host_end + 1 < end && host_end[1] == ':' ? host_end + 1 : NULL;
    } else {
        colon = memchr(host, ':', (size_t)(end - host));
        host_end = colon != NULL ? colon : end;
    }
    if (colon != NULL)
        address.port = read_port(colon + 1, (size_t)(end - colon - 1));
    size_t size = (size_t)(host_end - host);
    if (size < sizeof address.host)
        memcpy(address.host, host, size);
    return address;
}

bool server_address_is_loopback(const struct server_address *address)
{
    if (address->is_socket)
        return true;
    static const char name[] = "localhost";
    size_t size = strlen(address->host);
    size_t name_size = sizeof name - 1;
    if (size >= name_size && text_same(address->host + size - name_size, name) &&
        (size == name_size || address->host[size - name_size - 1] == '.'))
        return true;
    struct in_addr four;
    if (inet_pton(AF_INET, address->host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    struct in6_addr six;
    return inet_pton(AF_INET6, address->host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}
