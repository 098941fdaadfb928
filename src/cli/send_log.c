/* SPDX-License-Identifier: ISC */
#include "send_log.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { LINE_LIMIT = 16 * 1024, VALUE_SIZE = 2048 };

int send_log_open(int *descriptor, const char *file, struct problem *problem)
{
    *descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (*descriptor < 0)
        return problem_set_system(problem, EXIT_CODE_CREATE, errno, "--log %.400s", file);
    return 0;
}

/* What a value holds never ends it, nor the line. */
static void append_value(struct buffer *line, const char *name, const char *value)
{
    char shown[VALUE_SIZE];
    if (value == NULL || *value == '\0')
        return;
    text_printable(shown, sizeof shown, value, strlen(value));
    bool is_word = shown[strcspn(shown, " \"\\=")] == '\0';
    buffer_append_format(line, " %s=%s", name, is_word ? "" : "\"");
    for (const char *c = shown; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buffer_append_char(line, '\\');
        buffer_append_char(line, *c);
    }
    buffer_append_string(line, is_word ? "" : "\"");
}

static const char *result_word(const struct send_log_entry *entry)
{
    switch (entry->exit_code) {
    case EXIT_CODE_OK:
        return "sent";
    case EXIT_CODE_PARTIAL:
        return "partly";
    case EXIT_CODE_TEMPORARY:
        return "later";
    case EXIT_CODE_UNKNOWN:
        return "unknown";
    default:
        return "failed";
    }
}

void send_log_format(struct buffer *line, const struct send_log_entry *entry)
{
    char moment[32] = "-";
    struct tm parts;
    if (gmtime_r(&entry->moment, &parts) != NULL)
        strftime(moment, sizeof moment, "%Y-%m-%dT%H:%M:%SZ", &parts);
    buffer_append_format(line, "%s %s exit=%d recipients=%zu accepted=%zu bytes=%" PRIu64, moment,
                         result_word(entry), entry->exit_code, entry->recipients, entry->accepted,
                         entry->size);
    append_value(line, "host", entry->host);
    append_value(line, "queue", entry->queue_id);
    append_value(line, "id", entry->message_id);
    append_value(line, "error", entry->error);
    buffer_append_char(line, '\n');
}

void send_log_take(struct send_log_entry *entry, const struct mailer_message *message,
                   const struct mailer_result *result, struct mailer_recipient_result *recipient)
{
    entry->moment = time(NULL);
    entry->recipients = mailer_message_recipient_count(message);
    entry->accepted = result != NULL ? mailer_result_accepted(result) : 0;
    entry->message_id = mailer_message_id(message);
    mailer_message_size(message, MAILER_WIRE_8BIT, &entry->size, NULL);
    /* The first one who was sent to speaks for the others; else the first of all. */
    size_t i = 0;
    while (result != NULL && mailer_result_recipient(result, i, recipient) == 0 &&
           recipient->fate != MAILER_FATE_ACCEPTED)
        i++;
    if (entry->accepted == 0 && (result == NULL || mailer_result_recipient(result, 0, recipient)))
        return;
    entry->host = recipient->host;
    entry->queue_id = recipient->queue_id;
}

int send_log_write(int descriptor, const char *file, const struct send_log_entry *entry,
                   struct problem *problem)
{
    struct buffer line = buffer_empty(LINE_LIMIT);
    int result = 0;
    send_log_format(&line, entry);
    ssize_t written = -1;
    if (line.failed)
        result = problem_set_memory(problem);
    else
        written = write(descriptor, line.bytes, line.size);
    if (result == 0 && written < 0)
        result = problem_set_system(problem, EXIT_CODE_IO, errno, "--log %.400s", file);
    else if (result == 0 && (size_t)written != line.size)
        result =
            problem_set(problem, EXIT_CODE_IO, "--log %.400s: there was no room for a line", file);
    buffer_free(&line);
    return result;
}
