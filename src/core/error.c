/* SPDX-License-Identifier: ISC */
#include "error.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_is_set(const struct mailer_error *error)
{
    return error != NULL && error->error_class != MAILER_OK;
}

__attribute__((format(printf, 4, 0))) static int set(struct mailer_error *error,
                                                     enum mailer_error_class error_class,
                                                     enum mailer_stage stage, const char *format,
                                                     va_list arguments)
{
    if (error == NULL)
        return error_class;
    if (error->error_class != MAILER_OK)
        return error->error_class;
    char raw[sizeof error->text * 2];
    vsnprintf(raw, sizeof raw, format, arguments);
    text_printable(error->text, sizeof error->text, raw, strlen(raw));
    error->error_class = error_class;
    error->stage = stage;
    return error_class;
}

int error_set(struct mailer_error *error, enum mailer_error_class error_class,
              enum mailer_stage stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int result = set(error, error_class, stage, format, arguments);
    va_end(arguments);
    return result;
}

int error_set_system(struct mailer_error *error, enum mailer_error_class error_class,
                     enum mailer_stage stage, int system_code, const char *format, ...)
{
    if (error == NULL || error->error_class != MAILER_OK)
        return error == NULL ? (int)error_class : (int)error->error_class;
    va_list arguments;
    va_start(arguments, format);
    int result = set(error, error_class, stage, format, arguments);
    va_end(arguments);
    error->system_code = system_code;
    char reason[128] = ": ";
    if (strerror_r(system_code, reason + 2, sizeof reason - 2) != 0)
        snprintf(reason + 2, sizeof reason - 2, "error %d", system_code);
    size_t used = strlen(error->text);
    text_printable(error->text + used, sizeof error->text - used, reason, strlen(reason));
    return result;
}

int error_set_memory(struct mailer_error *error)
{
    return error_set(error, MAILER_MEMORY, MAILER_STAGE_NONE, "out of memory");
}

int error_pass(struct mailer_error *error, const struct mailer_error *cause)
{
    if (error != NULL && !error_is_set(error) && error_is_set(cause))
        *error = *cause;
    return cause->error_class;
}

void error_prefix(struct mailer_error *error, const char *format, ...)
{
    if (!error_is_set(error))
        return;
    char raw[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    char joined[sizeof error->text * 2 + 2];
    snprintf(joined, sizeof joined, "%s: %s", raw, error->text);
    text_printable(error->text, sizeof error->text, joined, strlen(joined));
}
