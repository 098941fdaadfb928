/* SPDX-License-Identifier: ISC */
/**
 * @file courier.h
 * Takes the messages of a queue to a server: one connection after the other, as long as each gets
 * something further, and to the next server of the route where policy.h says so. It is passive: a
 * step does what can be done without waiting.
 *
 * What may have been delivered is settled and never goes again; what has not been is sent over the
 * next connection.
 */
#ifndef CLIENT_COURIER_H
#define CLIENT_COURIER_H

#include "delivery.h"
#include "route.h"
#include "wait.h"

struct courier;

/**
 * Makes one, at the beginning of the route. Nothing is connected before there is a message.
 * @param route  and queue must outlive it.
 * @return 0 or MAILER_MEMORY.
 */
int courier_new(struct courier **courier, struct route *route, struct delivery_queue *queue,
                struct mailer_error *error);

/**
 * Goes on.
 * @return NET_READY: the queue is drained. NET_WAITING, also for the queue to have more: then the
 *         connection is kept, without a word. Negative: no server could be used, and nothing is
 *         connected any more; what the queue has is open, for the caller to fail or hand over.
 */
int courier_step(struct courier *courier, struct mailer_error *error);

/** Adds what it waits for: nothing while it is not connected and waits for its queue. */
void courier_wants(const struct courier *courier, struct net_wait *wait);

/** Waits, and goes on, until the queue is settled so far, or nothing can be sent any more: then all
 * that it has is failed. @return 0, or the class of what has failed the queue. */
int courier_run(struct courier *courier, struct mailer_error *error);

/** Connects at the next step even if the queue has nothing yet. */
void courier_connect(struct courier *courier);

/** Whether another courier could do its work: then a connection that fails is not made again at the
 * next server. */
void courier_set_spare(struct courier *courier, bool is_spare);

/** While it is held it makes no new connection, and waits for nothing where it needs one. */
void courier_hold(struct courier *courier, bool is_held);

/** Whether it has something to send and is not connected: it was held. */
bool courier_is_stranded(const struct courier *courier);

/** Where another courier of the same route is. */
void courier_follow(struct courier *courier, const struct courier *other);

/** Begins the route anew after it came to nothing. */
void courier_return(struct courier *courier);

/** Whether it is on the way to a connection that is not ready yet. */
bool courier_is_connecting(const struct courier *courier);

/** Whether messages can go over its connection now. */
bool courier_is_ready(const struct courier *courier);

/** How many messages are on the way. */
size_t courier_load(const struct courier *courier);

/** Hangs up: what may have been delivered is settled, all else is open. */
void courier_abandon(struct courier *courier, const struct mailer_error *cause);

/** Hangs up and frees. NULL is fine. */
void courier_free(struct courier *courier);

#endif
