/* SPDX-License-Identifier: ISC */
#include "session_private.h"

#include "clock.h"
#include "message_private.h"
#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Reads a small body whole before anything is said. */
static int read_ahead(struct session *session, const struct mime_plan *plan,
                      struct mailer_error *error)
{
    session->cursor = mime_cursor_start(plan);
    session->preread_size = 0;
    if (plan->size > TRANSACTION_PREREAD_LIMIT)
        return 0;
    size_t room = (size_t)plan->size + 1;
    if (room > session->preread_room) {
        free(session->preread);
        session->preread = malloc(room);
        session->preread_room = session->preread != NULL ? room : 0;
    }
    if (session->preread == NULL)
        return error_set_memory(error);
    return mime_cursor_read(&session->cursor, session->scratch, session->preread,
                            session->preread_room, &session->preread_size, error);
}

/* Whether a recipient's domain is that of one before it in the transaction. */
static bool has_known_domain(const struct transaction *transaction, size_t index)
{
    const struct mailer_message *message = transaction->delivery->result->message;
    const char *address = mailer_message_recipient(message, index);
    const char *domain = strrchr(address, '@');
    for (size_t i = transaction->first; i < index; i++) {
        const char *other = strrchr(mailer_message_recipient(message, i), '@');
        bool is_same = domain == NULL ? other == NULL : other != NULL && text_same(domain, other);
        if (is_same && delivery_next_open(transaction->delivery, i, i + 1) == i)
            return true;
    }
    return false;
}

/* Takes as many recipients of a delivery as one transaction may have. */
static void take_recipients(struct transaction *transaction, const struct smtp_capabilities *can)
{
    struct delivery *delivery = transaction->delivery;
    size_t count = delivery->result->count;
    size_t index = delivery_next_open(delivery, delivery->next, count);
    transaction->first = index;
    transaction->submitted = index;
    uint64_t limit = DELIVERY_TRANSACTION_LIMIT;
    if (can->recipient_limit > 0 && can->recipient_limit < limit)
        limit = can->recipient_limit;
    uint64_t domains = 0;
    while (index < count && transaction->count < limit) {
        /* RFC 9422 4.3 */
        if (can->domain_limit > 0 && !has_known_domain(transaction, index) &&
            ++domains > can->domain_limit)
            break;
        transaction->count++;
        transaction->end = index + 1;
        index = delivery_next_open(delivery, index + 1, count);
    }
    delivery->next = transaction->end;
}

static int submit_sender(struct session *session, const struct transaction *transaction,
                         struct mailer_error *error)
{
    const struct smtp_capabilities *can = smtp_engine_capabilities(session->engine);
    const struct mailer_message *message = transaction->delivery->result->message;
    const struct mime_plan *plan = transaction->plan;
    struct smtp_mail mail = {
        .sender = mailer_message_envelope_sender(message),
        .size = plan->size,
        .eight_bit = plan->width == MAILER_WIRE_8BIT,
        .binary = plan->width == MAILER_WIRE_BINARY,
        .utf8 = plan->wire.utf8_headers,
        .each_recipient = can->each_recipient && transaction->count > 1 && !session->server->lmtp,
        .parameters = message_sender_parameters(message),
    };
    return smtp_engine_mail(session->engine, &mail, error);
}

/* Whether TLS protects from others in between too, as RFC 8689 4.2.1 wants it. */
static bool is_trusted(const struct session *session)
{
    const struct server *server = session->server;
    return net_connection_is_secure(session->connection) && !server->given.tls_no_verify &&
           server->tls != MAILER_TLS_OPPORTUNISTIC;
}

/*
 * Whether a message that this server cannot take is left to the next one. Only the last message can
 * be: behind one that waits for another server, all others would wait to be reported. And only
 * where connections do not share the messages: another one would take it to this server again.
 */
static bool may_go_elsewhere(const struct session *session)
{
    const struct delivery_queue *queue = session->queue;
    return server_further_urls(&session->server->given) != NULL && queue->exhausted &&
           queue->first == queue->last && session->oldest == session->newest &&
           session->server->window == 0;
}

/* The message cannot be sent here. */
static int give_up(struct session *session, struct transaction *transaction,
                   const struct mailer_error *unsent, struct mailer_error *error)
{
    mime_plan_free(transaction->plan);
    transaction->plan = NULL;
    if (unsent->error_class == MAILER_UNSUPPORTED && may_go_elsewhere(session))
        return error_pass(error, unsent);
    delivery_settle_range(transaction->delivery, transaction->first, transaction->end,
                          DELIVERY_OPEN, unsent);
    delivery_queue_report(session->queue);
    return 0;
}

/* Begins the next transaction of a delivery, or settles it when it cannot be sent here. */
static int begin_transaction(struct session *session, struct delivery *delivery,
                             struct mailer_error *error)
{
    const struct smtp_capabilities *can = smtp_engine_capabilities(session->engine);
    int made = session_make_room(session, error);
    if (made != 0)
        return made;
    struct transaction *transaction = session_transaction(session, session->newest);
    *transaction = (struct transaction){.delivery = delivery};
    take_recipients(transaction, can);
    result_set_host(delivery->result, session->server->host);
    struct mailer_error unsent = MAILER_ERROR_INIT;
    int result = transaction_check(delivery->result->message, can, is_trusted(session),
                                   session->server->user[0] != '\0', &unsent);
    if (result == 0)
        result = transaction_plan(&transaction->plan, delivery->result->message, can,
                                  session->server->given.widest_wire, &unsent);
    if (result == 0)
        result = read_ahead(session, transaction->plan, &unsent);
    if (result != 0)
        return give_up(session, transaction, &unsent, error);
    delivery->in_flight++;
    session->newest++;
    session->writing = transaction;
    session->body_is_open = false;
    session->is_doubtful =
        session->idle && clock_milliseconds() - session->idle_since >= SESSION_DOUBT;
    session->body_size = transaction->plan->size;
    session->body_put = 0;
    return submit_sender(session, transaction, error);
}

/* How many may be on the way now. Where several connections share the messages, none takes more
 * than it has shown to get through, so that a slow one does not keep many from the others. */
static uint64_t most_on_the_way(const struct session *session)
{
    uint64_t window = session->server->window;
    if (window == 0)
        return SESSION_TRANSACTIONS;
    return session->oldest + 1 < window ? session->oldest + 1 : window;
}

/* How many the connection takes in all; what is left then goes over a further one (RFC 9422). */
static uint64_t most_messages(const struct session *session)
{
    uint64_t ours = session->server->given.messages_per_connection;
    uint64_t limit = smtp_engine_capabilities(session->engine)->mail_limit;
    if (limit == 0 || (ours > 0 && ours < limit))
        limit = ours;
    return limit == 0 ? UINT64_MAX : limit;
}

/*
 * The next message, if there is one and room for it; else QUIT, once all is answered: since nobody
 * waits for its answer, nothing would be won by saying it sooner, and a server that hangs up on it
 * may take its last answers with it.
 */
static int next_message(struct session *session, bool *said, struct mailer_error *error)
{
    if (session_load(session) >= most_on_the_way(session))
        return 0;
    bool is_full = session->newest >= most_messages(session);
    struct delivery *delivery = is_full ? NULL : delivery_queue_take(session->queue);
    bool is_done = delivery == NULL && session->oldest == session->newest &&
                   (is_full || delivery_queue_is_drained(session->queue));
    if (delivery == NULL && !is_done)
        return 0;
    *said = true;
    int result = smtp_engine_wake(session->engine, error);
    if (result != 0)
        return result;
    if (is_done) {
        session->quit_sent = true;
        return smtp_engine_quit(session->engine, error);
    }
    if (smtp_engine_needs_reset(session->engine))
        return smtp_engine_reset(session->engine, error);
    return begin_transaction(session, delivery, error);
}

/* All recipients are given. Asks for the body to be taken, or gives up when nobody is to get it. */
static int end_envelope(struct session *session, bool *said, struct mailer_error *error)
{
    struct transaction *transaction = session->writing;
    bool chunked = smtp_engine_capabilities(session->engine)->chunking;
    bool answered = smtp_engine_unanswered(session->engine) == 0;
    bool is_large = transaction->plan->size > TRANSACTION_PREREAD_LIMIT;
    bool waits = chunked && (is_large || session->server->lmtp || session->is_doubtful);
    if (waits && !answered)
        return 0;
    *said = true;
    if (answered && transaction->accepted == 0) {
        smtp_engine_abandon(session->engine);
        session_finish_transaction(session);
        return 0;
    }
    int result = smtp_engine_data(session->engine, chunked, error);
    if (chunked)
        session_open_body(session);
    return result;
}

void session_open_body(struct session *session)
{
    session->body_is_open = true;
}

static int submit_recipient(struct session *session, struct mailer_error *error)
{
    struct transaction *transaction = session->writing;
    size_t index = transaction->submitted;
    delivery_ask(transaction->delivery, index);
    transaction->submitted = delivery_next_open(transaction->delivery, index + 1, transaction->end);
    const struct mailer_message *message = transaction->delivery->result->message;
    char parameters[SMTP_PARAMETERS_SIZE];
    message_recipient_parameters(message, index, parameters);
    return smtp_engine_recipient_with(session->engine, index,
                                      mailer_message_recipient(message, index), parameters, error);
}

/* One command. *said tells whether there was one. */
static int say_command(struct session *session, bool *said, struct mailer_error *error)
{
    struct transaction *transaction = session->writing;
    if (transaction == NULL)
        return next_message(session, said, error);
    if (transaction->sender_refused || transaction->submitted == transaction->end)
        return end_envelope(session, said, error);
    *said = true;
    return submit_recipient(session, error);
}

/*
 * The source is broken. By BDAT the connection can be used on; by DATA only hanging up helps. All
 * messages before this one have been answered: small ones are read ahead and cannot break, others
 * wait for the answer to their envelope before their body is begun.
 */
static int break_off(struct session *session, const struct mailer_error *broken,
                     struct mailer_error *error)
{
    struct transaction *transaction = session->writing;
    assert(transaction == session_transaction(session, session->oldest));
    delivery_settle_range(transaction->delivery, transaction->first, transaction->end,
                          DELIVERY_OPEN, broken);
    bool usable = smtp_engine_body_abort(session->engine);
    session_finish_transaction(session);
    if (usable)
        return 0;
    return error_set(error, broken->error_class, MAILER_STAGE_BODY, "%s", broken->text);
}

/* Shows octets of the body in the order of the wire: BDAT is said before its octets. */
static void show_body(struct session *session, size_t size, bool last)
{
    session_show_commands(session);
    const char *bytes = NULL;
    size_t pending = smtp_engine_out(session->engine, &bytes);
    if (pending >= size)
        trace_lines_body(&session->trace, bytes + pending - size, size, last);
}

/* Writes as much of the body as there is room for. */
static int say_body(struct session *session, bool *said, struct mailer_error *error)
{
    size_t room = 0;
    char *to = smtp_engine_body_room(session->engine, &room);
    if (to == NULL)
        return 0;
    bool chunked = smtp_engine_capabilities(session->engine)->chunking;
    struct mailer_error broken = MAILER_ERROR_INIT;
    size_t got = session->preread_size;
    int result = 0;
    if (got > 0)
        memcpy(to, session->preread, got);
    else
        result = mime_cursor_read(&session->cursor, session->scratch, to, room, &got, &broken);
    session->preread_size = 0;
    bool last = mime_cursor_is_at_end(&session->cursor);
    if (!chunked)
        trace_lines_body(&session->trace, to, got, last);
    if (result == 0)
        result = smtp_engine_body_filled(session->engine, got, last, &broken);
    session->body_put += got;
    *said = true;
    if (result != 0)
        return break_off(session, &broken, error);
    if (chunked)
        show_body(session, got, last);
    if (last) {
        mime_plan_free(session->writing->plan);
        session->writing->plan = NULL;
        session->writing = NULL;
        session->body_is_open = false;
    }
    return 0;
}

int session_say(struct session *session, struct mailer_error *error)
{
    int result = 0;
    bool said = session->ready && !session->quit_sent;
    while (result == 0 && said && !session->quit_sent) {
        said = false;
        if (session->body_is_open)
            result = say_body(session, &said, error);
        else if (smtp_engine_is_ready(session->engine))
            result = say_command(session, &said, error);
    }
    return result;
}
