/* SPDX-License-Identifier: ISC */
#include "engine_private.h"

#include "text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { TRACE_LIMIT = 1024 * 1024, TAKERS_LIMIT = 64 * 1024 * 1024 };

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
    if (engine->holds_secret)
        explicit_bzero(engine->out + engine->end, engine->start);
    engine->start = 0;
}

struct smtp_step *smtp_engine_step(const struct smtp_engine *engine, uint64_t number)
{
    return &engine->steps[number % engine->step_room];
}

/* Makes room for more steps. Without memory there is none: then answers must come first, and they
 * do, as the room is full. */
static void grow_steps(struct smtp_engine *engine)
{
    size_t room = engine->step_room * 2;
    struct smtp_step *made = room > SMTP_ENGINE_STEPS ? NULL : malloc(room * sizeof *made);
    if (made == NULL)
        return;
    for (uint64_t i = engine->answered; i < engine->submitted; i++)
        made[i % room] = *smtp_engine_step(engine, i);
    free(engine->steps);
    engine->steps = made;
    engine->step_room = room;
}

void smtp_engine_submit(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                        size_t recipient)
{
    assert(engine->submitted - engine->answered < engine->step_room);
    *smtp_engine_step(engine, engine->submitted) = (struct smtp_step){
        .kind = kind,
        .last_word = last_word || !engine->capabilities.pipelining,
        .recipient = (uint32_t)recipient,
        .end = engine->sent + smtp_engine_pending(engine),
    };
    engine->submitted++;
    if (engine->submitted - engine->answered + 2 > engine->step_room)
        grow_steps(engine);
}

void smtp_engine_trace(struct smtp_engine *engine, const char *line, size_t length)
{
    if (!engine->keeps_trace)
        return;
    buffer_drop(&engine->trace, engine->trace_taken);
    engine->trace_taken = 0;
    buffer_append(&engine->trace, line, length);
    buffer_append_char(&engine->trace, '\n');
    /* For people only: when there is no room for it, the mail goes on. */
    if (engine->trace.failed)
        engine->trace = buffer_empty(TRACE_LIMIT);
}

int smtp_engine_append(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                       size_t recipient, const char *line, size_t length)
{
    smtp_engine_compact(engine);
    memcpy(engine->out + engine->end, line, length);
    engine->end += length;
    smtp_engine_submit(engine, kind, last_word, recipient);
    return 0;
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
    made->takers = buffer_empty(TAKERS_LIMIT);
    smtp_engine_end_login(made);
    made->step_room = SMTP_ENGINE_FIRST_STEPS;
    made->steps = malloc(made->step_room * sizeof *made->steps);
    made->out = malloc(SMTP_ENGINE_OUT_SIZE);
    if (made->steps == NULL || made->out == NULL) {
        smtp_engine_free(made);
        return error_set_memory(error);
    }
    memcpy(made->hello_name, hello_name, strlen(hello_name) + 1);
    smtp_engine_submit(made, SMTP_STEP_GREETING, true, 0);
    *engine = made;
    return 0;
}

void smtp_engine_speak_lmtp(struct smtp_engine *engine)
{
    engine->local = true;
}

void smtp_engine_free(struct smtp_engine *engine)
{
    if (engine == NULL)
        return;
    if (engine->out != NULL && engine->holds_secret)
        explicit_bzero(engine->out, SMTP_ENGINE_OUT_SIZE);
    smtp_engine_end_login(engine);
    smtp_reply_reader_free(&engine->reader);
    buffer_free(&engine->trace);
    buffer_free(&engine->takers);
    free(engine->steps);
    free(engine->out);
    free(engine);
}

size_t smtp_engine_out(const struct smtp_engine *engine, const char **bytes)
{
    *bytes = engine->out == NULL ? "" : engine->out + engine->start;
    return engine->closing || engine->failure != 0 ? 0 : smtp_engine_pending(engine);
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

void smtp_engine_rest(struct smtp_engine *engine)
{
    if (smtp_engine_pending(engine) > 0 || engine->submitted > engine->answered)
        return;
    free(engine->out);
    engine->out = NULL;
}

int smtp_engine_wake(struct smtp_engine *engine, struct mailer_error *error)
{
    if (engine->out == NULL)
        engine->out = malloc(SMTP_ENGINE_OUT_SIZE);
    return engine->out == NULL ? error_set_memory(error) : 0;
}

bool smtp_engine_waits(const struct smtp_engine *engine)
{
    uint64_t unanswered = engine->submitted - engine->answered;
    bool for_answer = unanswered > 0 && smtp_engine_step(engine, engine->submitted - 1)->last_word;
    return for_answer || unanswered + 2 > engine->step_room ||
           smtp_engine_pending(engine) > SMTP_ENGINE_OUT_SIZE / 4 || engine->securing ||
           engine->closing || engine->failure != 0;
}

bool smtp_engine_is_ready(const struct smtp_engine *engine)
{
    return engine->writing <= SMTP_WRITING_ENVELOPE && !smtp_engine_waits(engine);
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
                                                 : smtp_engine_step(engine, engine->answered)->kind;
}

uint64_t smtp_engine_answered(const struct smtp_engine *engine)
{
    return engine->answered + engine->partial;
}

bool smtp_engine_is_closing(const struct smtp_engine *engine)
{
    return engine->closing;
}

size_t smtp_engine_ends_in_flight(const struct smtp_engine *engine)
{
    size_t count = 0;
    bool told = engine->ended;
    for (uint64_t i = engine->answered; i < engine->submitted && !engine->closing; i++) {
        const struct smtp_step *step = smtp_engine_step(engine, i);
        bool is_end = step->kind == SMTP_STEP_END || step->kind == SMTP_STEP_LAST_CHUNK;
        if (step->kind == SMTP_STEP_MAIL)
            told = false;
        count += is_end && !told && step->end <= engine->sent;
    }
    return count;
}
