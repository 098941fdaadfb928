/* SPDX-License-Identifier: ISC */
/*
 * Sends a message to each address of a list, one a line, over several connections at a time. A
 * message is made when a connection has room for it, and freed once its fate is known.
 *
 *     batch smtp://127.0.0.1:1025 8 < addresses.txt
 */
#include <mailer/mailer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    char address[320];
    struct mailer_message *made = NULL;
    *message = NULL;
    if (!fgets(address, sizeof address, context)) {
        return 0;
    }
    address[strcspn(address, "\r\n")] = '\0';
    int failed = mailer_message_new(&made, error);
    if (failed) {
        return failed;
    }
    /* The first failure stays in error, and sealing tells of it. */
    mailer_message_set_from(made, "Ann <ann@example.org>", error);
    mailer_message_add_to(made, address, error);
    mailer_message_set_subject(made, "The news", error);
    mailer_message_set_text(made, "Here it is.\n", error);
    failed = mailer_message_seal(made, error);
    if (failed) {
        mailer_message_free(made);
        return failed;
    }
    *message = made;
    return 0;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    (void)context;
    if (error->error_class != MAILER_OK && mailer_result_recipient(result, 0, &recipient) == 0) {
        fprintf(stderr, "batch: %s: %s\n", recipient.address, error->text);
    }
    mailer_message_free((struct mailer_message *)message);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: batch SERVER CONNECTIONS < ADDRESSES\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    struct mailer_batch *batch = NULL;
    server.url = argv[1];
    options.next = next;
    options.report = report;
    options.context = stdin;
    options.connections = (unsigned)strtoul(argv[2], NULL, 10);

    int failed = mailer_batch_new(&batch, &server, &options, &error);
    if (!failed) {
        failed = mailer_batch_run(batch, &error);
    }
    mailer_batch_free(batch);
    if (failed) {
        fprintf(stderr, "batch: %s\n", error.text);
    }
    return failed ? 1 : 0;
}
