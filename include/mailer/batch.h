/* SPDX-License-Identifier: ISC */
/**
 * @file batch.h
 * Many messages over many connections, from one thread, with its own event loop or yours.
 *
 *     struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
 *     options.next = next_message;
 *     options.report = note_result;
 *     options.connections = 20;
 *     if (mailer_batch_new(&batch, &server, &options, &error) == 0)
 *         failed = mailer_batch_run(batch, &error);
 *     mailer_batch_free(batch);
 *
 * A message is pulled when a connection has room for it, so that memory does not grow with their
 * number. Connections are opened one after the other while there are messages for them; a server
 * that takes no more of them gets its mail over those that it took.
 *
 * Nothing blocks, but for what the caller gives (the functions, messages whose files are slow) and
 * logins by GSSAPI, for which the system's Kerberos library calls its own servers.
 */
#ifndef MAILER_BATCH_H
#define MAILER_BATCH_H

#include <mailer/send.h>

#include <poll.h>

#ifdef __cplusplus
extern "C" {
#endif

/** As many connections a batch may have. */
enum { MAILER_BATCH_CONNECTIONS = 4096 };

/** What mailer_batch_step() says as long as there is, or may come, something to do. */
enum { MAILER_BATCH_WAITING = 1 };

struct mailer_batch_options {
    size_t struct_size;            /**< set by MAILER_BATCH_OPTIONS_INIT */
    mailer_next_function next;     /**< is asked for the messages; may say MAILER_NEXT_LATER, and
                                        is asked again after mailer_batch_wake() */
    mailer_result_function report; /**< is told of each, in no particular order; or NULL */
    void *context;                 /**< for both */
    unsigned connections;          /**< at most, at a time; 0: one */
};

#define MAILER_BATCH_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(struct mailer_batch_options), NULL, NULL, NULL, 0                                   \
    }

struct mailer_batch;

/**
 * Makes a batch; nobody is called or asked yet.
 * @param server  what it points to must outlive the batch; the structs themselves need not. See
 *                messages_per_connection there.
 * @return 0, MAILER_USAGE, MAILER_MEMORY or MAILER_SYSTEM.
 */
MAILER_API int mailer_batch_new(struct mailer_batch **batch, const struct mailer_server *server,
                                const struct mailer_batch_options *options,
                                struct mailer_error *error);

/**
 * Goes on where something has happened, without waiting. The functions of the options are called
 * from here, and may not step or free the batch.
 * @param ready  descriptors of mailer_batch_wants() with what poll() or another loop has found of
 *               them in revents: all, or those alone that are ready, in any order.
 * @param count  0 for the first step.
 * @return MAILER_BATCH_WAITING; or when all is over: 0 when every recipient of every message was
 *         accepted, else the class of the first failure. When no server can be used any more, what
 *         was pulled is reported with that failure, and no further message is asked for.
 */
MAILER_API int mailer_batch_step(struct mailer_batch *batch, const struct pollfd *ready,
                                 size_t count, struct mailer_error *error);

/**
 * What to wait for before the next step.
 * @param wanted   receives descriptors and events, as many as there is room for.
 * @param timeout  receives milliseconds after which to step anyway; -1: never. May be NULL.
 * @return how many descriptors there are; when that is more than room, call again with more.
 */
MAILER_API size_t mailer_batch_wants(const struct mailer_batch *batch, struct pollfd *wanted,
                                     size_t room, int64_t *timeout);

/** Steps with poll() to the end. @return as mailer_batch_step(), or MAILER_SYSTEM, MAILER_MEMORY.
 */
MAILER_API int mailer_batch_run(struct mailer_batch *batch, struct mailer_error *error);

/**
 * There are messages again: a batch whose next function has said MAILER_NEXT_LATER wakes up and
 * asks it. May be called from another thread, from a signal handler, and from the batch's
 * functions.
 */
MAILER_API void mailer_batch_wake(struct mailer_batch *batch);

/**
 * Hangs up and frees. Where the batch was not over, what it has pulled is reported: as
 * MAILER_UNKNOWN what may have been delivered, as MAILER_CANCELLED what has not been. NULL is fine.
 */
MAILER_API void mailer_batch_free(struct mailer_batch *batch);

#ifdef __cplusplus
}
#endif
#endif
