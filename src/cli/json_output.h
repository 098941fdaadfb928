/* SPDX-License-Identifier: ISC */
/**
 * @file json_output.h
 * What became of a message, for programs: a line of JSON for each recipient, with the members
 * recipient, status (mailer_fate_name()), code, enhanced, text, host, queue_id and message_id. What
 * there is none of is null.
 */
#ifndef CLI_JSON_OUTPUT_H
#define CLI_JSON_OUTPUT_H

#include "problem.h"

#include <mailer/send.h>

#include <stdio.h>

/**
 * Writes what the library tells of each recipient.
 * @param result  NULL: nothing could be tried, and error is why, for all of them.
 */
void json_output_result(FILE *out, const struct mailer_message *message,
                        const struct mailer_result *result, const struct mailer_error *error);

/** Writes that nobody got it, and why. */
void json_output_problem(FILE *out, const struct mailer_message *message,
                         const struct problem *problem);

#endif
