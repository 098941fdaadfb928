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
    char digits[2 * MAILER_DIGEST_SIZE + 1];
    for (int i = 0; i < MAILER_DIGEST_SIZE; i++)
        snprintf(digits + 2 * (size_t)i, 3, "%02x", digest[i]);
    snprintf(state->line, sizeof state->line, "%s%s\n", label, digits);
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

/* Makes a file beside another one, under a name that nobody else has; 0600.
 * @param name  receives it, to be freed, or NULL without memory.
 * @return a descriptor, or -1 with errno. */
static int make_beside(const char *file, char **name)
{
    static const char suffix[] = ".XXXXXX";
    size_t size = strlen(file) + sizeof suffix;
    *name = malloc(size);
    if (*name == NULL)
        return -1;
    snprintf(*name, size, "%s%s", file, suffix);
    return mkstemp(*name);
}

/* Only by making a file one sees whether one can be made. */
static int check_folder(const char *file, struct problem *problem)
{
    char *name;
    int descriptor = make_beside(file, &name);
    int reason = errno;
    if (descriptor >= 0) {
        close(descriptor);
        unlink(name);
    }
    free(name);
    return descriptor >= 0 ? 0
                           : problem_set_system(problem, EXIT_CODE_CREATE, reason,
                                                "--only-if-changed %.400s: nothing was sent, as "
                                                "this file cannot be made",
                                                file);
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

/* Writes a new file and puts it in the place of the old one. @return 0 or an errno. */
static int replace(const char *line, const char *file)
{
    char *name;
    int descriptor = make_beside(file, &name);
    int reason = descriptor < 0 ? errno : 0;
    size_t size = strlen(line);
    if (descriptor >= 0) {
        errno = ENOSPC; /* where less is written, there is no other reason given */
        if (write(descriptor, line, size) != (ssize_t)size)
            reason = errno;
        if (close(descriptor) != 0 && reason == 0)
            reason = errno;
        if (reason == 0 && rename(name, file) != 0)
            reason = errno;
        if (reason != 0)
            unlink(name);
    }
    free(name);
    return reason;
}

int sent_state_keep(const struct sent_state *state, const char *file, struct problem *problem)
{
    int reason = replace(state->line, file);
    return reason == 0 ? 0
                       : problem_set_system(problem, EXIT_CODE_CREATE, reason,
                                            "--only-if-changed %.400s: the message was sent, but "
                                            "this file cannot be written, so the next run sends it "
                                            "again",
                                            file);
}
