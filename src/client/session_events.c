/* SPDX-License-Identifier: ISC */
#include "session_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An error that quotes a reply, with what it is about in front. */
__attribute__((format(printf, 5, 6))) static int
quote(const struct smtp_reply *reply, enum mailer_error_class error_class, enum mailer_stage stage,
      struct mailer_error *error, const char *format, ...)
{
    char shown[256];
    char about[512];
    smtp_reply_show(reply, shown, sizeof shown);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(about, sizeof about, format, arguments);
    va_end(arguments);
    error_set(error, error_class, stage, "%s: %s", about, shown);
    error->smtp_code = reply->code;
    memcpy(error->enhanced_code, reply->enhanced_code, sizeof error->enhanced_code);
    return error_class;
}

/* ---- Before the first message ---- */

static int log_in(struct session *session, struct mailer_error *error)
{
    const struct server *server = session->server;
    const struct smtp_capabilities *can = smtp_engine_capabilities(session->engine);
    if (!can->extended)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "%s speaks only HELO and so cannot log anybody in: leave the user name "
                         "out, or use another server",
                         server->host);
    bool secure = net_connection_is_secure(session->connection);
    if (!can->auth && can->starttls && !secure)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "%s offers no login without TLS: require TLS", server->host);
    session->tls_binding = net_tls_binding(session->connection);
    struct auth_sasl_options options = {
        .user = server->user,
        .password = server->given.password,
        .host = server->path[0] != '\0' ? "localhost" : server->host,
        .port = server->port,
        .secure = secure,
        .certificate = net_tls_shows_certificate(session->connection),
        .allow_clear = server->given.allow_clear_password,
        .allowed = server->given.auth_mechanisms,
        .refused = session->refused_mechanisms,
        .needs_stronger = session->needs_stronger_login,
        .binding = session->tls_binding.bytes,
        .binding_size = session->tls_binding.size,
        .binding_is_exporter = session->tls_binding.is_exporter,
    };
    int result =
        auth_sasl_start(&session->sasl, &options, can->auth ? can->auth_mechanisms : NULL, error);
    if (result != 0)
        return result;
    witness_login(session->queue->witness, auth_sasl_mechanism(session->sasl));
    char response[AUTH_SASL_RESPONSE_SIZE];
    bool initial = auth_sasl_client_first(session->sasl);
    smtp_engine_hide(session->engine, server->given.password);
    if (initial)
        result = auth_sasl_respond(session->sasl, NULL, response, error);
    if (result == 0)
        result = smtp_engine_auth(session->engine, auth_sasl_mechanism(session->sasl),
                                  initial ? response : NULL, error);
    explicit_bzero(response, sizeof response);
    return result;
}

static void become_ready(struct session *session, bool logged_in)
{
    session->ready = true;
    witness_ready(session->queue->witness, logged_in);
}

/* EHLO is answered: TLS, then the login, then the messages. */
static int greet(struct session *session, const struct smtp_event *event,
                 struct mailer_error *error)
{
    const struct server *server = session->server;
    const struct smtp_capabilities *can = smtp_engine_capabilities(session->engine);
    witness_hello(session->queue->witness, can, event->reply);
    bool secure = net_connection_is_secure(session->connection);
    bool wants_tls = server->tls == MAILER_TLS_REQUIRED || server->tls == MAILER_TLS_OPPORTUNISTIC;
    if (!secure && wants_tls && can->starttls)
        return smtp_engine_starttls(session->engine, error);
    bool needs_tls = server->tls == MAILER_TLS_REQUIRED || server->tls == MAILER_TLS_IMPLICIT;
    if (!secure && needs_tls)
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "%s offers no STARTTLS, and nothing is sent without TLS unless it is "
                         "turned off",
                         server->host);
    if (server->user[0] != '\0')
        return log_in(session, error);
    become_ready(session, false);
    return 0;
}

static int begin_tls(struct session *session, struct mailer_error *error)
{
    if (net_connection_has_input(session->connection))
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "%s sent more behind its answer to STARTTLS: not trusted",
                         session->server->host);
    return session_start_tls(session, error);
}

static int do_without_tls(struct session *session, const struct smtp_event *event,
                          struct mailer_error *error)
{
    const struct server *server = session->server;
    if (server->tls == MAILER_TLS_OPPORTUNISTIC && server->user[0] == '\0') {
        become_ready(session, false);
        return 0;
    }
    if (server->tls == MAILER_TLS_OPPORTUNISTIC)
        return log_in(session, error);
    bool later = event->outcome == MAILER_TEMPORARY;
    return quote(event->reply, later ? MAILER_TEMPORARY : MAILER_TLS, MAILER_STAGE_TLS, error,
                 "%s refuses STARTTLS", server->host);
}

/* Takes back a login that is under way (RFC 4954 4). Its answer would change nothing, and is not
 * waited for. */
static void cancel_login(struct session *session)
{
    const char *bytes = NULL;
    size_t taken = 0;
    if (smtp_engine_auth_response(session->engine, "*", NULL) != 0)
        return;
    size_t size = smtp_engine_out(session->engine, &bytes);
    (void)net_connection_write(session->connection, bytes, size, &taken, NULL);
}

static int answer_challenge(struct session *session, const struct smtp_event *event,
                            struct mailer_error *error)
{
    char response[AUTH_SASL_RESPONSE_SIZE];
    char challenge[AUTH_SASL_RESPONSE_SIZE] = "";
    int result = 0;
    size_t size = event->challenge_size;
    if (size >= sizeof challenge || (size > 0 && memchr(event->challenge, '\0', size) != NULL))
        result =
            error_set(error, MAILER_PROTOCOL, MAILER_STAGE_AUTH,
                      "%s sends a challenge that is too long or has a NUL", session->server->host);
    else if (size > 0)
        memcpy(challenge, event->challenge, size);
    if (result == 0)
        result = auth_sasl_respond(session->sasl, challenge, response, error);
    if (result == 0)
        result = smtp_engine_auth_response(session->engine, response, error);
    else
        cancel_login(session);
    explicit_bzero(response, sizeof response);
    return result;
}

static int refuse_login(const struct session *session, const struct smtp_reply *reply,
                        struct mailer_error *error)
{
    const char *reason = auth_sasl_reason(session->sasl);
    bool later = reply->code / 100 == 4;
    return quote(reply, later ? MAILER_TEMPORARY : MAILER_AUTH, MAILER_STAGE_AUTH, error,
                 "%s refuses the login of %.100s by %s%s%.200s%s", session->server->host,
                 session->server->user, auth_sasl_mechanism(session->sasl),
                 reason[0] != '\0' ? " (" : "", reason, reason[0] != '\0' ? ")" : "");
}

/*
 * Whether the reply is about the mechanism and not about the password: 504 it is not known, 534 it
 * is too weak, 538 it needs encryption (RFC 4954 4, 6). Only then another one is tried. A server
 * that says 535 has looked at the password: asking again would only help to lock the account.
 * Some say 534 of a password too, so it is not sent once more by a mechanism that reveals it.
 */
static bool blames_mechanism(struct session *session, int code)
{
    session->needs_stronger_login |= code == 534 || code == 538;
    return code == 504 || code == 534 || code == 538;
}

/* Goes on with another mechanism. @return 0, or the class of the first refusal if there is none. */
static int log_in_otherwise(struct session *session, const struct smtp_reply *reply,
                            struct mailer_error *error)
{
    struct mailer_error refusal = MAILER_ERROR_INIT;
    refuse_login(session, reply, &refusal);
    size_t used = strlen(session->refused_mechanisms);
    snprintf(session->refused_mechanisms + used, sizeof session->refused_mechanisms - used, " %s",
             auth_sasl_mechanism(session->sasl));
    auth_sasl_free(session->sasl);
    session->sasl = NULL;
    return log_in(session, NULL) == 0 ? 0 : error_pass(error, &refusal);
}

static int end_login(struct session *session, const struct smtp_event *event,
                     struct mailer_error *error)
{
    if (event->outcome != MAILER_OK && blames_mechanism(session, event->reply->code) &&
        !smtp_engine_is_closing(session->engine))
        return log_in_otherwise(session, event->reply, error);
    if (event->outcome != MAILER_OK)
        return refuse_login(session, event->reply, error);
    int result = auth_sasl_finish(session->sasl, error);
    auth_sasl_free(session->sasl);
    session->sasl = NULL;
    if (result == 0)
        become_ready(session, true);
    return result;
}

/* ---- Messages ---- */

static struct transaction *oldest(struct session *session)
{
    return session_transaction(session, session->oldest);
}

void session_end_transaction(struct session *session)
{
    struct transaction *transaction = oldest(session);
    if (session->writing == transaction) {
        session->writing = NULL;
        session->body_is_open = false;
    }
    mime_plan_free(transaction->plan);
    transaction->plan = NULL;
    transaction->delivery->in_flight--;
    session->oldest++;
    if (session->oldest == session->newest)
        session->body_size = session->body_put = 0;
}

void session_finish_transaction(struct session *session)
{
    session_end_transaction(session);
    session->made_progress = true;
    delivery_queue_report(session->queue);
}

static void settle(struct session *session, uint32_t least, const struct mailer_error *error)
{
    struct transaction *transaction = oldest(session);
    delivery_settle_range(transaction->delivery, transaction->first, transaction->end, least,
                          error);
}

static void answer_sender(struct session *session, const struct smtp_event *event)
{
    struct transaction *transaction = oldest(session);
    session->is_doubtful = false;
    /* 421 says goodbye to us, not no to the message: it stays open. */
    if (event->outcome == MAILER_OK || event->reply->code == 421)
        return;
    transaction->sender_refused = true;
    struct mailer_error error = MAILER_ERROR_INIT;
    quote(event->reply, event->outcome, MAILER_STAGE_SENDER, &error, "the sender <%s> was refused",
          mailer_message_envelope_sender(transaction->delivery->result->message));
    settle(session, DELIVERY_OPEN, &error);
}

/* RFC 5321 4.5.3.1.10: the server has had enough recipients; these go into a further transaction.
 */
static bool is_too_many(const struct transaction *transaction, const struct smtp_reply *reply)
{
    bool says_so = reply->code == 452 || (reply->code == 552 && reply->enhanced_code[0] == '\0');
    return says_so && transaction->accepted > 0;
}

static void answer_recipient(struct session *session, const struct smtp_event *event)
{
    struct transaction *transaction = oldest(session);
    if (event->outcome == MAILER_OK) {
        transaction->accepted++;
        delivery_accept(transaction->delivery, event->recipient);
        return;
    }
    if (event->reply->code == 421)
        return;
    if (is_too_many(transaction, event->reply)) {
        delivery_reopen(transaction->delivery, event->recipient);
        return;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    quote(event->reply, event->outcome, MAILER_STAGE_RECIPIENT, &error, "%s was refused",
          mailer_message_recipient(transaction->delivery->result->message, event->recipient));
    delivery_settle(transaction->delivery, event->recipient, &error);
}

/* What the server says to the end of a message. */
static struct mailer_error final_word(const struct smtp_event *event, bool is_of_recipient)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (event->outcome != MAILER_OK) {
        quote(event->reply, event->outcome,
              is_of_recipient ? MAILER_STAGE_RECIPIENT : MAILER_STAGE_END, &error,
              "the message was refused");
    } else {
        smtp_reply_show(event->reply, error.text, sizeof error.text);
        error.smtp_code = event->reply->code;
        memcpy(error.enhanced_code, event->reply->enhanced_code, sizeof error.enhanced_code);
        error.stage = MAILER_STAGE_END;
    }
    return error;
}

/* By LMTP and PRDR each recipient has a fate of its own. */
static void end_recipient(struct session *session, const struct smtp_event *event)
{
    struct mailer_error error = final_word(event, true);
    delivery_settle(oldest(session)->delivery, event->recipient, &error);
}

static void end_message(struct session *session, const struct smtp_event *event)
{
    /* By LMTP what is said behind the whole body is said of a recipient. */
    struct mailer_error error =
        final_word(event, session->server->lmtp && oldest(session)->plan == NULL);
    settle(session, DELIVERY_ACCEPTED, &error);
    session_finish_transaction(session);
}

/* The server hangs up after this reply: nobody waits for the rest. */
static int leave(const struct session *session, const struct smtp_event *event,
                 struct mailer_error *error)
{
    bool said_so = event->reply->code == 421;
    return quote(event->reply, said_so ? MAILER_TEMPORARY : MAILER_NETWORK, MAILER_STAGE_NONE,
                 error, "%s ends the session", session->server->host);
}

int session_handle(struct session *session, const struct smtp_event *event,
                   struct mailer_error *error)
{
    int result = 0;
    switch (event->kind) {
    case SMTP_EVENT_NONE:
    case SMTP_EVENT_GOODBYE:
        break;
    case SMTP_EVENT_READY:
        result = greet(session, event, error);
        break;
    case SMTP_EVENT_TLS:
        result = begin_tls(session, error);
        break;
    case SMTP_EVENT_NO_TLS:
        result = do_without_tls(session, event, error);
        break;
    case SMTP_EVENT_CHALLENGE:
        result = answer_challenge(session, event, error);
        break;
    case SMTP_EVENT_LOGIN:
        result = end_login(session, event, error);
        break;
    case SMTP_EVENT_SENDER:
        answer_sender(session, event);
        break;
    case SMTP_EVENT_RECIPIENT:
        answer_recipient(session, event);
        break;
    case SMTP_EVENT_BODY:
        session_open_body(session);
        break;
    case SMTP_EVENT_DELIVERED:
        end_recipient(session, event);
        break;
    case SMTP_EVENT_MESSAGE:
        end_message(session, event);
        break;
    }
    if (result == 0 && event->reply != NULL && smtp_engine_is_closing(session->engine) &&
        !session->quit_sent)
        result = leave(session, event, error);
    return result;
}
