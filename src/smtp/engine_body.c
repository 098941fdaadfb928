/* SPDX-License-Identifier: ISC */
#include "engine_private.h"

#include "buffer.h"
#include "text.h"

#include <assert.h>
#include <string.h>

enum {
    CHUNK_HEADER_ROOM = 32, /* "BDAT 18446744073709551615 LAST\r\n" at most */
    END_ROOM = 5,
    /* Less is not worth a read of the source. */
    SMALLEST_ROOM = 16 * 1024
};

char *smtp_engine_body_room(struct smtp_engine *engine, size_t *room)
{
    *room = 0;
    if (engine->writing != SMTP_WRITING_BODY || smtp_engine_waits(engine))
        return NULL;
    /* How many replies a chunk behind a refused one gets by LMTP, nobody has laid down. */
    if (engine->local && engine->chunked && smtp_engine_unanswered(engine) > 0)
        return NULL;
    smtp_engine_compact(engine);
    size_t left = SMTP_ENGINE_OUT_SIZE - engine->end;
    size_t reserved = engine->chunked ? CHUNK_HEADER_ROOM : END_ROOM;
    size_t usable = left - reserved;
    /* Every octet for a dot may become two (smtp_stuffing_room()). */
    *room = engine->chunked ? usable : (usable - 1) / 4 * 3;
    assert(*room >= SMALLEST_ROOM);
    return engine->out + engine->end + (engine->chunked ? CHUNK_HEADER_ROOM : 0);
}

/* Puts the header of a chunk right in front of its octets, which stand behind the room left for it.
 * The gap is closed from the side where fewer octets are moved: what still waits to be sent is many
 * small messages, or little before a large one. */
static void frame_chunk(struct smtp_engine *engine, size_t size, bool last)
{
    char room[CHUNK_HEADER_ROOM];
    char number[TEXT_DECIMAL_SIZE];
    struct buffer header = buffer_in(room, sizeof room, sizeof room);
    buffer_append_string(&header, "BDAT ");
    buffer_append_string(&header, text_decimal(number, size));
    buffer_append_string(&header, last ? " LAST\r\n" : "\r\n");
    assert(!header.failed);
    smtp_engine_trace(engine, room, header.size - 2);
    size_t gap = CHUNK_HEADER_ROOM - header.size;
    char *waiting = engine->out + engine->start;
    char *chunk = engine->out + engine->end + CHUNK_HEADER_ROOM;
    if (size < smtp_engine_pending(engine)) {
        memmove(chunk - gap, chunk, size);
    } else {
        memmove(waiting + gap, waiting, smtp_engine_pending(engine));
        engine->start += gap;
        engine->end += gap;
    }
    memcpy(engine->out + engine->end, room, header.size);
    engine->end += header.size + size;
    smtp_engine_submit(engine, last ? SMTP_STEP_LAST_CHUNK : SMTP_STEP_CHUNK, false, 0);
}

static int stuff(struct smtp_engine *engine, size_t size, bool last, struct mailer_error *error)
{
    size_t stuffed = 0;
    int result =
        smtp_stuffing_apply(&engine->stuffing, engine->out + engine->end, size, &stuffed, error);
    if (result != 0)
        return result;
    engine->end += stuffed;
    if (!last)
        return 0;
    size_t end = smtp_stuffing_end(&engine->stuffing, engine->out + engine->end);
    if (end == 0)
        return error_set(error, MAILER_DATA, MAILER_STAGE_BODY, "the message ends in a bare CR");
    engine->end += end;
    smtp_engine_trace(engine, ".", 1);
    smtp_engine_submit(engine, SMTP_STEP_END, false, 0);
    engine->dirty = false;
    return 0;
}

int smtp_engine_body_filled(struct smtp_engine *engine, size_t size, bool last,
                            struct mailer_error *error)
{
    assert(engine->writing == SMTP_WRITING_BODY);
    if (size == 0 && !last)
        return 0;
    if (engine->chunked) {
        frame_chunk(engine, size, last);
    } else {
        int result = stuff(engine, size, last, error);
        if (result != 0) {
            engine->closing = true;
            return result;
        }
    }
    if (last)
        engine->writing = SMTP_WRITING_NOTHING;
    return 0;
}

bool smtp_engine_body_abort(struct smtp_engine *engine)
{
    if (!engine->chunked) {
        engine->closing = true;
        return false;
    }
    engine->writing = SMTP_WRITING_NOTHING;
    for (uint64_t i = engine->submitted; i > engine->answered; i--) {
        struct smtp_step *step = smtp_engine_step(engine, i - 1);
        if (step->kind != SMTP_STEP_CHUNK)
            break;
        step->given_up = true;
    }
    return !engine->closing;
}
