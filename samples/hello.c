/* SPDX-License-Identifier: ISC */
/*
 * The shortest useful program on libmailer: a text and a picture, with a single error check.
 *
 *     hello smtp://127.0.0.1:1025 bob@example.org samples/pictures/cpu.png
 */
#include <mailer/mailer.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: hello SERVER RECIPIENT PICTURE\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_message *message = NULL;
    server.url = argv[1];

    /* The first failure sticks to the message and comes back from seal. */
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "Hello <hello@example.org>", &error);
    mailer_message_add_to(message, argv[2], &error);
    mailer_message_set_subject(message, "Grüße from libmailer", &error);
    mailer_message_set_text(message, "Hello,\n\na picture is attached.\n", &error);
    mailer_message_attach_file(message, argv[3], NULL, &error);
    int failed =
        mailer_message_seal(message, &error) || mailer_send(&server, message, NULL, &error);
    mailer_message_free(message);
    if (failed) {
        fprintf(stderr, "hello: %s\n", error.text);
    }
    return failed ? 1 : 0;
}
