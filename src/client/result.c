/* SPDX-License-Identifier: ISC */
#include "delivery.h"
#include "queue_id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record: the error up to its text, the place of its host, and the text with its NUL. */
enum {
    HEAD_SIZE = offsetof(struct mailer_error, text),
    TEXT_AT = HEAD_SIZE + sizeof(uint32_t),
    /* For a host and a reply, as most messages have them. */
    LEAST_ROOM = 128,
    /* Of a longer text the end may be cut off, and with it that of an id. */
    WHOLE_TEXT_LIMIT = sizeof(((struct mailer_error *)0)->text) - 16
};

_Static_assert((int)MAILER_QUEUE_ID_SIZE == (int)SMTP_QUEUE_ID_SIZE, "it is handed on as it is");

int result_new(struct mailer_result **result, const struct mailer_message *message,
               struct mailer_error *error)
{
    size_t count = mailer_message_recipient_count(message);
    *result = calloc(1, sizeof **result + count * sizeof *(*result)->fates);
    if (*result == NULL)
        return error_set_memory(error);
    (*result)->message = message;
    (*result)->host = RESULT_NO_HOST;
    (*result)->count = count;
    return 0;
}

void mailer_result_free(struct mailer_result *result)
{
    if (result == NULL)
        return;
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
    size_t capacity = result->records_capacity * 2 + size + LEAST_ROOM;
    if (capacity > limit)
        return false;
    char *records = realloc(result->records, capacity);
    if (records == NULL)
        return false;
    result->records = records;
    result->records_capacity = capacity;
    return true;
}

void result_set_host(struct mailer_result *result, const char *host)
{
    if (result->host != RESULT_NO_HOST && strcmp(result->records + result->host, host) == 0)
        return;
    size_t size = strlen(host) + 1;
    result->host = RESULT_NO_HOST;
    if (!make_room(result, size))
        return;
    result->host = (uint32_t)result->records_size;
    memcpy(result->records + result->records_size, host, size);
    result->records_size += size;
}

/* Whether the last record is of this error, by the host of now. */
static bool is_same(const struct mailer_result *result, const struct mailer_error *error)
{
    const char *last = result->records + result->last_record;
    return result->has_record && memcmp(last, error, HEAD_SIZE) == 0 &&
           memcmp(last + HEAD_SIZE, &result->host, sizeof result->host) == 0 &&
           strcmp(last + TEXT_AT, error->text) == 0;
}

uint32_t result_record(struct mailer_result *result, const struct mailer_error *error)
{
    size_t text_size = strlen(error->text) + 1;
    if (is_same(result, error))
        return (uint32_t)(result->last_record + DELIVERY_RECORDED);
    if (!make_room(result, TEXT_AT + text_size))
        return (uint32_t)(DELIVERY_BARE - error->error_class);
    char *record = result->records + result->records_size;
    result->last_record = result->records_size;
    memcpy(record, error, HEAD_SIZE);
    memcpy(record + HEAD_SIZE, &result->host, sizeof result->host);
    memcpy(record + TEXT_AT, error->text, text_size);
    result->records_size += TEXT_AT + text_size;
    result->has_record = true;
    return (uint32_t)(result->last_record + DELIVERY_RECORDED);
}

static struct mailer_error fate(const struct mailer_result *result, size_t index)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    uint32_t number = result->fates[index];
    if (number >= DELIVERY_RECORDED) {
        const char *record = result->records + (number - DELIVERY_RECORDED);
        memcpy(&error, record, HEAD_SIZE);
        memcpy(error.text, record + TEXT_AT, strlen(record + TEXT_AT) + 1);
        return error;
    }
    error.error_class = (enum mailer_error_class)(DELIVERY_BARE - (int)number);
    snprintf(error.text, sizeof error.text, "there was no memory to keep the words of the server");
    return error;
}

static const char *host_of(const struct mailer_result *result, size_t index)
{
    uint32_t number = result->fates[index];
    uint32_t host = RESULT_NO_HOST;
    if (number >= DELIVERY_RECORDED)
        memcpy(&host, result->records + (number - DELIVERY_RECORDED) + HEAD_SIZE, sizeof host);
    return host == RESULT_NO_HOST ? "" : result->records + host;
}

int mailer_result_recipient(const struct mailer_result *result, size_t index,
                            struct mailer_recipient_result *recipient)
{
    if (index >= result->count || recipient->struct_size < sizeof *recipient)
        return MAILER_USAGE;
    recipient->address = mailer_message_recipient(result->message, index);
    recipient->error = fate(result, index);
    recipient->fate = mailer_fate_of(&recipient->error);
    recipient->host = host_of(result, index);
    recipient->queue_id[0] = '\0';
    if (recipient->error.error_class == MAILER_OK &&
        strlen(recipient->error.text) < WHOLE_TEXT_LIMIT)
        smtp_queue_id(recipient->queue_id, recipient->error.text);
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
