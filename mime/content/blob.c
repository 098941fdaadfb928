/* SPDX-License-Identifier: ISC */
#include "content/blob.h"

#include "content/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A millisecond each. */
enum { LOOKS_AT_GROWTH = 20 };

/* What a file was when its blob was made. Not its ctime: chmod() and rename() change that. */
struct identity {
    dev_t device;
    ino_t inode;
    struct timespec changed;
};

struct mime_blob {
    atomic_size_t owners;
    uint64_t size;
    char *bytes;    /* the octets, or NULL when they are in a file */
    int descriptor; /* of that file, or -1: it is opened for each read */
    bool private;   /* the file is a spool, which nobody else can change */
    struct identity identity;
    struct mime_blob *whole; /* the blob that this is a stretch of, or NULL */
    uint64_t offset;         /* of the stretch in it */
    char name[];             /* the path of the file, or what the source is called */
};

static struct mime_blob *new_blob(const char *name, struct mailer_error *error)
{
    size_t length = strlen(name) + 1;
    struct mime_blob *blob = malloc(sizeof *blob + length);
    if (blob == NULL) {
        error_set_memory(error);
        return NULL;
    }
    memset(blob, 0, sizeof *blob);
    atomic_init(&blob->owners, 1);
    blob->descriptor = -1;
    memcpy(blob->name, name, length);
    return blob;
}

int mime_blob_from_memory(struct mime_blob **blob, const void *bytes, size_t size,
                          struct mailer_error *error)
{
    *blob = NULL;
    struct mime_blob *made = new_blob("memory", error);
    if (made == NULL)
        return MAILER_MEMORY;
    made->size = size;
    made->bytes = malloc(size > 0 ? size : 1);
    if (made->bytes == NULL) {
        free(made);
        return error_set_memory(error);
    }
    if (size > 0)
        memcpy(made->bytes, bytes, size);
    *blob = made;
    return 0;
}

static int fail_opening(const char *path, int code, struct mailer_error *error)
{
    enum mailer_error_class error_class = MAILER_SOURCE;
    const char *hint = "";
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        hint = " (is its name right?)";
        break;
    case EACCES:
    case EPERM:
        hint = " (it must be readable for the user who sends it)";
        break;
    case ELOOP:
        hint = " (its symbolic links run in a circle)";
        break;
    case ENXIO:
        hint = " (it is a socket or a device, not a file: pass a descriptor instead)";
        break;
    case EMFILE:
    case ENFILE:
        error_class = MAILER_SYSTEM;
        hint = " (raise the limit of open files, or attach fewer)";
        break;
    case ENOMEM:
        return error_set_memory(error);
    default:
        break;
    }
    struct mime_source_name name = mime_source_name(path);
    return error_set_system(error, error_class, MAILER_STAGE_MESSAGE, code,
                            "cannot open the file %s%s", name.text, hint);
}

/* Opens without waiting for a writer of a pipe, and without taking a terminal for ours. */
static int open_file(const char *path, int *descriptor, struct stat *status,
                     struct mailer_error *error)
{
    do
        *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (*descriptor < 0 && errno == EINTR);
    if (*descriptor < 0)
        return fail_opening(path, errno, error);
    if (fstat(*descriptor, status) == 0)
        return 0;
    int code = errno;
    close(*descriptor);
    return fail_opening(path, code, error);
}

static int check_regular(const char *path, mode_t mode, struct mailer_error *error)
{
    if (S_ISREG(mode))
        return 0;
    const char *kind = S_ISDIR(mode)    ? "a directory, not a file: pass its files, or an archive"
                       : S_ISFIFO(mode) ? "a pipe, not a file: pass a descriptor instead"
                       : S_ISSOCK(mode) ? "a socket, not a file: pass a descriptor instead"
                                        : "a device, not a file: pass a descriptor instead";
    struct mime_source_name name = mime_source_name(path);
    return error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, "%s is %s", name.text, kind);
}

static void take_spool(struct mime_blob *blob, struct mime_spool *spool)
{
    blob->bytes = spool->bytes;
    blob->descriptor = spool->descriptor;
    blob->size = spool->size;
    blob->private = true;
    *spool = (struct mime_spool){NULL, -1, 0};
}

static int read_spool(struct mime_blob *blob, int descriptor, const char *directory,
                      struct mailer_error *error)
{
    struct mime_spool spool;
    int result = mime_spool_read(&spool, descriptor, blob->name, directory, error);
    if (result == 0)
        take_spool(blob, &spool);
    return result;
}

int mime_blob_from_file(struct mime_blob **blob, const char *path, bool keep_open,
                        const char *directory, struct mailer_error *error)
{
    *blob = NULL;
    struct mime_blob *made = new_blob(path, error);
    if (made == NULL)
        return MAILER_MEMORY;
    int descriptor = -1;
    struct stat status;
    int result = open_file(path, &descriptor, &status, error);
    if (result == 0)
        result = check_regular(path, status.st_mode, error);
    if (result == 0) {
        made->size = (uint64_t)status.st_size;
        made->identity = (struct identity){status.st_dev, status.st_ino, status.st_mtim};
        /* Either it is empty, or its system makes its content up while it is read. */
        if (made->size == 0)
            result = read_spool(made, descriptor, directory, error);
        else if (keep_open)
            made->descriptor = descriptor;
    }
    if (descriptor >= 0 && descriptor != made->descriptor)
        close(descriptor);
    if (result != 0)
        mime_blob_release(made);
    else
        *blob = made;
    return result;
}

int mime_blob_from_descriptor(struct mime_blob **blob, int descriptor, const char *name,
                              const char *directory, struct mailer_error *error)
{
    *blob = NULL;
    struct mime_blob *made = new_blob(name, error);
    if (made == NULL)
        return MAILER_MEMORY;
    int result = read_spool(made, descriptor, directory, error);
    if (result != 0)
        mime_blob_release(made);
    else
        *blob = made;
    return result;
}

int mime_blob_from_spool(struct mime_blob **blob, struct mime_spool *spool, const char *name,
                         struct mailer_error *error)
{
    *blob = new_blob(name, error);
    if (*blob != NULL) {
        take_spool(*blob, spool);
        return 0;
    }
    if (spool->descriptor >= 0)
        close(spool->descriptor);
    free(spool->bytes);
    *spool = (struct mime_spool){NULL, -1, 0};
    return MAILER_MEMORY;
}

int mime_blob_slice(struct mime_blob **blob, struct mime_blob *whole, uint64_t offset,
                    uint64_t size, struct mailer_error *error)
{
    *blob = new_blob(whole->name, error);
    if (*blob == NULL)
        return MAILER_MEMORY;
    (*blob)->whole = mime_blob_share(whole);
    (*blob)->offset = offset;
    (*blob)->size = size;
    return 0;
}

struct mime_blob *mime_blob_share(struct mime_blob *blob)
{
    atomic_fetch_add_explicit(&blob->owners, 1, memory_order_relaxed);
    return blob;
}

void mime_blob_release(struct mime_blob *blob)
{
    if (blob == NULL || atomic_fetch_sub_explicit(&blob->owners, 1, memory_order_acq_rel) != 1)
        return;
    if (blob->descriptor >= 0)
        close(blob->descriptor);
    mime_blob_release(blob->whole);
    free(blob->bytes);
    free(blob);
}

struct mime_source_name mime_blob_name(const struct mime_blob *blob)
{
    return mime_source_name(blob->name);
}

static bool is_file(const struct mime_blob *blob)
{
    return blob->bytes == NULL && !blob->private && blob->whole == NULL;
}

bool mime_blob_is_same_file(const struct mime_blob *one, const struct mime_blob *other)
{
    return is_file(one) && is_file(other) && one->identity.device == other->identity.device &&
           one->identity.inode == other->identity.inode;
}

uint64_t mime_blob_size(const struct mime_blob *blob)
{
    return blob->size;
}

/* Whether it was written to and has its old size. */
static bool looks_rewritten(const struct mime_blob *blob, const struct stat *status)
{
    const struct timespec *changed = &blob->identity.changed;
    return (uint64_t)status->st_size == blob->size && (status->st_mtim.tv_sec != changed->tv_sec ||
                                                       status->st_mtim.tv_nsec != changed->tv_nsec);
}

/* A file that is just being appended to has its new time a moment before its new size. */
static int look_again(const struct mime_blob *blob, int descriptor, struct stat *status)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    int failed = 0;
    for (int i = 0; i < LOOKS_AT_GROWTH && failed == 0 && looks_rewritten(blob, status); i++) {
        nanosleep(&moment, NULL);
        failed = fstat(descriptor, status);
    }
    return failed;
}

/* Whether the file is still what it was. One that has grown is: what is new is not sent. */
static int check_identity(const struct mime_blob *blob, const struct stat *status,
                          struct mailer_error *error)
{
    const struct identity *was = &blob->identity;
    uint64_t size = (uint64_t)status->st_size;
    const char *change = NULL;
    /* The inode of a file that was removed is soon given to another one. */
    if (status->st_dev != was->device || status->st_ino != was->inode || !S_ISREG(status->st_mode))
        change = "was replaced by another one";
    else if (size < blob->size)
        change = "became shorter";
    else if (looks_rewritten(blob, status))
        change = "was changed";
    if (change == NULL)
        return 0;
    struct mime_source_name name = mime_source_name(blob->name);
    return error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                     "the file %s %s while it was sent: send it again, or send a copy", name.text,
                     change);
}

/* Gives a descriptor to read from, that of the blob or a new one. */
static int borrow_descriptor(const struct mime_blob *blob, int *descriptor,
                             struct mailer_error *error)
{
    *descriptor = blob->descriptor;
    if (blob->private)
        return 0;
    struct stat status;
    if (blob->descriptor < 0) {
        int result = open_file(blob->name, descriptor, &status, error);
        if (result != 0)
            return result;
    } else if (fstat(blob->descriptor, &status) != 0) {
        return fail_opening(blob->name, errno, error);
    }
    int result = look_again(blob, *descriptor, &status) != 0
                     ? fail_opening(blob->name, errno, error)
                     : check_identity(blob, &status, error);
    if (result != 0 && *descriptor != blob->descriptor)
        close(*descriptor);
    return result;
}

static int fail_reading(const struct mime_blob *blob, int code, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(blob->name);
    return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                            "cannot read the file %s", name.text);
}

static int fail_short(const struct mime_blob *blob, uint64_t end, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(blob->name);
    return error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                     "the file %s ended after %" PRIu64 " of %" PRIu64
                     " octets: it became shorter while it was sent, or never was that long; send a "
                     "copy",
                     name.text, end, blob->size);
}

static int read_fully(const struct mime_blob *blob, int descriptor, uint64_t offset, char *bytes,
                      size_t size, struct mailer_error *error)
{
    size_t done = 0;
    ssize_t count = 1;
    while (done < size && count != 0) {
        count = pread(descriptor, bytes + done, size - done, (off_t)(offset + done));
        if (count < 0 && errno != EINTR)
            return fail_reading(blob, errno, error);
        if (count > 0)
            done += (size_t)count;
    }
    return done == size ? 0 : fail_short(blob, offset + done, error);
}

int mime_blob_read(const struct mime_blob *blob, uint64_t offset, void *bytes, size_t size,
                   size_t *got, struct mailer_error *error)
{
    *got = 0;
    if (offset >= blob->size)
        return 0;
    if (size > blob->size - offset)
        size = (size_t)(blob->size - offset);
    if (blob->whole != NULL)
        return mime_blob_read(blob->whole, blob->offset + offset, bytes, size, got, error);
    if (blob->bytes != NULL) {
        memcpy(bytes, blob->bytes + offset, size);
        *got = size;
        return 0;
    }
    int descriptor = -1;
    int result = borrow_descriptor(blob, &descriptor, error);
    if (result != 0)
        return result;
    result = read_fully(blob, descriptor, offset, bytes, size, error);
    if (descriptor != blob->descriptor)
        close(descriptor);
    if (result == 0)
        *got = size;
    return result;
}

int mime_blob_verify(const struct mime_blob *blob, struct mailer_error *error)
{
    if (blob->whole != NULL)
        return mime_blob_verify(blob->whole, error);
    if (blob->bytes != NULL)
        return 0;
    int descriptor = -1;
    int result = borrow_descriptor(blob, &descriptor, error);
    if (result == 0 && descriptor != blob->descriptor)
        close(descriptor);
    return result;
}
