/* SPDX-License-Identifier: ISC */
/*
 * How fast the engine is with no network: dialogues per second (greeting to QUIT, one small
 * message), messages per second on one connection, and the dot-stuffing gate in octets per second.
 *
 *   bench_engine [SECONDS]   each measurement takes so long (default 1)
 */
#include "harness/engine_client.h"
#include "stuffing.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "bench_engine: %s\n", why);
    exit(1);
}

static void say(struct client *client, const char *text)
{
    size_t size = strlen(text);
    struct mailer_error error = MAILER_ERROR_INIT;
    for (size_t at = 0; at < size;) {
        size_t consumed = 0;
        struct smtp_event event;
        if (smtp_engine_receive(client->engine, text + at, size - at, &consumed, &event, &error))
            stop(error.text);
        /* The messages that follow each other are written past the small client. */
        if (client->message_count > 0)
            client_take_event(client, &event);
        at += consumed;
    }
    client_act(client);
}

static void take_out(struct client *client)
{
    const char *bytes = NULL;
    smtp_engine_sent(client->engine, smtp_engine_out(client->engine, &bytes));
    client_act(client);
}

static const char body[] = "From: <s@example.com>\r\nTo: <a@example.com>\r\nSubject: hello\r\n"
                           "Date: Sat, 21 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

static void one_dialogue(bool chunked)
{
    static const struct client_message message = {
        "s@example.com", {"a@example.com"}, 1, body, sizeof body - 1, false};
    struct client client = {.messages = &message, .message_count = 1, .wants_chunks = chunked};
    if (smtp_engine_new(&client.engine, "me.example", NULL) != 0)
        stop("no engine");
    say(&client, "220 there\r\n");
    take_out(&client);
    say(&client, "250-there\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 SIZE 0\r\n");
    take_out(&client);
    say(&client, chunked ? "250 ok\r\n250 ok\r\n250 ok\r\n" : "250 ok\r\n250 ok\r\n354 go\r\n");
    take_out(&client);
    say(&client, chunked ? "221 bye\r\n" : "250 ok\r\n221 bye\r\n");
    if (!client.results[0].told || client.results[0].outcome != MAILER_OK)
        stop("the message was not sent");
    smtp_engine_free(client.engine);
}

static void bench_dialogues(bool chunked, double seconds)
{
    size_t count = 0;
    double start = now();
    double end = start;
    for (; end - start < seconds; end = now())
        for (int i = 0; i < 100; i++, count++)
            one_dialogue(chunked);
    printf("dialogues of one message by %s: %.0f/s\n", chunked ? "BDAT" : "DATA",
           (double)count / (end - start));
}

/* Gives good answers up to the one that starts a body, if there is one. */
static void answer_all(struct client *client)
{
    take_out(client);
    while (smtp_engine_unanswered(client->engine) > 0)
        say(client,
            smtp_engine_awaited(client->engine) == SMTP_STEP_DATA ? "354 go\r\n" : "250 ok\r\n");
}

static void write_message(struct client *client, bool chunked)
{
    static const struct smtp_mail mail = {.sender = "s@example.com", .size = sizeof body - 1};
    struct smtp_engine *engine = client->engine;
    if (smtp_engine_needs_reset(engine))
        smtp_engine_reset(engine, NULL);
    if (!smtp_engine_is_ready(engine))
        answer_all(client);
    smtp_engine_mail(engine, &mail, NULL);
    smtp_engine_recipient(engine, 0, "a@example.com", NULL);
    smtp_engine_data(engine, chunked, NULL);
    if (!chunked)
        answer_all(client);
    size_t room = 0;
    char *to = smtp_engine_body_room(engine, &room);
    if (to == NULL)
        stop("no room for the body");
    memcpy(to, body, sizeof body - 1);
    smtp_engine_body_filled(engine, sizeof body - 1, true, NULL);
}

/* One message after the other on one connection; those by BDAT are answered 50 at a time. */
static void bench_messages(bool chunked, double seconds)
{
    struct client client = {.phase = CLIENT_CONNECTING};
    if (smtp_engine_new(&client.engine, "me.example", NULL) != 0)
        stop("no engine");
    say(&client, "220 there\r\n");
    take_out(&client);
    say(&client, "250-there\r\n250-PIPELINING\r\n250 CHUNKING\r\n");
    size_t count = 0;
    double start = now();
    double end = start;
    for (; end - start < seconds; end = now()) {
        for (int i = 0; i < 50; i++, count++)
            write_message(&client, chunked);
        answer_all(&client);
    }
    printf("messages on one connection by %s: %.0f/s\n", chunked ? "BDAT" : "DATA",
           (double)count / (end - start));
    smtp_engine_free(client.engine);
}

/* The gate on lines of so many octets, in place and in cache. */
static void bench_stuffing(const char *what, size_t line, bool dotted, double seconds)
{
    enum { SIZE = 64 * 1024 };
    static char bytes[SIZE * 2];
    static char copy[SIZE];
    for (size_t i = 0; i < SIZE; i++)
        copy[i] = i % line == line - 1 ? '\n' : i % line == line - 2 ? '\r' : 'A';
    copy[SIZE - 2] = '\r';
    copy[SIZE - 1] = '\n';
    if (dotted)
        for (size_t i = 0; i + line < SIZE; i += line * 20)
            copy[i] = '.';
    memcpy(bytes, copy, SIZE);
    /* The best of many short rounds: what the machine can do when nobody else has it. */
    double best = 1;
    for (double start = now(), end = start; end - start < seconds;) {
        double begin = now();
        for (int i = 0; i < 20; i++) {
            struct smtp_stuffing stuffing = smtp_stuffing_start();
            size_t stuffed = 0;
            if (dotted)
                memcpy(bytes, copy, SIZE);
            if (smtp_stuffing_apply(&stuffing, bytes, SIZE, &stuffed, NULL) != 0)
                stop("the gate refuses good lines");
        }
        end = now();
        best = end - begin < best ? end - begin : best;
    }
    printf("stuffing of %s: %.2f GB/s\n", what, 20.0 * SIZE / best / 1e9);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 1;
    for (int chunked = 0; chunked < 2; chunked++)
        bench_dialogues(chunked, seconds);
    for (int chunked = 0; chunked < 2; chunked++)
        bench_messages(chunked, seconds);
    bench_stuffing("base64 lines", 78, false, seconds);
    bench_stuffing("short lines", 20, false, seconds);
    bench_stuffing("text with a dot at every 20th line", 78, true, seconds);
    return 0;
}
