/* SPDX-License-Identifier: ISC */
#include "delivery.h"

#include <stdlib.h>

int result_new(struct mailer_result **result, const struct mailer_message *message,
               struct mailer_error *error)
{
    *result = calloc(1, sizeof **result);
    if (*result == NULL)
        return error_set_memory(error);
    (*result)->message = message;
    (*result)->count = mailer_message_recipient_count(message);
    (*result)->fates = calloc((*result)->count + 1, sizeof *(*result)->fates);
    if ((*result)->fates == NULL) {
        mailer_result_free(*result);
        *result = NULL;
        return error_set_memory(error);
    }
    return 0;
}

void mailer_result_free(struct mailer_result *result)
{
    if (result == NULL)
        return;
    free(result->fates);
    free(result->records);
    free(result);
}

size_t mailer_result_count(const struct mailer_result *result)
{
    return result->count;
}

/* What is not settled, which nobody sees but when there was no memory to settle it. */
static const struct mailer_error unsettled = {.error_class = MAILER_MEMORY,
                                              .text = "out of memory"};

static const struct mailer_error *fate(const struct mailer_result *result, size_t index)
{
    uint32_t number = result->fates[index];
    return number < DELIVERY_SETTLED ? &unsettled : &result->records[number - DELIVERY_SETTLED];
}

int mailer_result_recipient(const struct mailer_result *result, size_t index,
                            struct mailer_recipient_result *recipient)
{
    if (index >= result->count)
        return MAILER_USAGE;
    recipient->address = mailer_message_recipient(result->message, index);
    recipient->error = *fate(result, index);
    return 0;
}

size_t mailer_result_accepted(const struct mailer_result *result)
{
    size_t accepted = 0;
    for (size_t i = 0; i < result->count; i++)
        accepted += fate(result, i)->error_class == MAILER_OK;
    return accepted;
}

void result_first_failure(const struct mailer_result *result, struct mailer_error *error)
{
    *error = (struct mailer_error)MAILER_ERROR_INIT;
    for (size_t i = 0; i < result->count && error->error_class == MAILER_OK; i++)
        if (fate(result, i)->error_class != MAILER_OK)
            *error = *fate(result, i);
}
