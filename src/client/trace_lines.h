/* SPDX-License-Identifier: ISC */
/** @file trace_lines.h  The dialogue as printable lines for the caller's trace function. */
#ifndef CLIENT_TRACE_LINES_H
#define CLIENT_TRACE_LINES_H

#include "reply.h"

#include <mailer/trace.h>

struct trace_lines {
    mailer_trace_function function; /**< NULL: nobody listens, and all below does nothing */
    void *context;
    char body_line[256]; /**< the line of the body so far, cut */
    size_t body_size;
};

struct trace_lines trace_lines_start(mailer_trace_function function, void *context);

/** A line of the client's own words. */
void trace_lines_info(struct trace_lines *trace, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Commands, each ended by LF. */
void trace_lines_sent(struct trace_lines *trace, const char *lines, size_t size);

/** A whole reply, as it stands in its lines. */
void trace_lines_received(struct trace_lines *trace, const struct smtp_reply *reply);

/** Octets of a body, in any pieces. @param last  the body ends with them, be it within a line. */
void trace_lines_body(struct trace_lines *trace, const char *bytes, size_t size, bool last);

#endif
