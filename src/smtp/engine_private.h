/* SPDX-License-Identifier: ISC */
/** @file engine_private.h  The engine's inside, shared by its files. */
#ifndef SMTP_ENGINE_PRIVATE_H
#define SMTP_ENGINE_PRIVATE_H

#include "engine.h"
#include "stuffing.h"

/** What a class of reply means for a kind of step. */
enum smtp_action {
    SMTP_ACTION_DONE = 1,  /**< the step is done */
    SMTP_ACTION_GO_ON,     /**< the server wants what belongs to the step: a body, a response */
    SMTP_ACTION_REFUSED,   /**< the step is refused; the connection goes on */
    SMTP_ACTION_FALL_BACK, /**< say HELO in place of EHLO */
    SMTP_ACTION_FATAL,     /**< the server does not want to speak with us */
    SMTP_ACTION_PROTOCOL   /**< no reply that this step allows */
};

/** The rule for a reply code from 200 to 599. */
enum smtp_action smtp_engine_rule(enum smtp_step_kind kind, int code);

/** Unanswered steps at a time: for so many there is room at first, and at most. Powers of two. */
enum { SMTP_ENGINE_FIRST_STEPS = 64, SMTP_ENGINE_STEPS = 4096 };

struct smtp_step {
    enum smtp_step_kind kind;
    bool last_word; /**< nothing may be written behind it before its answer */
    bool asks_each; /**< of MAIL: by PRDR */
    bool given_up;  /**< its message was given up: SMTP_EVENT_MESSAGE does not come */
    uint32_t recipient;
    uint64_t end; /**< the position in the output behind its last octet */
};

/** What is being written. */
enum smtp_writing {
    SMTP_WRITING_NOTHING = 0,
    SMTP_WRITING_ENVELOPE,
    SMTP_WRITING_DATA, /**< DATA is on the way */
    SMTP_WRITING_BODY
};

struct smtp_engine {
    struct smtp_reply_reader reader;
    uint64_t reply_began; /**< the position in the output that was sent when its first octet came */
    struct smtp_capabilities capabilities;
    char hello_name[256];

    /* A ring: steps [answered, submitted), each at its number modulo the size. */
    struct smtp_step *steps;
    size_t step_room;
    uint64_t answered;
    uint64_t submitted;
    uint64_t partial; /**< replies to steps that have more than one */

    /* out[start, end) is still to be sent; sent counts all octets that have been. NULL at rest. */
    char *out;
    size_t start;
    size_t end;
    uint64_t sent;
    bool holds_secret;
    const char *hidden;      /**< see smtp_engine_hide(); or NULL */
    struct buffer response;  /**< the last one of a login that has not ended */
    struct buffer challenge; /**< as it came */

    /* The message that is being written, and the one whose steps are being answered. */
    enum smtp_writing writing;
    bool chunked;
    struct smtp_stuffing stuffing;
    uint64_t written_message;
    uint64_t answered_message;
    bool sender_refused;
    size_t accepted;      /**< recipients of the answered message */
    bool local;           /**< LMTP is spoken */
    bool asks_each;       /**< PRDR was asked for the answered message */
    bool tells_each;      /**< and the server has begun to tell */
    struct buffer takers; /**< by LMTP or PRDR: accepted recipients (uint32_t) whose fate is not
                               told */
    bool ended;           /**< the answered message's fate has been told */
    bool open;            /**< by the answers so far, the server holds an unfinished message */
    bool dirty;           /**< it may hold one once it has read all that is written */

    bool securing; /**< the server waits for a TLS handshake */
    bool closing;
    int failure; /**< what smtp_engine_receive() has failed with */
    bool keeps_trace;
    struct buffer trace;
    size_t trace_taken;
};

/** Whether nothing may be written before an answer has come, or at all any more. */
bool smtp_engine_waits(const struct smtp_engine *engine);

/** The octets that wait to be sent. */
size_t smtp_engine_pending(const struct smtp_engine *engine);

/** Moves what waits to the front of the buffer. */
void smtp_engine_compact(struct smtp_engine *engine);

/** Keeps a line for smtp_engine_take_trace(), if traces are kept. */
void smtp_engine_trace(struct smtp_engine *engine, const char *line, size_t length);

/** Wipes what is kept of a login. */
void smtp_engine_end_login(struct smtp_engine *engine);

/** A step whose last octet is the last one of the buffer. */
void smtp_engine_submit(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                        size_t recipient);

/** The step of that number, answered or not. */
struct smtp_step *smtp_engine_step(const struct smtp_engine *engine, uint64_t number);

/** Appends a command line, and its step. @return 0. */
int smtp_engine_append(struct smtp_engine *engine, enum smtp_step_kind kind, bool last_word,
                       size_t recipient, const char *line, size_t length);

/**
 * A command that holds nothing secret and must be answered before anything else is said.
 * @param argument  or NULL.
 */
int smtp_engine_command(struct smtp_engine *engine, enum smtp_step_kind kind, const char *name,
                        const char *argument, struct mailer_error *error);

/** Says LHLO by LMTP, else EHLO. */
int smtp_engine_hello(struct smtp_engine *engine, struct mailer_error *error);

#endif
