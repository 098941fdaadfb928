/* SPDX-License-Identifier: ISC */
/*
 * Sends files to several recipients and prints what became of each of them.
 *
 *     attach smtp://127.0.0.1:1025 "ann@example.org, bob@example.org" FILE ...
 */
#include <mailer/mailer.h>

#include <stdio.h>

static int build(struct mailer_message *message, const char *recipients, char **files,
                 struct mailer_error *error)
{
    mailer_message_set_from(message, "Attach <attach@example.org>", error);
    mailer_message_add_to(message, recipients, error);
    mailer_message_set_subject(message, "Some files", error);
    mailer_message_set_text(message, "The files are attached.\n", error);
    for (; *files; files++) {
        mailer_message_attach_file(message, *files, NULL, error);
    }
    return mailer_message_seal(message, error);
}

static void print_results(const struct mailer_result *result)
{
    for (size_t i = 0; i < mailer_result_count(result); i++) {
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        mailer_result_recipient(result, i, &recipient);
        const struct mailer_error *reply = &recipient.error;
        printf("%-28s %-9s %s\n", recipient.address,
               reply->error_class == MAILER_OK ? "sent"
                                               : mailer_error_class_name(reply->error_class),
               reply->text);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: attach SERVER RECIPIENTS FILE ...\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_message *message = NULL;
    struct mailer_result *result = NULL;
    server.url = argv[1];

    int failed = mailer_message_new(&message, &error) || build(message, argv[2], argv + 3, &error);
    if (!failed) {
        failed = mailer_send(&server, message, &result, &error);
        if (result) {
            print_results(result);
        }
    }
    if (failed) {
        fprintf(stderr, "attach: %s\n", error.text);
    }
    mailer_result_free(result);
    mailer_message_free(message);
    return failed ? 1 : 0;
}
