/* SPDX-License-Identifier: ISC */
/**
 * @file catch_state.h
 * The inside of a session, shared by its two halves: the machine that takes octets
 * (catch_session.c), and the commands (catch_verbs.c).
 */
#ifndef CATCH_CATCH_STATE_H
#define CATCH_CATCH_STATE_H

#include "catch_command.h"
#include "catch_dots.h"
#include "catch_session.h"

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

extern const struct catch_answer catch_too_large;
extern const struct catch_answer catch_not_chunking;

/** Adds to the output; there is room for REPLY_SIZE octets when a command is run. */
void catch_session_put(struct catch_session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Reply with one line; the hundredth complaint ends the session instead. */
void catch_session_reply(struct catch_session *session, int code, const char *enhanced,
                         const char *text);
void catch_session_answer(struct catch_session *session, const struct catch_answer *given);

/** Forgets the transaction, and abandons a message that is under way. */
void catch_session_reset(struct catch_session *session);

/** Begins a message in the sink. @return the refusal, or NULL. */
const struct catch_answer *catch_session_begin(struct catch_session *session);

/** Replies to a chunk all of which has come. */
void catch_session_finish_chunk(struct catch_session *session);

/** Runs a command, without its CR LF. */
void catch_session_run(struct catch_session *session, const char *bytes, size_t size);

#endif
