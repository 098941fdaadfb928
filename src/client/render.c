/* SPDX-License-Identifier: ISC */
#include "error.h"
#include "message_private.h"
#include "tree/cursor.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static int make_plan(struct mime_plan **plan, const struct mailer_message *message,
                     enum mailer_wire wire, struct mailer_error *error)
{
    if (message_tree(message) == NULL)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_MESSAGE,
                         "the message is not sealed: call mailer_message_seal() first");
    return message_plan(plan, message, wire, error);
}

int mailer_message_size(const struct mailer_message *message, enum mailer_wire wire, uint64_t *size,
                        struct mailer_error *error)
{
    struct mime_plan *plan = NULL;
    int result = make_plan(&plan, message, wire, error);
    if (result == 0)
        *size = plan->size;
    mime_plan_free(plan);
    return result;
}

static int write_all(int descriptor, const char *bytes, size_t size, struct mailer_error *error)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd writable = {.fd = descriptor, .events = POLLOUT};
            poll(&writable, 1, -1);
            continue;
        }
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                    "cannot write the message where it was told to go");
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

/* Where the octets of a message pass through on their way to a descriptor. */
struct passage {
    struct mime_scratch scratch;
    char out[256 * 1024];
};

int mailer_message_write(const struct mailer_message *message, enum mailer_wire wire,
                         int descriptor, struct mailer_error *error)
{
    struct mime_plan *plan = NULL;
    int result = make_plan(&plan, message, wire, error);
    if (result != 0)
        return result;
    struct passage *passage = malloc(sizeof *passage);
    struct mime_cursor cursor = mime_cursor_start(plan);
    if (passage == NULL)
        result = error_set_memory(error);
    while (result == 0 && !mime_cursor_is_at_end(&cursor)) {
        size_t got = 0;
        result = mime_cursor_read(&cursor, &passage->scratch, passage->out, sizeof passage->out,
                                  &got, error);
        if (result == 0)
            result = write_all(descriptor, passage->out, got, error);
    }
    free(passage);
    mime_plan_free(plan);
    return result;
}
