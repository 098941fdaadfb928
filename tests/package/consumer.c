/* SPDX-License-Identifier: ISC */
/* A program of somebody else's: writes a message to its standard output, by the library that is
 * installed. */
#include <mailer/mailer.h>

#include <stdio.h>

int main(void)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_message *message = NULL;
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@example.org", &error);
    mailer_message_add_to(message, "bob@example.org", &error);
    mailer_message_set_subject(message, mailer_version(), &error);
    mailer_message_set_text(message, "It works.\n", &error);
    int failed = mailer_message_seal(message, &error) != 0 ||
                 mailer_message_write(message, MAILER_WIRE_7BIT, 1, &error) != 0;
    mailer_message_free(message);
    if (failed)
        fprintf(stderr, "consumer: %s\n", error.text);
    return failed;
}
