/* SPDX-License-Identifier: ISC */
/**
 * @file session_private.h
 * The inside of a session, shared by its three files: session.c (life, time, octets),
 * session_events.c (what replies mean), session_commands.c (what to say next).
 */
#ifndef CLIENT_SESSION_PRIVATE_H
#define CLIENT_SESSION_PRIVATE_H

#include "dial.h"
#include "engine.h"
#include "sasl.h"
#include "session.h"
#include "trace_lines.h"
#include "transaction.h"
#include "tunnel.h"

enum {
    SESSION_READ_SIZE = 32 * 1024,
    /* Messages on the way at a time; enough for 40,000 a second at a round trip of 10 ms. */
    SESSION_TRANSACTIONS = 512,
    /* Octets that may take a while to go. */
    SESSION_LARGE_WRITE = 16 * 1024,
    /* Milliseconds for the reason of a server that takes nothing any more. */
    SESSION_LAST_WORD = 5000
};

enum session_phase { SESSION_DIALLING = 0, SESSION_TUNNELLING, SESSION_HANDSHAKE, SESSION_TALKING };

struct session {
    const struct server *server;
    struct net_tls_context **tls_context;
    struct delivery_queue *queue;
    enum session_phase phase;
    struct net_dial *dial;
    struct net_tunnel *tunnel; /* NULL without a proxy */
    struct net_connection *connection;
    struct smtp_engine *engine;
    struct auth_sasl *sasl;
    struct net_tls_binding tls_binding;
    char refused_mechanisms[256]; /* by name, a space before each: another one is tried */
    bool needs_stronger_login;
    struct trace_lines trace;

    int64_t deadline;   /* for the next reply, or for the next octets of a body to go */
    int64_t patience;   /* milliseconds from when it was set */
    uint64_t answered;  /* smtp_engine_answered() when it was set */
    size_t unconfirmed; /* net_connection_unconfirmed() after the last large write */
    bool listens;       /* there may be something to read */
    bool heard;         /* something has been read */
    bool ready;         /* greeted, secured and logged in: messages may go */
    bool quit_sent;
    bool made_progress;
    struct mailer_error write_error; /* why nothing can be written any more */

    /* A ring of the messages on the way: [oldest, newest). writing is the newest, or NULL. */
    struct transaction transactions[SESSION_TRANSACTIONS];
    uint64_t oldest;
    uint64_t newest;
    struct transaction *writing;

    /* The body of the one that is being written. */
    bool body_is_open;
    struct mime_cursor cursor;
    struct mime_scratch scratch;
    char preread[TRANSACTION_PREREAD_LIMIT];
    size_t preread_size;

    char input[SESSION_READ_SIZE];
};

struct transaction *session_transaction(struct session *session, uint64_t number);

/** Sets the deadline anew: something has moved. */
void session_set_deadline(struct session *session);

/** Gives the commands written since the last time to the trace. */
void session_show_commands(struct session *session);

/** Makes the TLS context of a server, if there is none yet. @param context  NULL: none yet. */
int session_make_tls_context(const struct server *server, struct net_tls_context **context,
                             struct mailer_error *error);

/** Puts TLS over the connection; the handshake is next. @return 0 or the class of the error. */
int session_start_tls(struct session *session, struct mailer_error *error);

/** The server is ready for the body of the message that is being written. */
void session_open_body(struct session *session);

/** Acts on what a reply means. @return 0 or the class that ends the session. */
int session_handle(struct session *session, const struct smtp_event *event,
                   struct mailer_error *error);

/** Takes the oldest message off the ring: its fate is told. */
void session_end_transaction(struct session *session);

/** As session_end_transaction(), on the server's word or by our own fault: that is progress, and
 * told. */
void session_finish_transaction(struct session *session);

/**
 * Submits the commands, and the octets of the body, for which there is room.
 * @return 0 or the class that ends the session.
 */
int session_say(struct session *session, struct mailer_error *error);

#endif
