/* SPDX-License-Identifier: ISC */
/** @file progress.h  When the caller is told how far a message has got, and may call it off. */
#ifndef CLIENT_PROGRESS_H
#define CLIENT_PROGRESS_H

#include <mailer/send.h>

/** How far a connection is with the newest message on it. */
struct progress_state {
    uint64_t message; /**< counted on the connection; 0: none yet */
    uint64_t sent;    /**< octets that the system has taken from us */
    uint64_t total;
};

/** Zero: nobody wants to know. */
struct progress {
    mailer_progress_function function;
    void *context;
    int64_t due;    /**< the moment to tell next (clock_milliseconds()) */
    uint64_t whole; /**< the message of the connection that was told to have gone whole; 0: none */
};

/** That of the caller's struct, which may be of an older and shorter kind, or NULL. */
struct progress progress_start(const struct mailer_server *server);

/** Whether a step that has more to do is to be ended, so that it can be told. */
bool progress_is_due(const struct progress *progress);

/**
 * Tells it, when it is due or a message has gone whole.
 * @return 0, or MAILER_CANCELLED when the caller wants no more.
 */
int progress_tell(struct progress *progress, const struct progress_state *state,
                  struct mailer_error *error);

#endif
