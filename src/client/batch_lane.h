/* SPDX-License-Identifier: ISC */
/** @file batch_lane.h  One connection of a batch, with the messages that it has on the way. */
#ifndef CLIENT_BATCH_LANE_H
#define CLIENT_BATCH_LANE_H

#include "courier.h"

/** How a lane stands. */
enum lane_state {
    LANE_CLOSED = 0, /**< not connected, and nothing to send: to be freed */
    LANE_STRANDED,   /**< something to send, but held from connecting */
    LANE_CONNECTING,
    LANE_IDLE, /**< connected, with nothing on the way */
    LANE_BUSY,
    LANE_STATES
};

struct lane {
    struct mailer_batch *batch;
    size_t place; /**< among the batch's lanes */
    struct delivery_queue queue;
    struct courier *courier;
    enum lane_state state; /**< after its last step, as the batch has counted it */
    struct net_wait wait;
};

/** @return NULL when memory ran out. */
struct lane *lane_new(struct mailer_batch *batch, struct route *route,
                      const struct delivery_queue *queue);

/** How it stands now, whatever the batch has counted. */
enum lane_state lane_state(const struct lane *lane);

/** NULL is fine. */
void lane_free(struct lane *lane);

#endif
