/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "compose/compose.h"
#include "compose_message.h"
#include "dry_run.h"
#include "help.h"
#include "json_output.h"
#include "message_check.h"
#include "missing_file.h"
#include "options.h"
#include "recipients.h"
#include "report.h"
#include "sender.h"
#include "sent_state.h"
#include "server_settings.h"
#include "transfer.h"

#include <mailer/mailer.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HELP_LIMIT = 64 * 1024 };

static int show_help(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_string(&text, "Usage: mailer [OPTION...] [RECIPIENT...] < TEXT\n"
                                "Sends TEXT with attachments to the recipients.\n\n");
    verb_append_help(&text);
    help_append_options(&text, &send_option_set);
    buffer_append_string(
        &text, "\nCalled as sendmail, mail or mailx it takes the options of that program, too. A\n"
               "line that holds one dot ends the text under none of these names.\n");
    buffer_append_string(
        &text, "\nMAILER_SERVER, MAILER_FROM, MAILER_USER, MAILER_PASSWORD and so on "
               "stand for\nthe options of that name; so do the keys of the configuration.\n"
               "\nExit codes: 0 accepted for all; 64 wrong use; 65 bad address, header or "
               "text;\n66 bad input file; 67 every recipient refused; 68 no such host; 69 "
               "refused\notherwise, or no TLS; 70, 71 defect, system; 73 a file cannot be "
               "made;\n74 reading or writing failed; 75 try again later; 76 the server speaks "
               "no SMTP;\n77 no login; 78 wrong setting; 79 some recipients refused, the others "
               "sent;\n80 may have been delivered.\n");
    return verb_show(&text);
}

static int show_version(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_format(&text, "mailer %s (libmailer %s)\n", MAILER_VERSION, mailer_version());
    return verb_show(&text);
}

static int transmit(struct send_options *options, struct mailer_server *server,
                    const struct server_address *address, const struct mailer_message *message,
                    struct problem *problem)
{
    struct transfer transfer;
    int result = transfer_start(&transfer, options, server, address, false, problem);
    if (result == 0)
        result = options->check ? transfer_check(&transfer, message, problem)
                                : transfer_send(&transfer, message, problem);
    else if (options->json)
        json_output_problem(stdout, message, problem);
    transfer_end(&transfer);
    return result;
}

/* What the exit code says of the message stays true when nobody can be told more. */
static void end_output(void)
{
    struct problem problem = {0};
    if (fflush(stdout) == 0 && !ferror(stdout))
        return;
    problem_set_system(&problem, EXIT_CODE_IO, errno, "standard output");
    report_problem(stderr, &problem);
}

/* Whether the message need not be sent. */
static int check_need(const struct send_options *options, const struct mailer_message *message,
                      struct sent_state *state, bool *skipped, struct problem *problem)
{
    *skipped = options->skip_empty && mailer_message_is_empty(message);
    if (*skipped || options->only_if_changed == NULL)
        return 0;
    int result = sent_state_compare(state, options->only_if_changed, message, skipped, problem);
    if (*skipped && options->verbose > 0)
        report_trace(&(struct report_trace){stderr, false}, MAILER_TRACE_INFO,
                     "nothing has changed since last time, so nothing is sent");
    return result;
}

static int send_message(struct send_options *options, struct problem *problem)
{
    struct mailer_server server;
    struct server_address address;
    struct mailer_message *message = NULL;
    char *from = NULL;
    struct sent_state state;
    bool skipped = false;
    int result = recipients_check_options(options, problem);
    if (result == 0)
        result = server_settings(options, &server, &address, problem);
    if (result == 0)
        result = sender_choose(options, &address, &from, problem);
    if (result == 0)
        result = missing_file_note(options, problem);
    if (result == 0 && compose_message_lacks_text(options)) {
        result = compose_run(options, &server, &address, from, true, problem);
        end_output();
        free(from);
        return result;
    }
    if (result == 0 && options->use_editor)
        result = problem_set(problem, EXIT_CODE_USAGE,
                             "--editor is for a text that is written at a terminal");
    if (result == 0)
        result = compose_message(options, from, &message, problem);
    if (result == 0)
        result = recipients_check_domains(message, server.url, &address, problem);
    if (result == 0)
        result = check_need(options, message, &state, &skipped, problem);
    if (result == 0 && options->dry_run && options->check)
        result = message_check(stderr, message, NULL, from, problem);
    if (result == 0 && options->dry_run && !skipped) {
        result = dry_run(options, message, problem);
    } else if (result == 0 && !skipped) {
        result = transmit(options, &server, &address, message, problem);
        if (result == 0 && options->only_if_changed != NULL && !options->check)
            result = sent_state_keep(&state, options->only_if_changed, problem);
        end_output();
    }
    if (message != NULL && !skipped)
        missing_file_tell(options, stderr, result);
    mailer_message_free(message);
    free(from);
    return result;
}

int send_verb(int count, char **arguments)
{
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    int result = send_options_read(&options, count, arguments, &problem);
    if (result == 0) {
        if (options.help)
            result = show_help();
        else if (options.version)
            result = show_version();
        else
            result = send_message(&options, &problem);
    }
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    send_options_free(&options);
    return result;
}
