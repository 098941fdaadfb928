/* SPDX-License-Identifier: ISC */
/*
 * Sends messages to m0@example.test, m1@example.test ... by a batch, for the end-to-end tests:
 *
 *     send_batch SERVER CONNECTIONS MESSAGES [CA_FILE [ATTACHMENT]]
 *
 * Every seventh message has the attachment. Prints a line for each class of error with the number
 * of messages, and in the end "peak N": the KiB that the process has needed at most. Exit code 0
 * when all were sent.
 */
#include <mailer/mailer.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct work {
    size_t count;
    size_t made;
    const char *attachment;
    size_t classes[64];
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct work *work = context;
    struct mailer_message *made = NULL;
    char address[64];
    *message = NULL;
    if (work->made == work->count) {
        return 0;
    }
    int result = mailer_message_new(&made, error);
    if (result != 0) {
        return result;
    }
    snprintf(address, sizeof address, "m%zu@example.test", work->made);
    mailer_message_set_from(made, "ann@example.test", error);
    mailer_message_add_to(made, address, error);
    mailer_message_set_subject(made, address, error);
    mailer_message_set_text(made, "One of many.\n", error);
    if (work->attachment && work->made % 7 == 0) {
        mailer_message_attach_file(made, work->attachment, NULL, error);
    }
    work->made++;
    result = mailer_message_seal(made, error);
    if (result == 0) {
        *message = made;
    } else {
        mailer_message_free(made);
    }
    return result;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct work *work = context;
    (void)result;
    work->classes[-error->error_class]++;
    mailer_message_free((struct mailer_message *)message);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: send_batch SERVER CONNECTIONS MESSAGES [CA_FILE [ATTACHMENT]]\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    struct mailer_batch *batch = NULL;
    struct work work = {.count = strtoul(argv[3], NULL, 10),
                        .attachment = argc > 5 ? argv[5] : NULL};
    server.url = argv[1];
    server.timeout_seconds = 60;
    server.ca_file = argc > 4 && argv[4][0] ? argv[4] : NULL;
    options.next = next;
    options.report = report;
    options.context = &work;
    options.connections = (unsigned)strtoul(argv[2], NULL, 10);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    int failed = mailer_batch_new(&batch, &server, &options, &error);
    if (failed == 0) {
        failed = mailer_batch_run(batch, &error);
    }
    mailer_batch_free(batch);
    for (int i = 0; i < 64; i++) {
        if (work.classes[i]) {
            printf("%s %zu\n", mailer_error_class_name((enum mailer_error_class) - i),
                   work.classes[i]);
        }
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak %ld\n", usage.ru_maxrss);
    if (failed) {
        fprintf(stderr, "send_batch: %s\n", error.text);
    }
    return failed ? 1 : 0;
}
