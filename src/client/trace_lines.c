/* SPDX-License-Identifier: ISC */
#include "trace_lines.h"

#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A line is cut when it is longer: base64 and headers are shorter by far. */
enum { SHOWN_SIZE = 2048 };

struct trace_lines trace_lines_start(mailer_trace_function function, void *context)
{
    return (struct trace_lines){.function = function, .context = context};
}

static void show(struct trace_lines *trace, enum mailer_trace_kind kind, const char *line,
                 size_t size)
{
    char shown[SHOWN_SIZE];
    text_printable(shown, sizeof shown, line, size);
    trace->function(trace->context, kind, shown);
}

void trace_lines_info(struct trace_lines *trace, const char *format, ...)
{
    if (trace->function == NULL)
        return;
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    show(trace, MAILER_TRACE_INFO, line, strlen(line));
}

void trace_lines_sent(struct trace_lines *trace, const char *lines, size_t size)
{
    const char *end = lines + size;
    while (trace->function != NULL && lines < end) {
        const char *line_end = memchr(lines, '\n', (size_t)(end - lines));
        if (line_end == NULL)
            line_end = end;
        show(trace, MAILER_TRACE_SENT, lines, (size_t)(line_end - lines));
        lines = line_end + 1;
    }
}

void trace_lines_received(struct trace_lines *trace, const struct smtp_reply *reply)
{
    if (trace->function == NULL)
        return;
    const char *at = reply->text.bytes;
    size_t left = reply->text.size;
    for (bool more = true; more;) {
        const char *line_end = left > 0 ? memchr(at, '\n', left) : NULL;
        size_t size = line_end != NULL ? (size_t)(line_end - at) : left;
        more = line_end != NULL;
        char line[SHOWN_SIZE];
        int used = snprintf(line, sizeof line, "%03d%c%s%s", reply->code, more ? '-' : ' ',
                            more ? "" : reply->enhanced_code,
                            !more && reply->enhanced_code[0] != '\0' ? " " : "");
        text_printable(line + used, sizeof line - (size_t)used, at != NULL ? at : "", size);
        trace->function(trace->context, MAILER_TRACE_RECEIVED, line);
        if (more) {
            at += size + 1;
            left -= size + 1;
        }
    }
}

static void end_body_line(struct trace_lines *trace)
{
    bool ends_in_cr = trace->body_size > 0 && trace->body_line[trace->body_size - 1] == '\r';
    show(trace, MAILER_TRACE_BODY, trace->body_line, trace->body_size - ends_in_cr);
    trace->body_size = 0;
}

void trace_lines_body(struct trace_lines *trace, const char *bytes, size_t size, bool last)
{
    if (trace->function == NULL)
        return;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            end_body_line(trace);
        else if (trace->body_size < sizeof trace->body_line)
            trace->body_line[trace->body_size++] = bytes[i];
    }
    if (last && trace->body_size > 0)
        end_body_line(trace);
}
