/* SPDX-License-Identifier: ISC */
/* Messages in and out of a batch. */
#include "batch_private.h"

void batch_note_failure(struct mailer_batch *batch, const struct mailer_error *failure)
{
    if (!error_is_set(&batch->error))
        batch->error = *failure;
}

bool batch_look_ahead(struct mailer_batch *batch)
{
    if (batch->ahead != NULL || batch->later || batch->ended)
        return batch->ahead != NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = batch->options.next(batch->options.context, &batch->ahead, &error);
    if (result == 0 && batch->ahead != NULL) {
        batch->unsettled++;
        return true;
    }
    batch->ahead = NULL;
    batch->later = result > 0;
    batch->ended = !batch->later;
    if (result < 0) {
        error_set(&error, (enum mailer_error_class)result, MAILER_STAGE_NONE,
                  "the next message could not be had");
        batch_note_failure(batch, &error);
    }
    return false;
}

/*
 * The next message for a lane. It gets none before it is connected, as another one may be sooner,
 * and no second one while another lane has none at all.
 */
static int next_of_lane(void *context, const struct mailer_message **message,
                        struct mailer_error *error)
{
    struct lane *lane = context;
    struct mailer_batch *batch = lane->batch;
    size_t idle = batch->counts[LANE_IDLE] - (lane->state == LANE_IDLE);
    (void)error;
    *message = NULL;
    if (!courier_is_ready(lane->courier) || (courier_load(lane->courier) > 0 && idle > 0) ||
        !batch_look_ahead(batch))
        return MAILER_NEXT_LATER;
    *message = batch->ahead;
    batch->ahead = NULL;
    return 0;
}

static void report_of_batch(struct mailer_batch *batch, const struct mailer_message *message,
                            const struct mailer_result *result, const struct mailer_error *error)
{
    batch->unsettled--;
    batch_note_failure(batch, error);
    if (batch->options.report != NULL)
        batch->options.report(batch->options.context, message, result, error);
}

static void report_of_lane(void *context, const struct mailer_message *message,
                           const struct mailer_result *result, const struct mailer_error *error)
{
    struct lane *lane = context;
    if (!lane->is_of_use && mailer_result_accepted(result) > 0) {
        lane->is_of_use = true;
        lane->batch->pause = 0;
    }
    report_of_batch(lane->batch, message, result, error);
}

struct delivery_queue batch_queue_of_lane(void)
{
    return (struct delivery_queue){
        .next = next_of_lane, .report = report_of_lane, .can_wait = true};
}

static void report_ahead(void *context, const struct mailer_message *message,
                         const struct mailer_result *result, const struct mailer_error *error)
{
    report_of_batch(context, message, result, error);
}

void batch_fail_ahead(struct mailer_batch *batch, const struct mailer_error *failure)
{
    struct delivery_queue queue = {.report = report_ahead, .context = batch, .exhausted = true};
    if (batch->ahead == NULL)
        return;
    if (delivery_queue_add(&queue, batch->ahead, NULL) != 0)
        batch->unsettled--;
    batch->ahead = NULL;
    delivery_queue_fail(&queue, failure);
}
