/* SPDX-License-Identifier: ISC */
#include "delivery.h"

#include "message_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- One message ---- */

static uint32_t *fate_of(const struct delivery *delivery, size_t index)
{
    return &delivery->result->fates[index];
}

size_t delivery_next_open(const struct delivery *delivery, size_t index, size_t end)
{
    while (index < end && *fate_of(delivery, index) != DELIVERY_OPEN)
        index++;
    return index;
}

/* Every change of a fate; keeps count of the open ones. */
static void change(struct delivery *delivery, size_t index, uint32_t fate)
{
    uint32_t *place = fate_of(delivery, index);
    delivery->queue->open -= *place == DELIVERY_OPEN;
    delivery->queue->open += fate == DELIVERY_OPEN;
    *place = fate;
}

void delivery_ask(struct delivery *delivery, size_t index)
{
    change(delivery, index, DELIVERY_ASKED);
}

void delivery_accept(struct delivery *delivery, size_t index)
{
    if (*fate_of(delivery, index) == DELIVERY_ASKED)
        change(delivery, index, DELIVERY_ACCEPTED);
}

void delivery_reopen(struct delivery *delivery, size_t index)
{
    if (*fate_of(delivery, index) < DELIVERY_BARE)
        change(delivery, index, DELIVERY_OPEN);
}

void delivery_settle(struct delivery *delivery, size_t index, const struct mailer_error *error)
{
    if (*fate_of(delivery, index) >= DELIVERY_BARE)
        return;
    change(delivery, index, result_record(delivery->result, error));
    delivery->settled++;
}

void delivery_settle_range(struct delivery *delivery, size_t first, size_t end, uint32_t least,
                           const struct mailer_error *error)
{
    for (size_t i = first; i < end; i++)
        if (*fate_of(delivery, i) >= least)
            delivery_settle(delivery, i, error);
}

static bool can_be_tried(struct delivery *delivery)
{
    size_t count = delivery->result->count;
    delivery->next = delivery_next_open(delivery, delivery->next, count);
    if (delivery->next == count && delivery->in_flight == 0)
        delivery->next = delivery_next_open(delivery, 0, count);
    return delivery->next < count;
}

static bool is_settled(const struct delivery *delivery)
{
    return delivery->settled == delivery->result->count && delivery->in_flight == 0;
}

/* ---- The queue ---- */

int delivery_queue_add(struct delivery_queue *queue, const struct mailer_message *message,
                       struct mailer_error *error)
{
    if (message_tree(message) == NULL)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE, "the message is not sealed");
    if (mailer_message_recipient_count(message) == 0)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE, "the message has no recipient");
    struct delivery *delivery = calloc(1, sizeof *delivery);
    if (delivery == NULL)
        return error_set_memory(error);
    if (result_new(&delivery->result, message, error) != 0) {
        free(delivery);
        return MAILER_MEMORY;
    }
    delivery->queue = queue;
    queue->open += delivery->result->count;
    if (queue->last == NULL)
        queue->first = delivery;
    else
        queue->last->following = delivery;
    queue->last = delivery;
    return 0;
}

static struct delivery *first_to_try(const struct delivery_queue *queue)
{
    struct delivery *delivery = queue->open > 0 ? queue->first : NULL;
    /* Mostly all that is open is the newest message: hundreds on the way are not gone through. */
    struct delivery *newest = queue->last;
    if (newest != NULL && newest->in_flight == 0 && newest->settled == 0 &&
        queue->open == newest->result->count)
        delivery = newest;
    while (delivery != NULL && !can_be_tried(delivery))
        delivery = delivery->following;
    return delivery;
}

struct delivery *delivery_queue_take(struct delivery_queue *queue)
{
    struct delivery *delivery = first_to_try(queue);
    if (delivery != NULL || queue->exhausted)
        return delivery;
    const struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = queue->next(queue->context, &message, &error);
    if (result == MAILER_NEXT_LATER && queue->can_wait)
        return NULL;
    if (result > 0)
        result = error_set(&error, MAILER_USAGE, MAILER_STAGE_NONE,
                           "the next message is not there yet, and nothing can wait for it here");
    if (result == 0 && message != NULL)
        result = delivery_queue_add(queue, message, &error);
    if (result == 0 && message != NULL)
        return queue->last;
    queue->exhausted = true;
    if (result != 0 && !error_is_set(&error))
        error_set(&error, (enum mailer_error_class)result, MAILER_STAGE_NONE,
                  "the next message could not be had");
    if (!error_is_set(&queue->error))
        queue->error = error;
    return NULL;
}

bool delivery_queue_is_drained(const struct delivery_queue *queue)
{
    return queue->exhausted && queue->open == 0;
}

void delivery_queue_report(struct delivery_queue *queue)
{
    while (queue->first != NULL && is_settled(queue->first)) {
        struct delivery *delivery = queue->first;
        struct mailer_error failure;
        result_first_failure(delivery->result, &failure);
        if (!error_is_set(&queue->error))
            queue->error = failure;
        if (queue->report != NULL)
            queue->report(queue->context, delivery->result->message, delivery->result, &failure);
        queue->first = delivery->following;
        if (queue->first == NULL)
            queue->last = NULL;
        if (queue->kept != NULL)
            *queue->kept = delivery->result;
        else
            mailer_result_free(delivery->result);
        free(delivery);
    }
}

void delivery_queue_try(struct delivery_queue *queue, const char *host)
{
    if (!queue->has_tried)
        snprintf(queue->host, sizeof queue->host, "%s", host);
    else if (strcmp(queue->host, host) != 0)
        queue->host[0] = '\0';
    queue->has_tried = true;
}

void delivery_queue_restart(struct delivery_queue *queue)
{
    for (struct delivery *delivery = queue->first; delivery != NULL;
         delivery = delivery->following) {
        for (size_t i = 0; i < delivery->result->count; i++)
            delivery_reopen(delivery, i);
        delivery->next = 0;
        delivery->in_flight = 0;
    }
    delivery_queue_report(queue);
}

void delivery_queue_fail(struct delivery_queue *queue, const struct mailer_error *cause)
{
    struct mailer_error error = *cause;
    /* The end that was waited for is that of a message that is settled. */
    if (error.stage == MAILER_STAGE_END) {
        error.stage = MAILER_STAGE_NONE;
        error_prefix(&error, "not sent");
    }
    for (struct delivery *delivery = queue->first; delivery != NULL;
         delivery = delivery->following) {
        result_set_host(delivery->result, queue->host);
        delivery_settle_range(delivery, 0, delivery->result->count, DELIVERY_OPEN, &error);
        delivery->in_flight = 0;
    }
    bool ends = !queue->exhausted;
    queue->exhausted = true;
    delivery_queue_report(queue);
    if (ends && !error_is_set(&queue->error))
        queue->error = error;
}

void delivery_queue_hand_over(struct delivery_queue *queue, struct delivery_queue *to)
{
    for (struct delivery *delivery = queue->first; delivery != NULL; delivery = delivery->following)
        delivery->queue = to;
    if (to->last == NULL)
        to->first = queue->first;
    else
        to->last->following = queue->first;
    if (queue->last != NULL)
        to->last = queue->last;
    to->open += queue->open;
    queue->first = queue->last = NULL;
    queue->open = 0;
}
