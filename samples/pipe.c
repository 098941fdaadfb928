/* SPDX-License-Identifier: ISC */
/*
 * Attaches what a command prints, without a file on the way: its type is found from its content.
 *
 *     pipe smtp://127.0.0.1:1025 bob@example.org disks.txt "df -h"
 */
#include <mailer/mailer.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: pipe SERVER RECIPIENT NAME COMMAND\n");
        return 64;
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    struct mailer_message *message = NULL;
    server.url = argv[1];
    attachment.name = argv[3];

    FILE *command = popen(argv[4], "r");
    if (!command) {
        perror("pipe");
        return 71;
    }
    content.descriptor = fileno(command);
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "Pipe <pipe@example.org>", &error);
    mailer_message_add_to(message, argv[2], &error);
    mailer_message_set_subject(message, argv[4], &error);
    mailer_message_set_text(message, "The output is attached.\n", &error);
    mailer_message_attach(message, &content, &attachment, &error);

    /* The pipe was read to its end; a command that failed has perhaps not said all. */
    int failed = mailer_message_seal(message, &error);
    if (pclose(command) != 0 && !failed) {
        fprintf(stderr, "pipe: the command failed; nothing was sent\n");
        mailer_message_free(message);
        return 1;
    }
    failed = failed || mailer_send(&server, message, NULL, &error);
    mailer_message_free(message);
    if (failed) {
        fprintf(stderr, "pipe: %s\n", error.text);
    }
    return failed ? 1 : 0;
}
