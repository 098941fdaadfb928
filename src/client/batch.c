/* SPDX-License-Identifier: ISC */
#include "batch_private.h"
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Messages on the way over one of several connections: what fills a round trip of 10 ms at more
 * than 1,000 a second, and is not too much to wait for when that connection is slow. */
enum { WINDOW = 16 };

static void empty_bell(struct mailer_batch *batch)
{
    char rings[64];
    while (read(batch->bell[0], rings, sizeof rings) > 0)
        batch->later = false;
}

static void step_ready(struct mailer_batch *batch, const struct pollfd *ready, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ready[i].revents == 0 || ready[i].fd < 0 || (size_t)ready[i].fd >= batch->descriptors)
            continue;
        size_t place = batch->lane_of[ready[i].fd];
        if (place > 0 && batch->lanes[place - 1] != NULL)
            batch_step_lane(batch, batch->lanes[place - 1]);
    }
}

static void step_late(struct mailer_batch *batch)
{
    int64_t now = clock_milliseconds();
    if (now < batch->next_deadline)
        return;
    batch->next_deadline = INT64_MAX;
    for (size_t i = 0; i < batch->options.connections; i++) {
        struct lane *lane = batch->lanes[i];
        if (lane == NULL)
            continue;
        if (lane->wait.deadline <= now)
            batch_step_lane(batch, lane);
        else if (lane->wait.deadline < batch->next_deadline)
            batch->next_deadline = lane->wait.deadline;
    }
}

/* Steps the lanes of a state while there is reason to. */
static void step_those(struct mailer_batch *batch, enum lane_state state,
                       bool (*goes_on)(struct mailer_batch *batch))
{
    for (size_t i = 0; i < batch->options.connections && batch->counts[state] > 0 && goes_on(batch);
         i++)
        if (batch->lanes[i] != NULL && batch->lanes[i]->state == state)
            batch_step_lane(batch, batch->lanes[i]);
}

static bool may_any_connect(struct mailer_batch *batch)
{
    return batch_may_connect(batch, NULL);
}

/* Whether a further lane is of use, once the pause is over. */
static bool would_grow(const struct mailer_batch *batch)
{
    return batch->open < batch->options.connections && batch_ready_lanes(batch) > 0 &&
           !batch->full && batch->counts[LANE_IDLE] == 0 && batch_may_connect(batch, NULL);
}

static bool may_grow(struct mailer_batch *batch)
{
    if (batch->open == 0)
        return batch_look_ahead(batch);
    return would_grow(batch) && clock_milliseconds() >= batch->grow_after &&
           batch_look_ahead(batch);
}

static int grow(struct mailer_batch *batch, struct mailer_error *error)
{
    int result = 0;
    while (result == 0 && may_grow(batch))
        result = batch_open_lane(batch, error);
    /* Those that are there go on. */
    return batch->open > 0 ? 0 : result;
}

/* All is settled: the connections are ended. */
static void leave(struct mailer_batch *batch)
{
    batch->leaving = true;
    for (size_t i = 0; i < batch->options.connections; i++) {
        struct lane *lane = batch->lanes[i];
        if (lane == NULL || lane->queue.exhausted)
            continue;
        lane->queue.exhausted = true;
        if (lane->state >= LANE_IDLE)
            batch_step_lane(batch, lane);
        else
            batch_close_lane(batch, lane);
    }
}

int mailer_batch_step(struct mailer_batch *batch, const struct pollfd *ready, size_t count,
                      struct mailer_error *error)
{
    struct mailer_error failure = MAILER_ERROR_INIT;
    bool is_rung = batch->later;
    for (size_t i = 0; i < count && !is_rung; i++)
        is_rung = ready[i].fd == batch->bell[0] && ready[i].revents != 0;
    if (is_rung)
        empty_bell(batch);
    step_ready(batch, ready, count);
    step_late(batch);
    if (batch->counts[LANE_IDLE] > 0)
        step_those(batch, LANE_IDLE, batch_look_ahead);
    step_those(batch, LANE_STRANDED, may_any_connect);
    if (grow(batch, &failure) != 0)
        batch_fail(batch, &failure);
    if (batch->ended && batch->unsettled == 0)
        leave(batch);
    if (batch->open > 0 || !batch->ended)
        return MAILER_BATCH_WAITING;
    return error_pass(error, &batch->error);
}

size_t mailer_batch_wants(const struct mailer_batch *batch, struct pollfd *wanted, size_t room,
                          int64_t *timeout)
{
    int64_t deadline = INT64_MAX;
    size_t count = 0;
    if (room > count)
        wanted[count] = (struct pollfd){.fd = batch->bell[0], .events = POLLIN};
    count++;
    for (size_t i = 0; i < batch->options.connections; i++) {
        const struct lane *lane = batch->lanes[i];
        for (size_t j = 0; lane != NULL && j < lane->wait.count; j++, count++)
            if (room > count)
                wanted[count] = lane->wait.descriptors[j];
        if (lane != NULL && lane->wait.deadline < deadline)
            deadline = lane->wait.deadline;
    }
    bool pauses = batch->pause > 0 && batch->ahead != NULL && would_grow(batch);
    if (pauses && batch->grow_after < deadline)
        deadline = batch->grow_after;
    int64_t left = deadline == INT64_MAX ? -1 : deadline - clock_milliseconds();
    if (timeout != NULL)
        *timeout = deadline != INT64_MAX && left < 0 ? 0 : left;
    return count;
}

int mailer_batch_run(struct mailer_batch *batch, struct mailer_error *error)
{
    struct pollfd *descriptors = NULL;
    size_t room = 0;
    size_t ready = 0;
    int result = mailer_batch_step(batch, NULL, 0, error);
    while (result == MAILER_BATCH_WAITING) {
        int64_t timeout = -1;
        size_t count = mailer_batch_wants(batch, descriptors, room, &timeout);
        if (count > room) {
            struct pollfd *made = realloc(descriptors, count * 2 * sizeof *made);
            if (made == NULL) {
                result = error_set_memory(error);
                break;
            }
            descriptors = made;
            room = count * 2;
            continue;
        }
        int found = poll(descriptors, (nfds_t)count, timeout > INT_MAX ? INT_MAX : (int)timeout);
        ready = found > 0 ? count : 0;
        if (found < 0 && errno != EINTR)
            result = error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, errno,
                                      "cannot wait for the connections");
        else
            result = mailer_batch_step(batch, descriptors, ready, error);
    }
    free(descriptors);
    return result;
}

/* ---- Life ---- */

/* Takes the caller's options. */
static int take_options(struct mailer_batch *batch, const struct mailer_batch_options *options,
                        struct mailer_error *error)
{
    size_t least = offsetof(struct mailer_batch_options, connections) + sizeof options->connections;
    size_t size = options == NULL ? 0 : options->struct_size;
    if (size < least)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_NONE,
                         "the options of the batch are not made with MAILER_BATCH_OPTIONS_INIT");
    memcpy(&batch->options, options, size < sizeof *options ? size : sizeof *options);
    if (batch->options.next == NULL)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_NONE,
                         "the batch has no function that gives the next message");
    if (batch->options.connections > MAILER_BATCH_CONNECTIONS)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_NONE,
                         "a batch has %d connections at most", MAILER_BATCH_CONNECTIONS);
    if (batch->options.connections == 0)
        batch->options.connections = 1;
    batch->lanes = calloc(batch->options.connections, sizeof *batch->lanes);
    return batch->lanes == NULL ? error_set_memory(error) : 0;
}

static int hang_bell(struct mailer_batch *batch, struct mailer_error *error)
{
    if (pipe(batch->bell) != 0) {
        batch->bell[0] = batch->bell[1] = -1;
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, errno,
                                "cannot make a pipe to be woken by");
    }
    for (size_t i = 0; i < 2; i++) {
        fcntl(batch->bell[i], F_SETFL, O_NONBLOCK);
        fcntl(batch->bell[i], F_SETFD, FD_CLOEXEC);
    }
    return 0;
}

int mailer_batch_new(struct mailer_batch **batch, const struct mailer_server *server,
                     const struct mailer_batch_options *options, struct mailer_error *error)
{
    struct mailer_batch *made = calloc(1, sizeof *made);
    *batch = NULL;
    if (made == NULL)
        return error_set_memory(error);
    made->bell[0] = made->bell[1] = -1;
    made->next_deadline = INT64_MAX;
    int result = take_options(made, options, error);
    if (result == 0)
        result = route_new(&made->route, server, error);
    if (result == 0)
        result = hang_bell(made, error);
    if (result != 0) {
        mailer_batch_free(made);
        return result;
    }
    if (made->options.connections > 1)
        route_set_window(made->route, WINDOW);
    *batch = made;
    return 0;
}

void mailer_batch_wake(struct mailer_batch *batch)
{
    int kept = errno;
    /* A pipe that is full rings already. */
    ssize_t written = write(batch->bell[1], "", 1);
    (void)written;
    errno = kept;
}

void mailer_batch_free(struct mailer_batch *batch)
{
    if (batch == NULL)
        return;
    if (batch->unsettled > 0) {
        struct mailer_error failure = MAILER_ERROR_INIT;
        error_set(&failure, MAILER_CANCELLED, MAILER_STAGE_NONE, "the batch was ended before");
        batch_fail(batch, &failure);
    } else if (batch->lanes != NULL) {
        leave(batch);
    }
    for (size_t i = 0; batch->lanes != NULL && i < batch->options.connections; i++)
        batch_close_lane(batch, batch->lanes[i]);
    route_free(batch->route);
    for (size_t i = 0; i < 2; i++)
        if (batch->bell[i] >= 0)
            close(batch->bell[i]);
    free(batch->lanes);
    free(batch->lane_of);
    free(batch);
}
