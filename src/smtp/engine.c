/* SPDX-License-Identifier: ISC */
#include "engine.h"

#include "command.h"
#include "engine_private.h"
#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_LIMIT = 1024 * 1024 };

/* ---- The output and the ring ---- */

size_t smtp_engine_pending(const struct smtp_engine *engine)
{
    return engine->end - engine->start;
}

void smtp_engine_compact(struct smtp_engine *engine)
{
    if (engine->start == 0)
        return;
    memmove(engine->out, engine->out + engine->start, smtp_engine_pending(engine));
    engine->end -= engine->start;
    engine->start = 0;
}

static struct smtp_step *step_at(const struct smtp_engine *engine, uint64_t number)
{
    return &engine->steps[number % SMTP_ENGINE_STEPS];
}

void smtp_engine_submit(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                        size_t recipient)
{
    assert(engine->submitted - engine->answered < SMTP_ENGINE_STEPS);
    *step_at(engine, engine->submitted) = (struct smtp_step){
        .kind = kind,
        .last_word = last_word || !engine->capabilities.pipelining,
        .recipient = (uint32_t)recipient,
        .end = engine->sent + smtp_engine_pending(engine),
    };
    engine->submitted++;
}

void smtp_engine_trace(struct smtp_engine *engine, const char *line, size_t length)
{
    if (!engine->keeps_trace)
        return;
    /* For people only: when there is no room for it, the mail goes on. */
    buffer_append(&engine->trace, line, length);
    buffer_append_char(&engine->trace, '\n');
}

/* Appends a command line, and its step. */
static int append(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                  size_t recipient, const char *line, size_t length)
{
    smtp_engine_compact(engine);
    memcpy(engine->out + engine->end, line, length);
    engine->end += length;
    smtp_engine_submit(engine, kind, last_word, recipient);
    return 0;
}

/* For commands that hold nothing secret and no number: the name, and one argument or NULL. */
static int command(struct smtp_engine *engine, enum smtp_step_kind kind, const char *name,
                   const char *argument, struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "%s%s%s", name,
                                    argument != NULL ? " " : "", argument != NULL ? argument : "");
    if (result != 0)
        return result;
    smtp_engine_trace(engine, line, length - 2);
    return append(engine, kind, true, 0, line, length);
}

int smtp_engine_new(struct smtp_engine **engine, const char *hello_name, struct mailer_error *error)
{
    *engine = NULL;
    if (hello_name[0] == '\0' || strlen(hello_name) >= sizeof(*engine)->hello_name ||
        text_has_control(hello_name, strlen(hello_name)) || strchr(hello_name, ' ') != NULL)
        return error_set(error, MAILER_DATA, MAILER_STAGE_HELLO,
                         "\"%s\" cannot be the name to say hello with", hello_name);
    struct smtp_engine *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->reader = smtp_reply_reader_start();
    made->trace = buffer_empty(TRACE_LIMIT);
    made->steps = calloc(SMTP_ENGINE_STEPS, sizeof *made->steps);
    made->out = malloc(SMTP_ENGINE_OUT_SIZE);
    if (made->steps == NULL || made->out == NULL) {
        smtp_engine_free(made);
        return error_set_memory(error);
    }
    strcpy(made->hello_name, hello_name);
    smtp_engine_submit(made, SMTP_STEP_GREETING, true, 0);
    *engine = made;
    return 0;
}

void smtp_engine_free(struct smtp_engine *engine)
{
    if (engine == NULL)
        return;
    if (engine->out != NULL && engine->holds_secret)
        explicit_bzero(engine->out, SMTP_ENGINE_OUT_SIZE);
    smtp_reply_reader_free(&engine->reader);
    buffer_free(&engine->trace);
    free(engine->steps);
    free(engine->out);
    free(engine);
}

size_t smtp_engine_out(const struct smtp_engine *engine, const char **bytes)
{
    *bytes = engine->out + engine->start;
    return smtp_engine_pending(engine);
}

void smtp_engine_sent(struct smtp_engine *engine, size_t size)
{
    assert(size <= smtp_engine_pending(engine));
    if (engine->holds_secret)
        explicit_bzero(engine->out + engine->start, size);
    engine->start += size;
    engine->sent += size;
    if (engine->start == engine->end) {
        engine->start = engine->end = 0;
        engine->holds_secret = false;
    }
}

bool smtp_engine_is_ready(const struct smtp_engine *engine)
{
    uint64_t unanswered = engine->submitted - engine->answered;
    bool waits = unanswered > 0 && step_at(engine, engine->submitted - 1)->last_word;
    return !waits && !engine->closing && engine->writing <= SMTP_WRITING_ENVELOPE &&
           unanswered + 2 <= SMTP_ENGINE_STEPS &&
           smtp_engine_pending(engine) <= SMTP_ENGINE_OUT_SIZE / 4;
}

const struct smtp_capabilities *smtp_engine_capabilities(const struct smtp_engine *engine)
{
    return &engine->capabilities;
}

size_t smtp_engine_take_trace(struct smtp_engine *engine, const char **lines)
{
    buffer_drop(&engine->trace, engine->trace_taken);
    engine->trace_taken = engine->trace.size;
    *lines = engine->trace.bytes;
    return engine->trace.size;
}

void smtp_engine_keep_trace(struct smtp_engine *engine)
{
    engine->keeps_trace = true;
}

size_t smtp_engine_unanswered(const struct smtp_engine *engine)
{
    return (size_t)(engine->submitted - engine->answered);
}

enum smtp_step_kind smtp_engine_awaited(const struct smtp_engine *engine)
{
    return engine->submitted == engine->answered ? SMTP_STEP_KINDS
                                                 : step_at(engine, engine->answered)->kind;
}

uint64_t smtp_engine_answered(const struct smtp_engine *engine)
{
    return engine->answered;
}

bool smtp_engine_is_closing(const struct smtp_engine *engine)
{
    return engine->closing;
}

size_t smtp_engine_ends_in_flight(const struct smtp_engine *engine)
{
    size_t count = 0;
    for (uint64_t i = engine->answered; i < engine->submitted; i++) {
        const struct smtp_step *step = step_at(engine, i);
        bool is_end = step->kind == SMTP_STEP_END || step->kind == SMTP_STEP_LAST_CHUNK;
        count += is_end && step->end <= engine->sent;
    }
    return count;
}

/* ---- Commands ---- */

int smtp_engine_starttls(struct smtp_engine *engine, struct mailer_error *error)
{
    return command(engine, SMTP_STEP_STARTTLS, "STARTTLS", NULL, error);
}

int smtp_engine_secured(struct smtp_engine *engine, struct mailer_error *error)
{
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    return command(engine, SMTP_STEP_EHLO, "EHLO", engine->hello_name, error);
}

/* A line that holds a secret: only shown goes into the trace. */
static int secret_command(struct smtp_engine *engine, const char *shown, const char *name,
                          const char *secret, struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "%s%s", name, secret);
    if (result == 0) {
        smtp_engine_trace(engine, shown, strlen(shown));
        engine->holds_secret = true;
        result = append(engine, SMTP_STEP_AUTH, true, 0, line, length);
    }
    explicit_bzero(line, sizeof line);
    return result;
}

int smtp_engine_auth(struct smtp_engine *engine, const char *mechanism,
                     const char *initial_response, struct mailer_error *error)
{
    bool initial = initial_response != NULL;
    char name[64];
    char shown[64];
    snprintf(name, sizeof name, "AUTH %.40s%s", mechanism, initial ? " " : "");
    snprintf(shown, sizeof shown, "AUTH %.40s%s", mechanism, initial ? " ****" : "");
    return secret_command(engine, shown, name, initial ? initial_response : "", error);
}

int smtp_engine_auth_response(struct smtp_engine *engine, const char *response,
                              struct mailer_error *error)
{
    bool cancels = strcmp(response, "*") == 0;
    return secret_command(engine, cancels ? "*" : "****", "", response, error);
}

bool smtp_engine_needs_reset(const struct smtp_engine *engine)
{
    return engine->dirty;
}

/* A command of a message: others may follow it at once. */
static int append_mail_command(struct smtp_engine *engine, enum smtp_step_kind kind,
                               size_t recipient, const char *line, size_t length)
{
    smtp_engine_trace(engine, line, length - 2);
    append(engine, kind, kind == SMTP_STEP_DATA, recipient, line, length);
    return 0;
}

int smtp_engine_reset(struct smtp_engine *engine, struct mailer_error *error)
{
    (void)error;
    engine->dirty = false;
    engine->writing = SMTP_WRITING_NOTHING;
    return append_mail_command(engine, SMTP_STEP_RSET, 0, "RSET\r\n", 6);
}

int smtp_engine_mail(struct smtp_engine *engine, const struct smtp_mail *mail,
                     struct mailer_error *error)
{
    assert(!engine->dirty);
    char size[32] = "";
    if (engine->capabilities.size)
        snprintf(size, sizeof size, " SIZE=%" PRIu64, mail->size);
    const char *body = "";
    if (mail->binary || mail->eight_bit)
        body = mail->binary ? " BODY=BINARYMIME" : " BODY=8BITMIME";
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "MAIL FROM:<%s>%s%s%s", mail->sender,
                                    size, body, mail->utf8 ? " SMTPUTF8" : "");
    if (result != 0)
        return result;
    engine->written_message++;
    engine->writing = SMTP_WRITING_ENVELOPE;
    engine->dirty = true;
    return append_mail_command(engine, SMTP_STEP_MAIL, 0, line, length);
}

int smtp_engine_recipient(struct smtp_engine *engine, size_t index, const char *address,
                          struct mailer_error *error)
{
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    int result = smtp_command_write(line, &length, error, "RCPT TO:<%s>", address);
    if (result != 0)
        return result;
    return append_mail_command(engine, SMTP_STEP_RCPT, index, line, length);
}

int smtp_engine_data(struct smtp_engine *engine, bool chunked, struct mailer_error *error)
{
    (void)error;
    engine->chunked = chunked;
    if (chunked) {
        engine->writing = SMTP_WRITING_BODY;
        return 0;
    }
    engine->writing = SMTP_WRITING_DATA;
    return append_mail_command(engine, SMTP_STEP_DATA, 0, "DATA\r\n", 6);
}

void smtp_engine_abandon(struct smtp_engine *engine)
{
    engine->writing = SMTP_WRITING_NOTHING;
    engine->ended = true;
}

int smtp_engine_quit(struct smtp_engine *engine, struct mailer_error *error)
{
    return command(engine, SMTP_STEP_QUIT, "QUIT", NULL, error);
}

/* ---- Replies ---- */

static enum mailer_error_class refusal(int code)
{
    return code / 100 == 4 ? MAILER_TEMPORARY : MAILER_PERMANENT;
}

/* Ends the session with what the server said. */
static int fail(const struct smtp_reply *reply, enum mailer_error_class error_class,
                enum mailer_stage stage, const char *what, struct mailer_error *error)
{
    char shown[300];
    smtp_reply_show(reply, shown, sizeof shown);
    int result = error_set(error, error_class, stage, "%s: %s", what, shown);
    if (error != NULL && error->error_class == error_class && error->smtp_code == 0) {
        error->smtp_code = reply->code;
        strcpy(error->enhanced_code, reply->enhanced_code);
    }
    return result;
}

/* Tells the fate of the message whose steps are being answered, once. */
static void end_message(struct smtp_engine *engine, enum mailer_error_class outcome,
                        struct smtp_event *event)
{
    if (engine->ended)
        return;
    engine->ended = true;
    event->kind = SMTP_EVENT_MESSAGE;
    event->outcome = outcome;
    bool is_being_written = engine->answered_message == engine->written_message;
    if (is_being_written && engine->writing != SMTP_WRITING_NOTHING)
        engine->writing = SMTP_WRITING_NOTHING;
}

static int answer_hello(struct smtp_engine *engine, enum smtp_step_kind kind,
                        enum smtp_action action, struct smtp_event *event,
                        struct mailer_error *error)
{
    const struct smtp_reply *reply = &engine->reader.reply;
    if (action == SMTP_ACTION_FALL_BACK)
        return command(engine, SMTP_STEP_HELO, "HELO", engine->hello_name, error);
    if (reply->code == 220)
        return fail(reply, MAILER_PROTOCOL, MAILER_STAGE_HELLO,
                    "the server greets again in place of an answer", error);
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    if (kind == SMTP_STEP_EHLO)
        engine->capabilities = smtp_capabilities_read(reply);
    event->kind = SMTP_EVENT_READY;
    return 0;
}

static int answer_starttls(struct smtp_engine *engine, enum smtp_action action, size_t left,
                           struct smtp_event *event, struct mailer_error *error)
{
    if (action != SMTP_ACTION_DONE) {
        event->kind = SMTP_EVENT_NO_TLS;
        return 0;
    }
    /* What stands behind the reply was sent in clear and would be read as if TLS had protected it.
     */
    if (left > 0)
        return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                         "the server (or somebody in between) sent more behind its answer to "
                         "STARTTLS: not trusted");
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    event->kind = SMTP_EVENT_TLS;
    return 0;
}

static void answer_mail(struct smtp_engine *engine, enum smtp_action action,
                        struct smtp_event *event)
{
    engine->answered_message++;
    engine->accepted = 0;
    engine->ended = false;
    engine->sender_refused = action == SMTP_ACTION_REFUSED;
    engine->open |= !engine->sender_refused;
    bool is_being_written = engine->answered_message == engine->written_message;
    if (engine->sender_refused && is_being_written && engine->writing == SMTP_WRITING_ENVELOPE &&
        smtp_engine_unanswered(engine) == 0)
        engine->dirty = false;
    event->kind = SMTP_EVENT_SENDER;
}

static void answer_data(struct smtp_engine *engine, enum smtp_action action,
                        struct smtp_event *event)
{
    if (action == SMTP_ACTION_REFUSED) {
        end_message(engine, event->outcome, event);
        return;
    }
    if (engine->accepted > 0) {
        engine->writing = SMTP_WRITING_BODY;
        engine->stuffing = smtp_stuffing_start();
        event->kind = SMTP_EVENT_BODY;
        return;
    }
    /* Nobody is to get it, and yet it is wanted: an empty body ends that (RFC 2920 3.1). */
    engine->writing = SMTP_WRITING_NOTHING;
    smtp_engine_trace(engine, ".", 1);
    append(engine, SMTP_STEP_END, false, 0, ".\r\n", 3);
    engine->dirty = false;
}

static void answer_end(struct smtp_engine *engine, enum smtp_step_kind kind,
                       enum smtp_action action, struct smtp_event *event)
{
    bool refused = action == SMTP_ACTION_REFUSED;
    bool last = kind != SMTP_STEP_CHUNK;
    if (kind == SMTP_STEP_END || (last && !refused)) {
        engine->open = false;
        if (engine->answered_message == engine->written_message)
            engine->dirty = false;
    }
    if (last && !refused && engine->accepted == 0)
        event->outcome = MAILER_PERMANENT;
    if (last || refused)
        end_message(engine, event->outcome, event);
}

/* What the reply means for its step. */
static int answer(struct smtp_engine *engine, const struct smtp_step *step, size_t left,
                  struct smtp_event *event, struct mailer_error *error)
{
    const struct smtp_reply *reply = &engine->reader.reply;
    enum smtp_action action = smtp_engine_rule(step->kind, reply->code);
    enum mailer_stage stage = smtp_engine_stage(step->kind);
    if (action == SMTP_ACTION_PROTOCOL)
        return fail(reply, MAILER_PROTOCOL, stage, "the server answers what was not asked", error);
    if (action == SMTP_ACTION_FATAL)
        return fail(reply, refusal(reply->code), stage, "the server turns us away", error);
    event->outcome = action == SMTP_ACTION_REFUSED ? refusal(reply->code) : MAILER_OK;
    switch (step->kind) {
    case SMTP_STEP_GREETING:
        return command(engine, SMTP_STEP_EHLO, "EHLO", engine->hello_name, error);
    case SMTP_STEP_EHLO:
    case SMTP_STEP_HELO:
        return answer_hello(engine, step->kind, action, event, error);
    case SMTP_STEP_STARTTLS:
        return answer_starttls(engine, action, left, event, error);
    case SMTP_STEP_AUTH:
        event->kind = action == SMTP_ACTION_GO_ON ? SMTP_EVENT_CHALLENGE : SMTP_EVENT_LOGIN;
        return 0;
    case SMTP_STEP_MAIL:
        answer_mail(engine, action, event);
        return 0;
    case SMTP_STEP_RCPT:
        /* Behind a refused sender the answers to RCPT say nothing about the recipients. */
        if (engine->sender_refused || engine->ended)
            return 0;
        engine->accepted += action == SMTP_ACTION_DONE;
        event->recipient = step->recipient;
        event->kind = SMTP_EVENT_RECIPIENT;
        return 0;
    case SMTP_STEP_DATA:
        answer_data(engine, action, event);
        return 0;
    case SMTP_STEP_END:
    case SMTP_STEP_CHUNK:
    case SMTP_STEP_LAST_CHUNK:
        answer_end(engine, step->kind, action, event);
        return 0;
    case SMTP_STEP_RSET:
        if (action == SMTP_ACTION_REFUSED && engine->open)
            return fail(reply, MAILER_PROTOCOL, stage,
                        "the server does not forget an unfinished message", error);
        engine->open = false;
        return 0;
    case SMTP_STEP_QUIT:
        event->kind = SMTP_EVENT_GOODBYE;
        return 0;
    case SMTP_STEP_KINDS:
        break;
    }
    return 0;
}

/* A reply that comes while nothing is to be answered. */
static int take_unasked(struct smtp_engine *engine, struct smtp_event *event,
                        struct mailer_error *error)
{
    const struct smtp_reply *reply = &engine->reader.reply;
    bool refused = reply->code >= 400;
    bool in_body = engine->writing == SMTP_WRITING_BODY && !engine->chunked;
    if (in_body && refused) {
        /* The server has seen enough of the body. There is no way back but to hang up. */
        engine->closing = true;
        event->outcome = refusal(reply->code);
        end_message(engine, event->outcome, event);
        return 0;
    }
    if (reply->code == 421) {
        engine->closing = true;
        return 0;
    }
    return fail(reply, MAILER_PROTOCOL, MAILER_STAGE_NONE, "the server says what was not asked",
                error);
}

int smtp_engine_receive(struct smtp_engine *engine, const char *bytes, size_t size,
                        size_t *consumed, struct smtp_event *event, struct mailer_error *error)
{
    *event = (struct smtp_event){.reply = &engine->reader.reply};
    int whole = smtp_reply_read(&engine->reader, bytes, size, consumed, error);
    if (whole <= 0)
        return whole;
    bool asked = engine->answered < engine->submitted;
    struct smtp_step step = {.kind = SMTP_STEP_KINDS};
    if (asked)
        step = *step_at(engine, engine->answered);
    bool early = asked && step.end > engine->sent;
    if (!asked || early) {
        bool is_body = step.kind == SMTP_STEP_END || step.kind == SMTP_STEP_CHUNK ||
                       step.kind == SMTP_STEP_LAST_CHUNK;
        if (!asked || !is_body || engine->reader.reply.code < 400)
            return take_unasked(engine, event, error);
        /* The body is refused before its end: the rest of it must not be taken for commands. */
        engine->closing = true;
    }
    engine->answered++;
    engine->closing |= engine->reader.reply.code == 421;
    return answer(engine, &step, size - *consumed, event, error);
}
