/* SPDX-License-Identifier: ISC */
#include "progress.h"

#include "clock.h"
#include "error.h"

enum { INTERVAL = 100 };

struct progress progress_start(const struct mailer_server *server)
{
    size_t end = offsetof(struct mailer_server, progress_context) + sizeof(void *);
    if (server == NULL || server->struct_size < end)
        return (struct progress){0};
    return (struct progress){.function = server->progress, .context = server->progress_context};
}

bool progress_is_due(const struct progress *progress)
{
    return progress->function != NULL && clock_milliseconds() >= progress->due;
}

int progress_tell(struct progress *progress, const struct progress_state *state,
                  struct mailer_error *error)
{
    if (progress->function == NULL)
        return 0;
    bool is_whole =
        state->total > 0 && state->sent == state->total && state->message != progress->whole;
    if (!is_whole && !progress_is_due(progress))
        return 0;
    if (is_whole)
        progress->whole = state->message;
    progress->due = clock_milliseconds() + INTERVAL;
    if (progress->function(progress->context, state->sent, state->total) == 0)
        return 0;
    return error_set(error, MAILER_CANCELLED, MAILER_STAGE_NONE, "the sending was called off");
}
