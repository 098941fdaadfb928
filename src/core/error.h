/* SPDX-License-Identifier: ISC */
/** @file error.h  Filling a struct mailer_error: the first cause wins, the text is printable. */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <mailer/error.h>

#include <stdbool.h>

/**
 * Sets an error that is not set yet, and gives its class.
 * @param error   may be NULL. One that is set already is left as it is: the first cause wins.
 * @param format  as printf; the outcome is made printable and cut to fit.
 * @return error_class, or the class of the error that was set before.
 */
int error_set(struct mailer_error *error, enum mailer_error_class error_class,
              enum mailer_stage stage, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** As error_set(), keeps system_code too, and adds its text behind a colon. */
int error_set_system(struct mailer_error *error, enum mailer_error_class error_class,
                     enum mailer_stage stage, int system_code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** Sets MAILER_MEMORY: "out of memory". */
int error_set_memory(struct mailer_error *error);

/**
 * Hands an error on to where the caller wants it, unless another cause stands there already.
 * @param error  may be NULL.
 * @param cause  may be not set: then nothing is changed.
 * @return the class of cause.
 */
int error_pass(struct mailer_error *error, const struct mailer_error *cause);

/** Puts words and ": " in front of the text of an error that is set; its class stays. */
void error_prefix(struct mailer_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Whether it is set. */
bool error_is_set(const struct mailer_error *error);

#endif
