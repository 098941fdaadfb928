/* SPDX-License-Identifier: ISC */
/*
 * Sends one message to each recipient over one connection, for the end-to-end tests:
 *
 *     send_many SERVER RECIPIENT ...
 *
 * Prints the class of error of each message, a line each. Exit code 0 when all were sent.
 */
#include <mailer/mailer.h>

#include <stdio.h>

struct work {
    char **recipients;
    struct mailer_message *messages[64];
    size_t made;
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct work *work = context;
    *message = NULL;
    if (!work->recipients[work->made] || work->made == 64) {
        return 0;
    }
    struct mailer_message *made = NULL;
    int result = mailer_message_new(&made, error);
    if (result != 0) {
        return result;
    }
    work->messages[work->made] = made;
    mailer_message_set_from(made, "ann@example.test", error);
    mailer_message_add_to(made, work->recipients[work->made], error);
    mailer_message_set_subject(made, work->recipients[work->made], error);
    mailer_message_set_text(made, "One of many.\n", error);
    work->made++;
    *message = made;
    return mailer_message_seal(made, error);
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    (void)context;
    (void)message;
    (void)result;
    puts(mailer_error_class_name(error->error_class));
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: send_many SERVER RECIPIENT ...\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct work work = {.recipients = argv + 2};
    server.url = argv[1];
    server.timeout_seconds = 10;
    int failed = mailer_send_each(&server, next, report, &work, &error);
    for (size_t i = 0; i < work.made; i++) {
        mailer_message_free(work.messages[i]);
    }
    if (failed) {
        fprintf(stderr, "send_many: %s\n", error.text);
    }
    return failed ? 1 : 0;
}
