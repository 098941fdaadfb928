/* SPDX-License-Identifier: ISC */
/**
 * @file batch_private.h
 * The inside of a batch, shared by its files: batch.c (life and steps), batch_lanes.c
 * (connections), batch_queue.c (messages in and out).
 */
#ifndef CLIENT_BATCH_PRIVATE_H
#define CLIENT_BATCH_PRIVATE_H

#include "courier.h"

#include <mailer/batch.h>

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
    bool is_of_use;        /**< a message has gone over it */
    enum lane_state state; /**< after its last step, as the batch has counted it */
    struct net_wait wait;
};

struct mailer_batch {
    struct mailer_batch_options options;
    struct route *route;
    struct lane **lanes; /* a place for each connection, or NULL */
    size_t open;
    size_t counts[LANE_STATES];         /* of lanes, by the state after their last step */
    size_t *lane_of;                    /* the place of the lane of a descriptor, plus 1 */
    size_t descriptors;                 /* that lane_of has room for */
    const struct mailer_message *ahead; /* pulled, and not given to a lane yet; or NULL */
    size_t unsettled;                   /* messages pulled and not reported */
    bool later;                         /* next has nothing now */
    bool ended;                         /* next is not asked any more */
    bool leaving;                       /* all is settled, and the servers are told goodbye */
    bool full;                          /* no further connection is tried any more */
    int64_t pause;
    int64_t grow_after;        /* no further connection is tried before */
    int64_t next_deadline;     /* no lane's is earlier */
    int bell[2];               /* rung by mailer_batch_wake() */
    struct mailer_error error; /* the first failure of all */
};

/** Keeps the first failure of all. */
void batch_note_failure(struct mailer_batch *batch, const struct mailer_error *failure);

/** Sees to it that a message is ahead. @return whether there is one. */
bool batch_look_ahead(struct mailer_batch *batch);

/** The queue of a lane, with nothing in it. */
struct delivery_queue batch_queue_of_lane(void);

/** Reports the message ahead as failed. */
void batch_fail_ahead(struct mailer_batch *batch, const struct mailer_error *failure);

/** How many lanes are connected. */
size_t batch_ready_lanes(const struct mailer_batch *batch);

/** Whether a lane, or with NULL a further one, may connect now. */
bool batch_may_connect(const struct mailer_batch *batch, const struct lane *lane);

/** Steps a lane, and does what follows from it: it may be closed, and others be stepped. */
void batch_step_lane(struct mailer_batch *batch, struct lane *lane);

/** Opens a further lane. @return 0 or MAILER_MEMORY. */
int batch_open_lane(struct mailer_batch *batch, struct mailer_error *error);

/** NULL is fine. */
void batch_close_lane(struct mailer_batch *batch, struct lane *lane);

/** Fails all that has been pulled, and closes all lanes; nothing more is pulled. */
void batch_fail(struct mailer_batch *batch, const struct mailer_error *failure);

#endif
