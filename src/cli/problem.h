/* SPDX-License-Identifier: ISC */
/**
 * @file problem.h
 * Why the program stops: an exit code and one line for a person.
 *
 * Functions of the program that can fail return 0 or an exit code, and take a `struct problem *`
 * last, never NULL.
 */
#ifndef CLI_PROBLEM_H
#define CLI_PROBLEM_H

#include "exit_code.h"

struct problem {
    enum exit_code exit_code;
    char text[1024]; /**< printable UTF-8 */
};

/**
 * Sets it.
 * @param format  as printf; the outcome is made printable and cut to fit.
 * @return exit_code.
 */
int problem_set(struct problem *problem, enum exit_code exit_code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** As problem_set(), with the text of an errno behind a colon. */
int problem_set_system(struct problem *problem, enum exit_code exit_code, int system_code,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Sets it for want of memory. */
int problem_set_memory(struct problem *problem);

/** Sets it from an error of the library, with the exit code of the policy. */
int problem_set_error(struct problem *problem, const struct mailer_error *error);

/** Puts words and ": " in front of the text, and gives it another exit code. */
int problem_wrap(struct problem *problem, enum exit_code exit_code, const char *words);

#endif
