/* SPDX-License-Identifier: ISC */
/*
 * The engine under a client that wants TLS, a login and three messages, with a server and a network
 * of the fuzzer's making. The first octet of the input says what the client wants; each one behind
 * it is an order: give the engine the next octets of the input, give it a whole reply, or take some
 * of its output.
 */
#include "harness/engine_client.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good)
        abort();
}

static const char *const replies[] = {
    "220 hi\r\n",
    "250-x\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-STARTTLS\r\n250-SIZE\r\n250 AUTH LOGIN\r\n",
    "250-x\r\n250-CHUNKING\r\n250-STARTTLS\r\n250 AUTH LOGIN\r\n",
    "250 ok\r\n",
    "354 go\r\n",
    "334 VXNlcm5hbWU6\r\n",
    "235 2.7.0 ok\r\n",
    "421 4.3.2 bye\r\n",
    "450 later\r\n",
    "503 no\r\n",
    "550 5.1.1 no\r\n",
    "501 cancelled\r\n",
    "221 bye\r\n",
    "250\r\n",
    "250-a\r\n550 b\r\n",
    "250 ok\r\n250 ok\r\n250 ok\r\n",
};

/* Replies of PRDR, for the highest amounts. */
static const char *const each_replies[] = {
    "250-x\r\n250-PIPELINING\r\n250-PRDR\r\n250 CHUNKING\r\n",
    "250-x\r\n250 PRDR\r\n",
    "353 each\r\n",
    "353 each\r\n250 ok\r\n550 no\r\n",
};

enum { FIRST_EACH_REPLY = 61 };

static const char long_body[] = ".\r\n..\r\nThe body of a message.\r\n.\r\n.end";

static const struct client_message messages[] = {
    {"s@x", {"a@x", "b@x"}, 2, long_body, sizeof long_body - 1, false},
    {"", {"a@x"}, 1, "x\r\n", 3, true},
    {"t@x", {"a@x", "b@x", "c@x"}, 3, ".\r\n", 3, false},
};

enum { MESSAGES = sizeof messages / sizeof *messages };

/* Reads what the client says as a server would, and sees that it is in order. */
struct listener {
    char line[256];
    size_t length;
    bool in_body;
    size_t chunk_left;
    size_t submitted_recipients;
};

static void listen_line(struct listener *listener)
{
    char *line = listener->line;
    size_t length = listener->length;
    listener->length = 0;
    check(line[length - 2] == '\r');
    line[length - 2] = '\0';
    if (listener->in_body) {
        check(line[0] != '.' || line[1] == '.' || line[1] == '\0');
        listener->in_body = strcmp(line, ".") != 0;
        return;
    }
    for (const char *c = line; *c != '\0'; c++)
        check(*c >= ' ' && *c < 0x7F);
    if (strncmp(line, "BDAT ", 5) == 0)
        listener->chunk_left = strtoul(line + 5, NULL, 10);
    listener->submitted_recipients += strncmp(line, "RCPT ", 5) == 0;
}

static void listen(struct listener *listener, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (listener->chunk_left > 0) {
            listener->chunk_left--;
            continue;
        }
        check(listener->length < sizeof listener->line);
        listener->line[listener->length++] = bytes[i];
        bool after_cr = listener->length > 1 && listener->line[listener->length - 2] == '\r';
        check((bytes[i] == '\n') == after_cr);
        if (bytes[i] == '\n')
            listen_line(listener);
    }
}

struct session {
    struct client client;
    struct listener listener;
    int failure;
};

static void take_event(struct session *session, const struct smtp_event *event)
{
    struct client *client = &session->client;
    check(event->outcome == MAILER_OK || event->outcome == MAILER_TEMPORARY ||
          event->outcome == MAILER_PERMANENT);
    if (event->kind == SMTP_EVENT_SENDER)
        check(client->senders <= client->writing && client->senders < MESSAGES);
    if (event->kind == SMTP_EVENT_RECIPIENT || event->kind == SMTP_EVENT_MESSAGE) {
        check(client->senders > 0);
        const struct client_result *result = &client->results[client->senders - 1];
        const struct client_message *message = &messages[client->senders - 1];
        check(!result->told);
        if (event->kind == SMTP_EVENT_RECIPIENT)
            check(event->recipient == result->answers &&
                  event->recipient < message->recipient_count && result->sender == MAILER_OK);
        else
            check(event->outcome != MAILER_OK || result->accepted > 0);
        if (event->kind == SMTP_EVENT_MESSAGE && message->gives_up)
            check(event->outcome != MAILER_OK);
    }
    if (event->kind == SMTP_EVENT_DELIVERED) {
        check(client->senders > 0);
        const struct client_result *result = &client->results[client->senders - 1];
        check(!result->told && event->recipient < result->answers &&
              result->recipients[event->recipient] == MAILER_OK &&
              !result->delivered[event->recipient]);
        check(client->speaks_lmtp || event->outcome != MAILER_OK);
    }
    if (event->kind == SMTP_EVENT_BODY) {
        check(client->senders == client->writing + 1 &&
              client->results[client->writing].accepted > 0);
        session->listener.in_body = true;
    }
    if (event->kind == SMTP_EVENT_TLS)
        check(!smtp_engine_capabilities(client->engine)->extended);
    client_take_event(client, event);
}

static void give(struct session *session, const void *bytes, size_t size)
{
    char *block = malloc(size);
    check(block != NULL);
    memcpy(block, bytes, size);
    for (size_t at = 0; at < size;) {
        size_t consumed = 0;
        struct smtp_event event;
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = smtp_engine_receive(session->client.engine, block + at, size - at, &consumed,
                                         &event, &error);
        check(session->failure == 0 || result == session->failure);
        check((result == 0) == (error.error_class == MAILER_OK));
        session->failure = result;
        if (result != 0) {
            check(event.kind == SMTP_EVENT_NONE);
            break;
        }
        check(consumed > 0 && consumed <= size - at);
        take_event(session, &event);
        at += consumed;
    }
    free(block);
}

static void send_some(struct session *session, size_t most)
{
    const char *bytes = NULL;
    size_t size = smtp_engine_out(session->client.engine, &bytes);
    check(size == 0 || (session->failure == 0 && !smtp_engine_is_closing(session->client.engine)));
    if (size > most)
        size = most;
    listen(&session->listener, bytes, size);
    smtp_engine_sent(session->client.engine, size);
}

static size_t untold_messages(const struct client *client)
{
    size_t count = 0;
    for (size_t i = 0; i <= client->writing && i < MESSAGES; i++)
        count += !client->results[i].told;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct session session = {.failure = 0};
    struct client *client = &session.client;
    client->messages = messages;
    client->message_count = MESSAGES;
    client->wants_tls = data[0] & 1;
    client->wants_chunks = data[0] & 2;
    client->mechanism = data[0] & 4 ? "LOGIN" : NULL;
    client->initial_response = data[0] & 8 ? "=" : NULL;
    client->responses[0] = "YQ==";
    client->body_piece = data[0] & 16 ? 2 : 0;
    if (smtp_engine_new(&client->engine, "me.example", NULL) != 0)
        return 0;
    client->speaks_lmtp = data[0] & 32;
    if (client->speaks_lmtp)
        smtp_engine_speak_lmtp(client->engine);
    smtp_engine_keep_trace(client->engine);
    for (size_t at = 1; at < size;) {
        uint8_t order = data[at++];
        size_t amount = (order & 0x3Fu) + 1;
        switch (order >> 6) {
        case 0:
            if (amount > size - at)
                amount = size - at;
            if (amount > 0)
                give(&session, data + at, amount);
            at += amount;
            break;
        case 1:
            send_some(&session, amount);
            break;
        default: {
            send_some(&session, SIZE_MAX);
            const char *reply = amount >= FIRST_EACH_REPLY
                                    ? each_replies[amount - FIRST_EACH_REPLY]
                                    : replies[amount % (sizeof replies / sizeof *replies)];
            give(&session, reply, strlen(reply));
            break;
        }
        }
        if (session.failure == 0)
            client_act(client);
        check(smtp_engine_ends_in_flight(client->engine) <= untold_messages(client));
        const char *lines = NULL;
        if (order == 0x40)
            smtp_engine_take_trace(client->engine, &lines);
    }
    check(session.failure == 0 || !smtp_engine_is_ready(client->engine));
    smtp_engine_free(client->engine);
    return 0;
}
