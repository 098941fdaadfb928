/* SPDX-License-Identifier: ISC */
#include "verbs.h"

#include "help.h"
#include "names/names_verb.h"
#include "option/option.h"
#include "options.h"
#include "report.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* Those that are not built yet have their place, so that they never come to be recipients. */
static const struct verb verbs[] = {
    {"catch", "[OPTION...]", "run a server that keeps what it gets, for trying things out",
     catch_verb, &catch_option_set, NULL},
    {"compose", "[OPTION...] [RECIPIENT...]", "write messages at the terminal, over one connection",
     compose_verb, &send_option_set, NULL},
    {"check", "[OPTION...] [URL]", "try the server and the login, and say what it can", check_verb,
     &check_option_set, NULL},
    {"outbox", NULL, NULL, NULL, NULL, NULL},
    {"merge", NULL, NULL, NULL, NULL, NULL},
    {"accounts", "[OPTION...] [WORD...]",
     "list, show, add and import the accounts of the configuration", accounts_verb,
     &accounts_option_set, "list show add import test"},
    {"login", NULL, NULL, NULL, NULL, NULL},
    {"preview", NULL, NULL, NULL, NULL, NULL},
};

enum { COUNT = sizeof verbs / sizeof *verbs };

const struct verb *verb_at(size_t index)
{
    return index < COUNT ? &verbs[index] : NULL;
}

const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

void verb_append_help(struct buffer *buffer)
{
    for (size_t i = 0; i < COUNT; i++)
        if (verbs[i].run != NULL) {
            char term[80];
            snprintf(term, sizeof term, "mailer %s", verbs[i].name);
            help_append_row(buffer, term, verbs[i].help);
        }
}

/* Mistyped, a verb would be a recipient whom the server may well take. A user of this machine of
 * that name is one. */
static const char *near_verb(const char *word)
{
    struct option names[COUNT];
    if (word[0] == '-' || strpbrk(word, "@,:<\"") != NULL)
        return NULL;
    for (size_t i = 0; i < COUNT; i++)
        names[i] = (struct option){.name = verbs[i].run != NULL ? verbs[i].name : NULL};
    const struct option_set set = {names, COUNT, NULL, 0, 0};
    const char *near = option_suggestion(&set, word, strlen(word));
    return near == NULL || getpwnam(word) != NULL ? NULL : near;
}

static int refuse_near_verb(const char *word, const char *near)
{
    struct problem problem = {0};
    problem_set(&problem, EXIT_CODE_USAGE,
                "\"%s\" is no command; did you mean \"mailer %s\"? (a recipient of that name goes "
                "behind --)",
                word, near);
    report_problem(stderr, &problem);
    return (int)problem.exit_code;
}

int verb_run_arguments(int count, char **arguments)
{
    enum personality personality = personality_of(count > 0 ? arguments[0] : NULL);
    if (personality != PERSONALITY_MAILER)
        return names_run(personality, count - 1, arguments + 1);
    const struct verb *verb = count > 1 ? verb_find(arguments[1]) : NULL;
    const char *near = verb == NULL && count > 1 ? near_verb(arguments[1]) : NULL;
    if (near != NULL)
        return refuse_near_verb(arguments[1], near);
    if (verb == NULL)
        return send_verb(count > 1 ? count - 1 : 0, count > 0 ? arguments + 1 : arguments);
    if (verb->run != NULL)
        return verb->run(count - 2, arguments + 2);
    struct problem problem = {0};
    problem_set(&problem, EXIT_CODE_USAGE,
                "\"mailer %s\" is not built yet (a recipient of that name goes behind --)",
                verb->name);
    report_problem(stderr, &problem);
    return (int)problem.exit_code;
}

int verb_show(struct buffer *buffer)
{
    struct problem problem = {0};
    if (buffer->failed)
        problem_set_memory(&problem);
    else if (fwrite(buffer->bytes, 1, buffer->size, stdout) != buffer->size || fflush(stdout) != 0)
        problem_set_system(&problem, EXIT_CODE_IO, errno, "standard output");
    buffer_free(buffer);
    if (problem.exit_code != EXIT_CODE_OK)
        report_problem(stderr, &problem);
    return (int)problem.exit_code;
}
