/* SPDX-License-Identifier: ISC */
/**
 * @file connection.h
 * A stream of octets to and from a server: a socket, TLS over a socket, or (for tests) memory.
 * Nothing blocks, and nothing raises SIGPIPE.
 */
#ifndef NET_CONNECTION_H
#define NET_CONNECTION_H

#include "error.h"
#include "wait.h"

#include <stdbool.h>
#include <stddef.h>

struct net_connection;

/**
 * Over a connected socket, which is made non-blocking, without Nagle's delay, and then belongs to
 * the connection.
 * @return 0, MAILER_MEMORY or MAILER_SYSTEM; after a failure the descriptor is closed.
 */
int net_connection_from_descriptor(struct net_connection **connection, int descriptor,
                                   struct mailer_error *error);

/**
 * Reads. A write that failed does not keep from reading: the server may have left its reason.
 * @param room  at least 1.
 * @param got  receives the octets read, at least 1 with NET_READY.
 * @return NET_READY, NET_WAITING, NET_CLOSED (the other end is done; in TLS also without
 *         close_notify, see net_connection_was_truncated()), or MAILER_NETWORK, MAILER_TLS.
 */
int net_connection_read(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                        struct mailer_error *error);

/**
 * Writes, and keeps nothing back: what is taken has been given to the system.
 * With TLS the records of up to 128 KiB are gathered, so that a call makes one or two system calls;
 * octets are taken once their record is out, so that no answer can come before they are.
 * @param size   at least 1.
 * @param taken  receives the octets taken, at least 1 with NET_READY. After NET_WAITING call again
 *               with the same octets in front (at another address, or with more behind, is fine).
 * @return NET_READY, NET_WAITING, NET_CLOSED, or MAILER_NETWORK, MAILER_TLS.
 */
int net_connection_write(struct net_connection *connection, const void *bytes, size_t size,
                         size_t *taken, struct mailer_error *error);

/**
 * How many octets that were taken has the other end's system not confirmed yet; 0 where this cannot
 * be told. While it falls, the other end is still taking what was written.
 */
size_t net_connection_unconfirmed(const struct net_connection *connection);

/** Whether octets that have arrived can be read without waiting for the socket (in TLS's buffer).
 */
bool net_connection_has_input(const struct net_connection *connection);

/** Gives back memory that is not needed while nothing is read or written; it comes by itself again.
 */
void net_connection_rest(struct net_connection *connection);

/** Adds what it waits for, to read and, if writing is set, to write (TLS may want the other one).
 */
void net_connection_wants(const struct net_connection *connection, bool writing,
                          struct net_wait *wait);

/** Whether TLS protects it: asked of the TLS library, not of a flag. */
bool net_connection_is_secure(const struct net_connection *connection);

/** Whether TLS ended without close_notify (RFC 8446 6.1). */
bool net_connection_was_truncated(const struct net_connection *connection);

/** "[192.0.2.1]" or "[IPv6:2001:db8::1]": our own address as RFC 5321 4.1.3 has it; text of 64. */
void net_connection_local_literal(const struct net_connection *connection, char text[static 64]);

/** The other end, "192.0.2.1:25" or "[2001:db8::1]:25", for people; text of 64. */
void net_connection_peer(const struct net_connection *connection, char text[static 64]);

/** Says close_notify in TLS if that needs no waiting, closes and frees. NULL is fine. */
void net_connection_close(struct net_connection *connection);

#endif
