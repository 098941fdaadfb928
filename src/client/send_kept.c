/* SPDX-License-Identifier: ISC */
#include "clock.h"
#include "courier.h"

#include <mailer/sender.h>

#include <stdlib.h>

/* Milliseconds for saying goodbye. */
enum { LEAVE_TIME = 1000 };

struct mailer_sender {
    struct route *route;
    struct courier *courier;
    struct delivery_queue queue;
};

/* There is a next message when the caller comes with it. */
static int wait_for_caller(void *context, const struct mailer_message **message,
                           struct mailer_error *error)
{
    (void)context;
    (void)error;
    *message = NULL;
    return MAILER_NEXT_LATER;
}

int mailer_sender_new(struct mailer_sender **sender, const struct mailer_server *server,
                      struct mailer_error *error)
{
    struct mailer_sender *made = calloc(1, sizeof *made);
    *sender = NULL;
    if (made == NULL)
        return error_set_memory(error);
    made->queue = (struct delivery_queue){
        .next = wait_for_caller, .can_wait = true, .progress = progress_start(server)};
    int result = route_new(&made->route, server, error);
    if (result == 0)
        result = courier_new(&made->courier, made->route, &made->queue, error);
    if (result != 0) {
        mailer_sender_free(made);
        return result;
    }
    *sender = made;
    return 0;
}

int mailer_sender_send(struct mailer_sender *sender, const struct mailer_message *message,
                       struct mailer_result **result, struct mailer_error *error)
{
    struct delivery_queue *queue = &sender->queue;
    struct mailer_result *kept = NULL;
    queue->kept = &kept;
    queue->error = (struct mailer_error)MAILER_ERROR_INIT;
    int failed = delivery_queue_add(queue, message, error);
    if (failed == 0) {
        if (courier_run(sender->courier, NULL) != 0)
            courier_return(sender->courier);
        failed = error_pass(error, &queue->error);
    }
    queue->exhausted = false;
    queue->kept = NULL;
    if (result != NULL)
        *result = kept;
    else
        mailer_result_free(kept);
    return failed;
}

/* Nobody waits for the answer to QUIT, only for it to be said. */
static void leave(struct mailer_sender *sender)
{
    int64_t deadline = clock_milliseconds() + LEAVE_TIME;
    sender->queue.exhausted = true;
    while (courier_step(sender->courier, NULL) == NET_WAITING && clock_milliseconds() < deadline) {
        struct net_wait wait = net_wait_nothing();
        courier_wants(sender->courier, &wait);
        net_wait_until(&wait, deadline);
        if (net_wait_poll(&wait, NULL) != 0)
            return;
    }
}

void mailer_sender_free(struct mailer_sender *sender)
{
    if (sender == NULL)
        return;
    if (sender->courier != NULL)
        leave(sender);
    courier_free(sender->courier);
    route_free(sender->route);
    free(sender);
}
