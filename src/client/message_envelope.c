/* SPDX-License-Identifier: ISC */
/* What a message asks of servers besides its delivery. */
#include "error.h"
#include "message_private.h"
#include "parameters.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((int)MAILER_NOTIFY_NEVER == (int)SMTP_NOTIFY_NEVER &&
                   (int)MAILER_NOTIFY_SUCCESS == (int)SMTP_NOTIFY_SUCCESS &&
                   (int)MAILER_NOTIFY_FAILURE == (int)SMTP_NOTIFY_FAILURE &&
                   (int)MAILER_NOTIFY_DELAY == (int)SMTP_NOTIFY_DELAY &&
                   (int)MAILER_RETURN_FULL == (int)SMTP_RETURN_FULL &&
                   (int)MAILER_RETURN_HEADERS == (int)SMTP_RETURN_HEADERS,
               "they are handed on as they are");

static bool is_notify(unsigned notify)
{
    unsigned all = MAILER_NOTIFY_SUCCESS | MAILER_NOTIFY_FAILURE | MAILER_NOTIFY_DELAY;
    return notify == MAILER_NOTIFY_NEVER || (notify & ~all) == 0;
}

int mailer_message_set_envelope_options(struct mailer_message *message,
                                        const struct mailer_envelope_options *options,
                                        struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    size_t least = offsetof(struct mailer_envelope_options, hold_until) + sizeof(int64_t);
    if (options == NULL || options->struct_size < least)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the options are not made with MAILER_ENVELOPE_OPTIONS_INIT");
    if (!is_notify(options->notify) || options->returned < MAILER_RETURN_DEFAULT ||
        options->returned > MAILER_RETURN_HEADERS)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "there is no such notification: never, or any of success, failure, delay");
    char text[SMTP_PARAMETERS_SIZE];
    const struct smtp_sender_parameters parameters = {
        .returned = (enum smtp_return)options->returned,
        .envelope_id = options->envelope_id,
        .require_tls = options->require_tls,
        .hold_until = options->hold_until,
    };
    if (smtp_parameters_of_sender(text, &parameters, &message->error) != 0)
        return message_settle(message, error);
    message_keep_string(message, &message->envelope.sender_parameters, text);
    message->envelope.notify = options->notify;
    message->envelope.needs_dsn =
        options->notify != 0 || options->returned != 0 || options->envelope_id != NULL;
    message->envelope.require_tls = options->require_tls;
    message->envelope.holds = options->hold_until != 0;
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
    if (envelope->needs_dsn)
        smtp_parameters_of_recipient(text,
                                     envelope->recipient_notify != NULL
                                         ? envelope->recipient_notify[index]
                                         : envelope->notify,
                                     mailer_message_recipient(message, index));
}

void message_envelope_free(struct message_envelope *envelope)
{
    free(envelope->sender_parameters);
    free(envelope->recipient_notify);
}
