/* SPDX-License-Identifier: ISC */
/**
 * @file session.h
 * One connection to a server, from dialling to QUIT, over which the messages of a queue go.
 *
 * The only place that knows plan, engine and connection at the same time. It is passive: a step
 * does what can be done without waiting, and says what it waits for, so that one thread can drive
 * many.
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "delivery.h"
#include "server.h"
#include "tls.h"
#include "tree/cursor.h"
#include "wait.h"

struct session;

/**
 * Makes a session; nothing is sent yet.
 * @param server       its settings; must outlive the session.
 * @param tls_context  shared by sessions to the same server, made when the first one needs it; the
 *                     caller frees it after the last session.
 * @param scratch      for reading messages, shared by sessions that are not stepped at a time.
 * @param queue        the messages; must outlive the session.
 * @return 0, MAILER_MEMORY, or as net_dial_start().
 */
int session_new(struct session **session, const struct server *server,
                struct net_tls_context **tls_context, struct mime_scratch *scratch,
                struct delivery_queue *queue, struct mailer_error *error);

/**
 * Goes on.
 * @return NET_READY: the queue is drained, or the connection has had its number of messages, and
 *         the server has been told goodbye. NET_WAITING, also for the queue to have more.
 * NET_CLOSED: the server hung up while nothing was to be said. Negative: the session is over;
 * recipients whose fate it could tell are settled, the others are open. See
 * session_made_progress().
 */
int session_step(struct session *session, struct mailer_error *error);

/** Adds what it waits for. */
void session_wants(const struct session *session, struct net_wait *wait);

/**
 * Whether a new connection is worth a try: a message was settled by the server's word, or the
 * connection has waited for one, and may have grown old over it.
 */
bool session_made_progress(const struct session *session);

/** Whether messages can go: the server has greeted and, where that was to be, taken the login. */
bool session_is_ready(const struct session *session);

/** How many messages are on the way. */
size_t session_load(const struct session *session);

/** How far the newest message is; nothing of it before the server wants its body. */
struct progress_state session_progress(const struct session *session);

/** Settles what may have been delivered, as when the connection is lost. It is over then. */
void session_abandon(struct session *session, const struct mailer_error *cause);

/** Closes the connection and frees. NULL is fine. */
void session_free(struct session *session);

#endif
