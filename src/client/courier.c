/* SPDX-License-Identifier: ISC */
#include "courier.h"

#include "policy.h"
#include "session.h"

#include <stdlib.h>

struct courier {
    struct route *route;
    struct delivery_queue *queue;
    struct stop *stop;
    struct session *session;
    bool eager; /* a connection is wanted before there is a message */
    bool is_spare;
    bool is_held;
    bool looks_up;            /* it waits for the servers of a domain */
    size_t tried;             /* servers that could not be used, one after the other */
    struct mailer_error told; /* why */
};

/* What a part of a step may come to besides enum net_progress. */
enum { GO_ON = NET_CLOSED + 1 };

int courier_new(struct courier **courier, struct route *route, struct delivery_queue *queue,
                struct mailer_error *error)
{
    struct courier *made = calloc(1, sizeof *made);
    *courier = made;
    if (made == NULL)
        return error_set_memory(error);
    made->route = route;
    made->queue = queue;
    courier_return(made);
    return 0;
}

void courier_return(struct courier *courier)
{
    courier->stop = courier->route->first;
    courier->tried = 0;
    courier->told = (struct mailer_error)MAILER_ERROR_INIT;
}

/* Keeps the failure to tell: the first one that may pass, so that a later try is made, else the
 * last. */
static void note(struct courier *courier, const struct mailer_error *failure)
{
    courier->tried++;
    if (!policy_may_pass(courier->told.error_class))
        courier->told = *failure;
}

/*
 * What a server leaves unsent goes to the next one, where the policy says so: nobody has accepted
 * it, and it cannot have been delivered, for all that may have been is settled.
 */
static int give_way(struct courier *courier, const struct mailer_error *failure,
                    struct mailer_error *error)
{
    note(courier, failure);
    bool has_work = courier->eager || courier->queue->first != NULL;
    bool goes_on = !courier->is_spare && has_work && courier->stop->next != NULL &&
                   policy_for(failure->error_class, failure->stage) == POLICY_NEXT_SERVER;
    if (goes_on) {
        courier->stop = courier->stop->next;
        return GO_ON;
    }
    courier->eager = false;
    if (courier->tried > 1)
        error_prefix(&courier->told, "none of %zu servers could be used", courier->tried);
    return error_pass(error, &courier->told);
}

static void hang_up(struct courier *courier)
{
    session_free(courier->session);
    courier->session = NULL;
    courier->queue->progress.whole = 0;
    delivery_queue_restart(courier->queue);
}

/* Goes on with a connection. One that has got anything further is worth another one. */
static int ride(struct courier *courier, struct mailer_error *error)
{
    struct mailer_error failure = MAILER_ERROR_INIT;
    int result = session_step(courier->session, &failure);
    if (session_is_ready(courier->session))
        courier->eager = false;
    if (session_made_progress(courier->session)) {
        courier->tried = 0;
        courier->told = (struct mailer_error)MAILER_ERROR_INIT;
    }
    if (result == NET_WAITING)
        return result;
    bool progress = session_made_progress(courier->session);
    hang_up(courier);
    if (progress || (result >= 0 && courier->queue->open == 0))
        return GO_ON;
    error_set(&failure, MAILER_NETWORK, MAILER_STAGE_NONE, "%s left messages behind",
              courier->stop->server.host);
    return give_way(courier, &failure, error);
}

/* Makes a connection when there is something to send. */
static int set_out(struct courier *courier, struct mailer_error *error)
{
    struct delivery_queue *queue = courier->queue;
    if (delivery_queue_take(queue) == NULL && !courier->eager)
        return queue->exhausted ? NET_READY : NET_WAITING;
    if (courier->is_held && !courier->looks_up)
        return NET_WAITING;
    struct stop *stop = courier->stop;
    struct mailer_error failure = MAILER_ERROR_INIT;
    int result;
    if (stop->server.is_domain) {
        result = route_look_up(stop, &failure);
        courier->looks_up = result == NET_WAITING;
        if (result == NET_READY)
            courier->stop = stop->next;
    } else {
        result = session_new(&courier->session, &stop->server, &stop->tls_context,
                             &courier->route->scratch, queue, &failure);
    }
    if (result < 0)
        return give_way(courier, &failure, error);
    return result == NET_READY ? GO_ON : result;
}

int courier_step(struct courier *courier, struct mailer_error *error)
{
    int result = GO_ON;
    while (result == GO_ON)
        result = courier->session != NULL ? ride(courier, error) : set_out(courier, error);
    return result;
}

void courier_wants(const struct courier *courier, struct net_wait *wait)
{
    if (courier->session != NULL)
        session_wants(courier->session, wait);
    else if (courier->stop->discovery != NULL)
        discovery_wants(courier->stop->discovery, wait);
}

/* @return 0, or MAILER_CANCELLED. */
static int tell_progress(struct courier *courier, struct mailer_error *error)
{
    struct progress_state state = {0};
    if (courier->session != NULL)
        state = session_progress(courier->session);
    return progress_tell(&courier->queue->progress, &state, error);
}

int courier_run(struct courier *courier, struct mailer_error *error)
{
    struct delivery_queue *queue = courier->queue;
    struct mailer_error failure = MAILER_ERROR_INIT;
    int result = courier_step(courier, &failure);
    while (result == NET_WAITING && (queue->first != NULL || !queue->can_wait)) {
        struct net_wait wait = net_wait_nothing();
        courier_wants(courier, &wait);
        result = tell_progress(courier, &failure);
        if (queue->progress.function != NULL)
            net_wait_until(&wait, queue->progress.due);
        if (result == 0)
            result = net_wait_poll(&wait, &failure);
        if (result == 0)
            result = courier_step(courier, &failure);
        else
            courier_abandon(courier, &failure);
    }
    if (result >= 0)
        return 0;
    delivery_queue_fail(queue, &failure);
    return error_pass(error, &failure);
}

void courier_connect(struct courier *courier)
{
    courier->eager = true;
}

void courier_set_spare(struct courier *courier, bool is_spare)
{
    courier->is_spare = is_spare;
}

void courier_hold(struct courier *courier, bool is_held)
{
    courier->is_held = is_held;
}

bool courier_is_stranded(const struct courier *courier)
{
    return courier->session == NULL && !courier->looks_up &&
           (courier->eager || courier->queue->open > 0);
}

void courier_follow(struct courier *courier, const struct courier *other)
{
    courier_return(courier);
    courier->stop = other->stop;
}

bool courier_is_connecting(const struct courier *courier)
{
    return courier->looks_up || (courier->session != NULL && !session_is_ready(courier->session));
}

bool courier_is_ready(const struct courier *courier)
{
    return courier->session != NULL && session_is_ready(courier->session);
}

size_t courier_load(const struct courier *courier)
{
    return courier->session != NULL ? session_load(courier->session) : 0;
}

void courier_abandon(struct courier *courier, const struct mailer_error *cause)
{
    courier->eager = false;
    if (courier->session == NULL)
        return;
    session_abandon(courier->session, cause);
    hang_up(courier);
}

void courier_free(struct courier *courier)
{
    if (courier == NULL)
        return;
    session_free(courier->session);
    free(courier);
}
