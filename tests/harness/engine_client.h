/* SPDX-License-Identifier: ISC */
/**
 * @file engine_client.h
 * A small client on top of the bare engine: TLS (without a handshake), a login, messages as fast as
 * the engine takes them, QUIT. For dialogues, properties, fuzzers and benchmarks; it keeps what it
 * was told of every message.
 */
#ifndef TESTS_ENGINE_CLIENT_H
#define TESTS_ENGINE_CLIENT_H

#include "engine.h"

#include <stdint.h>
#include <string.h>

enum { CLIENT_MESSAGES = 8, CLIENT_RECIPIENTS = 4 };

struct client_message {
    const char *sender;
    const char *recipients[CLIENT_RECIPIENTS];
    size_t recipient_count;
    const char *body;
    size_t body_size;
    bool gives_up; /* the source of the body breaks in its middle */
};

/* What became of a message. */
struct client_result {
    bool sender_answered;
    enum mailer_error_class sender;
    size_t answers; /* recipients answered, in their order */
    size_t accepted;
    enum mailer_error_class recipients[CLIENT_RECIPIENTS];
    bool delivered[CLIENT_RECIPIENTS]; /* by LMTP: recipients[] is its fate */
    bool told;
    enum mailer_error_class outcome;
    bool given_up; /* the client stopped writing it */
};

enum client_phase {
    CLIENT_CONNECTING = 0,
    CLIENT_GREETED,
    CLIENT_WAITING,
    CLIENT_HANDSHAKE,
    CLIENT_RESPONDING,
    CLIENT_MAILING,
    CLIENT_QUITTING,
    CLIENT_DONE
};

struct client {
    struct smtp_engine *engine;
    const struct client_message *messages;
    size_t message_count;
    bool wants_tls;
    bool wants_chunks;
    bool speaks_lmtp;
    size_t body_piece;     /* the most octets of a body at a time; 0: any */
    const char *mechanism; /* NULL: no login */
    const char *initial_response;
    const char *responses[2]; /* then "*" */

    enum client_phase phase;
    bool is_secured;
    bool is_logged_in;
    size_t challenges;
    size_t writing; /* the message that is being written */
    bool has_begun;
    bool has_data;
    size_t next_recipient;
    size_t body_at;
    size_t senders; /* SENDER events so far: the last one's message is being answered */
    struct client_result results[CLIENT_MESSAGES];
};

/* Takes in what a reply meant. */
static inline void client_take_event(struct client *client, const struct smtp_event *event)
{
    struct client_result *result = &client->results[client->senders - (client->senders > 0)];
    switch (event->kind) {
    case SMTP_EVENT_READY:
        client->phase = CLIENT_GREETED;
        break;
    case SMTP_EVENT_TLS:
        client->phase = CLIENT_HANDSHAKE;
        break;
    case SMTP_EVENT_NO_TLS:
        client->phase = CLIENT_QUITTING;
        break;
    case SMTP_EVENT_CHALLENGE:
        client->phase = CLIENT_RESPONDING;
        break;
    case SMTP_EVENT_LOGIN:
        client->is_logged_in = event->outcome == MAILER_OK;
        client->phase = client->is_logged_in ? CLIENT_GREETED : CLIENT_QUITTING;
        break;
    case SMTP_EVENT_SENDER:
        result = &client->results[client->senders++];
        result->sender_answered = true;
        result->sender = event->outcome;
        break;
    case SMTP_EVENT_RECIPIENT:
        result->recipients[event->recipient] = event->outcome;
        result->answers++;
        result->accepted += event->outcome == MAILER_OK;
        break;
    case SMTP_EVENT_DELIVERED:
        result->recipients[event->recipient] = event->outcome;
        result->delivered[event->recipient] = true;
        break;
    case SMTP_EVENT_MESSAGE:
        result->told = true;
        result->outcome = event->outcome;
        break;
    case SMTP_EVENT_GOODBYE:
        client->phase = CLIENT_DONE;
        break;
    case SMTP_EVENT_BODY:
    case SMTP_EVENT_NONE:
        break;
    }
}

static inline bool client_next_message(struct client *client)
{
    client->writing++;
    client->has_begun = client->has_data = false;
    client->next_recipient = 0;
    client->body_at = 0;
    return true;
}

/* Whether it is known already that nobody gets the message. */
static inline bool client_is_hopeless(const struct client *client)
{
    const struct client_result *result = &client->results[client->writing];
    size_t count = client->messages[client->writing].recipient_count;
    return result->sender_answered &&
           (result->sender != MAILER_OK || (result->answers == count && result->accepted == 0));
}

static inline bool client_write_body(struct client *client)
{
    const struct client_message *message = &client->messages[client->writing];
    struct client_result *result = &client->results[client->writing];
    if (result->told)
        return client_next_message(client);
    size_t end = message->gives_up ? message->body_size / 2 : message->body_size;
    size_t room = 0;
    char *to = smtp_engine_body_room(client->engine, &room);
    if (to == NULL)
        return false;
    if (message->gives_up && client->body_at == end) {
        result->given_up = true;
        if (!smtp_engine_body_abort(client->engine))
            client->phase = CLIENT_DONE;
        return client_next_message(client);
    }
    if (client->body_piece > 0 && room > client->body_piece)
        room = client->body_piece;
    size_t size = room < end - client->body_at ? room : end - client->body_at;
    memcpy(to, message->body + client->body_at, size);
    client->body_at += size;
    bool last = client->body_at == message->body_size;
    if (smtp_engine_body_filled(client->engine, size, last, NULL) != 0) {
        client->phase = CLIENT_DONE;
        return false;
    }
    return last ? client_next_message(client) : true;
}

/* Writes one more command, or piece of a body, of the messages. */
static inline bool client_mail(struct client *client)
{
    struct smtp_engine *engine = client->engine;
    if (client->has_data)
        return client_write_body(client);
    if (!smtp_engine_is_ready(engine))
        return false;
    const struct client_message *message = &client->messages[client->writing];
    if (!client->has_begun) {
        if (smtp_engine_needs_reset(engine))
            return smtp_engine_reset(engine, NULL) == 0;
        struct smtp_mail mail = {.sender = message->sender,
                                 .size = message->body_size,
                                 .each_recipient =
                                     !client->speaks_lmtp &&
                                     smtp_engine_capabilities(engine)->each_recipient};
        client->has_begun = true;
        return smtp_engine_mail(engine, &mail, NULL) == 0;
    }
    if (client_is_hopeless(client)) {
        client->results[client->writing].given_up = true;
        smtp_engine_abandon(engine);
        return client_next_message(client);
    }
    if (client->next_recipient < message->recipient_count) {
        size_t index = client->next_recipient++;
        return smtp_engine_recipient(engine, index, message->recipients[index], NULL) == 0;
    }
    bool chunked = client->wants_chunks && smtp_engine_capabilities(engine)->chunking;
    if (chunked && client->speaks_lmtp && smtp_engine_unanswered(engine) > 0)
        return false;
    client->has_data = true;
    return smtp_engine_data(engine, chunked, NULL) == 0;
}

/* What to do once hello has been said. */
static inline bool client_begin(struct client *client)
{
    const struct smtp_capabilities *capabilities = smtp_engine_capabilities(client->engine);
    bool needs_tls = client->wants_tls && !client->is_secured;
    bool needs_login = client->mechanism != NULL && !client->is_logged_in;
    client->phase = CLIENT_WAITING;
    if (needs_tls && capabilities->starttls)
        return smtp_engine_starttls(client->engine, NULL) == 0;
    if (!needs_tls && needs_login && capabilities->auth)
        return smtp_engine_auth(client->engine, client->mechanism, client->initial_response,
                                NULL) == 0;
    client->phase = needs_tls || needs_login ? CLIENT_QUITTING : CLIENT_MAILING;
    return true;
}

/* Does one thing, if one can be done now. */
static inline bool client_step(struct client *client)
{
    switch (client->phase) {
    case CLIENT_HANDSHAKE:
        client->is_secured = true;
        client->phase = CLIENT_CONNECTING;
        return smtp_engine_secured(client->engine, NULL) == 0;
    case CLIENT_GREETED:
        return smtp_engine_is_ready(client->engine) && client_begin(client);
    case CLIENT_RESPONDING: {
        if (!smtp_engine_is_ready(client->engine))
            return false;
        const char *response =
            client->challenges < 2 ? client->responses[client->challenges] : NULL;
        client->challenges++;
        client->phase = CLIENT_WAITING;
        return smtp_engine_auth_response(client->engine, response != NULL ? response : "*", NULL) ==
               0;
    }
    case CLIENT_MAILING:
        if (client->writing < client->message_count)
            return client_mail(client);
        client->phase = CLIENT_QUITTING;
        return true;
    case CLIENT_QUITTING:
        if (!smtp_engine_is_ready(client->engine))
            return false;
        client->phase = CLIENT_DONE;
        return smtp_engine_quit(client->engine, NULL) == 0;
    case CLIENT_CONNECTING:
    case CLIENT_WAITING:
    case CLIENT_DONE:
        break;
    }
    return false;
}

/* Does all that can be done now. */
static inline void client_act(struct client *client)
{
    while (client_step(client)) {
    }
}

#endif
