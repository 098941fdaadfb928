/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "advice.h"
#include "check_json.h"
#include "client_key.h"
#include "help.h"
#include "login_password.h"
#include "report.h"
#include "server_settings.h"

#include <stdio.h>

enum { HELP_LIMIT = 64 * 1024, WORDS_LIMIT = 256 * 1024 };

static int show_help(void)
{
    struct buffer text = buffer_empty(HELP_LIMIT);
    buffer_append_string(
        &text, "Usage: mailer check [OPTION...] [URL]\n"
               "Connects to the server as for sending, logs in, says what it can do and what\n"
               "may go wrong, and sends nothing. URL is as for --server.\n"
               "Exit codes are those of sending: 0 a message could have been sent; 68 no such\n"
               "host; 69 no TLS, or a wrong certificate; 75 try again later; 76 it speaks no\n"
               "SMTP; 77 no login; 78 wrong setting.\n");
    help_append_options(&text, &check_option_set);
    return verb_show(&text);
}

/* The same as advice_for() of sending, and what only a check wants to know. */
static void find_advice(struct check_outcome *outcome, const struct mailer_server *server,
                        const struct server_address *address)
{
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    outcome->advice = advice_for(outcome->error, server, address);
    if (outcome->advice == NULL && mailer_check_facts(outcome->check, &facts) == 0 &&
        facts.trust == MAILER_TRUST_FAILED && facts.certificate_count > 0)
        outcome->advice = "its authority can be trusted by --ca-file, its key by --tls-pin once "
                          "you know from elsewhere that it is right";
}

static int show(const struct send_options *options, const struct check_outcome *outcome,
                struct problem *problem)
{
    struct buffer text = buffer_empty(WORDS_LIMIT);
    int result = 0;
    if (options->json) {
        check_json_write(stdout, outcome);
    } else {
        check_words_append(&text, outcome);
        result = text.size > 0 || text.failed ? verb_show(&text) : 0;
    }
    if (outcome->error->error_class != MAILER_OK)
        problem_set(problem, outcome->exit_code, "%s%s%s%s", outcome->error->text,
                    outcome->advice != NULL ? " (" : "",
                    outcome->advice != NULL ? outcome->advice : "",
                    outcome->advice != NULL ? ")" : "");
    if (options->json && (fflush(stdout) != 0 || ferror(stdout)))
        result = EXIT_CODE_IO;
    return problem->exit_code != EXIT_CODE_OK ? (int)problem->exit_code : result;
}

/* Calls the server, and tells. */
static int call(struct send_options *options, struct mailer_server *server,
                const struct server_address *address, struct problem *problem)
{
    struct client_key key;
    int result = client_key_use(&key, options, server, problem);
    if (result != 0)
        return result;
    struct report_trace trace = {stderr, options->verbose > 1};
    server->password = options->password.text;
    if (options->verbose > 0) {
        server->trace = report_trace;
        server->trace_context = &trace;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_check *check = NULL;
    struct account_warnings warnings = {0};
    struct check_outcome outcome = {.error = &error, .warnings = &warnings, .now = time(NULL)};
    mailer_check_server(server, &check, &error);
    outcome.check = check;
    outcome.widest = server->widest_wire;
    outcome.exit_code = exit_code_for_error(&error);
    account_warnings_find(&warnings, options, server, check, outcome.now);
    find_advice(&outcome, server, address);
    result = (int)key.problem.exit_code;
    if (result != 0)
        *problem = key.problem;
    else
        result = show(options, &outcome, problem);
    mailer_check_free(check);
    return result;
}

static int run(struct send_options *options, struct problem *problem)
{
    struct mailer_server server;
    struct server_address address;
    int result = server_settings(options, &server, &address, problem);
    if (result == 0)
        result = login_password_find(options, &server, &address, problem);
    if (result == 0)
        result = call(options, &server, &address, problem);
    return result;
}

int check_verb(int count, char **arguments)
{
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    int result = check_options_read(&options, count, arguments, &problem);
    if (result == 0)
        result = options.help ? show_help() : run(&options, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    send_options_free(&options);
    return result;
}
