/* SPDX-License-Identifier: ISC */
#include "reader/line_reader.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024 };

int mime_line_reader_start(struct mime_line_reader *reader, const struct mime_blob *blob,
                           struct mailer_error *error)
{
    uint64_t size = mime_blob_size(blob);
    size_t room = size < BLOCK_SIZE ? (size_t)size + 1 : BLOCK_SIZE;
    *reader = (struct mime_line_reader){.blob = blob, .block = malloc(room), .room = room};
    return reader->block == NULL ? error_set_memory(error) : 0;
}

void mime_line_reader_free(struct mime_line_reader *reader)
{
    free(reader->block);
    *reader = (struct mime_line_reader){0};
}

static int refill(struct mime_line_reader *reader, struct mailer_error *error)
{
    reader->used -= reader->taken;
    memmove(reader->block, reader->block + reader->taken, reader->used);
    reader->taken = 0;
    size_t got = 0;
    int result = mime_blob_read(reader->blob, reader->offset, reader->block + reader->used,
                                reader->room - reader->used, &got, error);
    reader->used += got;
    reader->offset += got;
    return result;
}

/* How much of a line without an end in the block can be given: not a CR that may be of its end. */
static size_t piece_size(const char *bytes, size_t size, bool at_end)
{
    return !at_end && bytes[size - 1] == '\r' ? size - 1 : size;
}

int mime_line_reader_next(struct mime_line_reader *reader, struct mime_line *line,
                          struct mailer_error *error)
{
    *line = (struct mime_line){.bytes = reader->block, .starts = !reader->inside};
    bool at_end = reader->offset == mime_blob_size(reader->blob);
    const char *bytes = reader->block + reader->taken;
    size_t size = reader->used - reader->taken;
    const char *feed = memchr(bytes, '\n', size);
    if (feed == NULL && size < MIME_LINE_WHOLE + 2 && !at_end) {
        int result = refill(reader, error);
        if (result != 0)
            return result;
        at_end = reader->offset == mime_blob_size(reader->blob);
        bytes = reader->block;
        size = reader->used;
        feed = memchr(bytes, '\n', size);
    }
    if (size == 0)
        return 0;
    line->bytes = bytes;
    if (feed == NULL) {
        line->size = piece_size(bytes, size, at_end);
    } else {
        line->size = (size_t)(feed - bytes);
        line->end_size = 1;
        if (line->size > 0 && feed[-1] == '\r') {
            line->size--;
            line->end_size = 2;
        }
    }
    reader->taken += line->size + line->end_size;
    reader->inside = feed == NULL;
    line->whole = line->starts && (feed != NULL || (at_end && reader->taken == reader->used));
    return 0;
}
