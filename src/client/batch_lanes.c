/* SPDX-License-Identifier: ISC */
/* The connections of a batch: which are made, and who sends what one leaves behind. */
#include "batch_private.h"
#include "clock.h"
#include "policy.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Connections that are made at a time, by which a server that comes back is not run over. */
    MOST_CONNECTING = 64,
    /* Milliseconds until a further connection is tried after one was refused. */
    FIRST_PAUSE = 1000,
    LONGEST_PAUSE = 60 * 1000
};

static void free_lane(struct lane *lane)
{
    courier_free(lane->courier);
    free(lane);
}

static struct lane *new_lane(struct mailer_batch *batch, size_t place)
{
    struct lane *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->batch = batch;
    made->place = place;
    made->queue = batch_queue_of_lane();
    made->queue.context = made;
    made->wait = net_wait_nothing();
    if (courier_new(&made->courier, batch->route, &made->queue, NULL) != 0) {
        free(made);
        return NULL;
    }
    return made;
}

/* How it stands now, whatever has been counted. */
static enum lane_state state_of(const struct lane *lane)
{
    if (courier_is_ready(lane->courier))
        return courier_load(lane->courier) > 0 ? LANE_BUSY : LANE_IDLE;
    if (courier_is_connecting(lane->courier))
        return LANE_CONNECTING;
    return courier_is_stranded(lane->courier) ? LANE_STRANDED : LANE_CLOSED;
}

/* Keeps who waits for what. @return false when memory ran out. */
static bool map_descriptors(struct mailer_batch *batch, const struct lane *lane)
{
    for (size_t i = 0; i < lane->wait.count; i++) {
        size_t descriptor = (size_t)lane->wait.descriptors[i].fd;
        if (descriptor >= batch->descriptors) {
            size_t room = (descriptor + 1) * 2;
            size_t *made = realloc(batch->lane_of, room * sizeof *made);
            if (made == NULL)
                return false;
            memset(made + batch->descriptors, 0, (room - batch->descriptors) * sizeof *made);
            batch->lane_of = made;
            batch->descriptors = room;
        }
        batch->lane_of[descriptor] = lane->place + 1;
    }
    return true;
}

static void count_lane(struct mailer_batch *batch, struct lane *lane, enum lane_state state)
{
    batch->counts[lane->state]--;
    batch->counts[state]++;
    lane->state = state;
}

void batch_close_lane(struct mailer_batch *batch, struct lane *lane)
{
    if (lane == NULL)
        return;
    batch->counts[lane->state]--;
    batch->lanes[lane->place] = NULL;
    batch->open--;
    free_lane(lane);
}

size_t batch_ready_lanes(const struct mailer_batch *batch)
{
    return batch->counts[LANE_IDLE] + batch->counts[LANE_BUSY];
}

/* Another lane that may send what this one cannot: the best there is. */
static struct lane *find_heir(const struct mailer_batch *batch, const struct lane *lane)
{
    struct lane *heir = NULL;
    for (size_t i = 0; i < batch->options.connections; i++) {
        struct lane *other = batch->lanes[i];
        if (other == NULL || other == lane || other->state < LANE_CONNECTING)
            continue;
        if (heir == NULL || other->state == LANE_IDLE ||
            (other->state == LANE_BUSY && heir->state == LANE_CONNECTING))
            heir = other;
    }
    return heir;
}

/* How many lanes may be connecting: as many as work, so that their number doubles at most. While
 * none works one shall find out whether the server is there. */
bool batch_may_connect(const struct mailer_batch *batch, const struct lane *lane)
{
    size_t connecting = batch->counts[LANE_CONNECTING];
    size_t ready = batch_ready_lanes(batch);
    if (lane != NULL) {
        connecting -= lane->state == LANE_CONNECTING;
        ready -= lane->state >= LANE_IDLE;
    }
    if (ready == 0)
        return connecting == 0;
    return connecting < (ready < MOST_CONNECTING ? ready : MOST_CONNECTING);
}

static bool has_others(const struct mailer_batch *batch, const struct lane *lane)
{
    size_t count = batch_ready_lanes(batch) + batch->counts[LANE_CONNECTING];
    return count > (lane->state >= LANE_CONNECTING);
}

/* A lane could not connect any more. What it has goes to another one, if there is one. */
static void give_up_lane(struct mailer_batch *batch, struct lane *lane,
                         const struct mailer_error *failure)
{
    struct lane *heir = find_heir(batch, lane);
    if (batch->leaving)
        batch_close_lane(batch, lane);
    else if (heir == NULL)
        batch_fail(batch, failure);
    if (batch->leaving || heir == NULL)
        return;
    bool inherits = lane->queue.first != NULL;
    delivery_queue_hand_over(&lane->queue, &heir->queue);
    batch_close_lane(batch, lane);
    batch->full |= policy_for(failure->error_class, failure->stage) == POLICY_GIVE_UP;
    batch->pause = batch->pause == 0 ? FIRST_PAUSE : batch->pause * 2;
    batch->pause = batch->pause < LONGEST_PAUSE ? batch->pause : LONGEST_PAUSE;
    batch->grow_after = clock_milliseconds() + batch->pause;
    /* It is stepped as if it were late, not from in here, as it may fail too. */
    if (inherits)
        heir->wait.deadline = batch->next_deadline = 0;
}

/* A message that could not be taken into a queue ends the sending, as an error of next does. */
static void note_unfit_message(struct mailer_batch *batch, struct lane *lane)
{
    if (!lane->queue.exhausted || batch->leaving)
        return;
    batch_note_failure(batch, &lane->queue.error);
    lane->queue.exhausted = false;
    batch->ended = true;
    batch->unsettled--;
}

void batch_step_lane(struct mailer_batch *batch, struct lane *lane)
{
    struct mailer_error failure = MAILER_ERROR_INIT;
    courier_hold(lane->courier, !batch_may_connect(batch, lane) || batch->leaving);
    courier_set_spare(lane->courier, has_others(batch, lane));
    int result = courier_step(lane->courier, &failure);
    note_unfit_message(batch, lane);
    if (result < 0) {
        give_up_lane(batch, lane, &failure);
        return;
    }
    count_lane(batch, lane, result == NET_READY ? LANE_CLOSED : state_of(lane));
    if (lane->state == LANE_CLOSED) {
        batch_close_lane(batch, lane);
        return;
    }
    lane->wait = net_wait_nothing();
    courier_wants(lane->courier, &lane->wait);
    if (lane->wait.deadline < batch->next_deadline)
        batch->next_deadline = lane->wait.deadline;
    if (!map_descriptors(batch, lane)) {
        error_set_memory(&failure);
        batch_fail(batch, &failure);
    }
}

void batch_fail(struct mailer_batch *batch, const struct mailer_error *failure)
{
    batch->ended = true;
    for (size_t i = 0; i < batch->options.connections; i++) {
        struct lane *lane = batch->lanes[i];
        if (lane == NULL)
            continue;
        courier_abandon(lane->courier, failure);
        delivery_queue_fail(&lane->queue, failure);
        batch_close_lane(batch, lane);
    }
    batch_fail_ahead(batch, failure);
    batch_note_failure(batch, failure);
}

static struct lane *any_ready_lane(const struct mailer_batch *batch)
{
    for (size_t i = 0; i < batch->options.connections; i++)
        if (batch->lanes[i] != NULL && batch->lanes[i]->state >= LANE_IDLE)
            return batch->lanes[i];
    return NULL;
}

int batch_open_lane(struct mailer_batch *batch, struct mailer_error *error)
{
    size_t place = 0;
    while (batch->lanes[place] != NULL)
        place++;
    struct lane *lane = new_lane(batch, place);
    if (lane == NULL)
        return error_set_memory(error);
    const struct lane *model = any_ready_lane(batch);
    if (model != NULL)
        courier_follow(lane->courier, model->courier);
    batch->counts[LANE_CLOSED]++;
    batch->lanes[place] = lane;
    batch->open++;
    courier_connect(lane->courier);
    batch_step_lane(batch, lane);
    return 0;
}
