/* SPDX-License-Identifier: ISC */
#include "catch_store.h"

#include "buffer.h"
#include "error.h"
#include "random.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A thousand recipients of the longest kind, escaped at the worst. */
enum { JSON_LIMIT = 8 * 1024 * 1024, SUFFIXED_SIZE = CATCH_NAME_SIZE + 16 };

int catch_store_open(struct catch_store *store, const char *directory, struct mailer_error *error)
{
    *store = (struct catch_store){.directory = -1};
    if (directory == NULL)
        return 0;
    if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                "cannot make the folder %s", directory);
    store->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->directory < 0)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                "cannot open the folder %s", directory);
    if (faccessat(store->directory, ".", W_OK | X_OK, 0) == 0)
        return 0;
    error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                     "cannot write to the folder %s", directory);
    catch_store_close(store);
    return MAILER_SYSTEM;
}

void catch_store_close(struct catch_store *store)
{
    if (store->directory >= 0)
        close(store->directory);
    store->directory = -1;
}

static enum catch_outcome outcome_of(int system_code)
{
    bool full = system_code == ENOSPC || system_code == EDQUOT || system_code == EFBIG;
    return full ? CATCH_FULL : CATCH_BROKEN;
}

static void hidden_name(char hidden[static SUFFIXED_SIZE], const char *name, const char *suffix)
{
    snprintf(hidden, SUFFIXED_SIZE, ".%s%s.part", name, suffix);
}

static enum catch_outcome create(const struct catch_file *file, const char *suffix, int *descriptor)
{
    char hidden[SUFFIXED_SIZE];
    hidden_name(hidden, file->name, suffix);
    *descriptor = openat(file->store->directory, hidden,
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    return *descriptor >= 0 ? CATCH_KEPT : outcome_of(errno);
}

static void remove_hidden(const struct catch_file *file, const char *suffix)
{
    char hidden[SUFFIXED_SIZE];
    hidden_name(hidden, file->name, suffix);
    unlinkat(file->store->directory, hidden, 0);
}

/* Gives the file its name. Names hold random characters, so nothing is overwritten. */
static enum catch_outcome reveal(const struct catch_file *file, const char *suffix)
{
    char hidden[SUFFIXED_SIZE];
    char visible[SUFFIXED_SIZE];
    hidden_name(hidden, file->name, suffix);
    snprintf(visible, sizeof visible, "%s%s", file->name, suffix);
    int directory = file->store->directory;
    return renameat(directory, hidden, directory, visible) == 0 ? CATCH_KEPT : outcome_of(errno);
}

static enum catch_outcome write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno != EINTR)
            return outcome_of(errno);
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return CATCH_KEPT;
}

void catch_file_init(struct catch_file *file, struct catch_store *store)
{
    file->store = store;
    file->open = false;
    file->descriptor = -1;
    file->used = 0;
}

/* Such as 20240229T235959Z-000042-0123456789: in the order of arrival, different in each run. */
static bool make_name(struct catch_file *file)
{
    char random[RANDOM_TEXT_SIZE];
    char moment[32];
    struct tm parts;
    time_t now = time(NULL);
    if (random_text(random, NULL) != 0 || gmtime_r(&now, &parts) == NULL ||
        strftime(moment, sizeof moment, "%Y%m%dT%H%M%SZ", &parts) == 0)
        return false;
    snprintf(file->name, sizeof file->name, "%s-%06lu-%.10s", moment, ++file->store->sequence,
             random);
    return true;
}

enum catch_outcome catch_file_begin(struct catch_file *file)
{
    enum catch_outcome outcome = CATCH_KEPT;
    file->used = 0;
    if (file->store->directory >= 0)
        outcome = make_name(file) ? create(file, ".eml", &file->descriptor) : CATCH_BROKEN;
    file->open = outcome == CATCH_KEPT;
    return outcome;
}

static enum catch_outcome flush(struct catch_file *file)
{
    enum catch_outcome outcome = write_all(file->descriptor, file->pending, file->used);
    file->used = 0;
    return outcome;
}

enum catch_outcome catch_file_write(struct catch_file *file, const char *bytes, size_t size)
{
    enum catch_outcome outcome = CATCH_KEPT;
    if (file->store->directory < 0)
        return outcome;
    if (size > sizeof file->pending - file->used)
        outcome = flush(file);
    if (outcome == CATCH_KEPT && size > sizeof file->pending - file->used) {
        outcome = write_all(file->descriptor, bytes, size);
    } else if (outcome == CATCH_KEPT) {
        memcpy(file->pending + file->used, bytes, size);
        file->used += size;
    }
    if (outcome != CATCH_KEPT)
        catch_file_abandon(file);
    return outcome;
}

/* A string of JSON (RFC 8259); octets that are no UTF-8 become U+FFFD. */
static void append_json(struct buffer *json, const char *text)
{
    size_t size = strlen(text);
    buffer_append_char(json, '"');
    while (size > 0) {
        size_t length = text_utf8_character(text, size, NULL);
        if (length == 0)
            buffer_append_string(json, "\\ufffd");
        else if (*text == '"' || *text == '\\')
            buffer_append_format(json, "\\%c", *text);
        else if ((unsigned char)*text < ' ')
            buffer_append_format(json, "\\u%04x", (unsigned)*text);
        else
            buffer_append(json, text, length);
        length += length == 0;
        text += length;
        size -= length;
    }
    buffer_append_char(json, '"');
}

static void describe(struct buffer *json, const struct catch_envelope *envelope)
{
    static const char *const bodies[] = {"7BIT", "8BITMIME", "BINARYMIME"};
    buffer_append_string(json, "{\n  \"helo\": ");
    append_json(json, envelope->hello);
    buffer_append_string(json, ",\n  \"sender\": ");
    append_json(json, envelope->sender);
    buffer_append_string(json, ",\n  \"recipients\": [");
    const char *recipient = envelope->recipients.bytes;
    for (size_t i = 0; i < envelope->recipient_count; i++) {
        buffer_append_string(json, i > 0 ? ",\n    " : "\n    ");
        append_json(json, recipient);
        recipient += strlen(recipient) + 1;
    }
    buffer_append_format(json,
                         "\n  ],\n  \"body\": \"%s\",\n  \"smtputf8\": %s,\n  \"by\": \"%s\",\n"
                         "  \"size\": %" PRIu64 "\n}\n",
                         bodies[envelope->body], envelope->international ? "true" : "false",
                         envelope->chunked ? "BDAT" : "DATA", envelope->size);
}

static enum catch_outcome write_envelope(const struct catch_file *file,
                                         const struct catch_envelope *envelope)
{
    struct buffer json = buffer_empty(JSON_LIMIT);
    describe(&json, envelope);
    int descriptor = -1;
    enum catch_outcome outcome = json.failed ? CATCH_BROKEN : create(file, ".json", &descriptor);
    if (descriptor >= 0) {
        outcome = write_all(descriptor, json.bytes, json.size);
        if (close(descriptor) != 0 && outcome == CATCH_KEPT)
            outcome = outcome_of(errno);
        if (outcome == CATCH_KEPT)
            outcome = reveal(file, ".json");
        if (outcome != CATCH_KEPT)
            remove_hidden(file, ".json");
    }
    buffer_free(&json);
    return outcome;
}

enum catch_outcome catch_file_commit(struct catch_file *file, const struct catch_envelope *envelope,
                                     char name[static CATCH_NAME_SIZE])
{
    if (file->store->directory < 0) {
        file->open = false;
        snprintf(name, CATCH_NAME_SIZE, "discarded");
        return CATCH_KEPT;
    }
    enum catch_outcome outcome = flush(file);
    if (close(file->descriptor) != 0 && outcome == CATCH_KEPT)
        outcome = outcome_of(errno);
    file->descriptor = -1;
    if (outcome == CATCH_KEPT)
        outcome = write_envelope(file, envelope);
    if (outcome == CATCH_KEPT) {
        outcome = reveal(file, ".eml");
        if (outcome != CATCH_KEPT) {
            char visible[SUFFIXED_SIZE];
            snprintf(visible, sizeof visible, "%s.json", file->name);
            unlinkat(file->store->directory, visible, 0);
        }
    }
    if (outcome != CATCH_KEPT) {
        catch_file_abandon(file);
        return outcome;
    }
    file->open = false;
    snprintf(name, CATCH_NAME_SIZE, "%.*s.eml", CATCH_NAME_SIZE - 5, file->name);
    return CATCH_KEPT;
}

void catch_file_abandon(struct catch_file *file)
{
    if (file->descriptor >= 0)
        close(file->descriptor);
    file->descriptor = -1;
    if (file->open && file->store->directory >= 0)
        remove_hidden(file, ".eml");
    file->open = false;
}
