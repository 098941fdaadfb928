/* SPDX-License-Identifier: ISC */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>

static const struct {
    int number;
    const char *name;
} ends[] = {{SIGINT, "SIGINT"}, {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"}};

enum { ENDS = sizeof ends / sizeof *ends, PATIENCE = 3 };

/* A handler has no other way to tell. */
static volatile sig_atomic_t noted, count, asked;

static struct sigaction actions_before[ENDS];
static unsigned depth;

static void note_end(int number)
{
    noted = number;
    count = count + 1;
    if (count < PATIENCE)
        return;
    signal(number, SIG_DFL);
    raise(number);
}

static void note_question(int number)
{
    (void)number;
    asked = 1;
}

void interrupt_catch(void)
{
    /* Files are read on with; what waits for a connection or the keyboard is woken all the same. */
    struct sigaction action = {.sa_handler = note_end, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    if (depth++ > 0)
        return;
    noted = count = 0;
    for (size_t i = 0; i < ENDS; i++) {
        sigaction(ends[i].number, NULL, &actions_before[i]);
        if (actions_before[i].sa_handler != SIG_IGN)
            sigaction(ends[i].number, &action, NULL);
    }
}

void interrupt_release(void)
{
    if (--depth > 0)
        return;
    for (size_t i = 0; i < ENDS; i++)
        sigaction(ends[i].number, &actions_before[i], NULL);
}

int interrupt_number(void)
{
    return noted;
}

bool interrupt_wait(int descriptor)
{
    sigset_t blocked, before;
    sigemptyset(&blocked);
    for (size_t i = 0; i < ENDS; i++)
        sigaddset(&blocked, ends[i].number);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    int ready = 0;
    while (noted == 0 && ready <= 0) {
        fd_set readable;
        FD_ZERO(&readable);
        FD_SET(descriptor, &readable);
        ready = pselect(descriptor + 1, &readable, NULL, NULL, NULL, &before);
        if (ready < 0 && errno != EINTR)
            break;
    }
    bool interrupted = noted != 0;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !interrupted;
}

const char *interrupt_name(int number)
{
    for (size_t i = 0; i < ENDS; i++)
        if (ends[i].number == number)
            return ends[i].name;
    return "a signal";
}

void interrupt_catch_question(void)
{
    struct sigaction action = {.sa_handler = note_question, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
#ifdef SIGINFO
    sigaction(SIGINFO, &action, NULL);
#endif
}

bool interrupt_take_question(void)
{
    bool was_asked = asked != 0;
    asked = 0;
    return was_asked;
}
