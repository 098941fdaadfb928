/* SPDX-License-Identifier: ISC */
/* Messages that a mailto: URL asks for. */
#include "error.h"
#include "header/mailto.h"
#include "message_private.h"

#include <string.h>

/* The first URL that says it counts. */
static void keep_first(struct mailer_message *message, char **place, const char *value)
{
    if (*place == NULL && value != NULL)
        message_keep_string(message, place, value);
}

static void take(struct mailer_message *message, const struct mime_mailto *mailto)
{
    const struct {
        const char *name;
        const char *value;
    } fields[] = {
        {"To", mailto->to},
        {"Cc", mailto->cc},
        {"Bcc", mailto->bcc},
        {"Reply-To", mailto->reply_to},
        {"Keywords", mailto->keywords},
        {"In-Reply-To", mailto->in_reply_to},
        {"References", mailto->references},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].value != NULL)
            mailer_message_add_header(message, fields[i].name, fields[i].value, NULL);
    keep_first(message, &message->mailto_subject, mailto->subject);
    keep_first(message, &message->mailto_body, mailto->body);
}

int mailer_message_add_mailto(struct mailer_message *message, const char *url,
                              struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_mailto mailto = {0};
    if (mime_mailto_parse(&mailto, url, &message->error) == 0)
        take(message, &mailto);
    mime_mailto_free(&mailto);
    return message_settle(message, error);
}

int message_apply_mailto(struct mailer_message *message, struct mailer_error *error)
{
    if (mime_document_find(&message->tree, "Subject") == NULL)
        keep_first(message, &message->subject, message->mailto_subject);
    bool has_body = message->existing || message->html != NULL ||
                    (message->plain != NULL && mime_blob_size(message->plain) > 0);
    if (error_is_set(&message->error) || message->mailto_body == NULL || has_body)
        return message_settle(message, error);
    mime_part_free(message->bodies[BODY_PLAIN]);
    message->bodies[BODY_PLAIN] = NULL;
    mime_blob_release(message->plain);
    message->plain = NULL;
    /* It has been decoded, whatever other texts are in. */
    const struct text_options given = message->text_options;
    message->text_options.charset = NULL;
    mailer_message_set_text(message, message->mailto_body, error);
    message->text_options.charset = given.charset;
    return message_settle(message, error);
}
