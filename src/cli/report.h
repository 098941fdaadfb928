/* SPDX-License-Identifier: ISC */
/** @file report.h  What the program says about a message on standard error. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "problem.h"

#include <mailer/send.h>

#include <stdio.h>

/** As many recipients are named in one line. */
enum { REPORT_RECIPIENTS = 5 };

/** Writes "mailer: " and the problem. */
void report_problem(FILE *out, const struct problem *problem);

/** Where a dialogue goes. */
struct report_trace {
    FILE *out;
    bool with_body;
};

/** A mailer_trace_function; context is a struct report_trace. */
void report_trace(void *context, enum mailer_trace_kind kind, const char *line);

/** Writes the envelope and the size of a message that is not sent. */
void report_envelope(FILE *out, const struct mailer_message *message, enum mailer_wire wire);

/**
 * Writes one line about a message that was not accepted for all: what went wrong for everybody, or
 * for each recipient who was refused.
 * @param result  may be NULL.
 * @param error   set.
 * @param advice  may be NULL.
 * @return the exit code.
 */
enum exit_code report_failure(FILE *out, const struct mailer_result *result,
                              const struct mailer_error *error, const char *advice);

/**
 * Writes one line about a message whose sending was interrupted: who has got it, who has not, and
 * who may have.
 * @param name  of the signal.
 * @return the exit code.
 */
enum exit_code report_interruption(FILE *out, const struct mailer_result *result, const char *name);

#endif
