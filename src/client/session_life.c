/* SPDX-License-Identifier: ISC */
/* How a session begins and ends. */
#include "session_private.h"

#include <stdlib.h>

int session_make_tls_context(const struct server *server, struct net_tls_context **context,
                             struct mailer_error *error)
{
    bool verify = !server->given.tls_no_verify && server->tls != MAILER_TLS_OPPORTUNISTIC;
    const struct mailer_server *given = &server->given;
    struct net_tls_identity identity = {
        .certificate_file = given->client_cert,
        .key_file = given->client_key,
        .password = given->client_key_password,
        .ask = given->ask_client_key_password,
        .ask_context = given->ask_context,
    };
    struct net_tls_options options = {
        .server_name = server->host,
        .verify = verify,
        .ca_file = given->ca_file,
        .pins = given->tls_pins,
        .pin_count = given->tls_pin_count,
        .only_1_3 = given->tls_only_1_3,
        .ciphers = given->tls_ciphers,
        .identity = given->client_cert != NULL ? &identity : NULL,
    };
    return *context == NULL ? net_tls_context_new(context, &options, error) : 0;
}

static enum net_family family_of(enum mailer_family family)
{
    static const enum net_family families[] = {[MAILER_FAMILY_ANY] = NET_FAMILY_ANY,
                                               [MAILER_FAMILY_IPV4] = NET_FAMILY_IPV4,
                                               [MAILER_FAMILY_IPV6] = NET_FAMILY_IPV6};
    return families[family];
}

static int new_tunnel(struct session *session, struct mailer_error *error)
{
    const struct server *server = session->server;
    struct net_tunnel_options options = {
        .kind = server->proxy.kind,
        .proxy = server->proxy.host,
        .host = server->host,
        .port = server->port,
        .user = server->proxy.user,
        .password = server->proxy.password,
    };
    return net_tunnel_new(&session->tunnel, &options, error);
}

int session_new(struct session **session, const struct server *server,
                struct net_tls_context **tls_context, struct mime_scratch *scratch,
                struct delivery_queue *queue, struct mailer_error *error)
{
    struct session *made = calloc(1, sizeof *made);
    *session = made;
    if (made == NULL)
        return error_set_memory(error);
    made->server = server;
    made->tls_context = tls_context;
    made->scratch = scratch;
    made->queue = queue;
    delivery_queue_try(queue, server->host);
    witness_server(queue->witness, server);
    made->deadline = INT64_MAX;
    made->setup_deadline = INT64_MAX;
    made->trace = trace_lines_start(server->given.trace, server->given.trace_context);
    const struct proxy *proxy = &server->proxy;
    bool has_proxy = proxy->host[0] != '\0';
    struct net_dial_options options = {
        .host = has_proxy ? proxy->host : server->host,
        .path = server->path[0] != '\0' ? server->path : NULL,
        .port = has_proxy ? proxy->port : server->port,
        .source = server->given.source,
        .family = family_of(server->family),
        .resolve_timeout = server->connect_timeout,
        .connect_timeout = server->connect_timeout,
    };
    /* What is wrong with the settings of TLS is told before anybody is called. */
    int result = 0;
    if (server->tls != MAILER_TLS_OFF)
        result = session_make_tls_context(server, tls_context, error);
    if (result == 0)
        result = net_dial_start(&made->dial, &options, error);
    if (result == 0 && has_proxy)
        result = new_tunnel(made, error);
    if (result != 0) {
        session_free(made);
        *session = NULL;
    }
    return result;
}

struct transaction *session_transaction(struct session *session, uint64_t number)
{
    return &session->transactions[number % session->transaction_room];
}

int session_make_room(struct session *session, struct mailer_error *error)
{
    size_t count = (size_t)(session->newest - session->oldest);
    if (count < session->transaction_room)
        return 0;
    size_t room = count == 0 ? SESSION_FIRST_TRANSACTIONS : count * 2;
    struct transaction *made = calloc(room, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    for (uint64_t i = session->oldest; i < session->newest; i++)
        made[i % room] = *session_transaction(session, i);
    free(session->transactions);
    session->transactions = made;
    session->transaction_room = room;
    return 0;
}

void session_rest(struct session *session)
{
    free(session->transactions);
    session->transactions = NULL;
    session->transaction_room = 0;
    free(session->preread);
    session->preread = NULL;
    session->preread_room = 0;
    smtp_engine_rest(session->engine);
    net_connection_rest(session->connection);
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    for (uint64_t i = session->oldest; i < session->newest; i++)
        mime_plan_free(session_transaction(session, i)->plan);
    net_dial_free(session->dial);
    net_tunnel_free(session->tunnel);
    net_connection_close(session->connection);
    smtp_engine_free(session->engine);
    auth_sasl_free(session->sasl);
    free(session->transactions);
    free(session->preread);
    free(session);
}
