/* SPDX-License-Identifier: ISC */
#include "batch_lane.h"

#include <stdlib.h>

struct lane *lane_new(struct mailer_batch *batch, struct route *route,
                      const struct delivery_queue *queue)
{
    struct lane *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->batch = batch;
    made->queue = *queue;
    made->queue.context = made;
    made->wait = net_wait_nothing();
    if (courier_new(&made->courier, route, &made->queue, NULL) != 0) {
        lane_free(made);
        return NULL;
    }
    return made;
}

enum lane_state lane_state(const struct lane *lane)
{
    if (courier_is_ready(lane->courier))
        return courier_load(lane->courier) > 0 ? LANE_BUSY : LANE_IDLE;
    if (courier_is_connecting(lane->courier))
        return LANE_CONNECTING;
    return courier_is_stranded(lane->courier) ? LANE_STRANDED : LANE_CLOSED;
}

void lane_free(struct lane *lane)
{
    if (lane == NULL)
        return;
    courier_free(lane->courier);
    free(lane);
}
