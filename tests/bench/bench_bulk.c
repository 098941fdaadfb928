/* SPDX-License-Identifier: ISC */
/*
 * Builds and sends many messages, through the public interface alone: each with its own recipient,
 * subject, text, Date and Message-ID, made when it is asked for and freed when it is told of.
 *
 *   bench_bulk [--connections N] [--ca FILE] [--attach FILE] PORT COUNT
 *
 * To a server on this machine; with --ca by STARTTLS. Each of N connections has a thread and its
 * share of the messages. Exit 0 when all were taken; bulk.py measures what it costs.
 */
#include <mailer/mailer.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 2048, CONNECTIONS_LIMIT = 256 };

static const char *attachment;
static struct mailer_server server = MAILER_SERVER_INIT;

/* What goes over one connection: the messages [next, end). */
struct share {
    pthread_t thread;
    size_t next;
    size_t end;
    size_t taken;
    struct mailer_error error;
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
    struct share *share = context;
    *message = NULL;
    if (share->next == share->end)
        return 0;
    size_t number = share->next++;
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
    struct share *share = context;
    (void)error;
    share->taken += mailer_result_accepted(result);
    mailer_message_free((struct mailer_message *)message);
}

static void *send_share(void *context)
{
    struct share *share = context;
    mailer_send_each(&server, make, told, share, &share->error);
    return NULL;
}

static int send_all(size_t count, size_t connections)
{
    static struct share shares[CONNECTIONS_LIMIT];
    size_t taken = 0;
    for (size_t i = 0; i < connections; i++) {
        shares[i].next = count * i / connections;
        shares[i].end = count * (i + 1) / connections;
    }
    for (size_t i = 1; i < connections; i++)
        if (pthread_create(&shares[i].thread, NULL, send_share, &shares[i]) != 0)
            return EXIT_FAILURE;
    send_share(&shares[0]);
    for (size_t i = 0; i < connections; i++) {
        if (i > 0)
            pthread_join(shares[i].thread, NULL);
        taken += shares[i].taken;
        if (shares[i].error.error_class != MAILER_OK)
            fprintf(stderr, "bench_bulk: %s\n", shares[i].error.text);
    }
    return taken == count ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **arguments)
{
    size_t connections = 1;
    server.tls = MAILER_TLS_OFF;
    int at = 1;
    for (; at + 3 < count && arguments[at][0] == '-'; at += 2) {
        if (strcmp(arguments[at], "--connections") == 0) {
            connections = strtoul(arguments[at + 1], NULL, 10);
        } else if (strcmp(arguments[at], "--ca") == 0) {
            server.ca_file = arguments[at + 1];
            server.tls = MAILER_TLS_REQUIRED;
        } else if (strcmp(arguments[at], "--attach") == 0) {
            attachment = arguments[at + 1];
        }
    }
    if (at + 2 != count || connections == 0 || connections > CONNECTIONS_LIMIT) {
        fputs("bench_bulk [--connections N] [--ca FILE] [--attach FILE] PORT COUNT\n", stderr);
        return 64;
    }
    char url[64];
    snprintf(url, sizeof url, "smtp://127.0.0.1:%.16s", arguments[at]);
    server.url = url;
    return send_all(strtoul(arguments[at + 1], NULL, 10), connections);
}
