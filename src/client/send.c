/* SPDX-License-Identifier: ISC */
#include "delivery.h"
#include "error.h"
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

/* Runs one connection. @return whether it got at least one message further. */
static bool try_once(const struct server *server, struct net_tls_context **tls_context,
                     struct delivery_queue *queue, struct mailer_error *failure)
{
    *failure = (struct mailer_error)MAILER_ERROR_INIT;
    struct session *session = NULL;
    int result = session_new(&session, server, tls_context, queue, failure);
    if (result == 0)
        run_session(session, failure);
    bool progress = session != NULL && session_made_progress(session);
    session_free(session);
    delivery_queue_restart(queue);
    return progress;
}

/*
 * One connection after the other, as long as there is something to send and each gets at least one
 * message further. How a connection ended is of interest only to what it has left unsent.
 */
static void drain(const struct server *server, struct delivery_queue *queue)
{
    struct net_tls_context *tls_context = NULL;
    struct mailer_error failure = MAILER_ERROR_INIT;
    bool progress = true;
    while (progress && delivery_queue_take(queue) != NULL)
        progress = try_once(server, &tls_context, queue, &failure);
    if (queue->first != NULL) {
        error_set(&failure, MAILER_NETWORK, MAILER_STAGE_NONE, "%s left messages behind",
                  server->host);
        delivery_queue_fail(queue, &failure);
    }
    net_tls_context_free(tls_context);
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
    server_wipe(&server);
    return error_pass(error, &queue.error);
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
        failed = error_pass(error, &queue.error);
    }
    server_wipe(&server);
    if (result != NULL)
        *result = kept;
    else
        mailer_result_free(kept);
    return failed;
}
