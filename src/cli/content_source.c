/* SPDX-License-Identifier: ISC */
#include "content_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool content_source_is_input(const char *file)
{
    return strcmp(file, "-") == 0;
}

static int open_input(struct content_source *source, struct problem *problem)
{
    /* A standard input that was closed has been opened for writing only, see main.c. */
    int flags = fcntl(STDIN_FILENO, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_WRONLY)
        return problem_set(problem, EXIT_CODE_INPUT, "standard input is closed");
    struct stat status;
    if (fstat(STDIN_FILENO, &status) == 0 && S_ISDIR(status.st_mode))
        return problem_set(problem, EXIT_CODE_INPUT, "standard input is a directory");
    source->content.descriptor = STDIN_FILENO;
    return 0;
}

/* Of the devices only that which is empty. */
static bool is_null_device(const struct stat *status)
{
    struct stat null_device;
    return S_ISCHR(status->st_mode) && stat("/dev/null", &null_device) == 0 &&
           null_device.st_rdev == status->st_rdev;
}

int content_source_open(struct content_source *source, const char *what, const char *file,
                        struct problem *problem)
{
    *source = (struct content_source){MAILER_CONTENT_INIT, -1};
    if (content_source_is_input(file))
        return open_input(source, problem);
    struct stat status;
    if (stat(file, &status) != 0)
        return problem_set_system(problem, EXIT_CODE_INPUT, errno, "%s %.400s", what, file);
    if (S_ISREG(status.st_mode)) {
        source->content.path = file;
        return 0;
    }
    if (!S_ISFIFO(status.st_mode) && !is_null_device(&status))
        return problem_set(problem, EXIT_CODE_INPUT, "%s %.400s: it is %s", what, file,
                           S_ISDIR(status.st_mode)    ? "a directory"
                           : S_ISSOCK(status.st_mode) ? "a socket"
                                                      : "a device");
    source->opened = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->opened < 0)
        return problem_set_system(problem, EXIT_CODE_INPUT, errno, "%s %.400s", what, file);
    source->content.descriptor = source->opened;
    return 0;
}

void content_source_close(struct content_source *source)
{
    if (source->opened >= 0)
        close(source->opened);
    source->opened = -1;
}
