/* SPDX-License-Identifier: ISC */
#include "sent_state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char label[] = "sha256:";

static int make(struct sent_state *state, const struct mailer_message *message,
                struct problem *problem)
{
    unsigned char digest[MAILER_DIGEST_SIZE];
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_digest(message, digest, &error) != 0)
        return problem_set_error(problem, &error);
    char *at = stpcpy(state->line, label);
    for (int i = 0; i < MAILER_DIGEST_SIZE; i++)
        at += snprintf(at, 3, "%02x", digest[i]);
    memcpy(at, "\n", 2);
    return 0;
}

/* A file of something else must not be lost to a slip of the finger. An empty one, as mktemp makes
 * it, is fine. */
static int read_old(const char *file, char *line, size_t size, struct problem *problem)
{
    struct stat status;
    int descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    *line = '\0';
    if (descriptor < 0 && errno == ENOENT)
        return 0;
    if (descriptor < 0 && errno != ELOOP)
        return problem_set_system(problem, EXIT_CODE_INPUT, errno, "--only-if-changed %.400s",
                                  file);
    bool is_file = descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t got = is_file ? read(descriptor, line, size - 1) : -1;
    if (descriptor >= 0)
        close(descriptor);
    line[got > 0 ? got : 0] = '\0';
    if (got == 0 || (got > 0 && strncmp(line, label, sizeof label - 1) == 0))
        return 0;
    return problem_set(problem, EXIT_CODE_INPUT,
                       "--only-if-changed %.400s: it is not what mailer has written there; name a "
                       "file that is not there yet",
                       file);
}

/* The folder of a file, in a buffer that holds the file's name. */
static const char *folder_of(char *name)
{
    char *slash = strrchr(name, '/');
    if (slash == NULL)
        return ".";
    slash[slash == name] = '\0';
    return name;
}

static int check_folder(const char *file, struct problem *problem)
{
    char *name = strdup(file);
    if (name == NULL)
        return problem_set_memory(problem);
    int result = 0;
    if (access(folder_of(name), W_OK | X_OK) != 0)
        result = problem_set_system(problem, EXIT_CODE_CREATE, errno,
                                    "--only-if-changed %.400s: nothing was sent, as its folder "
                                    "cannot be written to",
                                    file);
    free(name);
    return result;
}

int sent_state_compare(struct sent_state *state, const char *file,
                       const struct mailer_message *message, bool *is_same, struct problem *problem)
{
    char old[sizeof state->line + 1];
    *is_same = false;
    int result = read_old(file, old, sizeof old, problem);
    if (result == 0)
        result = check_folder(file, problem);
    if (result == 0)
        result = make(state, message, problem);
    *is_same = result == 0 && strcmp(old, state->line) == 0;
    return result;
}

/* Writes beside the file, under a name that nobody else has, and then takes its place. */
static bool replace(const char *line, const char *file, char *temporary)
{
    int descriptor = mkstemp(temporary);
    if (descriptor < 0)
        return false;
    size_t size = strlen(line);
    bool written = write(descriptor, line, size) == (ssize_t)size;
    int reason = written ? 0 : errno;
    if (close(descriptor) != 0 && written)
        reason = errno;
    if (reason == 0 && rename(temporary, file) == 0)
        return true;
    reason = reason != 0 ? reason : errno;
    unlink(temporary);
    errno = reason;
    return false;
}

int sent_state_keep(const struct sent_state *state, const char *file, struct problem *problem)
{
    static const char suffix[] = ".XXXXXX";
    size_t size = strlen(file) + sizeof suffix;
    char *temporary = malloc(size);
    if (temporary == NULL)
        return problem_set_memory(problem);
    snprintf(temporary, size, "%s%s", file, suffix);
    int result = 0;
    if (!replace(state->line, file, temporary))
        result = problem_set_system(problem, EXIT_CODE_CREATE, errno,
                                    "--only-if-changed %.400s: the message was sent, but this "
                                    "cannot be written, so the next run sends it again",
                                    file);
    free(temporary);
    return result;
}
