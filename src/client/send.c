/* SPDX-License-Identifier: ISC */
#include "delivery.h"
#include "discover.h"
#include "error.h"
#include "policy.h"
#include "server.h"
#include "session.h"

#include <mailer/send.h>

#include <stdlib.h>

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
static void use_server(const struct server *server, struct delivery_queue *queue,
                       struct mailer_error *failure)
{
    struct net_tls_context *tls_context = NULL;
    bool progress = true;
    while (progress && delivery_queue_take(queue) != NULL)
        progress = try_once(server, &tls_context, queue, failure);
    if (queue->first != NULL)
        error_set(failure, MAILER_NETWORK, MAILER_STAGE_NONE, "%s left messages behind",
                  server->host);
    net_tls_context_free(tls_context);
}

/* The servers of a domain, in turn. */
static void use_domain(const struct server *domain, struct delivery_queue *queue,
                       struct mailer_error *failure)
{
    struct server *servers = NULL;
    size_t count = 0;
    if (delivery_queue_take(queue) == NULL)
        return;
    bool goes_on = discover(domain, &servers, &count, failure) == 0;
    for (size_t i = 0; i < count && goes_on; i++) {
        use_server(&servers[i], queue, failure);
        goes_on = queue->first != NULL &&
                  policy_for(failure->error_class, failure->stage) == POLICY_NEXT_SERVER;
    }
    free(servers);
}

/* Where messages can go, in turn. */
struct servers {
    struct server *list;
    size_t count;
};

/* Keeps the failure to tell: the first one that may pass, so that a later try is made, else the
 * last. */
static void note(struct mailer_error *told, const struct mailer_error *failure)
{
    if (!policy_may_pass(told->error_class))
        *told = *failure;
}

/*
 * What a server leaves unsent goes to the next one, where the policy says so: nobody has accepted
 * it, and it cannot have been delivered, for all that may have been is settled.
 */
static void drain(const struct servers *servers, struct delivery_queue *queue)
{
    struct mailer_error told = MAILER_ERROR_INIT;
    bool goes_on = true;
    size_t tried = 0;
    while (goes_on && tried < servers->count) {
        struct mailer_error failure = MAILER_ERROR_INIT;
        const struct server *server = &servers->list[tried++];
        (server->is_domain ? use_domain : use_server)(server, queue, &failure);
        goes_on = queue->first != NULL &&
                  policy_for(failure.error_class, failure.stage) == POLICY_NEXT_SERVER;
        if (queue->first != NULL)
            note(&told, &failure);
    }
    if (queue->first == NULL)
        return;
    if (tried > 1)
        error_prefix(&told, "none of %zu servers could be used", tried);
    delivery_queue_fail(queue, &told);
}

static void free_servers(struct servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        server_wipe(&servers->list[i]);
    free(servers->list);
}

/* Reads them all before anything is done. */
static int read_servers(struct servers *servers, const struct mailer_server *given,
                        struct mailer_error *error)
{
    const char *const *further = server_further_urls(given);
    size_t count = 1;
    while (further != NULL && further[count - 1] != NULL)
        count++;
    *servers = (struct servers){.list = calloc(count, sizeof *servers->list)};
    if (servers->list == NULL)
        return error_set_memory(error);
    int result = 0;
    while (result == 0 && servers->count < count) {
        struct server *server = &servers->list[servers->count];
        const char *url = servers->count > 0 ? further[servers->count - 1] : NULL;
        result = server_read(server, given, url, error);
        servers->count++;
    }
    return result;
}

int mailer_send_each(const struct mailer_server *given, mailer_next_function next,
                     mailer_result_function report, void *context, struct mailer_error *error)
{
    struct servers servers;
    struct delivery_queue queue = {.next = next, .report = report, .context = context};
    int result = read_servers(&servers, given, error);
    if (result == 0) {
        drain(&servers, &queue);
        result = error_pass(error, &queue.error);
    }
    free_servers(&servers);
    return result;
}

int mailer_send(const struct mailer_server *given, const struct mailer_message *message,
                struct mailer_result **result, struct mailer_error *error)
{
    struct mailer_result *kept = NULL;
    struct servers servers;
    struct delivery_queue queue = {.exhausted = true, .kept = &kept};
    int failed = read_servers(&servers, given, error);
    if (failed == 0)
        failed = delivery_queue_add(&queue, message, error);
    if (failed == 0) {
        drain(&servers, &queue);
        failed = error_pass(error, &queue.error);
    }
    free_servers(&servers);
    if (result != NULL)
        *result = kept;
    else
        mailer_result_free(kept);
    return failed;
}
