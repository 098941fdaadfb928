/* SPDX-License-Identifier: ISC */
#include "delivery.h"

#include "message_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- One message ---- */

/* The number of a record that says the same; the last one is the likeliest. 0 without memory. */
static uint32_t record(struct mailer_result *result, const struct mailer_error *error)
{
    size_t last = result->record_count - 1;
    if (result->record_count > 0 && memcmp(&result->records[last], error, sizeof *error) == 0)
        return (uint32_t)(last + DELIVERY_SETTLED);
    if (result->record_count == result->record_capacity) {
        size_t capacity = result->record_capacity * 2 + 2;
        struct mailer_error *records = realloc(result->records, capacity * sizeof *records);
        if (records == NULL)
            return DELIVERY_OPEN;
        result->records = records;
        result->record_capacity = capacity;
    }
    result->records[result->record_count++] = *error;
    return (uint32_t)(last + 1 + DELIVERY_SETTLED);
}

void delivery_settle(struct delivery *delivery, size_t index, const struct mailer_error *error)
{
    uint32_t *fate = &delivery->result->fates[index];
    if (*fate >= DELIVERY_SETTLED)
        return;
    *fate = record(delivery->result, error);
    delivery->settled++;
    delivery->made_progress = true;
}

void delivery_accept(struct delivery *delivery, size_t index)
{
    uint32_t *fate = &delivery->result->fates[index];
    if (*fate == DELIVERY_OPEN)
        *fate = DELIVERY_ACCEPTED;
}

void delivery_settle_range(struct delivery *delivery, size_t first, size_t end, bool only_accepted,
                           const struct mailer_error *error)
{
    for (size_t i = first; i < end; i++)
        if (!only_accepted || delivery->result->fates[i] == DELIVERY_ACCEPTED)
            delivery_settle(delivery, i, error);
}

void delivery_reopen_range(struct delivery *delivery, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (delivery->result->fates[i] == DELIVERY_ACCEPTED)
            delivery->result->fates[i] = DELIVERY_OPEN;
}

bool delivery_next_recipient(struct delivery *delivery, size_t *index)
{
    const struct mailer_result *result = delivery->result;
    while (delivery->next < result->count && result->fates[delivery->next] != DELIVERY_OPEN)
        delivery->next++;
    if (delivery->next == result->count)
        return false;
    *index = delivery->next++;
    return true;
}

/* Whether a recipient can be tried now; goes back to those left over once all others are settled.
 */
static bool can_be_tried(struct delivery *delivery)
{
    struct mailer_result *result = delivery->result;
    if (delivery->next == result->count && delivery->settled < result->count &&
        delivery->in_flight == 0 && delivery->made_progress) {
        delivery->next = 0;
        delivery->made_progress = false;
    }
    while (delivery->next < result->count && result->fates[delivery->next] != DELIVERY_OPEN)
        delivery->next++;
    return delivery->next < result->count;
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
    if (queue->last == NULL)
        queue->first = delivery;
    else
        queue->last->following = delivery;
    queue->last = delivery;
    return 0;
}

static struct delivery *first_to_try(const struct delivery_queue *queue)
{
    struct delivery *delivery = queue->first;
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
    return queue->exhausted && first_to_try(queue) == NULL;
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

void delivery_queue_restart(struct delivery_queue *queue)
{
    for (struct delivery *delivery = queue->first; delivery != NULL;
         delivery = delivery->following) {
        delivery_reopen_range(delivery, 0, delivery->result->count);
        delivery->next = 0;
        delivery->in_flight = 0;
    }
}

void delivery_queue_fail(struct delivery_queue *queue, const struct mailer_error *error)
{
    for (struct delivery *delivery = queue->first; delivery != NULL;
         delivery = delivery->following) {
        delivery_settle_range(delivery, 0, delivery->result->count, false, error);
        delivery->in_flight = 0;
    }
    /* Messages that were never pulled have no result to tell it. */
    if (!queue->exhausted && !error_is_set(&queue->error))
        queue->error = *error;
    queue->exhausted = true;
    delivery_queue_report(queue);
}
