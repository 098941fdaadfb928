/* SPDX-License-Identifier: ISC */
#include "tree/cursor.h"

#include "codec/base64.h"

#include <string.h>

struct mime_cursor mime_cursor_start(const struct mime_plan *plan)
{
    struct mime_cursor cursor = {.plan = plan};
    if (plan->count > 0)
        cursor.codec = mime_codec_start(plan->segments[0].codec);
    return cursor;
}

bool mime_cursor_is_at_end(const struct mime_cursor *cursor)
{
    return cursor->segment == cursor->plan->count && cursor->carry_taken == cursor->carry_size;
}

static const struct mime_segment *current(const struct mime_cursor *cursor)
{
    return &cursor->plan->segments[cursor->segment];
}

static size_t smaller(uint64_t one, size_t other)
{
    return one < other ? (size_t)one : other;
}

static size_t read_literal(struct mime_cursor *cursor, char *out, size_t room)
{
    const struct mime_segment *segment = current(cursor);
    size_t size = smaller(segment->size - cursor->produced, room);
    memcpy(out, cursor->plan->literals.bytes + segment->literal + cursor->produced, size);
    cursor->produced += size;
    return size;
}

/* How much content to read so that its output about fills the room; what is too much is read again.
 */
static size_t useful_input(enum mime_codec_kind codec, size_t room)
{
    size_t lines = room / MIME_BASE64_LINE_OUTPUT;
    bool is_base64 = codec == MIME_CODEC_BASE64 || codec == MIME_CODEC_BASE64_TEXT;
    size_t input = is_base64 ? lines * MIME_BASE64_LINE_INPUT : room;
    return input > 0 ? input : 1;
}

static int fail_changed(const struct mime_segment *segment, struct mailer_error *error)
{
    return error_set(error, MAILER_SOURCE, MAILER_STAGE_MESSAGE,
                     "the file %s was changed while it was sent: send it again, or send a copy",
                     mime_blob_name(segment->blob).text);
}

/* Runs the codec over the next content into out, which has at least MIME_CODEC_MINIMUM_OUTPUT. */
static int run_codec(struct mime_cursor *cursor, struct mime_scratch *scratch, char *out,
                     size_t room, size_t *produced, struct mailer_error *error)
{
    const struct mime_segment *segment = current(cursor);
    uint64_t size = mime_blob_size(segment->blob);
    size_t wanted = smaller(size - cursor->consumed, useful_input(segment->codec, room));
    wanted = smaller(wanted, sizeof scratch->bytes);
    size_t got = 0;
    int result =
        mime_blob_read(segment->blob, cursor->consumed, scratch->bytes, wanted, &got, error);
    if (result != 0)
        return result;
    bool last = cursor->consumed + got == size;
    struct mime_codec_step step =
        mime_codec_run(&cursor->codec, scratch->bytes, got, last, out, room);
    cursor->consumed += step.consumed;
    cursor->produced += step.produced;
    *produced = step.produced;
    /* More than was promised to the server must never get to it. */
    return cursor->produced <= segment->size ? 0 : fail_changed(segment, error);
}

/* Content that needs no codec goes straight to where it is wanted. */
static int read_identity(struct mime_cursor *cursor, char *out, size_t room, size_t *produced,
                         struct mailer_error *error)
{
    const struct mime_segment *segment = current(cursor);
    size_t wanted = smaller(segment->size - cursor->consumed, room);
    int result = mime_blob_read(segment->blob, cursor->consumed, out, wanted, produced, error);
    if (result != 0)
        return result;
    cursor->consumed += *produced;
    cursor->produced += *produced;
    cursor->codec.finished = cursor->consumed == segment->size;
    return 0;
}

static int next_segment(struct mime_cursor *cursor, struct mailer_error *error)
{
    const struct mime_segment *segment = current(cursor);
    if (segment->blob != NULL) {
        int result = mime_blob_verify(segment->blob, error);
        if (result != 0)
            return result;
        if (cursor->produced != segment->size)
            return fail_changed(segment, error);
    }
    cursor->segment++;
    cursor->consumed = 0;
    cursor->produced = 0;
    if (cursor->segment < cursor->plan->count)
        cursor->codec = mime_codec_start(current(cursor)->codec);
    return 0;
}

/* Writes octets of the current segment, at least one unless it is finished. */
static int read_segment(struct mime_cursor *cursor, struct mime_scratch *scratch, char *out,
                        size_t room, size_t *produced, struct mailer_error *error)
{
    if (current(cursor)->blob == NULL) {
        *produced = read_literal(cursor, out, room);
        return 0;
    }
    if (current(cursor)->codec == MIME_CODEC_IDENTITY)
        return read_identity(cursor, out, room, produced, error);
    if (room >= MIME_CODEC_MINIMUM_OUTPUT)
        return run_codec(cursor, scratch, out, room, produced, error);
    size_t carried = 0;
    int result =
        run_codec(cursor, scratch, (char *)cursor->carry, sizeof cursor->carry, &carried, error);
    cursor->carry_size = (uint8_t)carried;
    cursor->carry_taken = 0;
    *produced = 0;
    return result;
}

static bool segment_is_finished(const struct mime_cursor *cursor)
{
    const struct mime_segment *segment = current(cursor);
    return segment->blob == NULL ? cursor->produced == segment->size : cursor->codec.finished;
}

static size_t take_carry(struct mime_cursor *cursor, char *out, size_t room)
{
    size_t size = smaller((size_t)(cursor->carry_size - cursor->carry_taken), room);
    memcpy(out, cursor->carry + cursor->carry_taken, size);
    cursor->carry_taken = (uint8_t)(cursor->carry_taken + size);
    return size;
}

int mime_cursor_read(struct mime_cursor *cursor, struct mime_scratch *scratch, void *out,
                     size_t room, size_t *got, struct mailer_error *error)
{
    char *to = out;
    int result = 0;
    *got = take_carry(cursor, to, room);
    /* A finished segment is left at once, so that the end is known with the last octet. */
    while (result == 0 && cursor->segment < cursor->plan->count) {
        if (segment_is_finished(cursor)) {
            result = next_segment(cursor, error);
            continue;
        }
        if (*got == room)
            break;
        size_t produced = 0;
        result = read_segment(cursor, scratch, to + *got, room - *got, &produced, error);
        *got += produced;
        *got += take_carry(cursor, to + *got, room - *got);
    }
    /* The content was found fit when the message was built: it is the sending that fails. */
    if (result == MAILER_SOURCE && error != NULL)
        error->stage = MAILER_STAGE_BODY;
    return result;
}
