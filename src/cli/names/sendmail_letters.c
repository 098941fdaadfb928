/* SPDX-License-Identifier: ISC */
#include "names/rewrite.h"

#include <string.h>

/* -bX: what it is to be. */
static int choose_task(struct rewrite *rewrite, const char *mode, struct problem *problem)
{
    static const struct {
        const char *letters;
        enum rewrite_task task;
    } modes[] = {{"m", TASK_SEND}, {"s", TASK_SERVE}, {"p", TASK_LIST_QUEUE}, {"iI", TASK_NOTHING}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (*mode != '\0' && mode[1] == '\0' && strchr(modes[i].letters, *mode) != NULL) {
            rewrite->task = modes[i].task;
            return 0;
        }
    return problem_set(problem, EXIT_CODE_USAGE,
                       "-b%.20s of sendmail is not offered: this program sends (-bm), speaks SMTP "
                       "on standard input (-bs), and has no queue (-bp)",
                       mode);
}

static int custom(struct rewrite *rewrite, char letter, char *argument, struct problem *problem)
{
    switch (letter) {
    case 'b':
        return choose_task(rewrite, argument, problem);
    case 't':
        rewrite->reads_recipients = true;
        return rewrite_add(rewrite, "-t", NULL, problem);
    case 'F':
        /* Callers hand on a name that they do not have. */
        return *argument == '\0' ? 0 : rewrite_add(rewrite, "-F", argument, problem);
    default: /* -q and -I */
        rewrite->task = TASK_NOTHING;
        return 0;
    }
}

static const struct letter letters[] = {
    {"b", ARGUMENT_NEEDED, LETTER_CUSTOM, NULL},
    {"t", ARGUMENT_NONE, LETTER_CUSTOM, NULL},
    {"F", ARGUMENT_NEEDED, LETTER_CUSTOM, NULL},
    {"q", ARGUMENT_GLUED, LETTER_CUSTOM, NULL},
    {"I", ARGUMENT_NONE, LETTER_CUSTOM, NULL},
    {"r", ARGUMENT_NEEDED, LETTER_OURS, "-f"},
    {"C", ARGUMENT_NEEDED, LETTER_OURS, "--config"},
    {"V", ARGUMENT_NEEDED, LETTER_OURS, "--envid"},
    /* Errors are told on standard error and by the exit code, whatever is asked for. -A: which of
     * two configurations; -d: debugging, which sends all the same; -h: hops. */
    {"oOeXAhpD", ARGUMENT_NEEDED, LETTER_IGNORED, NULL},
    {"d", ARGUMENT_GLUED, LETTER_IGNORED, NULL},
    {"cimnxGU", ARGUMENT_NONE, LETTER_IGNORED, NULL},
};

const struct letter_set sendmail_letters = {"sendmail", letters, sizeof letters / sizeof *letters,
                                            custom, NULL};
