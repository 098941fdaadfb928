/* SPDX-License-Identifier: ISC */
/** @file address.h  Addresses of sockets as text and back, without asking anybody. */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct net_address {
    struct sockaddr_storage address;
    socklen_t length;
};

/** Room for an IPv6 address with a scope, and the NUL. */
enum { NET_ADDRESS_TEXT_SIZE = 64 };

/**
 * Reads "192.0.2.1", "2001:db8::1" or "fe80::1%eth0".
 * @return whether it is an address.
 */
bool net_address_parse(struct net_address *address, const char *text, unsigned short port);

/** A local socket's. @return whether the path fits: it has at least one octet. */
bool net_address_of_path(struct net_address *address, const char *path);

/** The address without its port, such as "192.0.2.1"; "a local socket" for any other family. */
void net_address_text(const struct net_address *address, char text[static NET_ADDRESS_TEXT_SIZE]);

/** The port; 0 for another family than IPv4 and IPv6. */
unsigned short net_address_port(const struct net_address *address);

/** Sets the port. @return false for another family than IPv4 and IPv6. */
bool net_address_set_port(struct net_address *address, unsigned short port);

/** Whether it is in 127.0.0.0/8, or ::1. */
bool net_address_is_loopback(const struct net_address *address);

#endif
