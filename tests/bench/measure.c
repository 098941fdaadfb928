/* SPDX-License-Identifier: ISC */
/*
 * Runs a program and prints what it cost as one line of JSON: wall, user and sys in seconds, peak
 * resident memory in KiB, and its exit code.
 *
 *   measure INPUT OUTPUT PROGRAM [ARGUMENT...]
 *
 * INPUT becomes its standard input, OUTPUT gets what it writes. A program of its own: the peak of a
 * child begins at that of the process it comes from, and starting it from Python takes longer than
 * what is measured.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char **arguments)
{
    if (count < 4)
        return EXIT_FAILURE;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, arguments[1], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, arguments[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);

    pid_t child;
    int status;
    struct rusage usage;
    double start = seconds();
    if (posix_spawnp(&child, arguments[3], &files, NULL, arguments + 3, environ) != 0 ||
        wait4(child, &status, 0, &usage) != child)
        return EXIT_FAILURE;
    double wall = seconds() - start;
    printf("{\"wall\": %.6f, \"user\": %.6f, \"sys\": %.6f, \"peak\": %ld, \"exit\": %d}\n", wall,
           seconds_of(usage.ru_utime), seconds_of(usage.ru_stime), usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return EXIT_SUCCESS;
}
