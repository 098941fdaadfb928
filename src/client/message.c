/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "error.h"
#include "header/header.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Files beyond these are opened anew for each read, so that many need few descriptors. */
enum { FILES_KEPT_OPEN = 16 };

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
    free(message->message_id);
    mime_document_free(&message->given);
    for (size_t i = 0; i < BODY_KINDS; i++)
        mime_part_free(message->bodies[i]);
    mime_part_free(message->attachments);
    mime_detector_free(message->detector);
    mime_document_free(&message->tree);
    free(message->recipients);
    free(message);
}

void message_keep_string(struct mailer_message *message, char **place, const char *string)
{
    char *copy = strdup(string);
    if (copy == NULL) {
        error_set_memory(&message->error);
        return;
    }
    free(*place);
    *place = copy;
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

/* ---- Content ---- */

/* Whether content says where it comes from, once. A struct of zeros would mean standard input. */
static int check_content(const struct mailer_content *content, struct mailer_error *error)
{
    if (content->struct_size == 0)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "a struct mailer_content must be made with MAILER_CONTENT_INIT");
    int sources = (content->bytes != NULL) + (content->path != NULL) + (content->descriptor >= 0);
    if (sources > 1 || (content->bytes == NULL && content->size > 0))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "content is either bytes and size, or a path, or a descriptor: set one");
    return 0;
}

/* Opens what content describes. *name receives a name found for it, or NULL. */
static int open_content(struct mailer_message *message, const struct mailer_content *content,
                        struct mime_blob **blob, const char **name, struct mailer_error *error)
{
    *name = NULL;
    int result = check_content(content, error);
    if (result != 0)
        return result;
    if (content->path != NULL) {
        const char *slash = strrchr(content->path, '/');
        *name = slash == NULL ? content->path : slash + 1;
        bool keep_open = message->files++ < FILES_KEPT_OPEN;
        return mime_blob_from_file(blob, content->path, keep_open, message->temporary_directory,
                                   error);
    }
    if (content->descriptor >= 0)
        return mime_blob_from_descriptor(blob, content->descriptor, "the input",
                                         message->temporary_directory, error);
    return mime_blob_from_memory(blob, content->bytes, content->size, error);
}

int mailer_message_set_text(struct mailer_message *message, const char *text,
                            struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return mailer_message_set_body(message, "text/plain", &content, error);
}

int mailer_message_set_body(struct mailer_message *message, const char *type,
                            const struct mailer_content *content, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    bool is_html = text_same_bytes(type, strcspn(type, "; "), "text/html");
    struct mime_part **place = &message->bodies[is_html ? BODY_HTML : BODY_PLAIN];
    if (*place != NULL)
        error_set(&message->error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "the %s body is given twice: set it once", is_html ? "HTML" : "text");
    else if (!mime_media_type_is(type, "text"))
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "the body must be text, not %s: attach it instead", type);
    struct mime_blob *blob = NULL;
    const char *name;
    struct mime_leaf leaf = {.type = type, .form = MIME_FORM_TEXT};
    if (!error_is_set(&message->error) &&
        open_content(message, content, &blob, &name, &message->error) == 0)
        mime_part_new_leaf(place, blob, &leaf, &message->error);
    mime_blob_release(blob);
    return message_settle(message, error);
}

/* The last component of a name that is to be shown, so that no reader is led out of its folder: of
 * a path of this system, or of a name that was given and may be of any other. */
static const char *shown_name(const char *name, const char *separators, struct mailer_error *error)
{
    const char *base = name;
    for (const char *at = name; *at != '\0'; at++)
        if (strchr(separators, *at) != NULL)
            base = at + 1;
    if (*base == '\0' || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
        error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%s\" is no name for an attachment: give another one", name);
        return NULL;
    }
    return base;
}

static bool content_id_is_valid(const char *content_id)
{
    size_t length = strlen(content_id);
    return length > 0 && length <= 250 && text_is_ascii(content_id, length) &&
           strcspn(content_id, " <>\"\\(),;:") == length && !text_has_control(content_id, length);
}

/* Makes the leaf of an attachment whose blob is open. */
static int make_attachment(struct mailer_message *message, struct mime_blob *blob,
                           const char *found_name, const struct mailer_attachment *attachment,
                           struct mime_part **part, struct mailer_error *error)
{
    char detected[MIME_TYPE_SIZE];
    struct mime_leaf leaf = {
        .type = attachment->type, .form = MIME_FORM_EXACT, .disposition = "attachment"};
    const char *name = attachment->name != NULL ? attachment->name : found_name;
    if (name != NULL)
        leaf.file_name = shown_name(name, name == found_name ? "/" : "/\\", error);
    if (error_is_set(error))
        return error->error_class;
    leaf.content_id = attachment->content_id;
    if (leaf.content_id != NULL && !content_id_is_valid(leaf.content_id))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "\"%s\" is no Content-ID: make it of letters, digits, dots and @",
                         leaf.content_id);
    if (leaf.type == NULL) {
        int result = 0;
        if (message->detector == NULL)
            result = mime_detector_new(&message->detector, error);
        if (result == 0)
            result = mime_detect(message->detector, blob, leaf.file_name, detected, error);
        if (result != 0)
            return result;
        leaf.type = detected;
    }
    return mime_part_new_leaf(part, blob, &leaf, error);
}

int mailer_message_attach(struct mailer_message *message, const struct mailer_content *content,
                          const struct mailer_attachment *attachment, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    static const struct mailer_attachment nothing_given = MAILER_ATTACHMENT_INIT;
    if (attachment == NULL)
        attachment = &nothing_given;
    struct mime_blob *blob = NULL;
    struct mime_part *part = NULL;
    const char *name = NULL;
    if (attachment->struct_size == 0)
        error_set(&message->error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "a struct mailer_attachment must be made with MAILER_ATTACHMENT_INIT");
    else if (message->attachments == NULL)
        mime_part_new_multipart(&message->attachments, "mixed", &message->error);
    if (!error_is_set(&message->error) &&
        open_content(message, content, &blob, &name, &message->error) == 0 &&
        make_attachment(message, blob, name, attachment, &part, &message->error) == 0)
        mime_part_insert(message->attachments, message->attachments->count, part, &message->error);
    mime_blob_release(blob);
    return message_settle(message, error);
}

int mailer_message_attach_file(struct mailer_message *message, const char *path,
                               const struct mailer_attachment *attachment,
                               struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.path = path;
    return mailer_message_attach(message, &content, attachment, error);
}

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
