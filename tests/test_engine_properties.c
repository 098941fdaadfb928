/* SPDX-License-Identifier: ISC */
/*
 * Random dialogues with a server that keeps the rules of RFC 5321 and 3030 but refuses, closes, and
 * speaks too early at random. Whatever the splits, the client must hear the same; and what it was
 * told must be what the server did.
 */
#include "harness/engine_client.h"
#include "harness/harness.h"

#include <stdio.h>

enum { MESSAGES = 4, TEXT = 64 * 1024, BODY = 600 };

/* A message as the server has it. */
struct transaction {
    char sender[40];
    size_t recipient_count;
    char recipients[CLIENT_RECIPIENTS][40];
    char body[BODY * 2];
    size_t body_size;
};

struct server {
    uint64_t seed;
    unsigned refuses; /* of 256 commands */
    bool forgets;     /* RSET works */
    bool secures;
    bool pipelines;
    bool chunks;
    char replies[TEXT]; /* not read by the client yet */
    size_t replies_size;
    char line[BODY];
    size_t line_size;
    bool in_body;
    size_t chunk_left;
    bool chunk_is_last;
    bool chunk_is_good;
    bool has_gone;
    bool is_open;   /* MAIL has been accepted */
    bool is_spoilt; /* a chunk was refused: nothing but RSET helps (RFC 3030, 2) */
    struct transaction open;
    size_t accepted_count;
    struct transaction accepted[CLIENT_MESSAGES];
    char heard[TEXT]; /* all that the client said */
    size_t heard_size;
};

static void reply(struct server *server, const char *text)
{
    size_t size = strlen(text);
    assert_true(server->replies_size + size < TEXT);
    memcpy(server->replies + server->replies_size, text, size);
    server->replies_size += size;
}

/* Whether the server is in a mood to refuse; if so it has. */
static bool refuses(struct server *server)
{
    uint32_t mood = harness_random(&server->seed) % 256;
    if (mood >= server->refuses)
        return false;
    static const char *const refusals[] = {
        "450 4.2.0 later\r\n", "550-5.1.1 no\r\n550 5.1.1 no\r\n", "552\r\n", "503 no\r\n"};
    if (mood == 0) {
        reply(server, "421 4.3.2 bye\r\n");
        server->has_gone = true;
    } else {
        reply(server, refusals[mood % 4]);
    }
    return true;
}

static void greet_back(struct server *server)
{
    reply(server, "250-there\r\n");
    if (server->pipelines)
        reply(server, "250-PIPELINING\r\n");
    if (server->chunks)
        reply(server, "250-CHUNKING\r\n");
    if (!server->secures)
        reply(server, "250-STARTTLS\r\n");
    reply(server, "250 AUTH LOGIN\r\n");
}

static void accept_message(struct server *server)
{
    server->is_open = false;
    assert_true(server->accepted_count < CLIENT_MESSAGES);
    server->accepted[server->accepted_count++] = server->open;
    reply(server, "250 2.0.0 queued\r\n");
}

static void take_mail(struct server *server, const char *line)
{
    if (server->is_open)
        reply(server, "503 nested\r\n");
    else if (!refuses(server)) {
        server->is_open = true;
        server->is_spoilt = false;
        memset(&server->open, 0, sizeof server->open);
        snprintf(server->open.sender, 40, "%s", line + 10);
        reply(server, "250 ok\r\n");
    }
}

static void take_recipient(struct server *server, const char *line)
{
    if (!server->is_open)
        reply(server, "503 no sender\r\n");
    else if (!refuses(server)) {
        assert_true(server->open.recipient_count < CLIENT_RECIPIENTS);
        snprintf(server->open.recipients[server->open.recipient_count++], 40, "%s", line + 8);
        reply(server, "250 ok\r\n");
    }
}

static void take_command(struct server *server, const char *line)
{
    bool has_recipients = server->is_open && server->open.recipient_count > 0;
    if (strncmp(line, "EHLO", 4) == 0) {
        greet_back(server);
    } else if (strcmp(line, "STARTTLS") == 0) {
        server->secures = true;
        reply(server, "220 go\r\n");
    } else if (strcmp(line, "AUTH LOGIN") == 0) {
        reply(server, "334 VXNlcm5hbWU6\r\n");
    } else if (strcmp(line, "YQ==") == 0) {
        reply(server, "334\r\n");
    } else if (strcmp(line, "Yg==") == 0) {
        reply(server, "235 ok\r\n");
    } else if (strncmp(line, "MAIL FROM:", 10) == 0) {
        take_mail(server, line);
    } else if (strncmp(line, "RCPT TO:", 8) == 0) {
        take_recipient(server, line);
    } else if (strcmp(line, "DATA") == 0) {
        /* Some servers say 354 although nobody is to get it. */
        bool is_lenient = server->is_open && harness_random(&server->seed) % 2 == 0;
        if (!has_recipients && !is_lenient) {
            reply(server, "503 nobody\r\n");
        } else if (!refuses(server)) {
            server->in_body = true;
            reply(server, "354 go\r\n");
        }
    } else if (strncmp(line, "BDAT ", 5) == 0) {
        char *end = NULL;
        server->chunk_left = strtoul(line + 5, &end, 10);
        server->chunk_is_last = strcmp(end, " LAST") == 0;
        server->chunk_is_good = has_recipients && !server->is_spoilt;
    } else if (strcmp(line, "RSET") == 0) {
        if (server->forgets) {
            server->is_open = false;
            reply(server, "250 ok\r\n");
        } else {
            reply(server, "500 what?\r\n");
        }
    } else if (strcmp(line, "QUIT") == 0) {
        server->has_gone = true;
        reply(server, "221 bye\r\n");
    } else {
        print_error("the client says \"%s\"\n", line);
        fail();
    }
}

static void end_chunk(struct server *server)
{
    if (!server->chunk_is_good)
        reply(server, "503 nobody\r\n");
    else if (refuses(server))
        server->is_spoilt = true;
    else if (server->chunk_is_last)
        accept_message(server);
    else
        reply(server, "250 ok\r\n");
}

static void add_to_body(struct server *server, const char *bytes, size_t size)
{
    assert_true(server->open.body_size + size <= sizeof server->open.body);
    memcpy(server->open.body + server->open.body_size, bytes, size);
    server->open.body_size += size;
}

static void take_body_line(struct server *server)
{
    const char *line = server->line;
    if (strcmp(line, ".\r\n") != 0) {
        bool is_stuffed = line[0] == '.';
        assert_true(!is_stuffed || line[1] == '.');
        add_to_body(server, line + is_stuffed, server->line_size - is_stuffed);
        return;
    }
    server->in_body = false;
    if (server->open.recipient_count == 0) {
        server->is_open = false;
        reply(server, "554 nobody\r\n");
    } else if (!refuses(server)) {
        accept_message(server);
    } else {
        server->is_open = false;
    }
}

/* The server reads one octet, and answers if it ends something. */
static void server_read(struct server *server, char octet)
{
    assert_true(server->heard_size < TEXT);
    server->heard[server->heard_size++] = octet;
    if (server->has_gone)
        return;
    if (server->chunk_left > 0) {
        if (server->chunk_is_good)
            add_to_body(server, &octet, 1);
        if (--server->chunk_left == 0)
            end_chunk(server);
        return;
    }
    assert_true(server->line_size + 1 < sizeof server->line);
    server->line[server->line_size++] = octet;
    if (octet != '\n')
        return;
    assert_true(server->line_size > 1 && server->line[server->line_size - 2] == '\r');
    server->line[server->line_size] = '\0';
    if (server->in_body) {
        take_body_line(server);
    } else {
        server->line[server->line_size - 2] = '\0';
        take_command(server, server->line);
        if (strncmp(server->line, "BDAT 0", 6) == 0)
            end_chunk(server);
    }
    server->line_size = 0;
}

/* ---- A whole session ---- */

struct session {
    struct server server;
    struct client client;
    struct client_message messages[MESSAGES];
    char senders[MESSAGES][48];
    char recipients[MESSAGES][CLIENT_RECIPIENTS][48];
    char bodies[MESSAGES][BODY];
    char events[TEXT];
    struct mailer_error error;
    int result;
};

/* What is random of a session but its splits. */
static void begin(struct session *session, uint64_t seed)
{
    memset(session, 0, sizeof *session);
    struct server *server = &session->server;
    server->seed = seed;
    static const unsigned moods[] = {0, 10, 60, 160};
    server->refuses = moods[harness_random(&seed) % 4];
    server->forgets = harness_random(&seed) % 8 != 0;
    server->pipelines = harness_random(&seed) % 4 != 0;
    server->chunks = harness_random(&seed) % 2 == 0;
    /* With both, RSET goes along without waiting, as every server must do it (RFC 5321 4.1.1.5). */
    server->forgets |= server->pipelines && server->chunks;
    reply(server, "220-hi\r\n220 there\r\n");
    struct client *client = &session->client;
    client->messages = session->messages;
    client->message_count = 1 + harness_random(&seed) % MESSAGES;
    client->wants_tls = harness_random(&seed) % 4 == 0;
    client->mechanism = harness_random(&seed) % 4 == 0 ? "LOGIN" : NULL;
    client->responses[0] = "YQ==";
    client->responses[1] = "Yg==";
    client->wants_chunks = true;
    client->body_piece = harness_random(&seed) % 3 == 0 ? 0 : 1 + harness_random(&seed) % 200;
    for (size_t i = 0; i < client->message_count; i++) {
        struct client_message *message = &session->messages[i];
        snprintf(session->senders[i], 48, "s%zu@x", i);
        message->sender = session->senders[i];
        message->recipient_count = 1 + harness_random(&seed) % CLIENT_RECIPIENTS;
        for (size_t j = 0; j < message->recipient_count; j++) {
            snprintf(session->recipients[i][j], 48, "r%zu%zu@x", i, j);
            message->recipients[j] = session->recipients[i][j];
        }
        message->body = session->bodies[i];
        size_t lines = harness_random(&seed) % 40;
        static const char *const pieces[] = {".\r\n", "..\r\n", "\r\n", "a line of text\r\n"};
        for (size_t j = 0; j < lines; j++)
            strcat(session->bodies[i], pieces[harness_random(&seed) % 4]);
        message->body_size = strlen(session->bodies[i]);
        message->gives_up = harness_random(&seed) % 10 == 0 && message->body_size > 1;
    }
    assert_int_equal(smtp_engine_new(&client->engine, "me.example", NULL), 0);
}

/* How the octets are cut: at most so many at a time (0: random), and who is in a hurry. */
struct splits {
    size_t received;
    size_t sent;
    bool acts_at_once;  /* the client acts behind each event, not only when all is read */
    bool reads_at_once; /* the server reads each piece that is sent, and its answers are read */
    uint64_t seed;
};

static size_t piece_of(size_t size, size_t most, uint64_t *seed)
{
    if (most == 0)
        most = 1 + harness_random(seed) % 30;
    return size < most ? size : most;
}

static void client_reads(struct session *session, struct splits *splits)
{
    struct server *server = &session->server;
    while (server->replies_size > 0 && session->result == 0) {
        size_t piece = piece_of(server->replies_size, splits->received, &splits->seed);
        char *block = harness_exact(server->replies, piece);
        size_t consumed = 0;
        struct smtp_event event;
        session->result = smtp_engine_receive(session->client.engine, block, piece, &consumed,
                                              &event, &session->error);
        free(block);
        assert_true(consumed > 0 && consumed <= piece);
        server->replies_size -= consumed;
        memmove(server->replies, server->replies + consumed, server->replies_size);
        if (session->result != 0)
            return;
        size_t used = strlen(session->events);
        if (event.kind != SMTP_EVENT_NONE)
            snprintf(session->events + used, TEXT - used, "%d %d %zu\n", (int)event.kind,
                     (int)event.outcome, event.recipient);
        client_take_event(&session->client, &event);
        if (splits->acts_at_once)
            client_act(&session->client);
    }
    client_act(&session->client);
}

/* Until neither side has anything to say. */
static void talk(struct session *session, struct splits splits)
{
    struct smtp_engine *engine = session->client.engine;
    for (;;) {
        client_reads(session, &splits);
        const char *bytes = NULL;
        size_t size = smtp_engine_out(engine, &bytes);
        if (size == 0)
            break;
        while (size > 0) {
            size_t piece = piece_of(size, splits.sent, &splits.seed);
            for (size_t i = 0; i < piece; i++)
                server_read(&session->server, bytes[i]);
            smtp_engine_sent(engine, piece);
            if (splits.reads_at_once)
                client_reads(session, &splits);
            size = smtp_engine_out(engine, &bytes);
        }
    }
}

static void end(struct session *session)
{
    smtp_engine_free(session->client.engine);
}

/* What the client was told must be what the server did. */
static void assert_truth(struct session *session)
{
    const struct server *server = &session->server;
    const struct client *client = &session->client;
    size_t taken = 0;
    for (size_t i = 0; i < client->message_count; i++) {
        const struct client_result *result = &client->results[i];
        const struct client_message *message = &client->messages[i];
        if (!result->told || result->outcome != MAILER_OK)
            continue;
        assert_false(message->gives_up);
        assert_true(taken < server->accepted_count);
        const struct transaction *got = &server->accepted[taken++];
        char sender[64];
        snprintf(sender, sizeof sender, "<%s>", message->sender);
        assert_string_equal(got->sender, sender);
        assert_int_equal(got->recipient_count, result->accepted);
        size_t at = 0;
        for (size_t j = 0; j < message->recipient_count; j++) {
            if (result->recipients[j] != MAILER_OK)
                continue;
            char recipient[64];
            snprintf(recipient, sizeof recipient, "<%s>", message->recipients[j]);
            assert_string_equal(got->recipients[at++], recipient);
        }
        assert_int_equal(got->body_size, message->body_size);
        assert_memory_equal(got->body, message->body, message->body_size);
    }
    assert_int_equal(taken, server->accepted_count);
}

static void whatever_the_splits_the_dialogue_is_the_same(void **state)
{
    (void)state;
    static struct session whole;
    static struct session cut;
    for (uint64_t seed = 1; seed <= 1500; seed++) {
        begin(&whole, seed);
        talk(&whole, (struct splits){.received = TEXT, .sent = TEXT});
        assert_truth(&whole);
        const struct splits all[] = {{1, 1, false, false, seed},
                                     {1, TEXT, false, false, seed},
                                     {TEXT, 1, false, false, seed},
                                     {0, 0, false, false, seed},
                                     {0, 0, false, false, seed + 1}};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            begin(&cut, seed);
            talk(&cut, all[i]);
            assert_string_equal(cut.events, whole.events);
            assert_int_equal(cut.result, whole.result);
            assert_int_equal(cut.server.heard_size, whole.server.heard_size);
            assert_memory_equal(cut.server.heard, whole.server.heard, cut.server.heard_size);
            assert_truth(&cut);
            end(&cut);
        }
        end(&whole);
    }
}

static void whoever_is_in_a_hurry_the_client_hears_the_truth(void **state)
{
    (void)state;
    static struct session session;
    for (uint64_t seed = 1; seed <= 4000; seed++) {
        begin(&session, seed);
        talk(&session, (struct splits){.acts_at_once = seed % 2 == 0,
                                       .reads_at_once = seed % 4 < 2,
                                       .seed = seed});
        assert_truth(&session);
        end(&session);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_the_splits_the_dialogue_is_the_same),
        cmocka_unit_test(whoever_is_in_a_hurry_the_client_hears_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
