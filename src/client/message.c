/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "error.h"
#include "header/header.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* ---- The first error sticks ---- */

int message_settle(const struct mailer_message *message, struct mailer_error *error)
{
    return error_pass(error, &message->error);
}

bool message_is_open(const struct mailer_message *message, int *result, struct mailer_error *error)
{
    /* Without a message the error of making it is told, so that it need not be checked before. */
    if (message == NULL)
        *result = error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE, "there is no message");
    else if (message->sealed)
        *result = error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                            "the message is sealed and cannot be changed: build a new one");
    else
        *result = message_settle(message, error);
    return *result == 0;
}

int mailer_message_new(struct mailer_message **message, struct mailer_error *error)
{
    *message = calloc(1, sizeof **message);
    return *message == NULL ? error_set_memory(error) : 0;
}

static void text_options_free(struct text_options *options)
{
    free(options->charset);
    free(options->fallback_charset);
    free(options->output_charset);
    free(options->picture_directory);
}

void mailer_message_free(struct mailer_message *message)
{
    if (message == NULL)
        return;
    mime_mailbox_list_free(&message->from);
    mime_mailbox_list_free(&message->reply_to);
    mime_mailbox_list_free(&message->to);
    mime_mailbox_list_free(&message->cc);
    mime_mailbox_list_free(&message->bcc);
    free(message->subject);
    free(message->envelope_sender);
    free(message->temporary_directory);
    free(message->message_id_domain);
    free(message->domain);
    free(message->message_id);
    mime_document_free(&message->given);
    for (size_t i = 0; i < BODY_KINDS; i++)
        mime_part_free(message->bodies[i]);
    mime_blob_release(message->plain);
    mime_blob_release(message->html);
    mime_blob_release(message->html_given);
    mime_part_free(message->attachments);
    mime_part_free(message->pictures);
    free(message->plain_type);
    free(message->html_type);
    text_options_free(&message->text_options);
    free(message->report_type);
    for (size_t i = 0; i < message->left_out_count; i++)
        free(message->left_out[i]);
    free(message->left_out);
    free(message->note);
    free(message->thread);
    free(message->mailto_subject);
    free(message->mailto_body);
    free(message->unsubscribe);
    message_envelope_free(&message->envelope);
    mime_detector_free(message->detector);
    mime_plan_free(message->layout);
    mime_document_free(&message->tree);
    free(message->recipients);
    free(message);
}

int message_keep_string(struct mailer_message *message, char **place, const char *string)
{
    char *copy = strdup(string);
    if (copy == NULL)
        return error_set_memory(&message->error);
    free(*place);
    *place = copy;
    return 0;
}

/* ---- Who and what ---- */

int mailer_message_set_from(struct mailer_message *message, const char *mailbox,
                            struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if (message->from.count > 0)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "From is given twice: once is enough");
    else if (mime_address_parse(&message->from, mailbox, true, &message->error) != 0)
        error_prefix(&message->error, "From");
    else if (message->from.count != 1 || message->from.group_count > 0)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "From has one address, not \"%s\"", mailbox);
    return message_settle(message, error);
}

int mailer_message_set_envelope_sender(struct mailer_message *message, const char *address,
                                       struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_mailbox_list list = {0};
    bool is_null_sender = address[0] == '\0' || strcmp(address, "<>") == 0;
    if (is_null_sender)
        message_keep_string(message, &message->envelope_sender, "");
    else if (mime_address_parse(&list, address, true, &message->error) != 0)
        error_prefix(&message->error, "the envelope's sender");
    else if (list.count != 1)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "the envelope has one sender, not \"%s\"", address);
    else
        message_keep_string(message, &message->envelope_sender, list.mailboxes[0].address);
    mime_mailbox_list_free(&list);
    return message_settle(message, error);
}

static int add_mailboxes(struct mailer_message *message, struct mime_mailbox_list *list,
                         const char *what, const char *mailboxes, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if (mime_address_parse(list, mailboxes, true, &message->error) != 0)
        error_prefix(&message->error, "%s", what);
    return message_settle(message, error);
}

int mailer_message_add_to(struct mailer_message *message, const char *mailboxes,
                          struct mailer_error *error)
{
    return add_mailboxes(message, &message->to, "To", mailboxes, error);
}

int mailer_message_add_cc(struct mailer_message *message, const char *mailboxes,
                          struct mailer_error *error)
{
    return add_mailboxes(message, &message->cc, "Cc", mailboxes, error);
}

int mailer_message_add_bcc(struct mailer_message *message, const char *mailboxes,
                           struct mailer_error *error)
{
    return add_mailboxes(message, &message->bcc, "Bcc", mailboxes, error);
}

int mailer_message_add_reply_to(struct mailer_message *message, const char *mailboxes,
                                struct mailer_error *error)
{
    return add_mailboxes(message, &message->reply_to, "Reply-To", mailboxes, error);
}

int mailer_message_set_subject(struct mailer_message *message, const char *subject,
                               struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if (message->subject != NULL)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "Subject is given twice: once is enough");
    else if (mime_header_check_value("Subject", subject, &message->error) == 0)
        message_keep_string(message, &message->subject, subject);
    return message_settle(message, error);
}

/* ---- Settings ---- */

int mailer_message_set_temporary_directory(struct mailer_message *message, const char *directory,
                                           struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    message_keep_string(message, &message->temporary_directory,
                        directory != NULL ? directory : "/tmp");
    return message_settle(message, error);
}

int mailer_message_set_message_id_domain(struct mailer_message *message, const char *domain,
                                         struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    size_t length = strlen(domain);
    if (length == 0 || length > 255 || !text_is_ascii(domain, length) ||
        text_has_control(domain, length) || strcspn(domain, " <>@\"\\(),;") != length)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%s\" is no domain for a Message-ID: give one such as example.org", domain);
    else
        message_keep_string(message, &message->message_id_domain, domain);
    return message_settle(message, error);
}
