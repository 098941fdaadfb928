/* SPDX-License-Identifier: ISC */
#include "engine_private.h"

#include "mask.h"

#include <stdio.h>
#include <string.h>

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
    bool is_first = error != NULL && !error_is_set(error);
    int result = error_set(error, error_class, stage, "%s: %s", what, shown);
    if (is_first) {
        error->smtp_code = reply->code;
        snprintf(error->enhanced_code, sizeof error->enhanced_code, "%s", reply->enhanced_code);
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
    if (engine->answered_message == engine->written_message)
        engine->writing = SMTP_WRITING_NOTHING;
}

static int answer_hello(struct smtp_engine *engine, enum smtp_step_kind kind,
                        enum smtp_action action, struct smtp_event *event,
                        struct mailer_error *error)
{
    const struct smtp_reply *reply = &engine->reader.reply;
    if (action == SMTP_ACTION_FALL_BACK)
        return smtp_engine_command(engine, SMTP_STEP_HELO, "HELO", engine->hello_name, error);
    if (reply->code == 220)
        return fail(reply, MAILER_PROTOCOL, MAILER_STAGE_HELLO,
                    "the server greets again in place of an answer", error);
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    if (kind != SMTP_STEP_HELO)
        engine->capabilities = smtp_capabilities_read(reply);
    event->kind = SMTP_EVENT_READY;
    return 0;
}

/* What stands behind the reply was sent in clear and would be read as if TLS had protected it. */
static int refuse_clear_octets(struct mailer_error *error)
{
    return error_set(error, MAILER_TLS, MAILER_STAGE_TLS,
                     "the server (or somebody in between) sent more behind its answer to STARTTLS: "
                     "not trusted");
}

static int answer_starttls(struct smtp_engine *engine, enum smtp_action action, size_t left,
                           struct smtp_event *event, struct mailer_error *error)
{
    if (action != SMTP_ACTION_DONE) {
        event->kind = SMTP_EVENT_NO_TLS;
        return 0;
    }
    if (left > 0)
        return refuse_clear_octets(error);
    memset(&engine->capabilities, 0, sizeof engine->capabilities);
    engine->securing = true;
    event->kind = SMTP_EVENT_TLS;
    return 0;
}

static void answer_auth(struct smtp_engine *engine, enum smtp_action action,
                        struct smtp_event *event)
{
    event->kind = action == SMTP_ACTION_GO_ON ? SMTP_EVENT_CHALLENGE : SMTP_EVENT_LOGIN;
    if (action != SMTP_ACTION_GO_ON) {
        smtp_engine_end_login(engine);
        return;
    }
    event->challenge = engine->challenge.bytes;
    event->challenge_size = engine->challenge.size;
}

static void answer_mail(struct smtp_engine *engine, const struct smtp_step *step,
                        enum smtp_action action, struct smtp_event *event)
{
    engine->asks_each = step->asks_each;
    engine->tells_each = false;
    engine->answered_message++;
    engine->accepted = 0;
    buffer_drop(&engine->takers, engine->takers.size);
    engine->ended = false;
    engine->sender_refused = action == SMTP_ACTION_REFUSED;
    engine->open |= !engine->sender_refused;
    bool is_being_written = engine->answered_message == engine->written_message;
    if (engine->sender_refused && is_being_written && engine->writing == SMTP_WRITING_ENVELOPE &&
        smtp_engine_unanswered(engine) == 0)
        engine->dirty = false;
    event->kind = SMTP_EVENT_SENDER;
}

static int answer_recipient(struct smtp_engine *engine, const struct smtp_step *step,
                            enum smtp_action action, struct smtp_event *event,
                            struct mailer_error *error)
{
    /* Behind a refused sender the answers to RCPT say nothing about the recipients. */
    if (engine->sender_refused)
        return 0;
    bool taken = action == SMTP_ACTION_DONE;
    engine->accepted += taken;
    if (taken && (engine->local || engine->asks_each) &&
        !buffer_append(&engine->takers, &step->recipient, sizeof step->recipient))
        return error_set_memory(error);
    event->recipient = step->recipient;
    event->kind = SMTP_EVENT_RECIPIENT;
    return 0;
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
    /* By LMTP nobody knows whether a dot would have an answer then. */
    if (engine->local) {
        engine->closing = true;
        end_message(engine, MAILER_PERMANENT, event);
        return;
    }
    /* Nobody is to get it, and yet it is wanted: an empty body ends that (RFC 2920 3.1). Nothing is
     * said behind it before the message's fate has been told. */
    engine->writing = SMTP_WRITING_NOTHING;
    smtp_engine_trace(engine, ".", 1);
    smtp_engine_append(engine, SMTP_STEP_END, true, 0, ".\r\n", 3);
    engine->dirty = false;
}

static bool is_end(const struct smtp_step *step)
{
    return step->kind == SMTP_STEP_END || step->kind == SMTP_STEP_LAST_CHUNK;
}

/* By PRDR a reply of its own announces those for each recipient (draft-hall-prdr). */
static bool announces_each(const struct smtp_engine *engine, const struct smtp_step *step)
{
    return is_end(step) && engine->reader.reply.code == 353 && engine->asks_each &&
           !engine->tells_each && !engine->ended && engine->takers.size > 0;
}

/* Whether after this reply to the end of a message another one is to come: by LMTP for the other
 * recipients, by PRDR for them all together. */
static bool has_more_takers(const struct smtp_engine *engine, const struct smtp_step *step)
{
    bool tells = engine->local || engine->tells_each;
    size_t told_last = engine->local ? sizeof step->recipient : 0;
    return is_end(step) && tells && !engine->closing && engine->takers.size > told_last;
}

static void answer_taker(struct smtp_engine *engine, struct smtp_event *event)
{
    uint32_t recipient = 0;
    memcpy(&recipient, engine->takers.bytes, sizeof recipient);
    buffer_drop(&engine->takers, sizeof recipient);
    event->recipient = recipient;
    /* By PRDR the last word may still be that nobody gets it. */
    bool is_sure = engine->local || event->outcome != MAILER_OK;
    event->kind = is_sure ? SMTP_EVENT_DELIVERED : SMTP_EVENT_NONE;
}

static void answer_end(struct smtp_engine *engine, const struct smtp_step *step,
                       enum smtp_action action, struct smtp_event *event)
{
    bool refused = action == SMTP_ACTION_REFUSED;
    bool last = step->kind != SMTP_STEP_CHUNK;
    if (step->kind == SMTP_STEP_END || (last && !refused)) {
        engine->open = false;
        if (engine->answered_message == engine->written_message)
            engine->dirty = false;
    }
    if (last && !refused && engine->accepted == 0)
        event->outcome = MAILER_PERMANENT;
    if ((last || refused) && !step->given_up)
        end_message(engine, event->outcome, event);
}

/* What the reply means for its step. */
static int answer(struct smtp_engine *engine, const struct smtp_step *step, size_t left,
                  struct smtp_event *event, struct mailer_error *error)
{
    const struct smtp_reply *reply = &engine->reader.reply;
    enum smtp_action action = smtp_engine_rule(step->kind, reply->code);
    enum mailer_stage stage = smtp_engine_stage(step->kind);
    /* The step stays unanswered: if it was the end of a message, nobody knows what became of it. */
    if (action == SMTP_ACTION_PROTOCOL)
        return fail(reply, MAILER_PROTOCOL, stage, "the server answers what was not asked", error);
    engine->closing |= reply->code == 421;
    bool is_partial = has_more_takers(engine, step);
    engine->answered += !is_partial;
    engine->partial += is_partial;
    if (action == SMTP_ACTION_FATAL)
        return fail(reply, refusal(reply->code), stage, "the server turns us away", error);
    event->outcome = action == SMTP_ACTION_REFUSED ? refusal(reply->code) : MAILER_OK;
    switch (step->kind) {
    case SMTP_STEP_GREETING:
        return smtp_engine_hello(engine, error);
    case SMTP_STEP_EHLO:
    case SMTP_STEP_HELO:
    case SMTP_STEP_LHLO:
        return answer_hello(engine, step->kind, action, event, error);
    case SMTP_STEP_STARTTLS:
        return answer_starttls(engine, action, left, event, error);
    case SMTP_STEP_AUTH:
    case SMTP_STEP_AUTH_CANCEL:
        answer_auth(engine, action, event);
        return 0;
    case SMTP_STEP_MAIL:
        answer_mail(engine, step, action, event);
        return 0;
    case SMTP_STEP_RCPT:
        return answer_recipient(engine, step, action, event, error);
    case SMTP_STEP_DATA:
        answer_data(engine, action, event);
        return 0;
    case SMTP_STEP_END:
    case SMTP_STEP_CHUNK:
    case SMTP_STEP_LAST_CHUNK:
        if (is_partial)
            answer_taker(engine, event);
        else
            answer_end(engine, step, action, event);
        return 0;
    case SMTP_STEP_RSET:
        if (action == SMTP_ACTION_REFUSED && engine->open && !engine->closing)
            return fail(reply, MAILER_PROTOCOL, stage,
                        "the server does not forget an unfinished message", error);
        engine->open = false;
        return 0;
    case SMTP_STEP_QUIT:
        engine->closing = true;
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

/* A whole reply has been read; left octets stand behind it. */
static int take_reply(struct smtp_engine *engine, size_t left, struct smtp_event *event,
                      struct mailer_error *error)
{
    if (engine->answered == engine->submitted)
        return take_unasked(engine, event, error);
    /* A copy: the answer may need the ring's place for a step of its own. */
    const struct smtp_step step = *smtp_engine_step(engine, engine->answered);
    if (step.end > engine->reply_began) {
        bool is_body = step.kind == SMTP_STEP_END || step.kind == SMTP_STEP_CHUNK ||
                       step.kind == SMTP_STEP_LAST_CHUNK;
        if (!is_body || engine->reader.reply.code < 400)
            return take_unasked(engine, event, error);
        /* The body is refused before its end: the rest of it must not be taken for commands. */
        engine->closing = true;
    }
    if (announces_each(engine, &step)) {
        engine->tells_each = true;
        engine->partial++;
        return 0;
    }
    return answer(engine, &step, left, event, error);
}

static bool awaits_login(const struct smtp_engine *engine)
{
    enum smtp_step_kind awaited = smtp_engine_awaited(engine);
    return awaited == SMTP_STEP_AUTH || awaited == SMTP_STEP_AUTH_CANCEL;
}

/* Masks in an answer to a login what it repeats of it, and keeps the answer as it came. */
static int mask_login(struct smtp_engine *engine, struct mailer_error *error)
{
    struct buffer *text = &engine->reader.reply.text;
    const char *hidden = engine->hidden != NULL ? engine->hidden : "";
    engine->challenge.size = 0;
    if (!buffer_append(&engine->challenge, text->bytes, text->size))
        return error_set_memory(error);
    text->size = mask_secret(text->bytes, text->size, hidden, strlen(hidden));
    text->size =
        mask_secret(text->bytes, text->size, engine->response.bytes, engine->response.size);
    return 0;
}

static int receive(struct smtp_engine *engine, const char *bytes, size_t size, size_t *consumed,
                   struct smtp_event *event, struct mailer_error *error)
{
    if (engine->securing && size > 0) {
        *consumed = size;
        return refuse_clear_octets(error);
    }
    if (!smtp_reply_is_partial(&engine->reader))
        engine->reply_began = engine->sent;
    bool is_first = error != NULL && !error_is_set(error);
    bool is_login = awaits_login(engine);
    /* What is no reply may be the login itself, repeated. */
    int whole = smtp_reply_read(&engine->reader, bytes, size, consumed, is_login ? NULL : error);
    if (whole == MAILER_PROTOCOL && is_login)
        error_set(error, MAILER_PROTOCOL, MAILER_STAGE_AUTH,
                  "the server does not speak SMTP: its answer to the login is no reply");
    else if (whole < 0 && is_login)
        error_set_memory(error);
    if (whole < 0 && is_first && engine->answered < engine->submitted)
        error->stage = smtp_engine_stage(smtp_engine_awaited(engine));
    if (whole <= 0)
        return whole;
    int masked = is_login ? mask_login(engine, error) : 0;
    if (masked != 0)
        return masked;
    event->reply = &engine->reader.reply;
    return take_reply(engine, size - *consumed, event, error);
}

int smtp_engine_receive(struct smtp_engine *engine, const char *bytes, size_t size,
                        size_t *consumed, struct smtp_event *event, struct mailer_error *error)
{
    *event = (struct smtp_event){0};
    *consumed = 0;
    if (engine->failure != 0)
        return error_set(error, (enum mailer_error_class)engine->failure, MAILER_STAGE_NONE,
                         "the connection has failed before");
    engine->failure = receive(engine, bytes, size, consumed, event, error);
    return engine->failure;
}
