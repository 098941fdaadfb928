/* SPDX-License-Identifier: ISC */
/** @file read_plan.h  Lays documents out and reads cursors to their end. */
#ifndef TESTS_READ_PLAN_H
#define TESTS_READ_PLAN_H

#include "harness/harness.h"
#include "tree/cursor.h"

struct rendering {
    uint8_t *bytes;
    size_t size;
};

static inline struct mime_plan *plan_for(const struct mime_document *document,
                                         enum mailer_wire width)
{
    struct mime_plan *plan = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mime_plan_new(&plan, document, (struct mime_wire){width, false}, &error) != 0)
        fail_msg("%s", error.text);
    return plan;
}

/** Appends the rest of a cursor, read with this much room, 0: random room; each of exact size. */
static inline void rendering_finish(struct rendering *rendering, struct mime_cursor *cursor,
                                    size_t room, uint64_t *random)
{
    static struct mime_scratch scratch;
    size_t limit = (size_t)cursor->plan->size;
    rendering->bytes = realloc(rendering->bytes, limit + 1);
    while (!mime_cursor_is_at_end(cursor)) {
        size_t size = room > 0 ? room : 1 + harness_random(random) % 700;
        char *out = malloc(size);
        size_t got = 0;
        assert_non_null(out);
        assert_int_equal(mime_cursor_read(cursor, &scratch, out, size, &got, NULL), 0);
        assert_true(got > 0);
        assert_true(got == size || mime_cursor_is_at_end(cursor));
        assert_true(got <= limit - rendering->size);
        memcpy(rendering->bytes + rendering->size, out, got);
        rendering->size += got;
        /* What lay there is of no use to the next read. */
        memset(&scratch, 0x5A, 300);
        free(out);
    }
    size_t got = 1;
    char end;
    assert_int_equal(mime_cursor_read(cursor, &scratch, &end, 1, &got, NULL), 0);
    assert_int_equal(got, 0);
}

/** All of a plan; its bytes are for the caller to free. */
static inline struct rendering render_plan(const struct mime_plan *plan, size_t room,
                                           uint64_t *random)
{
    struct rendering rendering = {NULL, 0};
    struct mime_cursor cursor = mime_cursor_start(plan);
    rendering_finish(&rendering, &cursor, room, random);
    return rendering;
}

/** All of a document on a wire, as a string when it has no NUL. */
static inline char *render_document(const struct mime_document *document, enum mailer_wire width)
{
    struct mime_plan *plan = plan_for(document, width);
    struct rendering rendering = render_plan(plan, 1 << 20, NULL);
    assert_int_equal(rendering.size, plan->size);
    rendering.bytes[rendering.size] = '\0';
    mime_plan_free(plan);
    return (char *)rendering.bytes;
}

#endif
