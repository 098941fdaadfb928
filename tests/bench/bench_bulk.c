/* SPDX-License-Identifier: ISC */
/*
 * Builds and sends many messages, through the public interface alone: each with its own recipient,
 * subject, text, Date and Message-ID, made when it is asked for and freed when it is told of.
 *
 *   bench_bulk [--connections N] [--ca FILE] [--attach FILE] PORT COUNT
 *
 * To a server on this machine, over N connections from one thread; with --ca by STARTTLS. Exit 0
 * when all were taken; bulk.py measures what it costs.
 */
#include <mailer/mailer.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 2048 };

static const char *attachment;
static struct mailer_server server = MAILER_SERVER_INIT;

/* The messages [next, end) are still to be made. */
struct work {
    size_t next;
    size_t end;
    size_t taken;
};

/* The same for all but for a name: putting it together should cost next to nothing. */
static void write_text(char text[static TEXT_SIZE], size_t number)
{
    static const char line[] =
        "Here the quick brown fox jumps over the lazy dog, again and again.\n";
    int used = snprintf(text, TEXT_SIZE, "Dear reader %zu,\n\n", number);
    char *to = text + used;
    for (int i = 0; i < 13; i++, to += sizeof line - 1)
        memcpy(to, line, sizeof line);
}

static int make(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct work *work = context;
    *message = NULL;
    if (work->next == work->end)
        return 0;
    size_t number = work->next++;
    char to[96];
    char subject[64];
    char text[TEXT_SIZE];
    snprintf(to, sizeof to, "Reader %zu <reader%zu@example.test>", number, number);
    snprintf(subject, sizeof subject, "Your news, number %zu", number);
    write_text(text, number);
    struct mailer_message *made = NULL;
    mailer_message_new(&made, error);
    mailer_message_set_from(made, "Ann <ann@example.test>", error);
    mailer_message_add_to(made, to, error);
    mailer_message_set_subject(made, subject, error);
    mailer_message_set_text(made, text, error);
    if (attachment != NULL)
        mailer_message_attach_file(made, attachment, NULL, error);
    *message = made;
    return mailer_message_seal(made, error);
}

static void told(void *context, const struct mailer_message *message,
                 const struct mailer_result *result, const struct mailer_error *error)
{
    struct work *work = context;
    (void)error;
    work->taken += mailer_result_accepted(result);
    mailer_message_free((struct mailer_message *)message);
}

static int send_all(size_t count, unsigned connections)
{
    struct work work = {.end = count};
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_batch_options options = MAILER_BATCH_OPTIONS_INIT;
    options.next = make;
    options.report = told;
    options.context = &work;
    options.connections = connections;
    struct mailer_batch *batch = NULL;
    if (mailer_batch_new(&batch, &server, &options, &error) == 0)
        mailer_batch_run(batch, &error);
    mailer_batch_free(batch);
    if (error.error_class != MAILER_OK)
        fprintf(stderr, "bench_bulk: %s\n", error.text);
    return work.taken == count ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    unsigned connections = 1;
    server.tls = MAILER_TLS_OFF;
    int at = 1;
    for (; at + 3 < count && arguments[at][0] == '-'; at += 2) {
        if (strcmp(arguments[at], "--connections") == 0) {
            connections = (unsigned)strtoul(arguments[at + 1], NULL, 10);
        } else if (strcmp(arguments[at], "--ca") == 0) {
            server.ca_file = arguments[at + 1];
            server.tls = MAILER_TLS_REQUIRED;
        } else if (strcmp(arguments[at], "--attach") == 0) {
            attachment = arguments[at + 1];
        }
    }
    if (at + 2 != count) {
        fputs("bench_bulk [--connections N] [--ca FILE] [--attach FILE] PORT COUNT\n", stderr);
        return 64;
    }
    char url[64];
    snprintf(url, sizeof url, "smtp://127.0.0.1:%.16s", arguments[at]);
    server.url = url;
    return send_all(strtoul(arguments[at + 1], NULL, 10), connections);
}
