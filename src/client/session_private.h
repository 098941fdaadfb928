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
#include "witness.h"

enum {
    /* Read at a time, into the stack: a thousand sessions cannot have a buffer each. */
    SESSION_READ_SIZE = 16 * 1024,
    /* Messages on the way at a time; enough for 40,000 a second at a round trip of 10 ms. */
    SESSION_TRANSACTIONS = 512,
    SESSION_FIRST_TRANSACTIONS = 4,
    /* Octets that may take a while to go. */
    SESSION_LARGE_WRITE = 16 * 1024,
    /* Milliseconds for the reason of a server that takes nothing any more. */
    SESSION_LAST_WORD = 5000,
    /* Milliseconds: a connection that has waited for longer may be gone without our knowing. */
    SESSION_DOUBT = 1000,
    /* Replies' time in which a connection must be greeted, secured and logged in, so that a server
     * that sends a little now and then does not keep it forever. */
    SESSION_SETUP_REPLIES = 3
};

enum session_phase { SESSION_DIALLING = 0, SESSION_TUNNELLING, SESSION_HANDSHAKE, SESSION_TALKING };

struct session {
    const struct server *server;
    struct net_tls_context **tls_context;
    struct delivery_queue *queue;
    struct mime_scratch *scratch;
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

    int64_t deadline;       /* for the next reply, or for the next octets of a body to go */
    int64_t patience;       /* milliseconds from when it was set */
    int64_t setup_deadline; /* for being ready */
    uint64_t answered;      /* smtp_engine_answered() when it was set */
    size_t unconfirmed;     /* net_connection_unconfirmed() after the last large write */
    bool listens;           /* there may be something to read */
    bool heard;             /* something has been read */
    bool ready;             /* greeted, secured and logged in: messages may go */
    bool quit_sent;
    bool made_progress;
    bool idle; /* nothing was on the way and nothing to be said when the last step ended */
    bool has_been_idle;
    int64_t idle_since;
    bool is_doubtful;                /* whether it still stands, the answer to MAIL will tell */
    struct mailer_error write_error; /* why nothing can be written any more */

    /* A ring, which grows, of the messages on the way: [oldest, newest). writing is the newest, or
     * NULL. */
    struct transaction *transactions;
    size_t transaction_room;
    uint64_t oldest;
    uint64_t newest;
    struct transaction *writing;

    /* The body of the one that is being written. */
    bool body_is_open;
    struct mime_cursor cursor;
    char *preread; /* a small one whole, before it is begun */
    size_t preread_size;
    size_t preread_room;
    uint64_t body_size; /* of the newest, whole */
    uint64_t body_put;  /* octets of it that the engine has been given */
};

struct transaction *session_transaction(struct session *session, uint64_t number);

/** Makes room for one more message on the way. @return 0 or MAILER_MEMORY. */
int session_make_room(struct session *session, struct mailer_error *error);

/** Gives back what is not needed while nothing is to be said. */
void session_rest(struct session *session);

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
