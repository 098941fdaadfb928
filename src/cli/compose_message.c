/* SPDX-License-Identifier: ISC */
#include "compose_message.h"

#include "attachment.h"
#include "content_source.h"
#include "moment.h"
#include "origin.h"
#include "recipients.h"
#include "text.h"
#include "text_settings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int add_mailboxes(struct mailer_message *message, const char *mailboxes,
                          struct mailer_error *error);

/* The file of an existing message, or NULL when one is to be made. */
static const char *message_file(const struct send_options *options)
{
    return options->message_file != NULL ? options->message_file
           : options->read_recipients    ? "-"
                                         : NULL;
}

/* How often standard input is asked for; the attachments are checked on the way. */
static int count_inputs(const struct send_options *options, size_t *count, struct problem *problem)
{
    *count = 0;
    for (size_t i = 0; i < options->attachment_count; i++) {
        struct attachment attachment = {0};
        if (options->attachments[i].note != NULL)
            continue;
        int result =
            attachment_read(&options->attachments[i], options->archive, &attachment, problem);
        attachment_free(&attachment);
        if (result != 0)
            return result;
        *count += content_source_is_input(attachment.file);
    }
    const char *const files[] = {options->text_file, options->html_file, options->calendar_file,
                                 message_file(options)};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        *count += files[i] != NULL && content_source_is_input(files[i]);
    return 0;
}

/* Whether the text is what stands on standard input. */
static int choose_body(const struct send_options *options, bool *from_input,
                       struct problem *problem)
{
    size_t inputs = 0;
    int result = count_inputs(options, &inputs, problem);
    if (result != 0)
        return result;
    if (inputs > 1)
        return problem_set(problem, EXIT_CODE_USAGE, "standard input can be used only once");
    if (inputs > 0 && options->input_type != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "-M is for a text on standard input, which -a takes already");
    *from_input = inputs == 0 && options->text_file == NULL && options->html_file == NULL &&
                  options->typed_text == NULL && message_file(options) == NULL;
    if (message_file(options) != NULL && inputs > 0 && isatty(STDIN_FILENO))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "no message: put < FILE behind, pipe it in, or give --eml FILE");
    if (options->password_descriptor == STDIN_FILENO && (*from_input || inputs > 0))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--password-fd 0 and the message both want standard input");
    return 0;
}

bool compose_message_lacks_text(const struct send_options *options)
{
    size_t inputs = 0;
    struct problem problem = {0};
    return options->text_file == NULL && options->html_file == NULL &&
           message_file(options) == NULL && options->password_descriptor != STDIN_FILENO &&
           isatty(STDIN_FILENO) && count_inputs(options, &inputs, &problem) == 0 && inputs == 0;
}

static void add_all(struct mailer_message *message, add_mailboxes *add,
                    const struct text_list *list, struct mailer_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        add(message, list->items[i], error);
}

/* A recipient is a mailto: URL too. */
static void add_recipients(struct mailer_message *message, const struct text_list *list,
                           struct mailer_error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (recipients_is_url(list->items[i]))
            mailer_message_add_mailto(message, list->items[i], error);
        else
            mailer_message_add_to(message, list->items[i], error);
}

static int add_headers(struct mailer_message *message, const struct text_list *headers,
                       struct mailer_error *error, struct problem *problem)
{
    for (size_t i = 0; i < headers->count; i++) {
        const char *header = headers->items[i];
        size_t size = strcspn(header, ":");
        if (size == 0 || header[size] == '\0')
            return problem_set(problem, EXIT_CODE_USAGE, "-H takes 'Name: value', not \"%.200s\"",
                               header);
        char *name = strndup(header, size);
        if (name == NULL)
            return problem_set_memory(problem);
        const char *value = header + size + 1;
        mailer_message_add_header(message, name, value + strspn(value, " \t"), error);
        free(name);
    }
    return 0;
}

static int add_body(struct mailer_message *message, const char *what, const char *type,
                    const char *file, struct mailer_error *error, struct problem *problem)
{
    struct content_source source;
    int result = content_source_open(&source, what, file, problem);
    if (result == 0)
        mailer_message_set_body(message, type, &source.content, error);
    content_source_close(&source);
    return result;
}

static int add_calendar(struct mailer_message *message, const char *file,
                        struct mailer_error *error, struct problem *problem)
{
    struct content_source source;
    int result = content_source_open(&source, "--calendar", file, problem);
    if (result == 0)
        mailer_message_set_calendar(message, &source.content, NULL, error);
    content_source_close(&source);
    return result;
}

static void add_typed_text(struct mailer_message *message, const struct send_options *options,
                           struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = options->typed_text;
    content.size = options->typed_size;
    const char *type = options->input_type != NULL ? options->input_type : "text/plain";
    mailer_message_set_body(message, type, &content, error);
}

static int add_bodies(struct mailer_message *message, const struct send_options *options,
                      bool from_input, struct mailer_error *error, struct problem *problem)
{
    int result = 0;
    if (options->typed_text != NULL) {
        add_typed_text(message, options, error);
    } else if (from_input) {
        const char *type = options->input_type != NULL ? options->input_type : "text/plain";
        result = add_body(message, "", type, "-", error, problem);
    } else if (options->text_file != NULL)
        result = add_body(message, "--text", "text/plain", options->text_file, error, problem);
    else if (options->html_file == NULL && options->calendar_file == NULL)
        mailer_message_set_text(message, "", error);
    if (result == 0 && options->html_file != NULL)
        result = add_body(message, "--html", "text/html", options->html_file, error, problem);
    if (result == 0 && options->report_type != NULL)
        mailer_message_set_report_type(message, options->report_type, error);
    return result == 0 && options->calendar_file != NULL
               ? add_calendar(message, options->calendar_file, error, problem)
               : result;
}

/* The HTML may show a picture that is missing by whatever name it would have had. */
static int leave_out(struct mailer_message *message, const struct attachment_option *option,
                     struct mailer_error *error, struct problem *problem)
{
    char *shown = attachment_shown_name(option);
    if (shown == NULL)
        return problem_set_memory(problem);
    mailer_message_add_note(message, option->note, error);
    if (option->is_picture)
        mailer_message_leave_out_picture(message, shown, error);
    if (option->is_picture && option->content_id != NULL)
        mailer_message_leave_out_picture(message, option->content_id, error);
    free(shown);
    return 0;
}

static int add_attachment(struct mailer_message *message, const struct attachment_option *option,
                          bool archive, struct mailer_error *error, struct problem *problem)
{
    struct attachment attachment = {0};
    struct content_source source = {.opened = -1};
    struct mailer_attachment description = MAILER_ATTACHMENT_INIT;
    if (option->note != NULL)
        return leave_out(message, option, error, problem);
    int result = attachment_read(option, archive, &attachment, problem);
    description.name = attachment.name;
    description.type = attachment.type;
    description.content_id = attachment.content_id;
    if (result == 0 && attachment.is_directory) {
        mailer_message_attach_archive(message, attachment.file, &description, error);
    } else if (result == 0) {
        const char *letter = attachment_letter(option);
        result = content_source_open(&source, letter, attachment.file, problem);
        if (result == 0 && option->is_picture)
            mailer_message_add_picture(message, &source.content, &description, error);
        else if (result == 0)
            mailer_message_attach(message, &source.content, &description, error);
    }
    content_source_close(&source);
    attachment_free(&attachment);
    return result;
}

static void add_people(struct mailer_message *message, const struct send_options *options,
                       const char *from, struct mailer_error *error)
{
    if (from != NULL)
        mailer_message_set_from(message, from, error);
    const char *sender = options->envelope_sender;
    if (sender == NULL && send_options_have_message(options))
        sender = options->from;
    if (sender != NULL) {
        bool null_sender = strcmp(sender, "<>") == 0;
        mailer_message_set_envelope_sender(message, null_sender ? "" : sender, error);
    }
    add_recipients(message, &options->state.operands, error);
    add_recipients(message, &options->to, error);
    add_all(message, mailer_message_add_cc, &options->cc, error);
    add_all(message, mailer_message_add_bcc, &options->bcc, error);
    add_all(message, mailer_message_add_reply_to, &options->reply_to, error);
}

/* Header fields, by options of their own or by -H. */
static int add_fields(struct mailer_message *message, const struct send_options *options,
                      struct mailer_error *error, struct problem *problem)
{
    static const enum mailer_priority priorities[] = {
        [PRIORITY_HIGH] = MAILER_PRIORITY_HIGH,
        [PRIORITY_NORMAL] = MAILER_PRIORITY_NORMAL,
        [PRIORITY_LOW] = MAILER_PRIORITY_LOW,
    };
    if (options->subject != NULL)
        mailer_message_set_subject(message, options->subject, error);
    if (options->in_reply_to != NULL)
        mailer_message_add_header(message, "In-Reply-To", options->in_reply_to, error);
    /* RFC 5322 3.6.4: an answer names at least what it answers. */
    if (options->references != NULL || options->in_reply_to != NULL)
        mailer_message_add_header(
            message, "References",
            options->references != NULL ? options->references : options->in_reply_to, error);
    if (options->thread != NULL)
        mailer_message_set_thread(message, options->thread, error);
    if (options->priority != PRIORITY_NOT_GIVEN)
        mailer_message_set_priority(message, priorities[options->priority], error);
    add_all(message, mailer_message_add_unsubscribe, &options->unsubscribe, error);
    int result = add_headers(message, &options->headers, error, problem);
    if (result == 0 && !send_options_have_message(options))
        origin_mark(message, &options->headers, error);
    return result;
}

static int read_notify(const char *words, unsigned *notify, struct problem *problem)
{
    static const struct {
        const char *word;
        enum mailer_notify when;
    } known[] = {
        {"never", MAILER_NOTIFY_NEVER},
        {"success", MAILER_NOTIFY_SUCCESS},
        {"failure", MAILER_NOTIFY_FAILURE},
        {"delay", MAILER_NOTIFY_DELAY},
    };
    for (const char *at = words; at != NULL; at = *at == ',' ? at + 1 : NULL) {
        size_t length = strcspn(at, ",");
        size_t i = 0;
        while (i < sizeof known / sizeof *known && !text_same_bytes(at, length, known[i].word))
            i++;
        if (i == sizeof known / sizeof *known || (i == 0 && length != strlen(words)))
            return problem_set(problem, EXIT_CODE_USAGE,
                               "--notify %.100s: it is never, or some of success,failure,delay",
                               words);
        *notify |= known[i].when;
        at += length;
    }
    return 0;
}

/* SECONDS, and what to do then. */
static int read_deliver_by(const char *words, struct mailer_envelope_options *envelope,
                           struct problem *problem)
{
    char *end = NULL;
    if (words == NULL)
        return 0;
    bool is_good = text_is_digit(words[words[0] == '-']);
    envelope->deliver_by_seconds = strtoll(words, &end, 10);
    envelope->deliver_by = MAILER_DELIVER_BY_RETURN;
    while (is_good && *end != '\0') {
        const char *word = end + 1;
        size_t length = strcspn(word, ",");
        bool notify = text_same_bytes(word, length, "notify");
        bool trace = text_same_bytes(word, length, "trace");
        is_good = *end == ',' && (notify || trace || text_same_bytes(word, length, "return"));
        if (notify)
            envelope->deliver_by = MAILER_DELIVER_BY_NOTIFY;
        envelope->deliver_by_trace |= trace;
        end += 1 + length;
    }
    if (!is_good)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--deliver-by %.100s: it is a number of seconds, and perhaps ,return, "
                           ",notify or ,trace behind it",
                           words);
    return 0;
}

/* What is asked of servers. */
static int add_envelope(struct mailer_message *message, const struct send_options *options,
                        struct mailer_error *error, struct problem *problem)
{
    static const enum mailer_return returns[] = {
        [RETURN_FULL] = MAILER_RETURN_FULL, [RETURN_HEADERS] = MAILER_RETURN_HEADERS};
    struct mailer_envelope_options envelope = MAILER_ENVELOPE_OPTIONS_INIT;
    int result = read_notify(options->notify, &envelope.notify, problem);
    envelope.returned = returns[options->returned];
    envelope.envelope_id = options->envelope_id;
    envelope.require_tls = options->require_tls_everywhere;
    if (result == 0 && options->hold_until != NULL &&
        !moment_read(options->hold_until, &envelope.hold_until))
        result = problem_set(problem, EXIT_CODE_USAGE,
                             "--hold-until %.100s: a moment looks like 2030-12-24T18:00Z",
                             options->hold_until);
    if (result == 0)
        result = read_deliver_by(options->deliver_by, &envelope, problem);
    envelope.mt_priority = options->mt_priority;
    envelope.submitter = options->submitter;
    if (result == 0)
        mailer_message_set_envelope_options(message, &envelope, error);
    return result;
}

/* An existing message, or the bodies of a new one. */
static int add_content(struct mailer_message *message, const struct send_options *options,
                       bool from_input, struct mailer_error *error, struct problem *problem)
{
    const char *file = message_file(options);
    if (file == NULL)
        return add_bodies(message, options, from_input, error, problem);
    struct content_source source;
    int result =
        content_source_open(&source, options->message_file != NULL ? "--eml" : "-t", file, problem);
    if (result == 0)
        mailer_message_read(message, &source.content, options->read_recipients, error);
    content_source_close(&source);
    return result;
}

/* The library's first error sticks to the message, so it is asked for once, at the end. */
static int fill(struct mailer_message *message, const struct send_options *options,
                const char *from, bool from_input, struct problem *problem)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = text_settings_apply(options, message, &error, problem);
    if (result != 0)
        return result;
    if (options->domain != NULL)
        mailer_message_set_domain(message, options->domain, &error);
    add_people(message, options, from, &error);
    result = add_envelope(message, options, &error, problem);
    if (result == 0)
        result = add_fields(message, options, &error, problem);
    if (result == 0 && error.error_class == MAILER_OK)
        result = add_content(message, options, from_input, &error, problem);
    for (size_t i = 0; i < options->attachment_count && result == 0; i++)
        result =
            add_attachment(message, &options->attachments[i], options->archive, &error, problem);
    if (result == 0 && mailer_message_seal(message, &error) != 0)
        result = problem_set_error(problem, &error);
    if (result == 0 && mailer_message_recipient_count(message) == 0)
        result = problem_set(problem, EXIT_CODE_USAGE,
                             "no recipient: the message has no To, Cc or Bcc, and none was given");
    return result;
}

int compose_message(const struct send_options *options, const char *from,
                    struct mailer_message **message, struct problem *problem)
{
    *message = NULL;
    bool from_input = false;
    int result = choose_body(options, &from_input, problem);
    if (result != 0)
        return result;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_new(message, &error) != 0)
        return problem_set_error(problem, &error);
    result = fill(*message, options, from, from_input, problem);
    if (result != 0) {
        mailer_message_free(*message);
        *message = NULL;
    }
    return result;
}
