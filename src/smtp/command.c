/* SPDX-License-Identifier: ISC */
#include "command.h"

#include "text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int smtp_command_write(char line[static SMTP_COMMAND_LIMIT], size_t *length,
                       struct mailer_error *error, const char *format, ...)
{
    char text[SMTP_COMMAND_LIMIT - 1]; /* one octet for each of CR and LF, less the NUL */
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    int result = 0;
    if (size < 0 || (size_t)size >= sizeof text)
        result =
            error_set(error, MAILER_DATA, MAILER_STAGE_NONE,
                      "a command to the server would be longer than %d octets", SMTP_COMMAND_LIMIT);
    else if (text_has_control(text, (size_t)size))
        result = error_set(error, MAILER_DATA, MAILER_STAGE_NONE,
                           "a control character in a command to the server");
    if (result == 0) {
        memcpy(line, text, (size_t)size);
        memcpy(line + size, "\r\n", 2);
        *length = (size_t)size + 2;
    }
    /* It may have been a password. */
    bool fills = size < 0 || (size_t)size > sizeof text;
    explicit_bzero(text, fills ? sizeof text : (size_t)size);
    return result;
}
