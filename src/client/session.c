/* SPDX-License-Identifier: ISC */
#include "session_private.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>

bool session_made_progress(const struct session *session)
{
    return session->made_progress || session->has_been_idle;
}

bool session_is_ready(const struct session *session)
{
    return session->ready;
}

size_t session_load(const struct session *session)
{
    return (size_t)(session->newest - session->oldest);
}

struct progress_state session_progress(const struct session *session)
{
    const char *bytes;
    size_t waiting = session->engine != NULL ? smtp_engine_out(session->engine, &bytes) : 0;
    /* Commands and dots that were doubled wait there too: it is a little less than the truth. */
    uint64_t sent = session->body_put > waiting ? session->body_put - waiting : 0;
    return (struct progress_state){session->newest, sent, session->body_size};
}

/* ---- Time ---- */

void session_set_deadline(struct session *session)
{
    /* The last word of a server that takes nothing any more has a limit of its own. */
    if (error_is_set(&session->write_error))
        return;
    /* RFC 5321 4.5.3.2: twice as long for the word on a message as for other replies. */
    enum smtp_step_kind awaited = smtp_engine_awaited(session->engine);
    bool is_end = awaited == SMTP_STEP_END || awaited == SMTP_STEP_LAST_CHUNK;
    session->answered = smtp_engine_answered(session->engine);
    session->patience = session->server->reply_timeout * (is_end ? 2 : 1);
    session->deadline = clock_milliseconds() + session->patience;
}

static enum mailer_stage current_stage(const struct session *session)
{
    if (session->phase == SESSION_HANDSHAKE)
        return MAILER_STAGE_TLS;
    enum smtp_step_kind awaited = smtp_engine_awaited(session->engine);
    return awaited == SMTP_STEP_KINDS ? MAILER_STAGE_BODY : smtp_engine_stage(awaited);
}

/* What is going on, in the words of an error. */
static const char *current_words(const struct session *session)
{
    switch (current_stage(session)) {
    case MAILER_STAGE_GREETING:
        return "before its greeting";
    case MAILER_STAGE_HELLO:
        return "at EHLO";
    case MAILER_STAGE_TLS:
        return "while TLS was set up";
    case MAILER_STAGE_AUTH:
        return "during the login";
    case MAILER_STAGE_SENDER:
        return "at the sender";
    case MAILER_STAGE_RECIPIENT:
        return "at a recipient";
    case MAILER_STAGE_END:
        return "before its word on the message";
    default:
        return "while the message was sent";
    }
}

/* Why there is no connection any more. */
static int lost(const struct session *session, struct mailer_error *error)
{
    if (error_is_set(&session->write_error))
        return error_pass(error, &session->write_error);
    bool cut = net_connection_was_truncated(session->connection);
    return error_set(error, MAILER_NETWORK, current_stage(session), "%s %s the connection %s",
                     session->server->host, cut ? "cut off" : "closed", current_words(session));
}

/*
 * Whether the other end has taken octets since this was last asked; then the deadline is set anew.
 * What waits in the system to be sent may be megabytes, and take longer than any answer.
 */
static bool is_being_taken(struct session *session)
{
    if (session->unconfirmed == 0)
        return false;
    size_t before = session->unconfirmed;
    session->unconfirmed = net_connection_unconfirmed(session->connection);
    if (session->unconfirmed >= before)
        return false;
    session_set_deadline(session);
    return true;
}

static int check_deadline(struct session *session, struct mailer_error *error)
{
    int64_t now = clock_milliseconds();
    if (!session->ready && now >= session->setup_deadline)
        return error_set(error, MAILER_NETWORK, current_stage(session),
                         "%s took more than %lld seconds to let us in", session->server->host,
                         (long long)session->server->reply_timeout * SESSION_SETUP_REPLIES / 1000);
    if (now < session->deadline)
        return 0;
    if (error_is_set(&session->write_error))
        return lost(session, error);
    if (is_being_taken(session))
        return 0;
    const struct server *server = session->server;
    bool waits_for_tls = current_stage(session) == MAILER_STAGE_GREETING &&
                         server->port == SERVER_PORT_SUBMISSIONS &&
                         server->tls != MAILER_TLS_IMPLICIT;
    return error_set(error, MAILER_NETWORK, current_stage(session),
                     "%s did not answer within %lld seconds %s%s", server->host,
                     (long long)(session->patience + 999) / 1000, current_words(session),
                     waits_for_tls ? ": port 465 is for TLS from the start, use smtps://" : "");
}

/* ---- From dialling to the greeting ---- */

int session_start_tls(struct session *session, struct mailer_error *error)
{
    int result = session_make_tls_context(session->server, session->tls_context, error);
    if (result == 0)
        result = net_tls_start(session->connection, *session->tls_context, error);
    session->phase = SESSION_HANDSHAKE;
    return result;
}

static int start_engine(struct session *session, struct mailer_error *error)
{
    char literal[64];
    const char *name = session->server->given.hello_name;
    if (name == NULL) {
        net_connection_local_literal(session->connection, literal);
        /* Our address is not the one that the server sees, and none of its business. */
        if (session->tunnel != NULL)
            snprintf(literal, sizeof literal, "[127.0.0.1]");
        name = literal;
    }
    int result = smtp_engine_new(&session->engine, name, error);
    if (result == 0 && session->server->lmtp)
        smtp_engine_speak_lmtp(session->engine);
    if (result == 0 && session->trace.function != NULL)
        smtp_engine_keep_trace(session->engine);
    return result;
}

/* The way to the server is open. */
static int begin_talk(struct session *session, struct mailer_error *error)
{
    int result = 0;
    session->phase = SESSION_TALKING;
    session->setup_deadline =
        clock_milliseconds() + session->server->reply_timeout * SESSION_SETUP_REPLIES;
    if (session->server->tls == MAILER_TLS_IMPLICIT)
        result = session_start_tls(session, error);
    if (result == 0)
        session_set_deadline(session);
    return result;
}

static int dial(struct session *session, struct mailer_error *error)
{
    int result = net_dial_step(session->dial, clock_milliseconds(), &session->connection, error);
    if (result != NET_READY)
        return result;
    net_dial_free(session->dial);
    session->dial = NULL;
    char peer[64];
    net_connection_peer(session->connection, peer);
    bool has_proxy = session->tunnel != NULL;
    witness_connection(session->queue->witness, session->connection, has_proxy);
    trace_lines_info(&session->trace, "connected to %s%s (%s)", has_proxy ? "the proxy " : "",
                     has_proxy ? session->server->proxy.host : session->server->host, peer);
    result = start_engine(session, error);
    if (result != 0 || !has_proxy)
        return result != 0 ? result : begin_talk(session, error);
    session->phase = SESSION_TUNNELLING;
    session->deadline = clock_milliseconds() + session->server->connect_timeout;
    return NET_READY;
}

static int tunnel(struct session *session, struct mailer_error *error)
{
    int result = net_tunnel_step(session->tunnel, session->connection, error);
    if (result == NET_WAITING && clock_milliseconds() >= session->deadline)
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_CONNECT,
                         "the proxy %s did not reach %s within %lld seconds",
                         session->server->proxy.host, session->server->host,
                         (long long)(session->server->connect_timeout + 999) / 1000);
    if (result != NET_READY)
        return result;
    trace_lines_info(&session->trace, "the proxy has connected to %s", session->server->host);
    return begin_talk(session, error);
}

static int shake_hands(struct session *session, struct mailer_error *error)
{
    int result = net_tls_handshake(session->connection, error);
    if (result != NET_WAITING)
        witness_tls(session->queue->witness, session->server, session->connection,
                    result == NET_READY);
    if (result != NET_READY)
        return result;
    char description[96];
    net_tls_describe(session->connection, description);
    trace_lines_info(&session->trace, "%s", description);
    session->phase = SESSION_TALKING;
    session->listens = net_connection_has_input(session->connection);
    if (session->server->tls != MAILER_TLS_IMPLICIT)
        result = smtp_engine_secured(session->engine, error);
    session_set_deadline(session);
    return result;
}

/* ---- Octets in and out ---- */

/* What a server sends that speaks TLS where SMTP was expected: a record of an alert or a handshake.
 */
static bool looks_like_tls(const struct session *session, char first)
{
    return !session->heard && !net_connection_is_secure(session->connection) &&
           (first == 0x15 || first == 0x16);
}

void session_show_commands(struct session *session)
{
    const char *lines = NULL;
    size_t size = 0;
    if (session->trace.function != NULL)
        size = smtp_engine_take_trace(session->engine, &lines);
    trace_lines_sent(&session->trace, lines, size);
}

/* Gives what has been read to the engine, and acts on each reply. */
static int take_input(struct session *session, const char *input, size_t size,
                      struct mailer_error *error)
{
    if (looks_like_tls(session, input[0]))
        return error_set(error, MAILER_TLS, MAILER_STAGE_GREETING,
                         "%s speaks TLS from the start on port %hu: use smtps://",
                         session->server->host, session->server->port);
    session->heard = true;
    size_t taken = 0;
    while (taken < size) {
        struct smtp_event event;
        size_t consumed = 0;
        int result = smtp_engine_receive(session->engine, input + taken, size - taken, &consumed,
                                         &event, error);
        taken += consumed;
        if (event.reply != NULL)
            trace_lines_received(&session->trace, event.reply);
        if (result == 0)
            result = session_handle(session, &event, error);
        session_show_commands(session);
        if (result != 0)
            return result;
    }
    return 0;
}

/* Reads what is there, or a part: then *more is set. @return 0 or the class of the error. */
static int read_input(struct session *session, bool *more, struct mailer_error *error)
{
    char input[SESSION_READ_SIZE];
    size_t got = 0;
    bool is_first = !error_is_set(error);
    int result = net_connection_read(session->connection, input, sizeof input, &got, error);
    if (result == NET_WAITING)
        return 0;
    if (result == NET_CLOSED)
        return lost(session, error);
    if (result == NET_READY) {
        result = take_input(session, input, got, error);
        *more = got == sizeof input || net_connection_has_input(session->connection);
    } else if (is_first) {
        error->stage = current_stage(session);
    }
    return result;
}

/* Writes what is to be sent. Tells whether it all has been taken, so that more would be. */
static bool write_output(struct session *session)
{
    const char *bytes = NULL;
    size_t size = smtp_engine_out(session->engine, &bytes);
    if (size == 0 || error_is_set(&session->write_error))
        return false;
    size_t taken = 0;
    int result =
        net_connection_write(session->connection, bytes, size, &taken, &session->write_error);
    if (result == NET_READY) {
        smtp_engine_sent(session->engine, taken);
        session_set_deadline(session);
        if (taken >= SESSION_LARGE_WRITE)
            session->unconfirmed = net_connection_unconfirmed(session->connection);
    } else if (result != NET_WAITING) {
        /* The server may have said why before it hung up: what can be read is read first. */
        error_set(&session->write_error, MAILER_NETWORK, MAILER_STAGE_NONE,
                  "%s closed the connection %s", session->server->host, current_words(session));
        session->write_error.stage = current_stage(session);
        int64_t last_word = clock_milliseconds() + SESSION_LAST_WORD;
        session->deadline = last_word < session->deadline ? last_word : session->deadline;
    }
    return taken == size;
}

/* Whether something is to be sent, and can be. */
static bool has_output(const struct session *session)
{
    const char *bytes;
    return smtp_engine_out(session->engine, &bytes) > 0 && !error_is_set(&session->write_error);
}

/* Nothing is on the way, and the queue has nothing yet. */
static bool is_idle(const struct session *session)
{
    return session->ready && !session->quit_sent && session->writing == NULL &&
           session->oldest == session->newest && smtp_engine_unanswered(session->engine) == 0 &&
           !error_is_set(&session->write_error);
}

/* All is said and answered, but for QUIT, which is not waited for. */
static bool is_done(const struct session *session)
{
    return session->quit_sent && session->oldest == session->newest && !has_output(session);
}

static int say(struct session *session, struct mailer_error *error)
{
    int result = session_say(session, error);
    session_show_commands(session);
    return result;
}

/*
 * What is sent next is made while the server answers. Not where several connections share the
 * messages: another one may have room for it sooner.
 */
static void pull_ahead(struct session *session)
{
    bool waits = session->ready && !session->quit_sent && session->oldest != session->newest;
    if (waits && session->server->window == 0)
        delivery_queue_take(session->queue);
}

/*
 * Reads all there is before anything is written: what a server says before it is asked must not be
 * taken for an answer. Where nothing can have come since, reading is not even tried.
 */
static int talk(struct session *session, struct mailer_error *error)
{
    bool again = true;
    while (again) {
        bool unread = false;
        int result = session->listens ? read_input(session, &unread, error) : 0;
        if (result != 0)
            return result;
        if (session->phase != SESSION_TALKING)
            return NET_READY;
        session->listens = true;
        result = say(session, error);
        bool written = result == 0 && !unread && write_output(session);
        if (is_done(session))
            return NET_READY;
        if (written)
            result = say(session, error);
        /* It is our own fault, so the server has nothing to say to it. */
        bool is_ours = error_is_set(&session->write_error) &&
                       session->write_error.error_class != MAILER_NETWORK;
        if (is_ours)
            return lost(session, error);
        if (result != 0)
            return result;
        again = unread ||
                (written && has_output(session) && !progress_is_due(&session->queue->progress));
    }
    pull_ahead(session);
    session->idle = is_idle(session);
    if (session->idle) {
        session->has_been_idle = true;
        session->idle_since = clock_milliseconds();
        session->deadline = INT64_MAX;
        session_rest(session);
        return NET_WAITING;
    }
    if (smtp_engine_answered(session->engine) != session->answered ||
        session->deadline == INT64_MAX)
        session_set_deadline(session);
    int result = check_deadline(session, error);
    return result != 0 ? result : NET_WAITING;
}

/* ---- The end that nobody wanted ---- */

/*
 * Tells the fate of the messages on the way when the connection is gone: those whose end was sent
 * may have been delivered. The others have not been: they stay open. Where the server has answered
 * nonsense, that is said of the message whose answer it was to be.
 */
static void settle_what_is_known(struct session *session, const struct mailer_error *cause)
{
    if (session->engine == NULL)
        return;
    enum mailer_error_class error_class =
        cause->error_class == MAILER_PROTOCOL ? MAILER_PROTOCOL : MAILER_UNKNOWN;
    size_t ends = smtp_engine_ends_in_flight(session->engine);
    for (; ends > 0 && session->oldest < session->newest; ends--) {
        struct transaction *transaction = session_transaction(session, session->oldest);
        struct mailer_error unknown = MAILER_ERROR_INIT;
        error_set(&unknown, error_class, MAILER_STAGE_END,
                  "it may have been delivered: the end of the message was sent, but %s",
                  cause->text);
        delivery_settle_range(transaction->delivery, transaction->first, transaction->end,
                              DELIVERY_ASKED, &unknown);
        session_end_transaction(session);
        error_class = MAILER_UNKNOWN;
    }
    delivery_queue_report(session->queue);
}

void session_abandon(struct session *session, const struct mailer_error *cause)
{
    settle_what_is_known(session, cause);
}

int session_step(struct session *session, struct mailer_error *error)
{
    struct mailer_error cause = MAILER_ERROR_INIT;
    int result = NET_READY;
    for (bool again = true; again && result == NET_READY;) {
        enum session_phase phase = session->phase;
        switch (phase) {
        case SESSION_DIALLING:
            result = dial(session, &cause);
            break;
        case SESSION_TUNNELLING:
            result = tunnel(session, &cause);
            break;
        case SESSION_HANDSHAKE:
            result = shake_hands(session, &cause);
            if (result == NET_WAITING && check_deadline(session, &cause) != 0)
                result = cause.error_class;
            break;
        case SESSION_TALKING:
            result = talk(session, &cause);
            break;
        }
        again = session->phase != phase;
    }
    if (result >= 0)
        return result;
    /* Once all is told, nothing that the server does at QUIT changes it. */
    if (session->quit_sent && session->oldest == session->newest)
        return NET_READY;
    /* What had waited for messages had nothing on the way that could be lost. */
    if (session->idle && session->oldest == session->newest)
        return NET_CLOSED;
    settle_what_is_known(session, &cause);
    error_pass(error, &cause);
    return result;
}

void session_wants(const struct session *session, struct net_wait *wait)
{
    if (session->phase == SESSION_DIALLING) {
        net_dial_wants(session->dial, wait);
        return;
    }
    if (session->phase == SESSION_TUNNELLING)
        net_tunnel_wants(session->tunnel, session->connection, wait);
    else
        net_connection_wants(session->connection, has_output(session), wait);
    net_wait_until(wait, session->deadline);
    if (!session->ready)
        net_wait_until(wait, session->setup_deadline);
}
