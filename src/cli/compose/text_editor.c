/* SPDX-License-Identifier: ISC */
#include "compose/text_editor.h"

#include "compose/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATH_LIMIT = 4096 };

static const char *command(void)
{
    static const char *const variables[] = {"VISUAL", "EDITOR"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != '\0')
            return value;
    }
    return "vi";
}

/* The shell takes the command apart, as "code --wait"; the file is one word whatever it holds. */
static int start(pid_t *process, const char *path)
{
    struct buffer line = buffer_empty(PATH_LIMIT);
    posix_spawnattr_t attributes;
    sigset_t restored;
    buffer_append_format(&line, "%s \"$1\"", command());
    char *script = buffer_take_string(&line);
    if (script == NULL)
        return ENOMEM;
    const char *const words[] = {"sh", "-c", script, "sh", path, NULL};
    sigemptyset(&restored);
    sigaddset(&restored, SIGPIPE);
    sigaddset(&restored, SIGINT);
    sigaddset(&restored, SIGQUIT);
    int code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        posix_spawnattr_setsigdefault(&attributes, &restored);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        code = posix_spawn(process, "/bin/sh", NULL, &attributes, (char *const *)words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    free(script);
    return code;
}

/* Ctrl-C is the editor's while it runs. */
static int run(const char *path, struct problem *problem)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
    pid_t process = 0;
    int status = 0;
    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    int code = start(&process, path);
    while (code == 0 && waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    if (code != 0)
        return problem_set_system(problem, EXIT_CODE_SYSTEM, code, "the editor %.200s", command());
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return problem_set(problem, EXIT_CODE_INPUT,
                           "the editor %.200s failed; $VISUAL and $EDITOR say which one is taken",
                           command());
    return 0;
}

static int write_text(const struct buffer *text, char *path, struct problem *problem)
{
    int descriptor = mkstemp(path);
    FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    bool failed = file == NULL;
    if (file != NULL) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        failed = text->size > 0 && fwrite(text->bytes, 1, text->size, file) != text->size;
        failed |= fclose(file) != 0;
    }
    return failed ? problem_set_system(problem, EXIT_CODE_CREATE, errno, "%.400s", path) : 0;
}

static int read_text(struct buffer *text, const char *path, struct problem *problem)
{
    struct buffer changed = buffer_empty(DRAFT_TEXT_LIMIT);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return problem_set_system(problem, EXIT_CODE_IO, errno, "%.400s", path);
    char bytes[4096];
    size_t got;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        buffer_append(&changed, bytes, got);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed || changed.failed) {
        buffer_free(&changed);
        return problem_set(problem, EXIT_CODE_IO, "%.400s cannot be read, or is too long", path);
    }
    buffer_free(text);
    *text = changed;
    return 0;
}

int text_editor_run(struct buffer *text, struct problem *problem)
{
    char *folder = NULL;
    struct buffer name = buffer_empty(PATH_LIMIT);
    int result = draft_folder(&folder, problem);
    if (result != 0)
        return result;
    buffer_append_format(&name, "%s/text-XXXXXX", folder);
    char *path = buffer_take_string(&name);
    free(folder);
    if (path == NULL)
        return problem_set_memory(problem);
    result = write_text(text, path, problem);
    if (result == 0)
        result = run(path, problem);
    if (result == 0)
        result = read_text(text, path, problem);
    unlink(path);
    free(path);
    return result;
}
