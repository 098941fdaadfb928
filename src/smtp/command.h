/* SPDX-License-Identifier: ISC */
/** @file command.h  The one place where a line of a command is written. */
#ifndef SMTP_COMMAND_H
#define SMTP_COMMAND_H

#include "error.h"

#include <stddef.h>

/** The longest command line with its CR LF; RFC 4954 4 has 12,288 for AUTH. */
enum { SMTP_COMMAND_LIMIT = 12288 };

/**
 * Writes a command and CR LF. What would make it anything but one line (CR, LF, NUL, other control
 * characters) is refused here, whatever was checked before: no text from anywhere becomes a second
 * command.
 * @param line    receives it; nothing is written after a failure.
 * @param length  receives its length.
 * @param format  as printf, with no other conversion than %s.
 * @return 0, or MAILER_DATA.
 */
int smtp_command_write(char line[static SMTP_COMMAND_LIMIT], size_t *length,
                       struct mailer_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
