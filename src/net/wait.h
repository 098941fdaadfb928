/* SPDX-License-Identifier: ISC */
/**
 * @file wait.h
 * What a passive thing waits for, and one place that waits.
 *
 * Nothing in net/ and client/ blocks: each step does what can be done and says what it waits for,
 * so that one thread can drive many sessions with this poll loop or with a loop of its own.
 */
#ifndef NET_WAIT_H
#define NET_WAIT_H

#include "error.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

/** What a step came to; negative values are error classes. */
enum net_progress {
    NET_READY = 0, /**< it is done */
    NET_WAITING,   /**< call again when what it waits for has happened */
    NET_CLOSED     /**< the other end has closed */
};

enum { NET_WAIT_DESCRIPTORS = 16 };

/** Descriptors, and a moment (clock_milliseconds()) at which to call again anyway. */
struct net_wait {
    struct pollfd descriptors[NET_WAIT_DESCRIPTORS];
    size_t count;
    int64_t deadline; /**< INT64_MAX: none */
};

/** Waits for nothing yet. */
struct net_wait net_wait_nothing(void);

/** Adds a descriptor; events of the same descriptor are joined. Further ones than fit are left out.
 */
void net_wait_add(struct net_wait *wait, int descriptor, short events);

/** Moves the deadline to an earlier moment. */
void net_wait_until(struct net_wait *wait, int64_t moment);

/**
 * Waits until a descriptor is ready, the deadline is over, or a signal has come.
 * @return 0, or MAILER_SYSTEM when poll() fails otherwise.
 */
int net_wait_poll(struct net_wait *wait, struct mailer_error *error);

#endif
