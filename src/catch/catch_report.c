/* SPDX-License-Identifier: ISC */
#include "catch_report.h"

#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SUBJECT_SIZE = 80 };

/* The length of a line with its LF, if it has one. */
static size_t line_length(const char *bytes, size_t size)
{
    const char *line_feed = memchr(bytes, '\n', size);
    return line_feed != NULL ? (size_t)(line_feed - bytes) + 1 : size;
}

/* Shows the first line of the subject's text, which is enough to know a message by. */
static void find_subject(char *shown, size_t room, const char *head, size_t size)
{
    static const char field[] = "Subject:";
    size_t field_size = sizeof field - 1;
    *shown = '\0';
    while (size > 0 && *head != '\r' && *head != '\n') {
        size_t length = line_length(head, size);
        if (length > field_size && text_same_bytes(head, field_size, field)) {
            const char *start = head + field_size;
            const char *end = head + length;
            while (end > start && (end[-1] == '\n' || end[-1] == '\r'))
                end--;
            while (start < end && *start == ' ')
                start++;
            text_printable(shown, room, start, (size_t)(end - start));
            return;
        }
        head += length;
        size -= length;
    }
}

void catch_report(char line[static CATCH_REPORT_SIZE], size_t number,
                  const struct catch_envelope *envelope, const char *head, size_t head_size,
                  const char *name)
{
    char subject[SUBJECT_SIZE];
    char sender[CATCH_MAILBOX_SIZE + 1];
    char recipient[CATCH_MAILBOX_SIZE + 1] = "";
    char others[32] = "";
    find_subject(subject, sizeof subject, head, head_size);
    text_printable(sender, sizeof sender, envelope->sender, strlen(envelope->sender));
    if (envelope->recipient_count > 0)
        text_printable(recipient, sizeof recipient, envelope->recipients.bytes,
                       strlen(envelope->recipients.bytes));
    if (envelope->recipient_count > 1)
        snprintf(others, sizeof others, " and %zu more", envelope->recipient_count - 1);
    snprintf(line, CATCH_REPORT_SIZE, "%zu: %" PRIu64 " octets from <%s> to <%s>%s, \"%s\", %s",
             number, envelope->size, sender, recipient, others, subject, name);
}
