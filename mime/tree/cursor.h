/* SPDX-License-Identifier: ISC */
/**
 * @file cursor.h
 * One reader's way through a plan: a plain value. A retry is a fresh cursor, a checkpoint is a
 * copy.
 */
#ifndef MIME_CURSOR_H
#define MIME_CURSOR_H

#include "tree/plan.h"

struct mime_cursor {
    const struct mime_plan *plan;
    size_t segment;
    uint64_t consumed; /**< octets of this segment's blob */
    uint64_t produced; /**< octets of this segment's output */
    struct mime_codec codec;
    /* Output of the codec that did not fit into the last room. */
    uint8_t carry[MIME_CODEC_MINIMUM_OUTPUT];
    uint8_t carry_size;
    uint8_t carry_taken;
};

/** Lines of base64 input that are read at a time: as many as go into one chunk to the server. */
enum { MIME_SCRATCH_SIZE = 57 * 4224 };

/** Where content waits to be encoded: nothing in it is needed from one read to the next. */
struct mime_scratch {
    uint8_t bytes[MIME_SCRATCH_SIZE];
};

/** At the beginning of a plan, which must outlive the cursor. */
struct mime_cursor mime_cursor_start(const struct mime_plan *plan);

/**
 * Writes the next octets of the message.
 * @param out   room octets, at least 1.
 * @param got   receives the number written: all of room, but for the end; 0 at the end.
 * @return 0, or MAILER_SOURCE when content cannot be read or has changed since it was planned: what
 *         was written up to then is not to be used.
 */
int mime_cursor_read(struct mime_cursor *cursor, struct mime_scratch *scratch, void *out,
                     size_t room, size_t *got, struct mailer_error *error);

/** Whether all has been read. */
bool mime_cursor_is_at_end(const struct mime_cursor *cursor);

#endif
