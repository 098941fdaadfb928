/* SPDX-License-Identifier: ISC */
#include "configuration/settings_file.h"

#include "buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LIMIT = 64 * 1024 };

static int check(struct settings_file *file, int descriptor, struct stat *status,
                 struct problem *problem)
{
    const char *path = file->path;
    if (fstat(descriptor, status) != 0)
        return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "%.400s", path);
    if (!S_ISREG(status->st_mode))
        return problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s: it is no file", path);
    if (status->st_size > SETTINGS_FILE_LIMIT)
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "%.400s: it is larger than the 1 MiB that settings may have", path);
    if (status->st_uid != 0 && status->st_uid != geteuid())
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "%.400s: it belongs to another user; make a copy of your own", path);
    /* Whoever writes settings says which commands are run. */
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "%.400s: others may write to it; do chmod go-w on it", path);
    file->others_may_read = (status->st_mode & (S_IRGRP | S_IROTH)) != 0;
    return 0;
}

/* Others who may put another file in its place could as well write to it. */
static int check_folder(const char *path, struct problem *problem)
{
    struct stat status;
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = size > 0 ? strndup(path, size) : strdup(".");
    if (folder == NULL)
        return problem_set_memory(problem);
    int result = 0;
    if (stat(folder, &status) != 0)
        result = problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "%.400s", folder);
    else if ((status.st_mode & S_IWOTH) != 0 && (status.st_mode & S_ISVTX) == 0)
        result = problem_set(problem, EXIT_CODE_CONFIGURATION,
                             "%.400s: others may write to its folder; do chmod o-w on that", path);
    free(folder);
    return result;
}

static int read_all(const char *path, int descriptor, char *text, size_t room, size_t *size,
                    struct problem *problem)
{
    *size = 0;
    for (;;) {
        ssize_t got = read(descriptor, text + *size, room - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "%.400s", path);
        if (got == 0)
            return 0;
        *size += (size_t)got;
        if (*size == room)
            return problem_set(problem, EXIT_CODE_CONFIGURATION, "%.400s: it grows", path);
    }
}

static int read_open(struct settings_file *file, int descriptor, ini_function *function,
                     void *context, struct problem *problem)
{
    struct stat status;
    int result = check(file, descriptor, &status, problem);
    if (result == 0)
        result = check_folder(file->path, problem);
    if (result != 0)
        return result;
    size_t room = (size_t)status.st_size + 1, size;
    char *text = malloc(room);
    if (text == NULL)
        return problem_set_memory(problem);
    result = read_all(file->path, descriptor, text, room, &size, problem);
    if (result == 0)
        result = ini_text_read(file->path, text, size, function, context, problem);
    explicit_bzero(text, room);
    free(text);
    return result;
}

int settings_file_read(struct settings_file *file, ini_function *function, void *context,
                       struct problem *problem)
{
    /* A FIFO is not waited for. */
    int descriptor = open(file->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    file->found = descriptor >= 0;
    if (descriptor < 0 && !file->must_exist && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (descriptor < 0)
        return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "cannot read %.400s",
                                  file->path);
    int result = read_open(file, descriptor, function, context, problem);
    close(descriptor);
    return result;
}

char *settings_file_path(const char *file, const char *path)
{
    struct buffer whole = buffer_empty(PATH_LIMIT);
    const char *home = getenv("HOME");
    const char *slash = strrchr(file, '/');
    if (strncmp(path, "~/", 2) == 0 && home != NULL) {
        buffer_append_string(&whole, home);
        path++;
    } else if (*path != '/' && slash != NULL) {
        buffer_append(&whole, file, (size_t)(slash - file) + 1);
    }
    buffer_append_string(&whole, path);
    return buffer_take_string(&whole);
}
