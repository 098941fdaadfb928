/* SPDX-License-Identifier: ISC */
/** @file stamp.h  Date and Message-ID, made once for a message. */
#ifndef MIME_STAMP_H
#define MIME_STAMP_H

#include "error.h"

#include <stddef.h>
#include <time.h>

/** "Sat, 21 Nov 2026 23:11:05 +0100" and its NUL. */
enum { MIME_DATE_SIZE = 32 };

/**
 * Writes a moment as RFC 5322 3.3 has it, in the local zone, in English whatever the locale.
 * The zone is read once for the process; a program that changes it calls tzset() thereafter.
 * @return 0, or MAILER_SYSTEM for a moment outside of the years 1900 to 9999.
 */
int mime_stamp_date(char date[static MIME_DATE_SIZE], time_t moment, struct mailer_error *error);

/**
 * Makes "<random@domain>" (RFC 5322 3.6.4) with 130 random bits, that tells nothing of this
 * machine.
 * @param domain  the right-hand side; a domain or a literal.
 * @param id      receives a string for the caller to free; NULL after failure.
 * @return 0, MAILER_MEMORY or MAILER_SYSTEM.
 */
int mime_stamp_message_id(char **id, const char *domain, struct mailer_error *error);

#endif
