/* SPDX-License-Identifier: ISC */
#include "message_private.h"

#include "buffer.h"
#include "content/calendar.h"
#include "content/charset.h"
#include "error.h"
#include "text.h"
#include "text/text_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_LIMIT = 32 * 1024, CALENDAR_TYPE_SIZE = 128 };

/* Whether the charsets that were asked for are known. That of a locale need not be. */
static int check_charsets(const struct mailer_text_options *options, struct mailer_error *error)
{
    char name[MIME_CHARSET_SIZE];
    int result = options->charset != NULL ? mime_charset_find(name, options->charset, error) : 0;
    if (result == 0 && options->output_charset != NULL)
        result = mime_charset_find(name, options->output_charset, error);
    return result == 0 && options->output_charset != NULL ? mime_charset_check_output(name, error)
                                                          : result;
}

/* Keeps a copy of an option that may be NULL. */
static void keep_option(struct mailer_message *message, char **place, const char *string)
{
    free(*place);
    *place = NULL;
    if (string != NULL)
        message_keep_string(message, place, string);
}

int mailer_message_set_text_options(struct mailer_message *message,
                                    const struct mailer_text_options *options,
                                    struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct text_options *kept = &message->text_options;
    if (options->struct_size == 0)
        error_set(&message->error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "a struct mailer_text_options must be made with MAILER_TEXT_OPTIONS_INIT");
    else
        check_charsets(options, &message->error);
    if (error_is_set(&message->error))
        return message_settle(message, error);
    keep_option(message, &kept->charset, options->charset);
    keep_option(message, &kept->fallback_charset, options->fallback_charset);
    keep_option(message, &kept->output_charset, options->output_charset);
    keep_option(message, &kept->picture_directory, options->picture_directory);
    kept->flowed = options->flowed;
    kept->text_from_html = options->text_from_html;
    return message_settle(message, error);
}

int mailer_message_set_text(struct mailer_message *message, const char *text,
                            struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return mailer_message_set_body(message, "text/plain", &content, error);
}

/* Whether there may be a body of that type still. */
static int check_body(const struct mailer_message *message, const char *type, bool is_html,
                      struct mailer_error *error)
{
    bool is_set = is_html ? message->html != NULL : message->bodies[BODY_PLAIN] != NULL;
    if (message->existing)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the message that was read has its body: no other one can be set");
    if (is_set)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the %s body is given twice: set it once", is_html ? "HTML" : "text");
    if (!mime_media_type_is(type, "text"))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the body must be text, not %s: attach it instead", type);
    return 0;
}

/* ---- Types ---- */

/* RFC 3676 4. */
static bool is_of_flow(const char *parameter)
{
    return strcmp(parameter, "format") == 0 || strcmp(parameter, "delsp") == 0;
}

/* The charset that a type names, or NULL; to be freed. */
static int read_charset(const char *type, char **charset, struct mailer_error *error)
{
    struct mime_media_type parsed = {0};
    *charset = NULL;
    int result = mime_media_type_parse(&parsed, type, error);
    const char *named = result == 0 ? mime_media_type_parameter(&parsed, "charset") : NULL;
    if (named != NULL && (*charset = strdup(named)) == NULL)
        result = error_set_memory(error);
    mime_media_type_free(&parsed);
    return result;
}

/* The type of text as it is written: without a charset, as that is told apart, and with how the
 * text flows. To be freed. */
static int make_type(const char *type, const struct mime_text_body *body, char **made,
                     struct mailer_error *error)
{
    struct mime_media_type parsed = {0};
    struct buffer text = buffer_empty(TYPE_LIMIT);
    *made = NULL;
    int result = mime_media_type_parse(&parsed, type, error);
    if (result == 0)
        buffer_append_string(&text, parsed.name);
    for (size_t i = 0; result == 0 && i < parsed.count; i++) {
        const struct mime_media_parameter *parameter = &parsed.parameters[i];
        if (strcmp(parameter->name, "charset") == 0 ||
            (body->flowed && is_of_flow(parameter->name)))
            continue;
        buffer_append_format(&text, "; %s=\"", parameter->name);
        for (const char *c = parameter->value; *c != '\0'; c++) {
            if (*c == '"' || *c == '\\')
                buffer_append_char(&text, '\\');
            buffer_append_char(&text, *c);
        }
        buffer_append_char(&text, '"');
    }
    if (body->flowed)
        buffer_append_format(&text, "; format=flowed%s", body->delete_space ? "; delsp=yes" : "");
    if (result == 0 && (*made = buffer_take_string(&text)) == NULL)
        result = error_set_memory(error);
    mime_media_type_free(&parsed);
    buffer_free(&text);
    return result;
}

static bool is_of_type(const char *type, const char *name)
{
    return text_same_bytes(type, strcspn(type, "; "), name);
}

/* ---- Parts ---- */

static int new_part(struct mime_part **part, const char *type, const struct mime_text_body *body,
                    struct mailer_error *error)
{
    /* Most types have no parameters: nothing of them changes. */
    bool is_changed = body->flowed || strchr(type, ';') != NULL;
    char *made = NULL;
    int result = is_changed ? make_type(type, body, &made, error) : 0;
    struct mime_leaf leaf = {.type = is_changed ? made : type,
                             .form = MIME_FORM_TEXT,
                             .charset = body->charset,
                             .scan = &body->scan};
    if (result == 0)
        result = mime_part_new_leaf(part, body->blob, &leaf, error);
    free(made);
    return result;
}

/* Whether text in UTF-8 is to be written in another way. */
static bool is_to_be_changed(const struct mailer_message *message, const char *type)
{
    const struct text_options *options = &message->text_options;
    return options->output_charset != NULL || (options->flowed && is_of_type(type, "text/plain"));
}

int message_new_body(struct mailer_message *message, struct mime_part **part, const char *type,
                     struct mime_blob *utf8, struct mailer_error *error)
{
    const struct mime_text_options options = {
        .input_charset = "utf-8",
        .output_charset = message->text_options.output_charset,
        .html = is_of_type(type, "text/html"),
        .flowed = message->text_options.flowed && is_of_type(type, "text/plain"),
        .directory = message->temporary_directory};
    struct mime_text_body body = {0};
    int result = mime_text_body_prepare(&body, utf8, &options, error);
    if (result == 0)
        result = new_part(part, type, &body, error);
    mime_text_body_free(&body);
    return result;
}

int message_new_text(struct mailer_message *message, const char *type, struct mime_blob *utf8,
                     struct mailer_error *error)
{
    struct mime_part **part = &message->bodies[BODY_PLAIN];
    struct mailer_error narrow = MAILER_ERROR_INIT;
    int result = message_new_body(message, part, type, utf8, &narrow);
    if (result != MAILER_DATA)
        return error_pass(error, &narrow);
    struct mime_leaf leaf = {.type = "text/plain", .form = MIME_FORM_TEXT};
    return mime_part_new_leaf(part, utf8, &leaf, error);
}

/* Text in UTF-8 of text as it was given. */
static int read_text(struct mailer_message *message, const char *type, struct mime_blob *blob,
                     struct mime_text_body *body, struct mailer_error *error)
{
    char *charset;
    int result = read_charset(type, &charset, error);
    const struct text_options *given = &message->text_options;
    const struct mime_text_options options = {.input_charset =
                                                  charset != NULL ? charset : given->charset,
                                              .fallback_charset = given->fallback_charset,
                                              .html = is_of_type(type, "text/html"),
                                              .directory = message->temporary_directory};
    if (result == 0)
        result = mime_text_body_prepare(body, blob, &options, error);
    free(charset);
    return result;
}

/* The HTML waits for its pictures until the message is sealed; other text becomes a part now. */
static int keep_body(struct mailer_message *message, const char *type, struct mime_text_body *body,
                     struct mailer_error *error)
{
    if (is_of_type(type, "text/html")) {
        message->html = mime_blob_share(body->blob);
        message_keep_string(message, &message->html_type, type);
        return error->error_class;
    }
    message->plain = mime_blob_share(body->blob);
    if (message_keep_string(message, &message->plain_type, type) != 0)
        return error->error_class;
    struct mime_part **part = &message->bodies[BODY_PLAIN];
    return is_to_be_changed(message, type)
               ? message_new_body(message, part, type, body->blob, error)
               : new_part(part, type, body, error);
}

int mailer_message_set_body(struct mailer_message *message, const char *type,
                            const struct mailer_content *content, struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_blob *blob = NULL;
    struct mime_text_body body = {0};
    const char *name;
    struct mailer_error *first = &message->error;
    if (check_body(message, type, is_of_type(type, "text/html"), first) == 0 &&
        message_open_content(message, content, &blob, &name, first) == 0 &&
        read_text(message, type, blob, &body, first) == 0)
        keep_body(message, type, &body, first);
    mime_text_body_free(&body);
    mime_blob_release(blob);
    return message_settle(message, error);
}

/* ---- Invitations and reports ---- */

/* The last of the alternatives, and the same as an attachment, which no reader takes for one. */
static int keep_calendar(struct mailer_message *message, struct mime_blob *blob,
                         const char *found_name, const char *name, struct mailer_error *error)
{
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    attachment.name = name;
    attachment.type = "application/ics";
    struct mime_calendar calendar;
    char type[CALENDAR_TYPE_SIZE];
    int result = mime_calendar_read(&calendar, blob, error);
    if (result != 0)
        return result;
    snprintf(type, sizeof type, "text/calendar; method=%s%s%s", calendar.method,
             calendar.component[0] != '\0' ? "; component=" : "", calendar.component);
    const struct mime_leaf leaf = {.type = type, .form = MIME_FORM_TEXT};
    result = mime_part_new_leaf(&message->bodies[BODY_CALENDAR], blob, &leaf, error);
    if (found_name == NULL)
        found_name = "invite.ics";
    return result != 0 ? result
                       : message_attach_blob(message, blob, found_name, &attachment, error);
}

int mailer_message_set_calendar(struct mailer_message *message,
                                const struct mailer_content *content, const char *name,
                                struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    struct mime_blob *blob = NULL;
    const char *found = NULL;
    struct mailer_error *first = &message->error;
    if (message->bodies[BODY_CALENDAR] != NULL || message->existing)
        error_set(first, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "there is an invitation or a message already: send another one apart");
    else if (message_open_content(message, content, &blob, &found, first) == 0)
        keep_calendar(message, blob, found, name, first);
    mime_blob_release(blob);
    return message_settle(message, error);
}

int mailer_message_set_report_type(struct mailer_message *message, const char *type,
                                   struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    size_t length = strlen(type);
    bool is_word = length > 0 && length <= REPORT_TYPE_LIMIT;
    for (size_t i = 0; i < length && is_word; i++)
        is_word = text_is_letter(type[i]) || text_is_digit(type[i]) || type[i] == '-';
    if (message->existing)
        error_set(&message->error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                  "the message that was read is what it is: no report can be made of it");
    else if (!is_word)
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "\"%.100s\" is no type of a report: one is delivery-status", type);
    else
        message_keep_string(message, &message->report_type, type);
    return message_settle(message, error);
}
