/* SPDX-License-Identifier: ISC */
#include "content/archive.h"

#include "buffer.h"
#include "content/archive_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is read at once of a file; the longest path, which MIME_ARCHIVE_DEPTH keeps below; and the
 * room for the names in one directory. */
enum { BLOCK = 64 * 1024, LONGEST_PATH = 64 * 1024, MOST_NAMES = 1 << 30 };

struct packer {
    struct mime_archive_file *file;
    struct buffer path; /* of the entry under way, in the archive, with a NUL behind its size */
    size_t depth;
    char block[BLOCK];
};

/* The names in a directory, sorted. */
struct names {
    struct buffer text;
    const char **sorted;
    size_t count;
};

static int fail(const struct packer *packer, const char *what, struct mailer_error *error)
{
    struct mime_source_name name = mime_source_name(packer->path.bytes);
    return error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, "%s %s", name.text, what);
}

static int fail_system(const struct packer *packer, int code, struct mailer_error *error)
{
    if (code == ENOMEM)
        return error_set_memory(error);
    struct mime_source_name name = mime_source_name(packer->path.bytes);
    bool files = code == EMFILE || code == ENFILE;
    return error_set_system(error, files ? MAILER_SYSTEM : MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                            code, "cannot read %s for an archive%s", name.text,
                            files ? " (raise the limit of open files)" : "");
}

static int fail_changed(const struct packer *packer, struct mailer_error *error)
{
    return fail(packer, "was changed while it was packed: send it again, or send a copy", error);
}

/* ---- What is in a directory ---- */

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

static void free_names(struct names *names)
{
    buffer_free(&names->text);
    free(names->sorted);
}

static int sort_names(struct names *names, struct mailer_error *error)
{
    if (names->text.failed)
        return error_set_memory(error);
    names->sorted = malloc((names->count > 0 ? names->count : 1) * sizeof *names->sorted);
    if (names->sorted == NULL)
        return error_set_memory(error);
    const char *at = names->text.bytes;
    for (size_t i = 0; i < names->count; i++) {
        names->sorted[i] = at;
        at += strlen(at) + 1;
    }
    qsort(names->sorted, names->count, sizeof *names->sorted, compare_names);
    return 0;
}

static int read_names(struct packer *packer, DIR *directory, struct names *names,
                      struct mailer_error *error)
{
    *names = (struct names){.text = buffer_empty(MOST_NAMES)};
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(directory);
        if (entry == NULL && errno != 0)
            return fail_system(packer, errno, error);
        if (entry == NULL)
            return sort_names(names, error);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        buffer_append(&names->text, entry->d_name, strlen(entry->d_name) + 1);
        names->count++;
    }
}

/* ---- Files ---- */

static int read_some(struct packer *packer, int descriptor, size_t size, size_t *got,
                     struct mailer_error *error)
{
    ssize_t count;
    do
        count = read(descriptor, packer->block, size);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return fail_system(packer, errno, error);
    *got = (size_t)count;
    return 0;
}

static int pack_content(struct packer *packer, int descriptor, const struct stat *status,
                        struct mailer_error *error)
{
    uint64_t left = (uint64_t)status->st_size;
    size_t got = 1;
    int result = 0;
    while (result == 0 && left > 0) {
        result = read_some(packer, descriptor, left < BLOCK ? (size_t)left : BLOCK, &got, error);
        if (result == 0 && got == 0)
            return fail(packer, "became shorter while it was packed: send a copy", error);
        if (result == 0)
            result = mime_archive_file_write(packer->file, packer->block, got, error);
        left -= got;
    }
    if (result == 0)
        result = read_some(packer, descriptor, 1, &got, error);
    if (result == 0 && got > 0)
        return fail(packer, "became longer while it was packed: send a copy", error);
    struct stat now;
    if (result == 0 && fstat(descriptor, &now) != 0)
        return fail_system(packer, errno, error);
    if (result == 0 && (now.st_mtim.tv_sec != status->st_mtim.tv_sec ||
                        now.st_mtim.tv_nsec != status->st_mtim.tv_nsec))
        return fail_changed(packer, error);
    return result;
}

static int pack_link(struct packer *packer, int parent, const char *name, const struct stat *status,
                     struct mailer_error *error)
{
    char target[PATH_MAX + 1];
    ssize_t length = readlinkat(parent, name, target, sizeof target);
    if (length < 0)
        return fail_system(packer, errno, error);
    if ((size_t)length == sizeof target)
        return fail(packer, "is a link that is too long for an archive", error);
    target[length] = '\0';
    return mime_archive_file_add(packer->file, packer->path.bytes, status, target, error);
}

/* ---- Directories ---- */

static int pack_directory(struct packer *packer, int descriptor, const struct stat *status,
                          struct mailer_error *error);

/* Opens what was looked at before, if it is still that. */
static int open_same(struct packer *packer, int parent, const char *name, struct stat *status,
                     int *descriptor, struct mailer_error *error)
{
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    *descriptor = openat(parent, name, flags);
    if (*descriptor < 0)
        return fail_system(packer, errno, error);
    struct stat before = *status;
    if (fstat(*descriptor, status) == 0 && status->st_dev == before.st_dev &&
        status->st_ino == before.st_ino && (status->st_mode & S_IFMT) == (before.st_mode & S_IFMT))
        return 0;
    close(*descriptor);
    *descriptor = -1;
    return fail_changed(packer, error);
}

static int pack_entry(struct packer *packer, int parent, const char *name,
                      struct mailer_error *error)
{
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return fail_system(packer, errno, error);
    if (S_ISLNK(status.st_mode))
        return pack_link(packer, parent, name, &status, error);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return fail(packer,
                    S_ISFIFO(status.st_mode)   ? "is a pipe, which no archive can hold: remove it"
                    : S_ISSOCK(status.st_mode) ? "is a socket, which no archive can hold: remove it"
                                               : "is a device, which no archive should hold",
                    error);
    int descriptor;
    int result = open_same(packer, parent, name, &status, &descriptor, error);
    if (result != 0)
        return result;
    if (S_ISDIR(status.st_mode))
        return pack_directory(packer, descriptor, &status, error);
    result = mime_archive_file_add(packer->file, packer->path.bytes, &status, NULL, error);
    if (result == 0)
        result = pack_content(packer, descriptor, &status, error);
    close(descriptor);
    return result;
}

/* Packs what is in a directory. */
static int pack_names(struct packer *packer, DIR *directory, const struct names *names,
                      struct mailer_error *error)
{
    int result = 0;
    size_t size = packer->path.size;
    for (size_t i = 0; result == 0 && i < names->count; i++) {
        packer->path.size = size;
        if (!buffer_append_char(&packer->path, '/') ||
            !buffer_append(&packer->path, names->sorted[i], strlen(names->sorted[i]) + 1))
            return error_set_memory(error);
        packer->path.size--;
        result = pack_entry(packer, dirfd(directory), names->sorted[i], error);
    }
    packer->path.size = size;
    return result;
}

/* Packs a directory, and closes its descriptor. */
static int pack_directory(struct packer *packer, int descriptor, const struct stat *status,
                          struct mailer_error *error)
{
    DIR *directory = fdopendir(descriptor);
    if (directory == NULL) {
        int code = errno;
        close(descriptor);
        return fail_system(packer, code, error);
    }
    struct names names = {0};
    int result = packer->depth < MIME_ARCHIVE_DEPTH
                     ? mime_archive_file_add(packer->file, packer->path.bytes, status, NULL, error)
                     : fail(packer, "lies too deep for an archive", error);
    if (result == 0)
        result = read_names(packer, directory, &names, error);
    packer->depth++;
    if (result == 0)
        result = pack_names(packer, directory, &names, error);
    packer->depth--;
    free_names(&names);
    closedir(directory);
    return result;
}

/* ---- The whole ---- */

/* Appends the last component of a path, of the true one where it ends in dots. */
static int append_base(struct buffer *base, const char *path, struct mailer_error *error)
{
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    size_t length = end - start;
    bool dots = length <= 2 && strncmp(path + start, "..", length) == 0;
    if (!dots)
        return buffer_append(base, path + start, length) ? 0 : error_set_memory(error);
    struct mime_source_name name = mime_source_name(path);
    char *full = realpath(path, NULL);
    if (full == NULL)
        return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, errno,
                                "cannot find the directory %s", name.text);
    const char *last = strrchr(full, '/') + 1;
    int result = 0;
    if (*last == '\0')
        result =
            error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                      "%s has no name to give to an archive: pass a directory in it", name.text);
    else if (!buffer_append_string(base, last))
        result = error_set_memory(error);
    free(full);
    return result;
}

static int open_top(const char *path, int *descriptor, struct stat *status,
                    struct mailer_error *error)
{
    *descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC);
    if (*descriptor >= 0 && fstat(*descriptor, status) == 0)
        return 0;
    int code = errno;
    if (*descriptor >= 0)
        close(*descriptor);
    struct mime_source_name name = mime_source_name(path);
    return error_set_system(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, code,
                            "cannot open the directory %s", name.text);
}

static int pack(struct packer *packer, const char *path, struct mime_spool *spool,
                struct mailer_error *error)
{
    int descriptor;
    struct stat status;
    int result = open_top(path, &descriptor, &status, error);
    if (result == 0)
        result = pack_directory(packer, descriptor, &status, error);
    if (result == 0)
        result = mime_archive_file_finish(packer->file, spool, error);
    return result;
}

int mime_archive_directory(struct mime_blob **blob, char **name, const char *path,
                           const char *temporary_directory, struct mailer_error *error)
{
    *blob = NULL;
    *name = NULL;
    struct packer *packer = calloc(1, sizeof *packer);
    if (packer == NULL)
        return error_set_memory(error);
    packer->path = buffer_empty(LONGEST_PATH);
    struct buffer file_name = buffer_empty(LONGEST_PATH);
    struct mime_spool spool;
    int result = append_base(&packer->path, path, error);
    if (result == 0) {
        buffer_append(&file_name, packer->path.bytes, packer->path.size);
        buffer_append_string(&file_name, ".tar.zst");
        *name = buffer_take_string(&file_name);
        if (*name == NULL || !buffer_append_char(&packer->path, '\0'))
            result = error_set_memory(error);
        else
            packer->path.size--;
    }
    if (result == 0)
        result = mime_archive_file_new(&packer->file, *name, temporary_directory, error);
    if (result == 0)
        result = pack(packer, path, &spool, error);
    if (result == 0)
        result = mime_blob_from_spool(blob, &spool, *name, error);
    if (result != 0) {
        free(*name);
        *name = NULL;
    }
    mime_archive_file_free(packer->file);
    buffer_free(&packer->path);
    free(packer);
    return result;
}
