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
#include "progress.h"

#include <mailer/send.h>

/** As many recipients go into one transaction (RFC 5321 4.5.3.1.8). */
enum { DELIVERY_TRANSACTION_LIMIT = 100 };

/**
 * What is known of a recipient. From DELIVERY_BARE on it is settled: up to DELIVERY_RECORDED by the
 * class of error alone, for want of memory; from there on by a record of the result.
 */
enum {
    DELIVERY_OPEN = 0, /**< to be tried */
    DELIVERY_ASKED,    /**< RCPT is said, the answer is not known */
    DELIVERY_ACCEPTED, /**< by the server; its fate will be that of the message */
    DELIVERY_BARE,
    DELIVERY_RECORDED = DELIVERY_BARE - MAILER_CANCELLED + 1
};

struct mailer_result {
    const struct mailer_message *message;
    size_t count;
    char *records; /**< fates in full; recipients in a row that have the same share it */
    size_t records_size;
    size_t records_capacity;
    size_t last_record;
    bool has_record;
    uint32_t host;    /**< where records has the host of further fates; or RESULT_NO_HOST */
    uint32_t fates[]; /**< of each recipient */
};

/** No host is known. */
#define RESULT_NO_HOST UINT32_MAX

struct delivery_queue;
struct witness;

struct delivery {
    struct delivery_queue *queue;
    struct mailer_result *result;
    size_t next; /**< recipients before it have been gone through */
    size_t settled;
    size_t in_flight; /**< transactions that are not ended */
    struct delivery *following;
};

/** Messages in the order in which they were given, the settled ones taken off at the front. */
struct delivery_queue {
    mailer_next_function next;
    mailer_result_function report;
    void *context;
    struct mailer_result **kept; /**< where the result goes that is not freed; or NULL */
    char host[256]; /**< of the only server that was tried; "" when there are several, or none */
    bool has_tried; /**< host is set, for good or not */
    struct delivery *first;
    struct delivery *last;
    size_t open;               /**< recipients of all messages that are DELIVERY_OPEN */
    bool can_wait;             /**< next may say MAILER_NEXT_LATER */
    bool exhausted;            /**< next has given its last */
    struct witness *witness;   /**< of the connections; or NULL */
    struct mailer_error error; /**< the first failure of all */
    struct progress progress;
};

/**
 * Puts a message at the end.
 * @return 0, MAILER_MEMORY, or MAILER_USAGE (it is not sealed, or has no recipient).
 */
int delivery_queue_add(struct delivery_queue *queue, const struct mailer_message *message,
                       struct mailer_error *error);

/**
 * The first message with a recipient to try now; pulls the next one when no recipient is open. An
 * error of next ends the queue as its last message does. Recipients that a server had enough of are
 * gone through again once no transaction of their message is on the way.
 * @return it, or NULL when there is nothing to do now, or any more (see exhausted).
 */
struct delivery *delivery_queue_take(struct delivery_queue *queue);

/** Whether no message will come and no recipient is open. */
bool delivery_queue_is_drained(const struct delivery_queue *queue);

/** Reports and frees the settled messages at the front. */
void delivery_queue_report(struct delivery_queue *queue);

/** All that is not settled is open again: the connection that had it is gone. */
void delivery_queue_restart(struct delivery_queue *queue);

/** Settles all that is not settled, as not sent, and reports it. No further message is pulled;
 * where some could have come, this is an error of the queue. */
void delivery_queue_fail(struct delivery_queue *queue, const struct mailer_error *cause);

/** Messages are tried with a server: it is the host of what fails before one is begun. */
void delivery_queue_try(struct delivery_queue *queue, const char *host);

/** Puts all messages of a queue at the end of another; none of them may be on the way. */
void delivery_queue_hand_over(struct delivery_queue *queue, struct delivery_queue *to);

/** The first open recipient from index on; end when there is none before it. */
size_t delivery_next_open(const struct delivery *delivery, size_t index, size_t end);

/** RCPT is said for an open recipient. */
void delivery_ask(struct delivery *delivery, size_t index);

/** The server took the recipient. */
void delivery_accept(struct delivery *delivery, size_t index);

/** The server does not want the recipient in this transaction, but perhaps in another. */
void delivery_reopen(struct delivery *delivery, size_t index);

/** Settles one recipient; a second time changes nothing. */
void delivery_settle(struct delivery *delivery, size_t index, const struct mailer_error *error);

/**
 * Settles those of a range, [first, end), of whom at least so much is known.
 * @param least  DELIVERY_OPEN: all, DELIVERY_ASKED, or DELIVERY_ACCEPTED.
 */
void delivery_settle_range(struct delivery *delivery, size_t first, size_t end, uint32_t least,
                           const struct mailer_error *error);

/** Makes a result with every recipient open. @return 0 or MAILER_MEMORY. */
int result_new(struct mailer_result **result, const struct mailer_message *message,
               struct mailer_error *error);

/** Further fates are those that this host tells. Copied. */
void result_set_host(struct mailer_result *result, const char *host);

/** The number that stands for a fate: of a record, or bare when there is no memory for one. */
uint32_t result_record(struct mailer_result *result, const struct mailer_error *error);

/** The first failure of a result: copied to error, which is set to zero when there is none. */
void result_first_failure(const struct mailer_result *result, struct mailer_error *error);

#endif
