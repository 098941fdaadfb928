/* SPDX-License-Identifier: ISC */
#include "command.h"

#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

struct text {
    char bytes[SMTP_COMMAND_LIMIT - 2]; /* CR and LF come behind it */
    size_t size;
    bool fits;
};

static void append(struct text *text, const char *piece, size_t size)
{
    text->fits = text->fits && size <= sizeof text->bytes - text->size;
    if (!text->fits)
        return;
    memcpy(text->bytes + text->size, piece, size);
    text->size += size;
}

/* What printf would do in ten times as long. */
static void format_text(struct text *text, const char *format, va_list arguments)
{
    while (*format != '\0') {
        size_t literal = strcspn(format, "%");
        append(text, format, literal);
        format += literal;
        if (*format == '\0')
            return;
        assert(format[1] == 's');
        const char *string = va_arg(arguments, const char *);
        append(text, string, strlen(string));
        format += 2;
    }
}

int smtp_command_write(char line[static SMTP_COMMAND_LIMIT], size_t *length,
                       struct mailer_error *error, const char *format, ...)
{
    struct text text;
    text.size = 0;
    text.fits = true;
    va_list arguments;
    va_start(arguments, format);
    format_text(&text, format, arguments);
    va_end(arguments);
    int result = 0;
    if (!text.fits)
        result =
            error_set(error, MAILER_DATA, MAILER_STAGE_NONE,
                      "a command to the server would be longer than %d octets", SMTP_COMMAND_LIMIT);
    else if (text_has_control(text.bytes, text.size))
        result = error_set(error, MAILER_DATA, MAILER_STAGE_NONE,
                           "a control character in a command to the server");
    if (result == 0) {
        memcpy(line, text.bytes, text.size);
        memcpy(line + text.size, "\r\n", 2);
        *length = text.size + 2;
    }
    /* It may have been a password. */
    explicit_bzero(text.bytes, text.size);
    return result;
}
