/* SPDX-License-Identifier: ISC */
#include "catch_session.h"

#include "catch_command.h"
#include "catch_dots.h"
#include "catch_extension.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the longest reply to one command, and how much output may wait. */
enum { REPLY_SIZE = 1024, OUTPUT_SIZE = 64 * 1024 };

enum phase {
    PHASE_COMMANDS,
    PHASE_SKIPPING, /* the rest of a line that is too long */
    PHASE_DATA,
    PHASE_CHUNK,
    PHASE_OVER
};

struct catch_session {
    struct catch_sink sink;
    unsigned extensions;
    uint64_t size_limit;
    enum phase phase;
    bool greeted;
    bool extended; /* by EHLO */
    unsigned bad_commands;

    bool transaction; /* MAIL was accepted */
    bool refused_recipients;
    bool begun;                 /* the sink has a message */
    bool failed;                /* a chunk was refused: wait for RSET or the last chunk */
    enum catch_outcome outcome; /* of what was written so far */
    struct catch_envelope envelope;
    struct catch_dots dots;

    uint64_t chunk_size;
    uint64_t chunk_left;
    bool chunk_last;
    const struct catch_answer *chunk_refusal;

    size_t line_size;
    size_t output_start;
    size_t output_end;
    char line[CATCH_COMMAND_SIZE];
    char output[OUTPUT_SIZE];
};

static const struct catch_answer too_large = {552, "5.3.4", "the message is larger than allowed"};
static const struct catch_answer has_bare = {
    550, "5.5.2", "the message has a bare CR or LF in it; lines end in CR LF"};
static const struct catch_answer no_mail = {503, "5.5.1", "MAIL has to come first"};
static const struct catch_answer no_recipient = {503, "5.5.1", "RCPT has to come first"};
static const struct catch_answer all_refused = {554, "5.5.1", "no recipient was accepted"};
static const struct catch_answer after_failure = {503, "5.5.1",
                                                  "a chunk was refused before; send RSET"};
static const struct catch_answer not_chunking = {502, "5.5.1",
                                                 "CHUNKING is not announced; chunk left out"};

/* In the order of enum catch_outcome. */
static const struct catch_answer outcome_answers[] = {
    {250, "2.0.0", "OK"},
    {452, "4.3.1", "no room is left for the message"},
    {451, "4.3.0", "the message cannot be written"},
    {421, "4.3.2", "no more messages are wanted"},
};

static const struct catch_answer *trouble(enum catch_outcome outcome)
{
    return outcome == CATCH_KEPT ? NULL : &outcome_answers[outcome];
}

static void put(struct catch_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct catch_session *session, const char *format, ...)
{
    size_t room = OUTPUT_SIZE - session->output_end;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(session->output + session->output_end, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < room)
        session->output_end += (size_t)length;
}

static bool is_complaint(int code)
{
    return (code >= 500 && code <= 504) || code == 555;
}

static void reply(struct catch_session *session, int code, const char *enhanced, const char *text)
{
    if (is_complaint(code) && ++session->bad_commands >= CATCH_BAD_COMMANDS) {
        code = 421;
        enhanced = "4.7.0";
        text = "too many bad commands";
    }
    bool with_enhanced = *enhanced != '\0' && (session->extensions & CATCH_ENHANCEDSTATUSCODES);
    put(session, "%d %s%s%s\r\n", code, with_enhanced ? enhanced : "", with_enhanced ? " " : "",
        text);
    if (code == 421 || code == 221)
        session->phase = PHASE_OVER;
}

static void answer(struct catch_session *session, const struct catch_answer *given)
{
    reply(session, given->code, given->enhanced, given->text);
}

static void abandon(struct catch_session *session)
{
    if (session->begun)
        session->sink.abandon(session->sink.context);
    session->begun = false;
}

static void reset(struct catch_session *session)
{
    abandon(session);
    struct catch_envelope *envelope = &session->envelope;
    session->transaction = false;
    session->refused_recipients = false;
    session->failed = false;
    session->outcome = CATCH_KEPT;
    session->dots = (struct catch_dots){0};
    if (envelope->recipients.failed)
        envelope->recipients = buffer_empty(envelope->recipients.limit);
    envelope->recipients.size = 0;
    envelope->recipient_count = 0;
    envelope->chunked = false;
    envelope->size = 0;
}

/* Hands octets of the message on, unless it is known already that it will be refused. */
static void take_content(struct catch_session *session, const char *bytes, size_t size)
{
    session->envelope.size += size;
    if (session->dots.bare || session->envelope.size > session->size_limit)
        abandon(session);
    if (!session->begun || size == 0)
        return;
    session->outcome = session->sink.write(session->sink.context, bytes, size);
    if (session->outcome != CATCH_KEPT)
        abandon(session);
}

/* The reply depends on the whole message only, not on what was noticed first. */
static void finish_message(struct catch_session *session)
{
    char name[CATCH_NAME_SIZE] = "";
    const struct catch_answer *refusal = session->dots.bare ? &has_bare
                                         : session->envelope.size > session->size_limit
                                             ? &too_large
                                             : trouble(session->outcome);
    if (refusal == NULL) {
        session->begun = false;
        refusal = trouble(session->sink.commit(session->sink.context, &session->envelope, name));
    }
    if (refusal != NULL) {
        answer(session, refusal);
    } else {
        session->bad_commands = 0;
        reply(session, 250, "2.0.0", name);
    }
    reset(session);
}

static const struct catch_answer *begin_message(struct catch_session *session)
{
    const struct catch_answer *refusal = trouble(session->sink.begin(session->sink.context));
    session->begun = refusal == NULL;
    return refusal;
}

static size_t take_data(struct catch_session *session, const char *bytes, size_t size)
{
    size_t run = 0;
    size_t taken = catch_dots_take(&session->dots, bytes, size, &run);
    take_content(session, bytes, run);
    if (session->dots.over) {
        session->phase = PHASE_COMMANDS;
        finish_message(session);
    }
    return taken;
}

static void finish_chunk(struct catch_session *session)
{
    session->phase = PHASE_COMMANDS;
    const struct catch_answer *refusal = session->chunk_refusal;
    if (refusal == NULL)
        refusal = trouble(session->outcome);
    if (refusal == NULL && session->chunk_last) {
        finish_message(session);
        return;
    }
    if (refusal == NULL) {
        char text[64];
        snprintf(text, sizeof text, "%" PRIu64 " octets received", session->chunk_size);
        reply(session, 250, "2.0.0", text);
        return;
    }
    answer(session, refusal);
    if (refusal == &not_chunking)
        return;
    abandon(session);
    session->failed = session->transaction;
    if (session->chunk_last)
        reset(session);
}

static size_t take_chunk(struct catch_session *session, const char *bytes, size_t size)
{
    if (size > session->chunk_left)
        size = (size_t)session->chunk_left;
    if (session->chunk_refusal == NULL)
        take_content(session, bytes, size);
    session->chunk_left -= size;
    if (session->chunk_left == 0)
        finish_chunk(session);
    return size;
}

static void hello(struct catch_session *session, struct catch_argument argument, bool extended)
{
    if (!catch_hello_is_sound(argument)) {
        reply(session, 501, "5.5.4", "HELO and EHLO are followed by the client's name");
        return;
    }
    reset(session);
    memcpy(session->envelope.hello, argument.bytes, argument.size);
    session->envelope.hello[argument.size] = '\0';
    session->greeted = true;
    session->extended = extended;
    if (!extended || session->extensions == 0) {
        put(session, "250 localhost\r\n");
        return;
    }
    put(session, "250-localhost\r\n");
    for (unsigned i = 0; i < CATCH_EXTENSION_COUNT; i++) {
        unsigned bit = 1u << i;
        if ((session->extensions & bit) == 0)
            continue;
        bool last = session->extensions >> i == 1;
        put(session, "250%c%s", last ? ' ' : '-', catch_extension_keyword(i));
        if (bit == CATCH_SIZE)
            put(session, " %" PRIu64, session->size_limit);
        put(session, "\r\n");
    }
}

static void command_ehlo(struct catch_session *session, struct catch_argument argument)
{
    hello(session, argument, true);
}

static void command_helo(struct catch_session *session, struct catch_argument argument)
{
    hello(session, argument, false);
}

static void command_mail(struct catch_session *session, struct catch_argument argument)
{
    if (!session->greeted || session->transaction) {
        reply(session, 503, "5.5.1",
              session->greeted ? "there was MAIL before" : "EHLO or HELO has to come first");
        return;
    }
    struct catch_mail mail;
    struct catch_answer refusal;
    if (!catch_mail_read(argument, session->extended ? session->extensions : 0, &mail, &refusal)) {
        answer(session, &refusal);
        return;
    }
    if (mail.size > session->size_limit) {
        answer(session, &too_large);
        return;
    }
    struct catch_envelope *envelope = &session->envelope;
    memcpy(envelope->sender, mail.sender.mailbox, mail.sender.size);
    envelope->sender[mail.sender.size] = '\0';
    envelope->body = mail.body;
    envelope->international = mail.international;
    session->transaction = true;
    reply(session, 250, "2.1.0", "OK");
}

static void command_rcpt(struct catch_session *session, struct catch_argument argument)
{
    struct catch_envelope *envelope = &session->envelope;
    if (!session->transaction || envelope->chunked) {
        reply(session, 503, "5.5.1",
              session->transaction ? "RCPT comes before the message" : no_mail.text);
        return;
    }
    struct catch_path path;
    struct catch_answer refusal;
    if (!catch_recipient_read(argument, envelope->international, &path, &refusal)) {
        session->refused_recipients = true;
        answer(session, &refusal);
        return;
    }
    if (envelope->recipient_count == CATCH_RECIPIENTS) {
        reply(session, 452, "4.5.3", "too many recipients; send the rest in another transaction");
        return;
    }
    buffer_append(&envelope->recipients, path.mailbox, path.size);
    if (!buffer_append_char(&envelope->recipients, '\0')) {
        reset(session);
        reply(session, 451, "4.3.0", "out of memory");
        return;
    }
    envelope->recipient_count++;
    reply(session, 250, "2.1.5", "OK");
}

/* What is missing before a message can come, or NULL. */
static const struct catch_answer *missing(const struct catch_session *session)
{
    if (!session->transaction)
        return &no_mail;
    if (session->failed)
        return &after_failure;
    if (session->envelope.recipient_count == 0)
        return session->refused_recipients ? &all_refused : &no_recipient;
    return NULL;
}

static void command_data(struct catch_session *session, struct catch_argument argument)
{
    static const struct catch_answer no_argument = {501, "5.5.4", "DATA has no argument"};
    static const struct catch_answer chunks = {503, "5.5.1", "the message comes by BDAT already"};
    static const struct catch_answer binary = {503, "5.5.1", "a BINARYMIME body comes by BDAT"};
    const struct catch_answer *refusal = argument.size > 0           ? &no_argument
                                         : session->envelope.chunked ? &chunks
                                                                     : missing(session);
    if (refusal == NULL && session->envelope.body == CATCH_BODY_BINARYMIME)
        refusal = &binary;
    if (refusal == NULL) {
        refusal = begin_message(session);
        if (refusal != NULL)
            reset(session);
    }
    if (refusal != NULL) {
        answer(session, refusal);
        return;
    }
    session->phase = PHASE_DATA;
    reply(session, 354, "", "end the message with a line that holds one dot");
}

static void command_bdat(struct catch_session *session, struct catch_argument argument)
{
    if (!catch_chunk_read(argument, &session->chunk_size, &session->chunk_last)) {
        /* What follows are octets of a message, which must not be taken for commands. */
        reply(session, 501, "5.5.4", "BDAT is followed by a size, and LAST or nothing; closing");
        session->phase = PHASE_OVER;
        reset(session);
        return;
    }
    bool announced = session->extended && (session->extensions & CATCH_CHUNKING);
    session->chunk_left = session->chunk_size;
    session->chunk_refusal = announced ? missing(session) : &not_chunking;
    if (session->chunk_refusal == NULL) {
        session->envelope.chunked = true;
        if (session->chunk_size > session->size_limit - session->envelope.size)
            session->chunk_refusal = &too_large;
        else if (!session->begun)
            session->chunk_refusal = begin_message(session);
    }
    session->phase = PHASE_CHUNK;
    if (session->chunk_left == 0)
        finish_chunk(session);
}

static void command_rset(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size > 0) {
        reply(session, 501, "5.5.4", "RSET has no argument");
        return;
    }
    reset(session);
    reply(session, 250, "2.0.0", "OK");
}

static void command_noop(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    reply(session, 250, "2.0.0", "OK");
}

static void command_quit(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size > 0) {
        reply(session, 501, "5.5.4", "QUIT has no argument");
        return;
    }
    reset(session);
    reply(session, 221, "2.0.0", "goodbye");
}

static void command_vrfy(struct catch_session *session, struct catch_argument argument)
{
    if (argument.size == 0)
        reply(session, 501, "5.5.4", "VRFY is followed by an address");
    else
        reply(session, 252, "2.0.0", "every address is accepted here");
}

static void command_help(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    if (session->extensions & CATCH_HELP)
        put(session, "214-mailer catch keeps every message, and delivers none.\r\n"
                     "214 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT\r\n");
    else
        reply(session, 502, "5.5.1", "HELP is not announced");
}

static void command_auth(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    reply(session, 502, "5.5.1", "there is no login here, and none is needed");
}

static void command_starttls(struct catch_session *session, struct catch_argument argument)
{
    (void)argument;
    reply(session, 502, "5.5.1", "there is no TLS here");
}

static void run_command(struct catch_session *session, const char *bytes, size_t size)
{
    static const struct {
        const char *verb;
        void (*run)(struct catch_session *session, struct catch_argument argument);
    } commands[] = {
        {"BDAT", command_bdat}, {"MAIL", command_mail}, {"RCPT", command_rcpt},
        {"DATA", command_data}, {"EHLO", command_ehlo}, {"HELO", command_helo},
        {"RSET", command_rset}, {"NOOP", command_noop}, {"QUIT", command_quit},
        {"VRFY", command_vrfy}, {"HELP", command_help}, {"STARTTLS", command_starttls},
        {"AUTH", command_auth},
    };
    while (size > 0 && bytes[size - 1] == ' ')
        size--;
    size_t verb_size = 0;
    while (verb_size < size && bytes[verb_size] != ' ')
        verb_size++;
    struct catch_argument argument = {bytes + verb_size, size - verb_size};
    while (argument.size > 0 && *argument.bytes == ' ') {
        argument.bytes++;
        argument.size--;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (text_same_bytes(bytes, verb_size, commands[i].verb)) {
            commands[i].run(session, argument);
            return;
        }
    }
    reply(session, 500, "5.5.1", "there is no such command");
}

/* A line with its LF. */
static void run_line(struct catch_session *session, const char *bytes, size_t size)
{
    if (size < 2 || bytes[size - 2] != '\r')
        reply(session, 500, "5.5.2", "a command ends in CR LF, not in a bare LF");
    else if (text_has_control(bytes, size - 2))
        reply(session, 500, "5.5.2", "there is a control character in the command");
    else
        run_command(session, bytes, size - 2);
}

static size_t take_line(struct catch_session *session, const char *bytes, size_t size)
{
    const char *line_feed = memchr(bytes, '\n', size);
    size_t length = line_feed != NULL ? (size_t)(line_feed - bytes) + 1 : size;
    if (length > sizeof session->line - session->line_size)
        session->phase = PHASE_SKIPPING;
    if (session->phase == PHASE_SKIPPING) {
        session->line_size = 0;
        if (line_feed != NULL) {
            session->phase = PHASE_COMMANDS;
            reply(session, 500, "5.5.2", "the line is too long");
        }
        return length;
    }
    if (session->line_size == 0 && line_feed != NULL) {
        run_line(session, bytes, length);
        return length;
    }
    memcpy(session->line + session->line_size, bytes, length);
    session->line_size += length;
    if (line_feed != NULL) {
        size_t whole = session->line_size;
        session->line_size = 0;
        run_line(session, session->line, whole);
    }
    return length;
}

struct catch_session *catch_session_new(const struct catch_sink *sink, unsigned extensions,
                                        uint64_t size_limit)
{
    struct catch_session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->sink = *sink;
    session->extensions = extensions;
    session->size_limit = size_limit;
    session->envelope.recipients =
        buffer_empty((size_t)CATCH_RECIPIENTS * (CATCH_MAILBOX_SIZE + 1));
    put(session, "220 localhost ESMTP mailer catch\r\n");
    return session;
}

void catch_session_free(struct catch_session *session)
{
    if (session == NULL)
        return;
    abandon(session);
    buffer_free(&session->envelope.recipients);
    free(session);
}

/* Whether there is room for one more reply. */
static bool make_room(struct catch_session *session)
{
    if (OUTPUT_SIZE - session->output_end < REPLY_SIZE && session->output_start > 0) {
        session->output_end -= session->output_start;
        memmove(session->output, session->output + session->output_start, session->output_end);
        session->output_start = 0;
    }
    return OUTPUT_SIZE - session->output_end >= REPLY_SIZE;
}

size_t catch_session_receive(struct catch_session *session, const char *bytes, size_t size)
{
    size_t taken = 0;
    while (taken < size && session->phase != PHASE_OVER && make_room(session)) {
        if (session->phase == PHASE_DATA)
            taken += take_data(session, bytes + taken, size - taken);
        else if (session->phase == PHASE_CHUNK)
            taken += take_chunk(session, bytes + taken, size - taken);
        else
            taken += take_line(session, bytes + taken, size - taken);
    }
    return session->phase == PHASE_OVER ? size : taken;
}

const char *catch_session_output(const struct catch_session *session, size_t *size)
{
    *size = session->output_end - session->output_start;
    return session->output + session->output_start;
}

void catch_session_sent(struct catch_session *session, size_t size)
{
    session->output_start += size;
    if (session->output_start == session->output_end)
        session->output_start = session->output_end = 0;
}

void catch_session_close(struct catch_session *session, const char *reason)
{
    if (session->phase == PHASE_OVER)
        return;
    reset(session);
    session->phase = PHASE_OVER;
    if (make_room(session))
        reply(session, 421, "4.3.2", reason);
}

bool catch_session_over(const struct catch_session *session)
{
    return session->phase == PHASE_OVER;
}
