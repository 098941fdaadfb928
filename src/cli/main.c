/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Without this, a file or connection opened later would take the number of a standard descriptor
 * that was closed at the start, and messages would be written into it. Each is opened for what it
 * is not used for, so that using it fails, as if it were closed. */
static int open_standard_descriptors(void)
{
    static const int flags[] = {O_WRONLY, O_RDONLY, O_RDONLY};
    for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", flags[i] | O_NOCTTY) != i)
            return -1;
    return 0;
}

int main(int argc, char **argv)
{
    if (open_standard_descriptors() != 0)
        return EXIT_CODE_SYSTEM;
    /* A reader that went away is seen as a failed write, where it can be dealt with. */
    signal(SIGPIPE, SIG_IGN);
    return verb_run_arguments(argc, argv);
}
