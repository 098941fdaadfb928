/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "client_key.h"
#include "login_password.h"
#include "report.h"
#include "server_settings.h"
#include "submission.h"

#include <unistd.h>

/* What makes one message has no place where a program hands in its own. */
static int check(const struct send_options *options, struct problem *problem)
{
    if (options->dry_run || options->json || options->help || options->version)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "-bs excludes --dry-run, --json, --help and --version");
    if (options->state.operands.count > 0)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "-bs takes recipients by RCPT on standard input, not \"%.200s\"",
                           options->state.operands.items[0]);
    return 0;
}

static int serve(struct send_options *options, struct problem *problem)
{
    struct mailer_server server;
    struct server_address address;
    struct client_key key;
    struct report_trace trace = {stderr, options->verbose > 1};
    struct submission submission = {&server, options->domain};
    int result = check(options, problem);
    if (result == 0)
        result = server_settings(options, &server, &address, problem);
    if (result == 0)
        result = login_password_find(options, &server, &address, problem);
    if (result == 0)
        result = client_key_use(&key, options, &server, problem);
    if (result != 0)
        return result;
    server.password = options->password.text;
    if (options->verbose > 0) {
        server.trace = report_trace;
        server.trace_context = &trace;
    }
    return submission_serve(&submission, STDIN_FILENO, STDOUT_FILENO, problem);
}

int serve_verb(int count, char **arguments)
{
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    int result = send_options_read(&options, count, arguments, &problem);
    if (result == 0)
        result = serve(&options, &problem);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    send_options_free(&options);
    return result;
}
