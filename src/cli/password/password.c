/* SPDX-License-Identifier: ISC */
#include "password/password.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int password_keep_first_line(struct secret *secret, enum exit_code exit_code, const char *source,
                             struct problem *problem)
{
    char *line_end = memchr(secret->text, '\n', secret->size);
    size_t size = line_end != NULL ? (size_t)(line_end - secret->text) : secret->size;
    if (size > 0 && secret->text[size - 1] == '\r')
        size--;
    int result = 0;
    if (size == 0)
        result = problem_set(problem, exit_code, "%s: its first line holds no password", source);
    else if (memchr(secret->text, '\0', size) != NULL)
        result = problem_set(problem, exit_code, "%s: there is a NUL in the password", source);
    explicit_bzero(secret->text + size, secret->size - size);
    secret->size = size;
    return result;
}

/* Octet by octet, so that what follows the line stays unread. */
static int read_line(struct secret *secret, int descriptor, const char *source,
                     struct problem *problem)
{
    int result = secret_open(secret, problem);
    char c = '\0';
    while (result == 0 && c != '\n') {
        ssize_t got = read(descriptor, &c, 1);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            result = problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "%s", source);
        else if (got > 0 && !secret_append(secret, &c, 1))
            result = problem_set(problem, EXIT_CODE_CONFIGURATION,
                                 "%s: the password is longer than %d octets", source, SECRET_LIMIT);
    }
    explicit_bzero(&c, sizeof c);
    if (result == 0)
        result = password_keep_first_line(secret, EXIT_CODE_CONFIGURATION, source, problem);
    if (result != 0)
        secret_free(secret);
    return result;
}

int password_from_descriptor(struct secret *secret, int descriptor, struct problem *problem)
{
    return read_line(secret, descriptor, "--password-fd", problem);
}

static int check_file(int descriptor, const char *file, struct problem *problem)
{
    struct stat status;
    if (fstat(descriptor, &status) != 0)
        return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "--password-file %.400s",
                                  file);
    if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode))
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "--password-file %.400s: it is no file", file);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "--password-file %.400s: others may read it; do chmod 600 on it", file);
    return 0;
}

int password_from_file(struct secret *secret, const char *file, struct problem *problem)
{
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return problem_set_system(problem, EXIT_CODE_CONFIGURATION, errno, "--password-file %.400s",
                                  file);
    int result = check_file(descriptor, file, problem);
    if (result == 0)
        result = read_line(secret, descriptor, "--password-file", problem);
    close(descriptor);
    return result;
}
