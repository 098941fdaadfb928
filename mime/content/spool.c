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

static int fail_writing(const struct mime_spool_writer *writer, int code,
                        struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(writer->name);
    struct mime_source_name directory = mime_source_name(writer->directory);
    return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, code,
                            "cannot keep %s in the directory %s (choose another "
                            "one, or make room)",
                            name.text, directory.text);
}

/* Moves what is in memory into the file. */
static int flush(struct mime_spool_writer *writer, struct mailer_error *error)
{
    if (writer->file < 0)
        writer->file = open_unnamed(writer->directory);
    if (writer->file < 0)
        return fail_writing(writer, errno, error);
    size_t done = 0;
    while (done < writer->used) {
        ssize_t count = write(writer->file, writer->bytes + done, writer->used - done);
        if (count < 0 && errno != EINTR)
            return fail_writing(writer, errno, error);
        if (count > 0)
            done += (size_t)count;
    }
    writer->written += done;
    writer->used = 0;
    return 0;
}

static int grow(struct mime_spool_writer *writer, struct mailer_error *error)
{
    size_t capacity = writer->capacity == 0 ? FIRST_CAPACITY : writer->capacity * 4;
    if (capacity > LAST_CAPACITY)
        capacity = LAST_CAPACITY;
    char *bytes = realloc(writer->bytes, capacity);
    if (bytes == NULL)
        return error_set_memory(error);
    writer->bytes = bytes;
    writer->capacity = capacity;
    return 0;
}

/* Waits for input. A regular file that makes one wait is none: /proc/kmsg would have us wait for
 * ever. */
static int wait_for_input(int source, const char *what, int code, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(what);
    struct stat status;
    if (fstat(source, &status) == 0 && S_ISREG(status.st_mode))
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                                "%s has no end, so it cannot be sent as a file", name.text);
    struct pollfd wanted = {source, POLLIN, 0};
    if (poll(&wanted, 1, -1) < 0 && errno != EINTR)
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, errno,
                                "cannot wait for input from %s", name.text);
    return 0;
}

/* Reads some octets; at the end sets *ended. */
static int read_some(struct mime_spool_writer *writer, int source, bool *ended,
                     struct mailer_error *error)
{
    ssize_t count = read(source, writer->bytes + writer->used, writer->capacity - writer->used);
    if (count < 0) {
        int code = errno;
        if (code == EINTR)
            return 0;
        if (code == EAGAIN || code == EWOULDBLOCK)
            return wait_for_input(source, writer->name, code, error);
        struct mime_source_name name = mime_source_name(writer->name);
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                                "cannot read from %s", name.text);
    }
    writer->used += (size_t)count;
    *ended = count == 0;
    return 0;
}

/* Sees to it that there is room for at least one more octet. */
static int make_room(struct mime_spool_writer *writer, struct mailer_error *error)
{
    if (writer->used == LAST_CAPACITY)
        return flush(writer, error);
    return writer->used == writer->capacity ? grow(writer, error) : 0;
}

int mime_spool_read(struct mime_spool *spool, int descriptor, const char *name,
                    const char *directory, struct mailer_error *error)
{
    struct mime_spool_writer writer = mime_spool_start(name, directory);
    *spool = (struct mime_spool){NULL, -1, 0};
    int result = 0;
    for (bool ended = false; result == 0 && !ended;) {
        result = make_room(&writer, error);
        if (result == 0)
            result = read_some(&writer, descriptor, &ended, error);
    }
    if (result == 0)
        return mime_spool_finish(&writer, spool, error);
    mime_spool_abandon(&writer);
    return result;
}

struct mime_spool_writer mime_spool_start(const char *name, const char *directory)
{
    return (struct mime_spool_writer){
        .name = name, .directory = directory != NULL ? directory : "/tmp", .file = -1};
}

int mime_spool_append(struct mime_spool_writer *writer, const void *bytes, size_t size,
                      struct mailer_error *error)
{
    const char *from = bytes;
    while (size > 0) {
        int result = make_room(writer, error);
        if (result != 0)
            return result;
        size_t room = writer->capacity - writer->used;
        size_t count = size < room ? size : room;
        memcpy(writer->bytes + writer->used, from, count);
        writer->used += count;
        from += count;
        size -= count;
    }
    return 0;
}

int mime_spool_finish(struct mime_spool_writer *writer, struct mime_spool *spool,
                      struct mailer_error *error)
{
    *spool = (struct mime_spool){NULL, -1, 0};
    bool fits = writer->file < 0 && writer->used <= MIME_SPOOL_MEMORY_LIMIT;
    int result = fits ? 0 : flush(writer, error);
    if (result != 0) {
        mime_spool_abandon(writer);
        return result;
    }
    if (writer->file >= 0) {
        free(writer->bytes);
        writer->bytes = NULL;
    } else if (writer->used > 0) {
        char *shrunk = realloc(writer->bytes, writer->used);
        if (shrunk != NULL)
            writer->bytes = shrunk;
    }
    *spool = (struct mime_spool){writer->bytes, writer->file, writer->written + writer->used};
    *writer = (struct mime_spool_writer){.file = -1};
    return 0;
}

void mime_spool_abandon(struct mime_spool_writer *writer)
{
    if (writer->file >= 0)
        close(writer->file);
    free(writer->bytes);
    *writer = (struct mime_spool_writer){.file = -1};
}
