/* SPDX-License-Identifier: ISC */
#include "courier.h"

#include <mailer/send.h>

/* Sends what a queue has and gets, and settles all of it. */
static int send_queue(struct route *route, struct delivery_queue *queue, struct mailer_error *error)
{
    struct courier *courier = NULL;
    struct mailer_error failure = MAILER_ERROR_INIT;
    if (courier_new(&courier, route, queue, &failure) == 0)
        courier_run(courier, NULL);
    else
        delivery_queue_fail(queue, &failure);
    courier_free(courier);
    return error_pass(error, &queue->error);
}

int mailer_send_each(const struct mailer_server *given, mailer_next_function next,
                     mailer_result_function report, void *context, struct mailer_error *error)
{
    struct delivery_queue queue = {
        .next = next, .report = report, .context = context, .progress = progress_start(given)};
    struct route *route = NULL;
    int result = route_new(&route, given, error);
    if (result == 0)
        result = send_queue(route, &queue, error);
    route_free(route);
    return result;
}

int mailer_send(const struct mailer_server *given, const struct mailer_message *message,
                struct mailer_result **result, struct mailer_error *error)
{
    struct mailer_result *kept = NULL;
    struct delivery_queue queue = {
        .exhausted = true, .kept = &kept, .progress = progress_start(given)};
    struct route *route = NULL;
    int failed = route_new(&route, given, error);
    if (failed == 0)
        failed = delivery_queue_add(&queue, message, error);
    if (failed == 0)
        failed = send_queue(route, &queue, error);
    route_free(route);
    if (result != NULL)
        *result = kept;
    else
        mailer_result_free(kept);
    return failed;
}
