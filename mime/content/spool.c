/* SPDX-License-Identifier: ISC */
/* Files without a name (O_TMPFILE) and mkostemp() are hidden otherwise. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "content/spool.h"

#include "content/source_name.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The capacity is one octet more than what stays in memory, so that a full buffer says that there
 * is more than that. */
enum { FIRST_CAPACITY = 4 * 1024, LAST_CAPACITY = MIME_SPOOL_MEMORY_LIMIT + 1 };

struct reader {
    int source;
    const char *name;
    const char *directory;
    int file;
    char *bytes;
    size_t used;
    size_t capacity;
    uint64_t written;
};

static int open_unnamed(const char *directory)
{
#ifdef O_TMPFILE
    int unnamed = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (unnamed >= 0)
        return unnamed;
#endif
    /* Not each file system has such files; one that has a name for a moment does as well. */
    static const char pattern[] = "/mailer-XXXXXX";
    size_t length = strlen(directory);
    char *path = malloc(length + sizeof pattern);
    if (path == NULL)
        return -1;
    memcpy(path, directory, length);
    memcpy(path + length, pattern, sizeof pattern);
    int named = mkostemp(path, O_CLOEXEC);
    int code = errno;
    if (named >= 0)
        unlink(path);
    free(path);
    errno = code;
    return named;
}

static int fail_writing(const struct reader *reader, int code, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(reader->name);
    struct mime_source_name directory = mime_source_name(reader->directory);
    return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, code,
                            "cannot keep what is read from %s in the directory %s (choose another "
                            "one, or make room)",
                            name.text, directory.text);
}

/* Moves what is in memory into the file. */
static int flush(struct reader *reader, struct mailer_error *error)
{
    if (reader->file < 0)
        reader->file = open_unnamed(reader->directory);
    if (reader->file < 0)
        return fail_writing(reader, errno, error);
    size_t done = 0;
    while (done < reader->used) {
        ssize_t count = write(reader->file, reader->bytes + done, reader->used - done);
        if (count < 0 && errno != EINTR)
            return fail_writing(reader, errno, error);
        if (count > 0)
            done += (size_t)count;
    }
    reader->written += done;
    reader->used = 0;
    return 0;
}

static int grow(struct reader *reader, struct mailer_error *error)
{
    size_t capacity = reader->capacity == 0 ? FIRST_CAPACITY : reader->capacity * 4;
    if (capacity > LAST_CAPACITY)
        capacity = LAST_CAPACITY;
    char *bytes = realloc(reader->bytes, capacity);
    if (bytes == NULL)
        return error_set_memory(error);
    reader->bytes = bytes;
    reader->capacity = capacity;
    return 0;
}

/* Waits for input. A regular file that makes one wait is none: /proc/kmsg would have us wait for
 * ever. */
static int wait_for_input(const struct reader *reader, int code, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(reader->name);
    struct stat status;
    if (fstat(reader->source, &status) == 0 && S_ISREG(status.st_mode))
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                                "%s has no end, so it cannot be sent as a file", name.text);
    struct pollfd wanted = {reader->source, POLLIN, 0};
    if (poll(&wanted, 1, -1) < 0 && errno != EINTR)
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, errno,
                                "cannot wait for input from %s", name.text);
    return 0;
}

/* Reads some octets; at the end sets *ended. */
static int read_some(struct reader *reader, bool *ended, struct mailer_error *error)
{
    ssize_t count =
        read(reader->source, reader->bytes + reader->used, reader->capacity - reader->used);
    if (count < 0) {
        int code = errno;
        if (code == EINTR)
            return 0;
        if (code == EAGAIN || code == EWOULDBLOCK)
            return wait_for_input(reader, code, error);
        struct mime_source_name name = mime_source_name(reader->name);
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                                "cannot read from %s", name.text);
    }
    reader->used += (size_t)count;
    *ended = count == 0;
    return 0;
}

static int read_all(struct reader *reader, struct mailer_error *error)
{
    for (bool ended = false; !ended;) {
        int result = 0;
        if (reader->used == LAST_CAPACITY)
            result = flush(reader, error);
        else if (reader->used == reader->capacity)
            result = grow(reader, error);
        if (result == 0)
            result = read_some(reader, &ended, error);
        if (result != 0)
            return result;
    }
    return reader->file < 0 ? 0 : flush(reader, error);
}

int mime_spool_read(struct mime_spool *spool, int descriptor, const char *name,
                    const char *directory, struct mailer_error *error)
{
    struct reader reader = {.source = descriptor,
                            .name = name,
                            .directory = directory != NULL ? directory : "/tmp",
                            .file = -1};
    *spool = (struct mime_spool){NULL, -1, 0};
    int result = read_all(&reader, error);
    if (result != 0 || reader.file >= 0) {
        free(reader.bytes);
        reader.bytes = NULL;
    }
    if (result != 0) {
        if (reader.file >= 0)
            close(reader.file);
        return result;
    }
    if (reader.bytes != NULL && reader.used > 0) {
        char *shrunk = realloc(reader.bytes, reader.used);
        if (shrunk != NULL)
            reader.bytes = shrunk;
    }
    *spool = (struct mime_spool){reader.bytes, reader.file, reader.written + reader.used};
    return 0;
}
