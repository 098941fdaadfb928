/* SPDX-License-Identifier: ISC */
#include "problem.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void
set(struct problem *problem, enum exit_code exit_code, const char *format, va_list arguments)
{
    char raw[sizeof problem->text];
    vsnprintf(raw, sizeof raw, format, arguments);
    text_printable(problem->text, sizeof problem->text, raw, strlen(raw));
    problem->exit_code = exit_code;
}

int problem_set(struct problem *problem, enum exit_code exit_code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(problem, exit_code, format, arguments);
    va_end(arguments);
    return (int)exit_code;
}

int problem_set_system(struct problem *problem, enum exit_code exit_code, int system_code,
                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(problem, exit_code, format, arguments);
    va_end(arguments);
    char reason[128];
    if (strerror_r(system_code, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", system_code);
    size_t used = strlen(problem->text);
    snprintf(problem->text + used, sizeof problem->text - used, ": %s", reason);
    return (int)exit_code;
}

int problem_set_memory(struct problem *problem)
{
    return problem_set(problem, EXIT_CODE_SYSTEM, "out of memory");
}

int problem_set_error(struct problem *problem, const struct mailer_error *error)
{
    return problem_set(problem, exit_code_for_error(error), "%s", error->text);
}

int problem_wrap(struct problem *problem, enum exit_code exit_code, const char *words)
{
    char text[sizeof problem->text];
    memcpy(text, problem->text, sizeof text);
    return problem_set(problem, exit_code, "%s: %s", words, text);
}
