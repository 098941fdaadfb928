/* SPDX-License-Identifier: ISC */
/* What is said at the end of the text, and of what is not in the message. */
#include "message_private.h"

#include "buffer.h"
#include "content/spool.h"
#include "error.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { READ_SIZE = 16 * 1024, NOTE_LIMIT = 64 * 1024 };

static bool is_line(const char *note)
{
    size_t size = strlen(note);
    return size > 0 && text_is_utf8(note, size) && !text_has_control(note, size);
}

int mailer_message_add_note(struct mailer_message *message, const char *note,
                            struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    if (!is_line(note)) {
        error_set(&message->error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                  "a note is one line of UTF-8, not \"%.100s\"", note);
        return message_settle(message, error);
    }
    struct buffer text = buffer_empty(NOTE_LIMIT);
    buffer_append_format(&text, "%s%s\n", message->note != NULL ? message->note : "", note);
    char *whole = buffer_take_string(&text);
    buffer_free(&text);
    if (whole == NULL) {
        error_set_memory(&message->error);
    } else {
        free(message->note);
        message->note = whole;
    }
    return message_settle(message, error);
}

int mailer_message_leave_out_picture(struct mailer_message *message, const char *name,
                                     struct mailer_error *error)
{
    int result;
    if (!message_is_open(message, &result, error))
        return result;
    size_t count = message->left_out_count;
    char **names = realloc(message->left_out, (count + 1) * sizeof *names);
    if (names != NULL)
        message->left_out = names;
    if (names == NULL || (names[count] = strdup(name)) == NULL)
        error_set_memory(&message->error);
    else
        message->left_out_count++;
    return message_settle(message, error);
}

/* The text, an empty line unless there is nothing above it, and the note. */
static int copy(struct mime_spool_writer *writer, const struct mime_blob *blob, const char *note,
                struct mailer_error *error)
{
    char bytes[READ_SIZE];
    size_t got = 0;
    bool ended = true;
    int result = 0;
    for (uint64_t at = 0; result == 0 && at < mime_blob_size(blob); at += got) {
        result = mime_blob_read(blob, at, bytes, sizeof bytes, &got, error);
        if (result == 0 && got > 0) {
            ended = bytes[got - 1] == '\n' || bytes[got - 1] == '\r';
            result = mime_spool_append(writer, bytes, got, error);
        }
    }
    if (result == 0 && mime_blob_size(blob) > 0)
        result = mime_spool_append(writer, "\n\n", ended ? 1 : 2, error);
    return result == 0 ? mime_spool_append(writer, note, strlen(note), error) : result;
}

int message_put_note(const struct mailer_message *message, struct mime_blob **text,
                     struct mailer_error *error)
{
    if (message->note == NULL)
        return 0;
    struct mime_spool spool;
    struct mime_blob *made = NULL;
    struct mime_spool_writer writer = mime_spool_start("the text", message->temporary_directory);
    int result = copy(&writer, *text, message->note, error);
    if (result != 0) {
        mime_spool_abandon(&writer);
        return result;
    }
    result = mime_spool_finish(&writer, &spool, error);
    if (result == 0)
        result = mime_blob_from_spool(&made, &spool, "the text", error);
    if (result == 0) {
        mime_blob_release(*text);
        *text = made;
    }
    return result;
}

int message_note_text(struct mailer_message *message, struct mailer_error *error)
{
    if (message->note == NULL || message->plain == NULL)
        return 0;
    int result = message_put_note(message, &message->plain, error);
    if (result != 0)
        return result;
    mime_part_free(message->bodies[BODY_PLAIN]);
    message->bodies[BODY_PLAIN] = NULL;
    return message_new_text(message, message->plain_type, message->plain, error);
}
