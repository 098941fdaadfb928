/* SPDX-License-Identifier: ISC */
/**
 * @file service.h
 * The submission servers that a mail domain names in the DNS: SRV records of _submissions._tcp (TLS
 * from the start, RFC 8314) and _submission._tcp (RFC 6186), by c-ares, without blocking.
 */
#ifndef NET_SERVICE_H
#define NET_SERVICE_H

#include "wait.h"

#include <stdbool.h>

/** As many servers of each service are kept: those that come first. */
enum { NET_SERVICE_LIMIT = 16 };

struct net_service_target {
    char host[256];
    unsigned short port;
    bool implicit; /**< of _submissions */
    unsigned short priority;
    unsigned short weight;
};

struct net_service;

/**
 * Starts looking up.
 * @param domain        in ASCII.
 * @param name_servers  as in net_resolve_start().
 * @return 0, MAILER_USAGE for one that is too long, MAILER_MEMORY or MAILER_SYSTEM.
 */
int net_service_start(struct net_service **service, const char *domain, const char *name_servers,
                      struct mailer_error *error);

/**
 * Goes on.
 * @return NET_READY (one target or more), NET_WAITING, MAILER_RESOLVE when the domain names none,
 * or MAILER_NETWORK when no name server answers.
 */
int net_service_step(struct net_service *service, struct mailer_error *error);

/** Adds what it waits for. */
void net_service_wants(const struct net_service *service, struct net_wait *wait);

/** The servers, in the order in which to try them: those of _submissions first. */
const struct net_service_target *net_service_targets(const struct net_service *service,
                                                     size_t *count);

/**
 * Orders targets of one service by priority, those of the same priority by chance, in proportion to
 * their weight (RFC 2782).
 * @param draw  gives a number below limit.
 */
void net_service_order(struct net_service_target *targets, size_t count,
                       unsigned (*draw)(unsigned limit, void *context), void *context);

/** NULL is fine. */
void net_service_free(struct net_service *service);

#endif
