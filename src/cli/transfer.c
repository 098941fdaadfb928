/* SPDX-License-Identifier: ISC */
#include "transfer.h"

#include "advice.h"
#include "clock.h"
#include "interrupt.h"
#include "json_output.h"
#include "login_password.h"
#include "message_check.h"
#include "send_log.h"

#include <errno.h>
#include <unistd.h>

/* A mailer_progress_function. */
static int watch(void *context, uint64_t sent, uint64_t total)
{
    struct transfer *transfer = context;
    int64_t now = clock_milliseconds();
    progress_bar_update(&transfer->bar, sent, total, now);
    if (interrupt_take_question())
        progress_bar_tell(&transfer->bar, now);
    return interrupt_number() != 0;
}

int transfer_start(struct transfer *transfer, struct send_options *options,
                   struct mailer_server *server, const struct server_address *address,
                   bool keeps_connection, struct problem *problem)
{
    *transfer = (struct transfer){
        .options = options,
        .server = server,
        .address = address,
        .trace = {stderr, options->verbose > 1},
        .keeps_connection = keeps_connection,
        .log = -1,
    };
    /* Between the lines of a dialogue a bar is shown only to who asks for it. */
    bool is_terminal = isatty(STDERR_FILENO) && (options->progress || options->verbose == 0);
    transfer->bar = progress_bar_make(stderr, options->progress, is_terminal);
    interrupt_catch_question();
    if (options->log_file == NULL)
        return 0;
    return send_log_open(&transfer->log, options->log_file, problem);
}

/* What is asked for once, and only when there is a message. */
static int prepare(struct transfer *transfer, struct problem *problem)
{
    struct send_options *options = transfer->options;
    struct mailer_server *server = transfer->server;
    int result = login_password_find(options, server, transfer->address, problem);
    if (result == 0)
        result = client_key_use(&transfer->key, options, server, problem);
    if (result != 0)
        return result;
    server->password = options->password.text;
    if (options->verbose > 0) {
        server->trace = report_trace;
        server->trace_context = &transfer->trace;
    }
    server->progress = watch;
    server->progress_context = transfer;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (transfer->keeps_connection && mailer_sender_new(&transfer->sender, server, &error) != 0)
        return problem_set_error(problem, &error);
    transfer->is_ready = true;
    return 0;
}

/* Only a text of the error's own is written, and the library puts no secret into any. */
static void log_message(const struct transfer *transfer, const struct mailer_message *message,
                        const struct mailer_result *result, int exit_code, const char *text)
{
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    struct send_log_entry entry = {.exit_code = exit_code, .error = text};
    struct problem problem = {0};
    if (transfer->log < 0)
        return;
    send_log_take(&entry, message, result, &recipient);
    /* What the exit code says of the message stays true. */
    if (send_log_write(transfer->log, transfer->options->log_file, &entry, &problem) != 0)
        report_problem(stderr, &problem);
}

static int report(const struct transfer *transfer, const struct mailer_result *result,
                  const struct mailer_error *error, int signal)
{
    if (signal != 0 &&
        (error->error_class == MAILER_CANCELLED || error->error_class == MAILER_UNKNOWN))
        return (int)report_interruption(stderr, result, interrupt_name(signal));
    const char *advice = advice_for(error, transfer->server, transfer->address);
    return (int)report_failure(stderr, result, error, advice);
}

static int stop(const struct transfer *transfer, const struct mailer_message *message,
                const struct problem *problem)
{
    if (transfer->options->json)
        json_output_problem(stdout, message, problem);
    log_message(transfer, message, NULL, (int)problem->exit_code, problem->text);
    return (int)problem->exit_code;
}

int transfer_send(struct transfer *transfer, const struct mailer_message *message,
                  struct problem *problem)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_result *result = NULL;
    if (!transfer->is_ready && prepare(transfer, problem) != 0)
        return stop(transfer, message, problem);
    interrupt_catch();
    int failed = transfer->sender != NULL
                     ? mailer_sender_send(transfer->sender, message, &result, &error)
                     : mailer_send(transfer->server, message, &result, &error);
    int signal = interrupt_number();
    interrupt_release();
    progress_bar_end(&transfer->bar);
    int code = 0;
    if (failed != 0 && transfer->key.problem.exit_code != EXIT_CODE_OK) {
        *problem = transfer->key.problem;
        transfer->key.problem = (struct problem){0};
        code = stop(transfer, message, problem);
    } else {
        if (transfer->options->json)
            json_output_result(stdout, message, result, &error);
        if (failed != 0)
            code = report(transfer, result, &error, signal);
        log_message(transfer, message, result, code, failed != 0 ? error.text : NULL);
    }
    mailer_result_free(result);
    return code;
}

int transfer_check(struct transfer *transfer, const struct mailer_message *message,
                   struct problem *problem)
{
    int result = transfer->is_ready ? 0 : prepare(transfer, problem);
    return result != 0
               ? result
               : message_check(stderr, message, transfer->server, transfer->options->from, problem);
}

void transfer_end(struct transfer *transfer)
{
    mailer_sender_free(transfer->sender);
    transfer->sender = NULL;
    if (transfer->log >= 0)
        close(transfer->log);
    transfer->log = -1;
}
