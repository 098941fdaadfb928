/* SPDX-License-Identifier: ISC */
/*
 * Sends each line that comes by standard input to a person, as soon as it comes, in a loop that
 * also does other things: here it reads the lines. The connection stays for the next one.
 *
 *     tail -f errors.log | loop smtp://127.0.0.1:1025 bob@example.org
 */
#include <mailer/mailer.h>

#include <stdio.h>
#include <unistd.h>

struct alarms {
    const char *recipient;
    char line[1000]; /* to be sent, or empty */
    int at_end;
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct alarms *alarms = context;
    struct mailer_message *made = NULL;
    *message = NULL;
    if (alarms->line[0] == '\0') {
        return alarms->at_end ? 0 : MAILER_NEXT_LATER;
    }
    int failed = mailer_message_new(&made, error);
    if (!failed) {
        mailer_message_set_from(made, "Alarm <alarm@example.org>", error);
        mailer_message_add_to(made, alarms->recipient, error);
        mailer_message_set_subject(made, "Something happened", error);
        mailer_message_set_text(made, alarms->line, error);
        failed = mailer_message_seal(made, error);
    }
    alarms->line[0] = '\0';
    *message = failed ? NULL : made;
    return failed;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    (void)context;
    (void)result;
    puts(error->error_class == MAILER_OK ? "sent" : error->text);
    mailer_message_free((struct mailer_message *)message);
}

int main(int argc, char **argv)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct alarms alarms = {.recipient = argc == 3 ? argv[2] : ""};
    struct mailer_batch_options options = {sizeof options, next, report, &alarms, 1};
    struct mailer_batch *batch = NULL;
    struct pollfd wanted[32];
    server.url = argc == 3 ? argv[1] : NULL;
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IOLBF, 0);
    int state = mailer_batch_new(&batch, &server, &options, &error);
    if (state == 0) {
        state = mailer_batch_step(batch, NULL, 0, &error);
    }
    while (state == MAILER_BATCH_WAITING) {
        int64_t timeout = -1;
        size_t count = mailer_batch_wants(batch, wanted, 31, &timeout);
        int wants_line = alarms.line[0] == '\0' && !alarms.at_end;
        wanted[count] = (struct pollfd){.fd = wants_line ? STDIN_FILENO : -1, .events = POLLIN};
        poll(wanted, count + 1, (int)timeout);
        if (wants_line && wanted[count].revents) {
            alarms.at_end = !fgets(alarms.line, sizeof alarms.line, stdin);
            mailer_batch_wake(batch);
        }
        state = mailer_batch_step(batch, wanted, count, &error);
    }
    mailer_batch_free(batch);
    fputs(error.text, stderr);
    return state ? 1 : 0;
}
