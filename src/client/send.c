/* SPDX-License-Identifier: ISC */
#include "delivery.h"
#include "server.h"
#include "session.h"

#include <mailer/send.h>

/* Runs one connection to its end, waiting where it waits. */
static int run_session(struct session *session, struct mailer_error *error)
{
    int result = session_step(session, error);
    while (result == NET_WAITING) {
        struct net_wait wait = net_wait_nothing();
        session_wants(session, &wait);
        result = net_wait_poll(&wait, error);
        if (result == 0)
            result = session_step(session, error);
    }
    return result;
}

/* One connection after the other, as long as each gets at least one message further. */
static void drain(const struct server *server, struct delivery_queue *queue)
{
    struct net_tls_context *tls_context = NULL;
    bool again = true;
    while (again) {
        struct session *session = NULL;
        struct mailer_error failure = MAILER_ERROR_INIT;
        int result = session_new(&session, server, &tls_context, queue, &failure);
        if (result == 0)
            result = run_session(session, &failure);
        bool progress = session != NULL && session_made_progress(session);
        session_free(session);
        delivery_queue_restart(queue);
        again = progress && !delivery_queue_is_drained(queue);
        if (!again && result != 0)
            delivery_queue_fail(queue, &failure);
    }
    net_tls_context_free(tls_context);
}

/* Copies a failure to where the caller wants it. */
static int hand_over(const struct mailer_error *failure, struct mailer_error *error)
{
    if (error != NULL && !error_is_set(error))
        *error = *failure;
    return failure->error_class;
}

int mailer_send_each(const struct mailer_server *given, mailer_next_function next,
                     mailer_result_function report, void *context, struct mailer_error *error)
{
    struct server server;
    int result = server_read(&server, given, error);
    if (result != 0)
        return result;
    struct delivery_queue queue = {.next = next, .report = report, .context = context};
    drain(&server, &queue);
    return hand_over(&queue.error, error);
}

int mailer_send(const struct mailer_server *given, const struct mailer_message *message,
                struct mailer_result **result, struct mailer_error *error)
{
    struct mailer_result *kept = NULL;
    struct server server;
    struct delivery_queue queue = {.exhausted = true, .kept = &kept};
    int failed = server_read(&server, given, error);
    if (failed == 0)
        failed = delivery_queue_add(&queue, message, error);
    if (failed == 0) {
        drain(&server, &queue);
        failed = hand_over(&queue.error, error);
    }
    if (result != NULL)
        *result = kept;
    else
        mailer_result_free(kept);
    return failed;
}
