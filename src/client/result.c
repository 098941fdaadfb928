/* SPDX-License-Identifier: ISC */
#include "delivery.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record: the error up to its text, and the text with its NUL. */
enum { HEAD_SIZE = offsetof(struct mailer_error, text) };

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

/* Makes room for another record. What is there stays when there is none. */
static bool make_room(struct mailer_result *result, size_t size)
{
    const size_t limit = UINT32_MAX - DELIVERY_RECORDED;
    if (size <= result->records_capacity - result->records_size)
        return true;
    size_t capacity = result->records_capacity * 2 + size;
    if (capacity > limit)
        return false;
    char *records = realloc(result->records, capacity);
    if (records == NULL)
        return false;
    result->records = records;
    result->records_capacity = capacity;
    return true;
}

uint32_t result_record(struct mailer_result *result, const struct mailer_error *error)
{
    size_t text_size = strlen(error->text) + 1;
    const char *last = result->records + result->last_record;
    if (result->records_size > 0 && memcmp(last, error, HEAD_SIZE) == 0 &&
        strcmp(last + HEAD_SIZE, error->text) == 0)
        return (uint32_t)(result->last_record + DELIVERY_RECORDED);
    if (!make_room(result, HEAD_SIZE + text_size))
        return (uint32_t)(DELIVERY_BARE - error->error_class);
    result->last_record = result->records_size;
    memcpy(result->records + result->last_record, error, HEAD_SIZE);
    memcpy(result->records + result->last_record + HEAD_SIZE, error->text, text_size);
    result->records_size += HEAD_SIZE + text_size;
    return (uint32_t)(result->last_record + DELIVERY_RECORDED);
}

static struct mailer_error fate(const struct mailer_result *result, size_t index)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    uint32_t number = result->fates[index];
    if (number >= DELIVERY_RECORDED) {
        const char *record = result->records + (number - DELIVERY_RECORDED);
        memcpy(&error, record, HEAD_SIZE);
        memcpy(error.text, record + HEAD_SIZE, strlen(record + HEAD_SIZE) + 1);
        return error;
    }
    error.error_class = (enum mailer_error_class)(DELIVERY_BARE - (int)number);
    snprintf(error.text, sizeof error.text, "there was no memory to keep the words of the server");
    return error;
}

int mailer_result_recipient(const struct mailer_result *result, size_t index,
                            struct mailer_recipient_result *recipient)
{
    if (index >= result->count)
        return MAILER_USAGE;
    recipient->address = mailer_message_recipient(result->message, index);
    recipient->error = fate(result, index);
    return 0;
}

static enum mailer_error_class class_of(const struct mailer_result *result, size_t index)
{
    uint32_t number = result->fates[index];
    if (number < DELIVERY_RECORDED)
        return (enum mailer_error_class)(DELIVERY_BARE - (int)number);
    enum mailer_error_class found;
    memcpy(&found,
           result->records + (number - DELIVERY_RECORDED) +
               offsetof(struct mailer_error, error_class),
           sizeof found);
    return found;
}

size_t mailer_result_accepted(const struct mailer_result *result)
{
    size_t accepted = 0;
    for (size_t i = 0; i < result->count; i++)
        accepted += class_of(result, i) == MAILER_OK;
    return accepted;
}

void result_first_failure(const struct mailer_result *result, struct mailer_error *error)
{
    *error = (struct mailer_error)MAILER_ERROR_INIT;
    for (size_t i = 0; i < result->count && error->error_class == MAILER_OK; i++)
        if (class_of(result, i) != MAILER_OK)
            *error = fate(result, i);
}
