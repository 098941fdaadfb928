/* SPDX-License-Identifier: ISC */
#include "catch_session.h"

#include "catch_extension.h"
#include "catch_state.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct catch_answer catch_too_large = {552, "5.3.4", "the message is larger than allowed"};
static const struct catch_answer has_bare = {
    550, "5.5.2", "the message has a bare CR or LF in it; lines end in CR LF"};
const struct catch_answer catch_not_chunking = {502, "5.5.1",
                                                "CHUNKING is not announced; chunk left out"};

/* In the order of enum catch_outcome. */
static const struct catch_answer outcome_answers[] = {
    {250, "2.0.0", "OK"},
    {452, "4.3.1", "no room is left for the message"},
    {451, "4.3.0", "the message cannot be written"},
    {421, "4.3.2", "no more messages are wanted"},
};

static const struct catch_answer *trouble(const struct catch_session *session,
                                          enum catch_outcome outcome)
{
    if (outcome == CATCH_REFUSED)
        return session->sink.refusal(session->sink.context);
    return outcome == CATCH_KEPT ? NULL : &outcome_answers[outcome];
}

void catch_session_put(struct catch_session *session, const char *format, ...)
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

void catch_session_reply(struct catch_session *session, int code, const char *enhanced,
                         const char *text)
{
    if (is_complaint(code) && ++session->bad_commands >= CATCH_BAD_COMMANDS) {
        code = 421;
        enhanced = "4.7.0";
        text = "too many bad commands";
    }
    bool with_enhanced = *enhanced != '\0' && (session->extensions & CATCH_ENHANCEDSTATUSCODES);
    catch_session_put(session, "%d %s%s%s\r\n", code, with_enhanced ? enhanced : "",
                      with_enhanced ? " " : "", text);
    if (code == 421 || code == 221)
        session->phase = PHASE_OVER;
}

void catch_session_answer(struct catch_session *session, const struct catch_answer *given)
{
    catch_session_reply(session, given->code, given->enhanced, given->text);
}

static void abandon(struct catch_session *session)
{
    if (session->begun)
        session->sink.abandon(session->sink.context);
    session->begun = false;
}

void catch_session_reset(struct catch_session *session)
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
                                             ? &catch_too_large
                                             : trouble(session, session->outcome);
    if (refusal == NULL) {
        session->begun = false;
        refusal =
            trouble(session, session->sink.commit(session->sink.context, &session->envelope, name));
    }
    if (refusal != NULL) {
        catch_session_answer(session, refusal);
    } else {
        session->bad_commands = 0;
        catch_session_reply(session, 250, "2.0.0", name);
    }
    catch_session_reset(session);
}

const struct catch_answer *catch_session_begin(struct catch_session *session)
{
    const struct catch_answer *refusal =
        trouble(session, session->sink.begin(session->sink.context));
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

void catch_session_finish_chunk(struct catch_session *session)
{
    session->phase = PHASE_COMMANDS;
    const struct catch_answer *refusal = session->chunk_refusal;
    if (refusal == NULL)
        refusal = trouble(session, session->outcome);
    if (refusal == NULL && session->chunk_last) {
        finish_message(session);
        return;
    }
    if (refusal == NULL) {
        char text[64];
        snprintf(text, sizeof text, "%" PRIu64 " octets received", session->chunk_size);
        catch_session_reply(session, 250, "2.0.0", text);
        return;
    }
    catch_session_answer(session, refusal);
    if (refusal == &catch_not_chunking)
        return;
    abandon(session);
    session->failed = session->transaction;
    if (session->chunk_last)
        catch_session_reset(session);
}

static size_t take_chunk(struct catch_session *session, const char *bytes, size_t size)
{
    if (size > session->chunk_left)
        size = (size_t)session->chunk_left;
    if (session->chunk_refusal == NULL)
        take_content(session, bytes, size);
    session->chunk_left -= size;
    if (session->chunk_left == 0)
        catch_session_finish_chunk(session);
    return size;
}

/* A line with its LF. */
static void run_line(struct catch_session *session, const char *bytes, size_t size)
{
    if (size < 2 || bytes[size - 2] != '\r')
        catch_session_reply(session, 500, "5.5.2", "a command ends in CR LF, not in a bare LF");
    else if (text_has_control(bytes, size - 2))
        catch_session_reply(session, 500, "5.5.2", "there is a control character in the command");
    else
        catch_session_run(session, bytes, size - 2);
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
            catch_session_reply(session, 500, "5.5.2", "the line is too long");
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
    catch_session_put(session, "220 localhost ESMTP %s\r\n",
                      sink->name != NULL ? sink->name : "mailer catch");
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
    catch_session_reset(session);
    session->phase = PHASE_OVER;
    if (make_room(session))
        catch_session_reply(session, 421, "4.3.2", reason);
}

bool catch_session_over(const struct catch_session *session)
{
    return session->phase == PHASE_OVER;
}
