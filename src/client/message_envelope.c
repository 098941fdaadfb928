/* SPDX-License-Identifier: ISC */
/* What a message asks of servers besides its delivery. */
#include "error.h"
#include "header/address.h"
#include "message_private.h"
#include "parameters.h"
#include "text.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)MAILER_NOTIFY_NEVER == (int)SMTP_NOTIFY_NEVER &&
                   (int)MAILER_NOTIFY_SUCCESS == (int)SMTP_NOTIFY_SUCCESS &&
                   (int)MAILER_NOTIFY_FAILURE == (int)SMTP_NOTIFY_FAILURE &&
                   (int)MAILER_NOTIFY_DELAY == (int)SMTP_NOTIFY_DELAY &&
                   (int)MAILER_RETURN_FULL == (int)SMTP_RETURN_FULL &&
                   (int)MAILER_DELIVER_BY_RETURN == (int)SMTP_DELIVER_BY_RETURN &&
                   (int)MAILER_DELIVER_BY_NOTIFY == (int)SMTP_DELIVER_BY_NOTIFY &&
                   (int)MAILER_RETURN_HEADERS == (int)SMTP_RETURN_HEADERS,
               "they are handed on as they are");

static bool is_notify(unsigned notify)
{
    unsigned all = MAILER_NOTIFY_SUCCESS | MAILER_NOTIFY_FAILURE | MAILER_NOTIFY_DELAY;
    return notify == MAILER_NOTIFY_NEVER || (notify & ~all) == 0;
}

/* Takes the options with what a caller from before did not know. */
static int take_options(struct mailer_envelope_options *options,
                        const struct mailer_envelope_options *given, struct mailer_error *error)
{
    size_t least = offsetof(struct mailer_envelope_options, hold_until) + sizeof(int64_t);
    if (given == NULL || given->struct_size < least)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the options are not made with MAILER_ENVELOPE_OPTIONS_INIT");
    *options = (struct mailer_envelope_options)MAILER_ENVELOPE_OPTIONS_INIT;
    size_t known = given->struct_size < sizeof *options ? given->struct_size : sizeof *options;
    memcpy(options, given, known);
    if (!is_notify(options->notify) || options->returned < MAILER_RETURN_DEFAULT ||
        options->returned > MAILER_RETURN_HEADERS)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "there is no such notification: never, or any of success, failure, delay");
    if (options->deliver_by < MAILER_DELIVER_ANY_TIME ||
        options->deliver_by > MAILER_DELIVER_BY_NOTIFY)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "what is late is returned or told of");
    return 0;
}

/* The address of a mailbox; "" stays. @param list  owns it. */
static int read_submitter(const char **submitter, struct mime_mailbox_list *list,
                          struct mailer_error *error)
{
    if (*submitter == NULL || **submitter == '\0')
        return 0;
    int result = mime_address_parse(list, *submitter, true, error);
    if (result == 0 && list->count != 1)
        result = error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE, "\"%s\" is not one address",
                           *submitter);
    if (result == 0)
        *submitter = list->mailboxes[0].address;
    else
        error_prefix(error, "the submitter");
    return result;
}

static int write_parameters(char text[static SMTP_PARAMETERS_SIZE],
                            const struct mailer_envelope_options *options,
                            struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    struct smtp_sender_parameters parameters = {
        .returned = (enum smtp_return)options->returned,
        .envelope_id = options->envelope_id,
        .require_tls = options->require_tls,
        .hold_until = options->hold_until,
        .deliver_by = (enum smtp_deliver_by)options->deliver_by,
        .deliver_by_seconds = options->deliver_by_seconds,
        .deliver_by_trace = options->deliver_by_trace,
        .mt_priority = options->mt_priority,
        .submitter = options->submitter,
    };
    int result = read_submitter(&parameters.submitter, &list, error);
    if (result == 0)
        result = smtp_parameters_of_sender(text, &parameters, error);
    mime_mailbox_list_free(&list);
    return result;
}

int mailer_message_set_envelope_options(struct mailer_message *message,
                                        const struct mailer_envelope_options *given,
                                        struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mailer_envelope_options options;
    result = take_options(&options, given, error);
    if (result != 0)
        return result;
    char text[SMTP_PARAMETERS_SIZE];
    if (write_parameters(text, &options, &message->error) != 0)
        return message_settle(message, error);
    struct message_envelope *envelope = &message->envelope;
    message_keep_string(message, &envelope->sender_parameters, text);
    envelope->notify = options.notify;
    envelope->needs_dsn =
        options.notify != 0 || options.returned != 0 || options.envelope_id != NULL;
    envelope->require_tls = options.require_tls;
    envelope->holds = options.hold_until != 0;
    envelope->is_timed = options.deliver_by != MAILER_DELIVER_ANY_TIME;
    envelope->returned_after =
        options.deliver_by == MAILER_DELIVER_BY_RETURN ? options.deliver_by_seconds : 0;
    envelope->has_priority = options.mt_priority != 0;
    envelope->has_submitter = options.submitter != NULL;
    return message_settle(message, error);
}

int mailer_message_set_recipient_notify(struct mailer_message *message, size_t index,
                                        unsigned notify, struct mailer_error *error)
{
    if (message == NULL || index >= mailer_message_recipient_count(message))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the message is not sealed, or has no such recipient");
    if (!is_notify(notify))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "there is no such notification: never, or any of success, failure, delay");
    struct message_envelope *envelope = &message->envelope;
    if (envelope->recipient_notify == NULL) {
        envelope->recipient_notify = malloc(message->recipient_count);
        if (envelope->recipient_notify == NULL)
            return error_set_memory(error);
        memset(envelope->recipient_notify, (int)envelope->notify, message->recipient_count);
    }
    envelope->recipient_notify[index] = (uint8_t)notify;
    envelope->needs_dsn = true;
    return 0;
}

int mailer_message_set_recipient_original(struct mailer_message *message, size_t index,
                                          const char *address, struct mailer_error *error)
{
    if (message == NULL || index >= mailer_message_recipient_count(message))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the message is not sealed, or has no such recipient");
    if (address != NULL && (*address == '\0' || !text_is_utf8(address, strlen(address)) ||
                            text_has_control(address, strlen(address))))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the original recipient is empty, no UTF-8, or has a control character");
    struct message_envelope *envelope = &message->envelope;
    if (envelope->recipient_original == NULL) {
        envelope->recipient_original =
            calloc(message->recipient_count, sizeof *envelope->recipient_original);
        if (envelope->recipient_original == NULL)
            return error_set_memory(error);
        envelope->original_count = message->recipient_count;
    }
    char *copy = address != NULL ? strdup(address) : NULL;
    if (address != NULL && copy == NULL)
        return error_set_memory(error);
    free(envelope->recipient_original[index]);
    envelope->recipient_original[index] = copy;
    return 0;
}

const char *message_sender_parameters(const struct mailer_message *message)
{
    const char *parameters = message->envelope.sender_parameters;
    return parameters != NULL ? parameters : "";
}

void message_recipient_parameters(const struct mailer_message *message, size_t index,
                                  char text[static SMTP_PARAMETERS_SIZE])
{
    const struct message_envelope *envelope = &message->envelope;
    text[0] = '\0';
    if (!envelope->needs_dsn)
        return;
    unsigned notify =
        envelope->recipient_notify != NULL ? envelope->recipient_notify[index] : envelope->notify;
    const char *original =
        envelope->recipient_original != NULL ? envelope->recipient_original[index] : NULL;
    if (original == NULL)
        original = mailer_message_recipient(message, index);
    smtp_parameters_of_recipient(text, notify, original);
}

void message_envelope_free(struct message_envelope *envelope)
{
    free(envelope->sender_parameters);
    free(envelope->recipient_notify);
    for (size_t i = 0; i < envelope->original_count; i++)
        free(envelope->recipient_original[i]);
    free(envelope->recipient_original);
}
