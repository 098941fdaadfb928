/* SPDX-License-Identifier: ISC */
#include "password/password.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    STEP_MILLISECONDS = 20, /* how long until the child is looked at again */
    COMPLAINT_LIMIT = 4096  /* as much of its standard error is shown */
};

struct helper {
    const char *source; /* what problems call it */
    bool whole;         /* not only the first line counts */
    int input;          /* -1: none */
    pid_t process;
    bool ended;
    int status;
    int output; /* -1 once it has ended */
    int complaints;
    struct secret *secret;
    bool too_long;
    char complaint[COMPLAINT_LIMIT];
    size_t complaint_size;
};

static long long milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; i++)
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

static int prepare(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int input,
                   int output, int complaints)
{
    sigset_t restored;
    sigemptyset(&restored);
    sigaddset(&restored, SIGPIPE);
    int code = input >= 0 ? posix_spawn_file_actions_adddup2(actions, input, STDIN_FILENO)
                          : posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null",
                                                             O_RDONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(actions, complaints, STDERR_FILENO);
    if (code == 0)
        code = posix_spawnattr_setsigdefault(attributes, &restored);
    if (code == 0)
        code = posix_spawnattr_setpgroup(attributes, 0);
    if (code == 0)
        code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    return code;
}

static int spawn(struct helper *helper, const char *const *words, int output, int complaints)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0)
        return code;
    code = posix_spawnattr_init(&attributes);
    if (code == 0) {
        code = prepare(&actions, &attributes, helper->input, output, complaints);
        /* posix_spawn() takes its arguments without const, and does not write to them. */
        if (code == 0)
            code = posix_spawnp(&helper->process, words[0], &actions, &attributes,
                                (char *const *)words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

static int start(struct helper *helper, const char *const *words, struct problem *problem)
{
    const char *source = helper->source;
    int output[2], complaints[2];
    if (open_pipe(output) != 0)
        return problem_set_system(problem, EXIT_CODE_SYSTEM, errno, "%s", source);
    if (open_pipe(complaints) != 0) {
        int code = errno;
        close(output[0]);
        close(output[1]);
        return problem_set_system(problem, EXIT_CODE_SYSTEM, code, "%s", source);
    }
    int code = spawn(helper, words, output[1], complaints[1]);
    close(output[1]);
    close(complaints[1]);
    helper->output = output[0];
    helper->complaints = complaints[0];
    if (code != 0)
        return problem_set_system(problem, EXIT_CODE_SYSTEM, code, "%s", source);
    return 0;
}

static void close_end(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

/* Whether something was there. */
static bool read_output(struct helper *helper)
{
    char bytes[1024];
    ssize_t got = helper->output < 0 ? -1 : read(helper->output, bytes, sizeof bytes);
    if (got > 0 && !secret_append(helper->secret, bytes, (size_t)got))
        helper->too_long = true;
    explicit_bzero(bytes, sizeof bytes);
    if (got == 0)
        close_end(&helper->output);
    return got > 0;
}

static bool read_complaints(struct helper *helper)
{
    char bytes[1024];
    ssize_t got = helper->complaints < 0 ? -1 : read(helper->complaints, bytes, sizeof bytes);
    if (got > 0) {
        size_t room = sizeof helper->complaint - helper->complaint_size;
        size_t size = (size_t)got < room ? (size_t)got : room;
        memcpy(helper->complaint + helper->complaint_size, bytes, size);
        helper->complaint_size += size;
    }
    if (got == 0)
        close_end(&helper->complaints);
    return got > 0;
}

/* A process that the command leaves behind may keep the pipes open: what counts is the command. */
static void attend(struct helper *helper, int milliseconds)
{
    long long deadline = milliseconds_now() + milliseconds;
    while (!helper->ended && !helper->too_long && milliseconds_now() < deadline) {
        struct pollfd pipes[] = {{helper->output, POLLIN, 0}, {helper->complaints, POLLIN, 0}};
        bool closed = helper->output < 0 && helper->complaints < 0;
        poll(pipes, 2, closed ? 1 : STEP_MILLISECONDS);
        bool some = read_output(helper);
        some |= read_complaints(helper);
        if (!some)
            helper->ended = waitpid(helper->process, &helper->status, WNOHANG) == helper->process;
    }
    while (helper->ended && !helper->too_long && read_output(helper))
        continue;
    while (helper->ended && read_complaints(helper) && helper->complaint_size < COMPLAINT_LIMIT)
        continue;
}

static void show_complaints(const struct helper *helper)
{
    char shown[COMPLAINT_LIMIT];
    const char *line = helper->complaint;
    const char *end = line + helper->complaint_size;
    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        if (line_end == NULL)
            line_end = end;
        text_printable(shown, sizeof shown, line, (size_t)(line_end - line));
        fprintf(stderr, "mailer: %s: %s\n", helper->source, shown);
        line = line_end + 1;
    }
}

static int judge(const struct helper *helper, struct problem *problem)
{
    const char *source = helper->source;
    if (helper->too_long)
        return problem_set(problem, EXIT_CODE_LOGIN, "%s: it printed more than %d octets", source,
                           SECRET_LIMIT);
    if (!helper->ended)
        return problem_set(problem, EXIT_CODE_LOGIN, "%s: it took too long", source);
    if (WIFSIGNALED(helper->status))
        return problem_set(problem, EXIT_CODE_LOGIN, "%s: it was killed by signal %d", source,
                           WTERMSIG(helper->status));
    if (WEXITSTATUS(helper->status) != 0)
        return problem_set(problem, EXIT_CODE_LOGIN, "%s: it failed with exit status %d", source,
                           WEXITSTATUS(helper->status));
    if (helper->whole)
        return 0;
    return password_keep_first_line(helper->secret, EXIT_CODE_LOGIN, source, problem);
}

/* What is to be read on standard input, all of it, so that nobody has to attend to the writing. */
static int fill_input(const struct secret *input, int *descriptor)
{
    int ends[2];
    *descriptor = -1;
    if (input == NULL)
        return 0;
    if (open_pipe(ends) != 0)
        return errno;
    fcntl(ends[0], F_SETFL, 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    ssize_t written = write(ends[1], input->text, input->size);
    close(ends[1]);
    *descriptor = ends[0];
    return written == (ssize_t)input->size ? 0 : E2BIG;
}

int password_run(struct secret *secret, const struct password_program *program,
                 struct problem *problem)
{
    int result = secret_open(secret, problem);
    if (result != 0)
        return result;
    struct helper helper = {.source = program->source,
                            .whole = program->whole,
                            .input = -1,
                            .output = -1,
                            .complaints = -1,
                            .secret = secret};
    int code = fill_input(program->input, &helper.input);
    if (code != 0)
        result = problem_set_system(problem, EXIT_CODE_SYSTEM, code, "%s", program->source);
    else
        result = start(&helper, program->words, problem);
    if (result == 0) {
        attend(&helper, program->milliseconds);
        if (!helper.ended) {
            kill(-helper.process, SIGKILL);
            while (waitpid(helper.process, NULL, 0) < 0 && errno == EINTR)
                continue;
        }
        if (!program->silent)
            show_complaints(&helper);
        result = judge(&helper, problem);
    }
    close_end(&helper.input);
    close_end(&helper.output);
    close_end(&helper.complaints);
    if (result != 0)
        secret_free(secret);
    return result;
}

int password_from_command(struct secret *secret, const char *command, int milliseconds,
                          struct problem *problem)
{
    const char *const words[] = {"/bin/sh", "-c", command, NULL};
    const struct password_program program = {
        .source = "--password-command", .words = words, .milliseconds = milliseconds};
    return password_run(secret, &program, problem);
}
