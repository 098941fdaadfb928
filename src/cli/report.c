/* SPDX-License-Identifier: ISC */
#include "report.h"

#include "text.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_SIZE = 2048 };

void report_problem(FILE *out, const struct problem *problem)
{
    fprintf(out, "mailer: %s\n", problem->text);
}

void report_trace(void *context, enum mailer_trace_kind kind, const char *line)
{
    const struct report_trace *trace = context;
    static const char *const marks[] = {
        [MAILER_TRACE_INFO] = "* ",
        [MAILER_TRACE_SENT] = "C: ",
        [MAILER_TRACE_RECEIVED] = "S: ",
        [MAILER_TRACE_BODY] = "C: ",
    };
    if ((size_t)kind >= sizeof marks / sizeof *marks)
        return;
    if (kind != MAILER_TRACE_BODY || trace->with_body)
        fprintf(trace->out, "%s%s\n", marks[kind], line);
}

static void write_address(FILE *out, const char *what, const char *address)
{
    char shown[LINE_SIZE];
    text_printable(shown, sizeof shown, address, strlen(address));
    fprintf(out, "%s:<%s>\n", what, shown);
}

void report_envelope(FILE *out, const struct mailer_message *message, enum mailer_wire wire)
{
    uint64_t size = 0;
    write_address(out, "MAIL FROM", mailer_message_envelope_sender(message));
    for (size_t i = 0; i < mailer_message_recipient_count(message); i++)
        write_address(out, "RCPT TO", mailer_message_recipient(message, i));
    if (mailer_message_size(message, wire, &size, NULL) == 0)
        fprintf(out, "SIZE=%" PRIu64 "\n", size);
}

static void write_failure(FILE *out, const char *address, const struct mailer_error *error)
{
    char shown[LINE_SIZE] = "";
    /* Most texts name the recipient already. */
    bool named = address == NULL || strstr(error->text, address) != NULL;
    if (!named)
        text_printable(shown, sizeof shown, address, strlen(address));
    fprintf(out, "%s%s%s", shown, named ? "" : ": ", error->text);
}

/* Whether one cause, which is no refused recipient, hit everybody alike. */
static bool is_common(const struct mailer_result *result, const struct mailer_error *error)
{
    size_t count = mailer_result_count(result);
    if (error->stage == MAILER_STAGE_RECIPIENT && count > 1)
        return false;
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    for (size_t i = 0; i < count && mailer_result_recipient(result, i, &recipient) == 0; i++)
        if (strcmp(recipient.error.text, error->text) != 0)
            return false;
    return true;
}

static void write_recipients(FILE *out, const struct mailer_result *result)
{
    size_t count = mailer_result_count(result);
    size_t failed = 0;
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    for (size_t i = 0; i < count && mailer_result_recipient(result, i, &recipient) == 0; i++) {
        if (recipient.error.error_class == MAILER_OK)
            continue;
        if (failed++ >= REPORT_RECIPIENTS)
            continue;
        fputs(failed > 1 ? "; " : "", out);
        write_failure(out, recipient.address, &recipient.error);
    }
    if (failed > REPORT_RECIPIENTS)
        fprintf(out, "; and %zu more recipients", failed - REPORT_RECIPIENTS);
    if (failed < count)
        fprintf(out, "; sent to the other %zu of %zu recipients", count - failed, count);
}

static enum exit_code tally_of(const struct mailer_result *result)
{
    struct exit_code_tally tally = {0};
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    for (size_t i = 0; result != NULL && mailer_result_recipient(result, i, &recipient) == 0; i++)
        exit_code_tally_add(&tally, &recipient.error);
    return tally.failed + tally.accepted > 0 ? exit_code_of_tally(&tally) : EXIT_CODE_TEMPORARY;
}

/* Those of the same fate; a refused recipient has simply not been sent to. */
static void write_fate(FILE *out, const struct mailer_result *result, enum mailer_fate fate,
                       const char *words, const char **separator)
{
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    size_t count = 0;
    for (size_t i = 0; result != NULL && mailer_result_recipient(result, i, &recipient) == 0; i++) {
        char shown[LINE_SIZE];
        bool refused = recipient.fate == MAILER_FATE_REFUSED;
        if ((refused ? MAILER_FATE_TRY_AGAIN : recipient.fate) != fate)
            continue;
        text_printable(shown, sizeof shown, recipient.address, strlen(recipient.address));
        if (count++ == 0)
            fprintf(out, "%s %s %s", *separator, words, shown);
        else if (count <= REPORT_RECIPIENTS)
            fprintf(out, ", %s", shown);
        *separator = ";";
    }
    if (count > REPORT_RECIPIENTS)
        fprintf(out, " and %zu more", count - REPORT_RECIPIENTS);
}

enum exit_code report_interruption(FILE *out, const struct mailer_result *result, const char *name)
{
    const char *separator = "";
    fprintf(out, "mailer: interrupted (%s):", name);
    write_fate(out, result, MAILER_FATE_ACCEPTED, "sent to", &separator);
    write_fate(out, result, MAILER_FATE_UNKNOWN, "may have been sent to", &separator);
    write_fate(out, result, MAILER_FATE_TRY_AGAIN, "not sent to", &separator);
    fputs(*separator == '\0' ? " nothing was sent\n" : "\n", out);
    return tally_of(result);
}

enum exit_code report_failure(FILE *out, const struct mailer_result *result,
                              const struct mailer_error *error, const char *advice)
{
    size_t count = result == NULL ? 0 : mailer_result_count(result);
    struct exit_code_tally tally = {0};
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    for (size_t i = 0; i < count && mailer_result_recipient(result, i, &recipient) == 0; i++)
        exit_code_tally_add(&tally, &recipient.error);
    fputs("mailer: ", out);
    if (count == 0 || tally.failed == 0 || is_common(result, error))
        write_failure(out, NULL, error);
    else
        write_recipients(out, result);
    if (advice != NULL)
        fprintf(out, " (%s)", advice);
    fputc('\n', out);
    return tally.failed == 0 ? exit_code_for_error(error) : exit_code_of_tally(&tally);
}
