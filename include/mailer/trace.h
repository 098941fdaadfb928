/* SPDX-License-Identifier: ISC */
/** @file trace.h  Watching the dialogue with a server. */
#ifndef MAILER_TRACE_H
#define MAILER_TRACE_H

#include <mailer/version.h>

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mailer_trace_kind {
    MAILER_TRACE_INFO = 0, /**< what the client does: "connected to 127.0.0.1:25" */
    MAILER_TRACE_SENT,     /**< a command, secrets already masked */
    MAILER_TRACE_RECEIVED, /**< a line of a reply */
    MAILER_TRACE_BODY      /**< a line of the message, cut if long, before a dot is doubled */
};

/**
 * Called for each line of the dialogue as it happens.
 * @param context  what was given with the function.
 * @param line     printable UTF-8 without a line end, ended by NUL; borrowed for the call.
 */
typedef void (*mailer_trace_function)(void *context, enum mailer_trace_kind kind, const char *line);

#ifdef __cplusplus
}
#endif
#endif
