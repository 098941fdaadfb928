/* SPDX-License-Identifier: ISC */
#include "json_output.h"

#include "json_writer.h"
#include "text.h"

#include <string.h>

static void write_recipient(FILE *out, const struct mailer_message *message,
                            const struct mailer_recipient_result *recipient)
{
    struct json_writer line = {out, false};
    json_write_text(&line, "recipient", recipient->address);
    json_write_text(&line, "status", mailer_fate_name(recipient->fate));
    json_write_number(&line, "code", recipient->error.smtp_code);
    json_write_text(&line, "enhanced", recipient->error.enhanced_code);
    json_write_text(&line, "text", recipient->error.text);
    json_write_text(&line, "host", recipient->host);
    json_write_text(&line, "queue_id", recipient->queue_id);
    json_write_text(&line, "message_id", mailer_message_id(message));
    json_write_end(&line);
}

/* The same fate for all recipients. */
static void write_all(FILE *out, const struct mailer_message *message,
                      struct mailer_recipient_result *recipient)
{
    for (size_t i = 0; i < mailer_message_recipient_count(message); i++) {
        recipient->address = mailer_message_recipient(message, i);
        write_recipient(out, message, recipient);
    }
}

void json_output_result(FILE *out, const struct mailer_message *message,
                        const struct mailer_result *result, const struct mailer_error *error)
{
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    if (result == NULL) {
        recipient.error = *error;
        recipient.fate = mailer_fate_of(error);
        write_all(out, message, &recipient);
        return;
    }
    for (size_t i = 0; mailer_result_recipient(result, i, &recipient) == 0; i++)
        write_recipient(out, message, &recipient);
}

void json_output_problem(FILE *out, const struct mailer_message *message,
                         const struct problem *problem)
{
    bool passes =
        problem->exit_code == EXIT_CODE_TEMPORARY || problem->exit_code == EXIT_CODE_SYSTEM;
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    recipient.fate = passes ? MAILER_FATE_TRY_AGAIN : MAILER_FATE_REFUSED;
    text_printable(recipient.error.text, sizeof recipient.error.text, problem->text,
                   strlen(problem->text));
    write_all(out, message, &recipient);
}
