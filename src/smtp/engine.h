/* SPDX-License-Identifier: ISC */
/**
 * @file engine.h
 * The client's side of one SMTP connection, as a passive machine: octets in, octets out.
 *
 * It calls nobody and knows no socket and no clock. Commands are submitted and become octets in
 * smtp_engine_out(); what the server sends is given to smtp_engine_receive(), which takes one reply
 * at a time and says what it means. Each command is a step in a ring, and a reply always belongs to
 * the oldest step without one. What a reply means for a step is one table, engine_rules.c.
 *
 * Several messages may be on the way: with PIPELINING the commands of the next message may be
 * submitted before the end of the one before has been answered.
 *
 * After an error from smtp_engine_receive(), and while smtp_engine_is_closing(), the connection is
 * of no use any more: nothing is put out, no command is taken, and smtp_engine_receive() fails
 * again after it has failed once.
 */
#ifndef SMTP_ENGINE_H
#define SMTP_ENGINE_H

#include "capabilities.h"
#include "error.h"
#include "reply.h"

#include <stdbool.h>
#include <stdint.h>

struct smtp_engine;

/** What is said to a server and answered. */
enum smtp_step_kind {
    SMTP_STEP_GREETING = 0,
    SMTP_STEP_EHLO,
    SMTP_STEP_HELO,
    SMTP_STEP_LHLO, /**< in place of both by LMTP (RFC 2033) */
    SMTP_STEP_STARTTLS,
    SMTP_STEP_AUTH,        /**< AUTH, and each response to a challenge */
    SMTP_STEP_AUTH_CANCEL, /**< "*" in place of a response */
    SMTP_STEP_MAIL,
    SMTP_STEP_RCPT,
    SMTP_STEP_DATA,
    SMTP_STEP_END,        /**< the dot */
    SMTP_STEP_CHUNK,      /**< BDAT n */
    SMTP_STEP_LAST_CHUNK, /**< BDAT n LAST */
    SMTP_STEP_RSET,
    SMTP_STEP_QUIT,
    SMTP_STEP_KINDS
};

/** The stage that error texts name for a step. */
enum mailer_stage smtp_engine_stage(enum smtp_step_kind kind);

/** What a reply came to. */
enum smtp_event_kind {
    SMTP_EVENT_NONE = 0,  /**< more octets are needed, or nothing to be told of */
    SMTP_EVENT_READY,     /**< EHLO or HELO is answered: see smtp_engine_capabilities() */
    SMTP_EVENT_TLS,       /**< start the handshake now, then call smtp_engine_secured() */
    SMTP_EVENT_NO_TLS,    /**< STARTTLS was refused */
    SMTP_EVENT_CHALLENGE, /**< answer with smtp_engine_auth_response() */
    SMTP_EVENT_LOGIN,     /**< AUTH has ended: outcome */
    SMTP_EVENT_SENDER,    /**< MAIL is answered: outcome */
    SMTP_EVENT_RECIPIENT, /**< RCPT is answered: outcome, recipient */
    SMTP_EVENT_BODY,      /**< send the body */
    SMTP_EVENT_DELIVERED, /**< by LMTP: the fate of one accepted recipient: outcome, recipient; with
                               smtp_mail.each_recipient: that it is refused after all */
    SMTP_EVENT_MESSAGE,   /**< the message's end is answered, or there will be none: outcome */
    SMTP_EVENT_GOODBYE    /**< QUIT is answered */
};

struct smtp_event {
    enum smtp_event_kind kind;
    /**
     * MAILER_OK, MAILER_TEMPORARY or MAILER_PERMANENT. That of SMTP_EVENT_MESSAGE is for the
     * accepted recipients only, and of those for whom no SMTP_EVENT_DELIVERED has come: where the
     * sender or a recipient was refused, its own outcome counts.
     */
    enum mailer_error_class outcome;
    size_t recipient; /**< as given to smtp_engine_recipient() */
    const struct smtp_reply *
        reply; /**< valid until the next smtp_engine_receive(); NULL: not whole yet. That to a
                    login has "****" where it repeats the response or what smtp_engine_hide() has */
    const char
        *challenge; /**< of SMTP_EVENT_CHALLENGE: the reply's text as it came, without a NUL */
    size_t challenge_size;
};

/** The buffer that holds what is to be sent, and so the most that one body chunk may have. */
enum { SMTP_ENGINE_OUT_SIZE = 320 * 1024 };

/**
 * Makes an engine that waits for the greeting.
 * @param hello_name  the argument of EHLO and HELO; copied.
 * @return 0, MAILER_MEMORY, or MAILER_DATA for a name that no command may hold.
 */
int smtp_engine_new(struct smtp_engine **engine, const char *hello_name,
                    struct mailer_error *error);

/**
 * Speaks LMTP (RFC 2033), from the greeting on: LHLO, and after the end of a message one reply for
 * each recipient that was accepted. All but the last come as SMTP_EVENT_DELIVERED; the last one is
 * told by SMTP_EVENT_MESSAGE.
 */
void smtp_engine_speak_lmtp(struct smtp_engine *engine);

/** Wipes and frees. NULL is fine. */
void smtp_engine_free(struct smtp_engine *engine);

/**
 * Takes octets from the server, up to the end of one reply.
 * @param consumed  receives how many were taken; call again with the rest.
 * @param event     receives what the reply means.
 * @return 0, MAILER_PROTOCOL (no reply, an unasked one, or one that its step does not allow),
 *         MAILER_TEMPORARY or MAILER_PERMANENT (the server refuses to speak with us at all),
 *         MAILER_TLS, MAILER_MEMORY.
 */
int smtp_engine_receive(struct smtp_engine *engine, const char *bytes, size_t size,
                        size_t *consumed, struct smtp_event *event, struct mailer_error *error);

/** What is to be sent now. @return its size; 0: nothing, or nothing any more. */
size_t smtp_engine_out(const struct smtp_engine *engine, const char **bytes);

/**
 * The first size octets of smtp_engine_out() have been given to the connection. A reply to octets
 * that are not reported here is taken for one that was not asked: report what may have reached the
 * server before octets are read from it (so TLS needs SSL_MODE_ENABLE_PARTIAL_WRITE).
 */
void smtp_engine_sent(struct smtp_engine *engine, size_t size);

/** Gives the buffers back while nothing is to be sent and all is answered. */
void smtp_engine_rest(struct smtp_engine *engine);

/** Must be called after a rest before anything is submitted. @return 0 or MAILER_MEMORY. */
int smtp_engine_wake(struct smtp_engine *engine, struct mailer_error *error);

/** Whether another command can be submitted now: there is room, and no answer is needed first. */
bool smtp_engine_is_ready(const struct smtp_engine *engine);

/** What the server said it can; all false before SMTP_EVENT_READY and from STARTTLS to the next
 * one. */
const struct smtp_capabilities *smtp_engine_capabilities(const struct smtp_engine *engine);

/**
 * The commands written since the last call, a line each, ended by LF, secrets masked; for people.
 * Kept only after smtp_engine_keep_trace(), and no more than 1 MiB of them: what is not taken in
 * time is lost.
 * @param lines  valid until the next command or body.
 * @return their size.
 */
size_t smtp_engine_take_trace(struct smtp_engine *engine, const char **lines);
void smtp_engine_keep_trace(struct smtp_engine *engine);

/** How many steps are not answered. */
size_t smtp_engine_unanswered(const struct smtp_engine *engine);

/** The step whose answer is the next to come; SMTP_STEP_KINDS: none. */
enum smtp_step_kind smtp_engine_awaited(const struct smtp_engine *engine);

/** How many replies to steps have come so far. */
uint64_t smtp_engine_answered(const struct smtp_engine *engine);

/**
 * Hang up now: the server has said 421, has refused the body before its end, has answered QUIT, or
 * the rest of a body by DATA cannot be had.
 */
bool smtp_engine_is_closing(const struct smtp_engine *engine);

/* ---- Commands: only while smtp_engine_is_ready(). Each returns 0 or MAILER_DATA. ---- */

int smtp_engine_starttls(struct smtp_engine *engine, struct mailer_error *error);

/**
 * TLS has been set up: all that was learnt before is forgotten, and EHLO is said again. Only after
 * SMTP_EVENT_TLS; till then any octet from the server is an error, and nothing else may be said.
 * @return 0, or MAILER_TLS after an error.
 */
int smtp_engine_secured(struct smtp_engine *engine, struct mailer_error *error);

/** What the replies to a login may repeat, but nobody is to be shown. Borrowed until it has ended.
 */
void smtp_engine_hide(struct smtp_engine *engine, const char *secret);

/**
 * Starts a login (RFC 4954).
 * @param initial_response  base64, "=" for an empty one, or NULL for none.
 */
int smtp_engine_auth(struct smtp_engine *engine, const char *mechanism,
                     const char *initial_response, struct mailer_error *error);

/** Answers a challenge. @param response  base64, or "*" to cancel: then only a refusal may follow.
 */
int smtp_engine_auth_response(struct smtp_engine *engine, const char *response,
                              struct mailer_error *error);

/** How a message goes. */
struct smtp_mail {
    const char *sender;     /**< "" for the null sender */
    uint64_t size;          /**< exact, in octets, without dot-stuffing */
    bool eight_bit;         /**< BODY=8BITMIME */
    bool binary;            /**< BODY=BINARYMIME */
    bool utf8;              /**< SMTPUTF8 */
    const char *parameters; /**< smtp_parameters_of_sender(); NULL: none */
    bool each_recipient;    /**< PRDR: behind the end, the server may say of each accepted recipient
                                 whether it gets the message. That one does is certain only with
                                 the last word on all of them, SMTP_EVENT_MESSAGE */
};

/**
 * Whether RSET must be said before the next message: what was written last may have left an
 * unfinished one at the server, on which the next message's recipients must not ride.
 */
bool smtp_engine_needs_reset(const struct smtp_engine *engine);

/**
 * Forgets the message at the server. The first RSET of a connection is waited for before anything
 * is said behind it, so that no message rides on one that the server would not forget.
 */
int smtp_engine_reset(struct smtp_engine *engine, struct mailer_error *error);

/** Begins a message; smtp_engine_needs_reset() must be false. */
int smtp_engine_mail(struct smtp_engine *engine, const struct smtp_mail *mail,
                     struct mailer_error *error);

/** Adds a recipient. @param index  comes back in SMTP_EVENT_RECIPIENT. */
int smtp_engine_recipient(struct smtp_engine *engine, size_t index, const char *address,
                          struct mailer_error *error);

/** As smtp_engine_recipient(). @param parameters  smtp_parameters_of_recipient(). */
int smtp_engine_recipient_with(struct smtp_engine *engine, size_t index, const char *address,
                               const char *parameters, struct mailer_error *error);

/**
 * Ends the envelope. With DATA the body may be written after SMTP_EVENT_BODY; with BDAT at once.
 * @param chunked  use BDAT (the server has CHUNKING). By LMTP only once all recipients have been
 *                 answered, and one was accepted: how many replies the end has depends on it.
 */
int smtp_engine_data(struct smtp_engine *engine, bool chunked, struct mailer_error *error);

/**
 * Gives up a message whose envelope is on the way, before smtp_engine_data(). SMTP_EVENT_MESSAGE
 * does not come; SMTP_EVENT_SENDER and SMTP_EVENT_RECIPIENT do for what was submitted.
 */
void smtp_engine_abandon(struct smtp_engine *engine);

int smtp_engine_quit(struct smtp_engine *engine, struct mailer_error *error);

/* ---- The body ---- */

/**
 * Where to write octets of the body, canonical text with CR LF line ends (for BODY=BINARYMIME any).
 * @param room  receives how many; 0 while no body is wanted, what was written is not sent yet, or
 *              (by BDAT without PIPELINING) not answered yet.
 * @return NULL when room is 0.
 */
char *smtp_engine_body_room(struct smtp_engine *engine, size_t *room);

/**
 * So many octets have been written there.
 * @param last  the body ends with them.
 * @return 0, or MAILER_DATA for a bare CR or LF by DATA: nothing more may be sent then.
 */
int smtp_engine_body_filled(struct smtp_engine *engine, size_t size, bool last,
                            struct mailer_error *error);

/**
 * The rest of the body cannot be had. By BDAT the message is left without its last chunk, RSET
 * takes it back, and the connection can be used on; SMTP_EVENT_MESSAGE does not come any more. By
 * DATA only hanging up keeps the half message from being delivered.
 * @return whether the connection can be used on.
 */
bool smtp_engine_body_abort(struct smtp_engine *engine);

/**
 * How many ends of messages have been given to the connection in full and are not answered: these
 * messages may be delivered even if no answer comes. They are the oldest of those for which
 * SMTP_EVENT_MESSAGE has not come. None after 421: a server that closes reads nothing more.
 */
size_t smtp_engine_ends_in_flight(const struct smtp_engine *engine);

#endif
