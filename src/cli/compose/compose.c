/* SPDX-License-Identifier: ISC */
#include "compose/compose.h"

#include "compose/questions.h"
#include "compose_message.h"
#include "dry_run.h"
#include "interrupt.h"
#include "message_check.h"
#include "missing_file.h"
#include "recipients.h"
#include "text.h"
#include "transfer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct compose {
    struct send_options *options;
    const char *from;
    struct keyboard *keyboard;
    struct transfer transfer;
};

/* ---- Drafts ---- */

/* Whether some of the message was given on the command line, which no draft holds. */
static bool has_given(const struct send_options *options)
{
    return options->state.operands.count + options->to.count + options->cc.count +
                   options->bcc.count + options->attachment_count >
               0 ||
           options->subject != NULL;
}

/* The message is worth more than what has gone wrong with it. What may have been delivered is not
 * to be sent again by whoever only presses Return. */
static void keep(const struct compose *compose, struct draft *draft, int code)
{
    struct problem problem = {0};
    bool is_apart = code == EXIT_CODE_UNKNOWN || code == EXIT_CODE_PARTIAL;
    if (draft_is_empty(draft))
        return;
    if ((is_apart ? draft_save_apart : draft_save)(draft, &problem) != 0)
        report_problem(stderr, &problem);
    else if (is_apart)
        fprintf(stderr,
                "mailer: what was typed is in %s; it is not offered again, as it may have been "
                "delivered\n",
                draft->path);
    else
        fprintf(stderr, "mailer: the message is kept in %s; \"mailer compose\" goes on with it%s\n",
                draft->path,
                has_given(compose->options) ? ", give the words of the command line again" : "");
}

static enum keyboard_answer offer(struct compose *compose, struct draft *draft,
                                  struct problem *problem)
{
    char shown[512], *line = NULL;
    const char *to = draft->to != NULL ? draft->to : "nobody yet";
    text_printable(shown, sizeof shown, to, strlen(to));
    fprintf(stderr, "A message to %s was not sent.\n", shown);
    enum keyboard_answer answer =
        keyboard_ask(compose->keyboard, "Go on with it? (yes, no: later, d: drop it) [yes] ", false,
                     &line, problem);
    char word = answer == KEYBOARD_LINE ? text_lower(line[strspn(line, " ")]) : 'n';
    free(line);
    if (word == 'd')
        draft_remove(draft);
    if (word == 'd' || word == 'n')
        draft_free(draft);
    return answer;
}

/* The newest draft, if it is to be gone on with. */
static enum keyboard_answer go_on(struct compose *compose, struct draft *draft,
                                  struct problem *problem)
{
    char *path = draft_find();
    enum keyboard_answer answer = KEYBOARD_LINE;
    if (path == NULL)
        return answer;
    if (draft_load(draft, path, problem) == 0) {
        answer = offer(compose, draft, problem);
    } else {
        report_problem(stderr, problem);
        *problem = (struct problem){0};
    }
    free(path);
    return answer;
}

/* ---- A message ---- */

static int add_files(struct send_options *options, const struct draft *draft,
                     struct problem *problem)
{
    size_t given = options->attachment_count, count = given + draft->file_count;
    struct attachment_option *all = calloc(count + 1, sizeof *all);
    if (all == NULL)
        return problem_set_memory(problem);
    for (size_t i = 0; i < count; i++)
        all[i] = i < given ? options->attachments[i]
                           : (struct attachment_option){.argument = draft->files[i - given]};
    /* By now there may be what was not there. */
    for (size_t i = 0; i < given; i++)
        all[i].note = NULL;
    options->attachments = all;
    options->attachment_count = count;
    return 0;
}

static int add_people(struct text_list *list, const struct text_list *given, const char *typed,
                      struct problem *problem)
{
    int result = 0;
    *list = (struct text_list){0};
    for (size_t i = 0; i < given->count && result == 0; i++)
        result = text_list_add(list, given->items[i], problem);
    if (result == 0 && typed != NULL)
        result = text_list_add(list, typed, problem);
    return result;
}

static int send_sealed(struct compose *compose, const struct mailer_message *message,
                       struct problem *problem)
{
    const struct send_options *options = compose->options;
    int result = 0;
    if (options->skip_empty && mailer_message_is_empty(message)) {
        fputs("There is no text and no file, so nothing is sent.\n", stderr);
        return 0;
    }
    if (options->check && options->dry_run)
        result = message_check(stderr, message, NULL, compose->from, problem);
    else if (options->check)
        return transfer_check(&compose->transfer, message, problem);
    if (options->dry_run)
        return result == 0 ? dry_run(options, message, problem) : result;
    result = transfer_send(&compose->transfer, message, problem);
    if (result == 0)
        fputs("Sent.\n", stderr);
    return result;
}

/* Of names and files the same is asked as of a message that is not typed. */
static int send_checked(struct compose *compose, struct send_options *all, struct problem *problem)
{
    struct transfer *transfer = &compose->transfer;
    struct mailer_message *message = NULL;
    int result = missing_file_note(all, problem);
    if (result == 0)
        result = compose_message(all, compose->from, &message, problem);
    if (result == 0)
        result =
            recipients_check_domains(message, transfer->server->url, transfer->address, problem);
    if (result == 0) {
        questions_summarize(all, message);
        result = send_sealed(compose, message, problem);
        missing_file_tell(all, stderr, result);
    }
    mailer_message_free(message);
    for (size_t i = 0; i < all->attachment_count; i++)
        free(all->attachments[i].note);
    return result;
}

/* The options with what was typed beside what was given. */
static int send_draft(struct compose *compose, struct draft *draft, struct problem *problem)
{
    struct send_options all = *compose->options;
    all.typed_text = draft->text.size > 0 ? draft->text.bytes : "";
    all.typed_size = draft->text.size;
    if (all.subject == NULL && draft->subject != NULL && *draft->subject != '\0')
        all.subject = draft->subject;
    all.cc = all.to = (struct text_list){0};
    int result = add_files(&all, draft, problem);
    if (result != 0)
        return result;
    result = add_people(&all.to, &compose->options->to, draft->to, problem);
    if (result == 0)
        result = add_people(&all.cc, &compose->options->cc, draft->cc, problem);
    if (result == 0)
        result = send_checked(compose, &all, problem);
    text_list_free(&all.to);
    text_list_free(&all.cc);
    free(all.attachments);
    return result;
}

/* One message, from the first question on. @return whether there may be another. */
static bool write_message(struct compose *compose, struct draft *draft, int *code,
                          struct problem *problem)
{
    enum keyboard_answer answer =
        questions_ask(compose->keyboard, compose->options, draft, problem);
    if (answer == KEYBOARD_END)
        return false;
    if (answer == KEYBOARD_LINE) {
        int result = send_draft(compose, draft, problem);
        if (result == 0) {
            if (compose->options->check)
                keep(compose, draft, result);
            else
                draft_remove(draft);
            return true;
        }
        *code = result;
    } else {
        *code = answer == KEYBOARD_FAILED ? (int)problem->exit_code : EXIT_CODE_TEMPORARY;
    }
    if (problem->exit_code != EXIT_CODE_OK)
        report_problem(stderr, problem);
    *problem = (struct problem){0};
    keep(compose, draft, *code);
    return answer == KEYBOARD_LINE && interrupt_number() == 0;
}

/* What was given on the command line is for the first message alone. */
static void forget_first(struct send_options *options)
{
    options->state.operands.count = 0;
    options->to.count = options->cc.count = options->bcc.count = 0;
    options->subject = NULL;
    for (size_t i = 0; i < options->attachment_count; i++)
        free(options->attachments[i].note);
    options->attachment_count = 0;
}

static int write_messages(struct compose *compose, bool once, struct problem *problem)
{
    struct draft draft = draft_empty();
    enum keyboard_answer answer = once ? KEYBOARD_LINE : go_on(compose, &draft, problem);
    int code = answer == KEYBOARD_INTERRUPTED ? EXIT_CODE_TEMPORARY : (int)problem->exit_code;
    bool goes_on = answer == KEYBOARD_LINE;
    while (goes_on) {
        goes_on = write_message(compose, &draft, &code, problem) && !once;
        draft_free(&draft);
        forget_first(compose->options);
        if (goes_on)
            fputs("\nThe next message; nobody to write to ends it.\n", stderr);
    }
    draft_free(&draft);
    return code;
}

int compose_run(struct send_options *options, struct mailer_server *server,
                const struct server_address *address, const char *from, bool once,
                struct problem *problem)
{
    struct compose compose = {.options = options, .from = from};
    if (options->only_if_changed != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--only-if-changed is for a text that is not typed at a terminal");
    int result = transfer_start(&compose.transfer, options, server, address, !once, problem);
    if (result == 0)
        result = keyboard_open(&compose.keyboard, problem);
    if (result == 0) {
        interrupt_catch();
        result = write_messages(&compose, once, problem);
        interrupt_release();
    }
    keyboard_close(compose.keyboard);
    transfer_end(&compose.transfer);
    return result;
}
