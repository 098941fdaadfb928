/* SPDX-License-Identifier: ISC */
/**
 * @file catch_session.h
 * The server's side of one SMTP connection (RFC 5321) as a passive machine: octets in, octets out.
 *
 * The same octets get the same replies and the same message, however they are split. Nothing grows
 * with what a client sends: a session holds a line, its replies, and at most 1,000 recipients.
 */
#ifndef CATCH_CATCH_SESSION_H
#define CATCH_CATCH_SESSION_H

#include "catch_command.h"
#include "catch_envelope.h"

enum {
    CATCH_COMMAND_SIZE = 4096, /**< of a line, with its end */
    CATCH_BAD_COMMANDS = 100,  /**< in a row without a message, then the session ends */
    CATCH_NAME_SIZE = 64       /**< of a message's name, with its NUL */
};

/** How it went with a message that was handed over. */
enum catch_outcome {
    CATCH_KEPT,
    CATCH_FULL,   /**< no room is left */
    CATCH_BROKEN, /**< it cannot be written */
    CATCH_CLOSED, /**< no more messages are wanted */
    CATCH_REFUSED /**< the sink's own reply says why */
};

/** Where messages go: begin, write any number of times, then commit or abandon. */
struct catch_sink {
    enum catch_outcome (*begin)(void *context);
    enum catch_outcome (*write)(void *context, const char *bytes, size_t size);
    /** Gives the message's name, printable US-ASCII. Is over, whatever comes back. */
    enum catch_outcome (*commit)(void *context, const struct catch_envelope *envelope,
                                 char name[static CATCH_NAME_SIZE]);
    void (*abandon)(void *context);
    void *context;
    /** The reply to CATCH_REFUSED; NULL where a sink never says that. */
    const struct catch_answer *(*refusal)(void *context);
    const char *name; /**< what the greeting says of the server; NULL: "mailer catch" */
};

struct catch_session;

/**
 * Begins a session; its greeting is its first output.
 * @param extensions  a set of enum catch_extension; what is not announced is refused.
 * @param size_limit  of a message, in octets.
 * @return NULL when there is no memory.
 */
struct catch_session *catch_session_new(const struct catch_sink *sink, unsigned extensions,
                                        uint64_t size_limit);

/** Ends it; a message that is under way is abandoned. NULL is allowed. */
void catch_session_free(struct catch_session *session);

/**
 * Hands over octets of the client.
 * @return how many were taken: fewer than size while there is too much output, which has to go
 *         first. Takes and forgets everything once it is over.
 */
size_t catch_session_receive(struct catch_session *session, const char *bytes, size_t size);

/** The octets for the client that wait to be sent. */
const char *catch_session_output(const struct catch_session *session, size_t *size);

/** Says that the first size octets of the output were sent. */
void catch_session_sent(struct catch_session *session, size_t size);

/** Ends it with 421 and a reason in words; what was under way is abandoned. */
void catch_session_close(struct catch_session *session, const char *reason);

/** Whether the connection should be closed once the output has been sent. */
bool catch_session_over(const struct catch_session *session);

#endif
