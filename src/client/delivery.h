/* SPDX-License-Identifier: ISC */
/**
 * @file delivery.h
 * One message on its way to its recipients, and the queue of them.
 *
 * The fate of each recipient is settled once and for good. A recipient without a fate may be tried
 * again, in a further transaction or over a further connection; one with a fate never is.
 */
#ifndef CLIENT_DELIVERY_H
#define CLIENT_DELIVERY_H

#include "error.h"

#include <mailer/send.h>

/** As many recipients go into one transaction (RFC 5321 4.5.3.1.8). */
enum { DELIVERY_TRANSACTION_LIMIT = 100 };

/** What is known of a recipient; from DELIVERY_SETTLED on: settled, by a record of the result. */
enum { DELIVERY_OPEN = 0, DELIVERY_ACCEPTED, DELIVERY_SETTLED };

struct mailer_result {
    const struct mailer_message *message;
    size_t count;
    uint32_t *fates;              /**< of each recipient */
    struct mailer_error *records; /**< fates, each kept once for all recipients that share it */
    size_t record_count;
    size_t record_capacity;
};

struct delivery {
    struct mailer_result *result;
    size_t next; /**< recipients before it are settled or in a transaction */
    size_t settled;
    size_t in_flight;   /**< transactions that are not ended */
    bool made_progress; /**< a recipient was settled since the recipients were last gone through */
    struct delivery *following;
};

/** Messages in the order in which they were given, the settled ones taken off at the front. */
struct delivery_queue {
    mailer_next_function next;
    mailer_result_function report;
    void *context;
    struct mailer_result **kept; /**< where the result goes that is not freed; or NULL */
    struct delivery *first;
    struct delivery *last;
    bool exhausted;            /**< next has given its last */
    struct mailer_error error; /**< the first failure of all */
};

/**
 * Puts a message at the end.
 * @return 0, MAILER_MEMORY, or MAILER_USAGE (it is not sealed, or has no recipient).
 */
int delivery_queue_add(struct delivery_queue *queue, const struct mailer_message *message,
                       struct mailer_error *error);

/**
 * The first message with a recipient to try now; pulls the next one when there is none. An error of
 * next ends the queue as its last message does.
 * @return it, or NULL when there is nothing to do now, or any more.
 */
struct delivery *delivery_queue_take(struct delivery_queue *queue);

/** Whether no message will come and none is waiting to be tried (again). */
bool delivery_queue_is_drained(const struct delivery_queue *queue);

/** Reports and frees the settled messages at the front. */
void delivery_queue_report(struct delivery_queue *queue);

/** All that is not settled may be tried again: the connection that had it is gone. */
void delivery_queue_restart(struct delivery_queue *queue);

/** Settles all that is not settled, and reports it. No further message is pulled. */
void delivery_queue_fail(struct delivery_queue *queue, const struct mailer_error *error);

/** Gives the next recipient to try; skips settled ones. @return false when there is none. */
bool delivery_next_recipient(struct delivery *delivery, size_t *index);

/** Settles one recipient; a second time changes nothing. */
void delivery_settle(struct delivery *delivery, size_t index, const struct mailer_error *error);

/** The server took the recipient; its fate will be that of the message. */
void delivery_accept(struct delivery *delivery, size_t index);

/**
 * Settles a range: [first, end).
 * @param only_accepted  only those that the server took; the others stay as they are.
 */
void delivery_settle_range(struct delivery *delivery, size_t first, size_t end, bool only_accepted,
                           const struct mailer_error *error);

/** Makes the accepted ones of a range open again. */
void delivery_reopen_range(struct delivery *delivery, size_t first, size_t end);

/** Makes a result with every recipient open. @return 0 or MAILER_MEMORY. */
int result_new(struct mailer_result **result, const struct mailer_message *message,
               struct mailer_error *error);

/** The first failure of a result: copied to error, which is set to zero when there is none. */
void result_first_failure(const struct mailer_result *result, struct mailer_error *error);

#endif
