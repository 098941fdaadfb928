/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "compose/compose.h"
#include "help.h"
#include "options.h"
#include "recipients.h"
#include "report.h"
#include "sender.h"
#include "server_settings.h"

#include <stdlib.h>
#include <unistd.h>

enum { HELP_LIMIT = 64 * 1024 };

static int show_help(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_string(&text,
                         "Usage: mailer compose [OPTION...] [RECIPIENT...]\n"
                         "Asks for messages at the terminal and sends them over one connection.\n"
                         "What is interrupted or cannot be sent is kept, and offered next time.\n"
                         "The options are those of sending; recipients, subject and attachments\n"
                         "that are given here are for the first message.\n\n");
    help_append_options(&text, &send_option_set);
    return verb_show(&text);
}

static int check(const struct send_options *options, struct problem *problem)
{
    if (send_options_have_message(options) || options->text_file != NULL ||
        options->html_file != NULL)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "\"mailer compose\" asks for the text; a file with one is sent without "
                           "the word compose");
    if (!isatty(STDIN_FILENO))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "\"mailer compose\" is for a terminal; a text on standard input is sent "
                           "without the word compose");
    bool has_people =
        options->state.operands.count + options->to.count + options->cc.count + options->bcc.count >
        0;
    return has_people ? recipients_check_options(options, problem) : 0;
}

static int compose(struct send_options *options, struct problem *problem)
{
    struct mailer_server server;
    struct server_address address;
    char *from = NULL;
    int result = check(options, problem);
    if (result == 0)
        result = server_settings(options, &server, &address, problem);
    if (result == 0)
        result = sender_choose(options, &address, &from, problem);
    if (result == 0)
        result = compose_run(options, &server, &address, from, false, problem);
    free(from);
    return result;
}

int compose_verb(int count, char **arguments)
{
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    int result = send_options_read(&options, count, arguments, &problem);
    if (result == 0)
        result = options.help ? show_help() : compose(&options, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    send_options_free(&options);
    return result;
}
