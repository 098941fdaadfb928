/* SPDX-License-Identifier: ISC */
/** @file catch_report.h  The line that is shown for a message. */
#ifndef CATCH_CATCH_REPORT_H
#define CATCH_CATCH_REPORT_H

#include "catch_envelope.h"

enum { CATCH_REPORT_SIZE = 1024 };

/**
 * Writes number, size, sender, recipients, subject and name, in printable characters.
 * @param head  the beginning of the message, in which the subject is looked for.
 */
void catch_report(char line[static CATCH_REPORT_SIZE], size_t number,
                  const struct catch_envelope *envelope, const char *head, size_t head_size,
                  const char *name);

#endif
