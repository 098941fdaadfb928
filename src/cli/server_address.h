/* SPDX-License-Identifier: ISC */
/**
 * @file server_address.h
 * What the program itself wants to know of a server's URL: for its defaults, contradictions and
 * advice. The library has the last word on whether it is one.
 */
#ifndef CLI_SERVER_ADDRESS_H
#define CLI_SERVER_ADDRESS_H

#include <stdbool.h>

struct server_address {
    char host[256]; /**< "" when there is none, or it is too long */
    int port;       /**< 0: not given */
    bool implicit;  /**< smtps:// */
    bool has_user;
    char user[256]; /**< decoded; "" when there is none, or it is too long */
    bool is_socket; /**< of this machine: lmtp+unix:, smtp+unix: */
};

/** Takes a URL, host or host:port apart. */
struct server_address server_address_of(const char *url);

/** Whether it is this machine: localhost, a name below it, 127.0.0.0/8 or ::1. */
bool server_address_is_loopback(const struct server_address *address);

#endif
