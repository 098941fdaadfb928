/* SPDX-License-Identifier: ISC */
/**
 * @file engine_talk.h
 * A dialogue with the bare engine in a few words: what the server says, what the engine is to put
 * out, and the events as text, such as "SENDER, RECIPIENT 0, RECIPIENT 1 permanent, BODY".
 */
#ifndef TESTS_ENGINE_TALK_H
#define TESTS_ENGINE_TALK_H

#include "engine.h"
#include "harness/harness.h"

#include <stdio.h>

struct talk {
    struct smtp_engine *engine;
    struct mailer_error error;
    int result;        /* of the last smtp_engine_receive() */
    size_t piece;      /* octets given to the engine at a time; 0: as much as there is */
    char events[4096]; /* since talk_events() */
    struct smtp_event last;
};

static inline const char *talk_event_name(enum smtp_event_kind kind)
{
    static const char *const names[] = {"NONE",      "READY",     "TLS",     "NO_TLS",
                                        "CHALLENGE", "LOGIN",     "SENDER",  "RECIPIENT",
                                        "BODY",      "DELIVERED", "MESSAGE", "GOODBYE"};
    return names[kind];
}

/* Appends an event to a list of them in words. */
static inline void talk_write_event(char *list, size_t room, const struct smtp_event *event)
{
    if (event->kind == SMTP_EVENT_NONE)
        return;
    size_t used = strlen(list);
    char index[24] = "";
    if (event->kind == SMTP_EVENT_RECIPIENT || event->kind == SMTP_EVENT_DELIVERED)
        snprintf(index, sizeof index, " %zu", event->recipient);
    const char *outcome = event->outcome == MAILER_OK          ? ""
                          : event->outcome == MAILER_TEMPORARY ? " temporary"
                                                               : " permanent";
    snprintf(list + used, room - used, "%s%s%s%s", used > 0 ? ", " : "",
             talk_event_name(event->kind), index, outcome);
}

/* Says octets to the engine, in exact-size blocks, until they are taken or it fails. */
static inline void talk_say_octets(struct talk *talk, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size && talk->result == 0;) {
        size_t piece = talk->piece != 0 && talk->piece < size - at ? talk->piece : size - at;
        char *block = harness_exact(bytes + at, piece);
        size_t consumed = 0;
        struct smtp_event event;
        talk->result =
            smtp_engine_receive(talk->engine, block, piece, &consumed, &event, &talk->error);
        talk->last = event;
        assert_true(consumed > 0 && consumed <= piece);
        if (talk->result == 0)
            talk_write_event(talk->events, sizeof talk->events, &event);
        else
            assert_int_equal(event.kind, SMTP_EVENT_NONE);
        free(block);
        at += consumed;
    }
}

static inline void talk_say(struct talk *talk, const char *text)
{
    talk_say_octets(talk, text, strlen(text));
}

/* What has happened since the last call. */
static inline void talk_events(struct talk *talk, const char *expected)
{
    assert_string_equal(talk->events, expected);
    talk->events[0] = '\0';
}

/* Everything that is to be sent now must be just this; it is sent. */
static inline void talk_sends_octets(struct talk *talk, const char *expected, size_t expected_size)
{
    const char *bytes = NULL;
    size_t size = smtp_engine_out(talk->engine, &bytes);
    if (size != expected_size || memcmp(bytes, expected, size) != 0) {
        print_error("to be sent: \"%.*s\"\n  expected: \"%.*s\"\n", (int)size, bytes,
                    (int)expected_size, expected);
        fail();
    }
    smtp_engine_sent(talk->engine, size);
}

static inline void talk_sends(struct talk *talk, const char *expected)
{
    talk_sends_octets(talk, expected, strlen(expected));
}

/* The engine must have failed so, with a text that holds these words. */
static inline void talk_fails(struct talk *talk, enum mailer_error_class error_class,
                              enum mailer_stage stage, const char *words)
{
    assert_int_equal(talk->result, error_class);
    assert_int_equal(talk->error.error_class, error_class);
    assert_int_equal(talk->error.stage, stage);
    if (strstr(talk->error.text, words) == NULL)
        print_error("the text is \"%s\"\n", talk->error.text);
    assert_non_null(strstr(talk->error.text, words));
}

static inline struct talk talk_new(void)
{
    struct talk talk = {.error = MAILER_ERROR_INIT};
    assert_int_equal(smtp_engine_new(&talk.engine, "me.example", &talk.error), 0);
    return talk;
}

/* Up to READY with these capabilities: lines between EHLO's first and last, with their CR LF. */
static inline struct talk talk_ready(const char *capabilities)
{
    struct talk talk = talk_new();
    talk_say(&talk, "220 there\r\n");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "250-there\r\n");
    talk_say(&talk, capabilities);
    talk_say(&talk, "250 HELP\r\n");
    talk_events(&talk, "READY");
    return talk;
}

static inline void talk_mail(struct talk *talk, const char *sender)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    struct smtp_mail mail = {.sender = sender, .size = 5};
    assert_int_equal(smtp_engine_mail(talk->engine, &mail, &talk->error), 0);
}

static inline void talk_recipient(struct talk *talk, size_t index, const char *address)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    assert_int_equal(smtp_engine_recipient(talk->engine, index, address, &talk->error), 0);
}

static inline void talk_data(struct talk *talk, bool chunked)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    assert_int_equal(smtp_engine_data(talk->engine, chunked, &talk->error), 0);
}

static inline void talk_reset(struct talk *talk)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    assert_int_equal(smtp_engine_reset(talk->engine, &talk->error), 0);
}

static inline void talk_quit(struct talk *talk)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    assert_int_equal(smtp_engine_quit(talk->engine, &talk->error), 0);
}

/* A message to a@x and b@x (indexes 0 and 1, or only the first) and the end of its envelope. */
static inline void talk_envelope(struct talk *talk, size_t recipients, bool chunked)
{
    talk_mail(talk, "s@x");
    talk_recipient(talk, 0, "a@x");
    if (recipients > 1)
        talk_recipient(talk, 1, "b@x");
    talk_data(talk, chunked);
}

static inline void talk_body(struct talk *talk, const char *text, bool last)
{
    size_t room = 0;
    char *to = smtp_engine_body_room(talk->engine, &room);
    assert_non_null(to);
    assert_true(room >= strlen(text));
    memcpy(to, text, strlen(text));
    assert_int_equal(smtp_engine_body_filled(talk->engine, strlen(text), last, &talk->error), 0);
}

static inline bool talk_wants_body(struct talk *talk)
{
    size_t room = 0;
    return smtp_engine_body_room(talk->engine, &room) != NULL && room > 0;
}

/* The dialogue has gone well to here. */
static inline void talk_end(struct talk *talk)
{
    assert_int_equal(talk->result, 0);
    talk_events(talk, "");
    talk_sends(talk, "");
    smtp_engine_free(talk->engine);
}

/* It has failed; nothing more may come of it. */
static inline void talk_end_failed(struct talk *talk)
{
    assert_int_not_equal(talk->result, 0);
    talk_events(talk, "");
    size_t consumed = 0;
    struct smtp_event event;
    const char *good = "250 ok\r\n";
    assert_int_not_equal(
        smtp_engine_receive(talk->engine, good, strlen(good), &consumed, &event, NULL), 0);
    assert_int_equal(event.kind, SMTP_EVENT_NONE);
    assert_false(smtp_engine_is_ready(talk->engine));
    assert_false(talk_wants_body(talk));
    talk_sends(talk, "");
    smtp_engine_free(talk->engine);
}

#endif
