/* SPDX-License-Identifier: ISC */
#include "password/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <termios.h>
#include <unistd.h>

/* Those that would end or stop the program and leave the terminal without echo. */
static const int signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGALRM};

enum { SIGNALS = sizeof signals / sizeof *signals };

/* A handler has no other way to tell. */
static volatile sig_atomic_t caught;

static void note_signal(int number)
{
    caught = number;
}

struct terminal {
    int descriptor;
    struct termios before;
    sigset_t mask_before;
    struct sigaction actions_before[SIGNALS];
};

/* Signals stay blocked but for the wait, so that none falls between a look at caught and the wait.
 */
static void begin(struct terminal *terminal)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaddset(&blocked, signals[i]);
    sigprocmask(SIG_BLOCK, &blocked, &terminal->mask_before);
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &terminal->actions_before[i]);
        /* Whoever ignores a signal (nohup) goes on ignoring it. */
        if (terminal->actions_before[i].sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    }
    caught = 0;
    struct termios silent = terminal->before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
    silent.c_lflag |= ECHONL | ICANON | ISIG;
    tcsetattr(terminal->descriptor, TCSAFLUSH, &silent);
}

static void end(struct terminal *terminal)
{
    tcsetattr(terminal->descriptor, TCSAFLUSH, &terminal->before);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &terminal->actions_before[i], NULL);
    sigprocmask(SIG_SETMASK, &terminal->mask_before, NULL);
}

/* Whether a whole line was read, and not a signal caught or the terminal lost. */
static bool read_answer(const struct terminal *terminal, struct secret *secret)
{
    char bytes[1024];
    bool whole = false;
    while (!whole && caught == 0) {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(terminal->descriptor, &readable);
        if (pselect(terminal->descriptor + 1, &readable, NULL, NULL, NULL, &terminal->mask_before) <
            0)
            continue;
        ssize_t got = read(terminal->descriptor, bytes, sizeof bytes);
        if (got <= 0 || !secret_append(secret, bytes, (size_t)got))
            break;
        whole = bytes[got - 1] == '\n';
    }
    explicit_bzero(bytes, sizeof bytes);
    return whole;
}

static void write_all(int descriptor, const char *text)
{
    size_t size = strlen(text);
    while (size > 0) {
        ssize_t written = write(descriptor, text, size);
        if (written <= 0)
            return;
        text += written;
        size -= (size_t)written;
    }
}

static int ask(struct terminal *terminal, struct secret *secret, const char *question,
               struct problem *problem)
{
    for (;;) {
        int result = secret_open(secret, problem);
        if (result != 0)
            return result;
        begin(terminal);
        write_all(terminal->descriptor, question);
        bool whole = read_answer(terminal, secret);
        int number = caught;
        end(terminal);
        if (whole)
            return password_keep_first_line(secret, EXIT_CODE_LOGIN, "the terminal", problem);
        if (number == 0)
            return problem_set(problem, EXIT_CODE_LOGIN, "no password was typed");
        /* Now it does what it would have done. Whoever comes back from a stop is asked again. */
        secret_free(secret);
        kill(getpid(), number);
        if (number != SIGTSTP)
            return problem_set(problem, EXIT_CODE_LOGIN, "no password was typed");
    }
}

int password_from_terminal(struct secret *secret, const char *name, const char *question,
                           struct problem *problem)
{
    struct terminal terminal = {.descriptor = open(name, O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (terminal.descriptor < 0 || terminal.descriptor >= FD_SETSIZE ||
        tcgetattr(terminal.descriptor, &terminal.before) != 0) {
        if (terminal.descriptor >= 0)
            close(terminal.descriptor);
        return problem_set(problem, EXIT_CODE_LOGIN,
                           "no password, and no terminal to ask for it at: see --password-file");
    }
    int result = ask(&terminal, secret, question, problem);
    close(terminal.descriptor);
    if (result != 0)
        secret_free(secret);
    return result;
}
