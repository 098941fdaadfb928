/* SPDX-License-Identifier: ISC */
#include "environment.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void environment_name(const struct option *option, char name[static ENVIRONMENT_NAME_SIZE])
{
    int size = snprintf(name, ENVIRONMENT_NAME_SIZE, "MAILER_%s", option->name);
    for (int i = 0; i < size && i < ENVIRONMENT_NAME_SIZE - 1; i++) {
        if (name[i] == '-')
            name[i] = '_';
        else if (text_is_letter(name[i]) && text_lower(name[i]) == name[i])
            name[i] = (char)(name[i] - ('a' - 'A'));
    }
}

static int store(const struct option *option, const char *name, char *value, void *values,
                 struct problem *problem)
{
    int result = option_store(option, name, value, values, problem);
    if (result == EXIT_CODE_USAGE)
        problem->exit_code = EXIT_CODE_CONFIGURATION;
    return result == 0 ? 0 : (int)problem->exit_code;
}

int environment_read(const struct option_set *set, struct option_state *state, void *values,
                     struct problem *problem)
{
    const struct option *of_group = NULL;
    const struct option_state before = *state;
    int result = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct option *option = &set->options[i];
        if (!option->in_environment)
            continue;
        char name[ENVIRONMENT_NAME_SIZE];
        environment_name(option, name);
        char *value = getenv(name);
        if (value == NULL)
            continue;
        if (!option_is_settled(set, &before, option) && *value != '\0' && result == 0) {
            if (option->group != 0 && of_group != NULL && of_group->group == option->group)
                result = problem_set(problem, EXIT_CODE_CONFIGURATION,
                                     "%s and the variable for --%s exclude each other", name,
                                     of_group->name);
            else
                result = store(option, name, value, values, problem);
            of_group = option->group != 0 ? option : of_group;
            state->found[i] = true;
        }
        if (option->kind == OPTION_SECRET) {
            explicit_bzero(value, strlen(value));
            unsetenv(name);
        }
    }
    return result;
}
