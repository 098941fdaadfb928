/* SPDX-License-Identifier: ISC */
#include "reader/entity_private.h"
#include "reader/header_reader.h"
#include "reader/measure.h"

#include <stdlib.h>
#include <string.h>

static struct mime_entity *current(struct entity_reading *reading)
{
    return &reading->list->entities[reading->current];
}

/* In front of the line end that was read last, if it may be that of a boundary. */
static struct mime_place before_pending(const struct entity_reading *reading)
{
    struct mime_place place = reading->place;
    place.offset -= reading->pending;
    place.lines -= reading->pending > 0 ? 2 : 0;
    return place;
}

static void scan_pending(struct entity_reading *reading)
{
    if (reading->pending > 0)
        mime_scanner_add(&reading->scanner, reading->pending == 2 ? "\r\n" : "\n",
                         reading->pending);
    reading->pending = 0;
}

/* ---- Levels ---- */

/* A multipart of which no boundary was found has no parts: all of it is one thing that nobody
 * understands. The filler behind it is that. */
static void make_opaque(struct entity_reading *reading, size_t index)
{
    struct mime_entity_list *list = reading->list;
    struct mime_entity *entity = &list->entities[index];
    entity->kind = MIME_ENTITY_OPAQUE;
    entity->body_end = entity->body;
    entity->behind = entity->body;
    struct mime_scanner nothing = mime_scanner_start();
    entity->scan = mime_scanner_finish(&nothing);
    if (list->count != index + 2 || list->entities[index + 1].kind != MIME_ENTITY_FILLER)
        return;
    const struct mime_entity *filler = &list->entities[--list->count];
    entity->body_end = filler->body_end;
    entity->behind = filler->behind;
    entity->scan = filler->scan;
}

static void pop_to(struct entity_reading *reading, size_t depth)
{
    while (reading->depth > depth) {
        struct entity_level *level = &reading->levels[--reading->depth];
        bool is_message = reading->list->entities[level->entity].kind == MIME_ENTITY_MESSAGE;
        if (!is_message && !level->opened)
            make_opaque(reading, level->entity);
        free(level->boundary);
    }
}

/* ---- The end of an entity ---- */

/* Measures what a leaf would be encoded, if some wire may want it so. */
static int measure(struct entity_reading *reading, struct mime_entity *entity,
                   struct mailer_error *error)
{
    const struct mime_scan *scan = &entity->scan;
    bool plain = scan->high_octets == 0 && scan->nul_octets == 0 && scan->bare_cr == 0 &&
                 scan->longest_line <= 998;
    if (entity->kind != MIME_ENTITY_LEAF || entity->exact || plain)
        return 0;
    uint64_t start = entity->body.offset;
    uint64_t end = entity->body_end.offset;
    if (entity->declared == MIME_DECLARED_BASE64)
        return mime_measure_base64(reading->blob, start, end, &entity->encoded_size,
                                   &entity->encoded_is_fit, error);
    if (entity->declared > MIME_DECLARED_BINARY)
        return 0;
    const char *boundaries[MIME_ENTITY_DEPTH];
    size_t count = 0;
    for (size_t i = 0; i < reading->depth; i++)
        if (reading->levels[i].boundary != NULL)
            boundaries[count++] = reading->levels[i].boundary;
    return mime_measure_quoted_printable(reading->blob, start, end, boundaries, count,
                                         &entity->encoded_size, error);
}

/* Ends the body of the current entity in front of the line at hand. */
static int end_body(struct entity_reading *reading, struct mailer_error *error)
{
    if (reading->current == SIZE_MAX)
        return 0;
    struct mime_entity *entity = current(reading);
    if (entity->kind == MIME_ENTITY_FILLER)
        scan_pending(reading);
    entity->body_end = before_pending(reading);
    entity->behind = reading->place;
    entity->scan = mime_scanner_finish(&reading->scanner);
    bool is_text = entity->type[0] == '\0' || strncmp(entity->type, "text/", 5) == 0;
    if (!is_text && entity->kind == MIME_ENTITY_LEAF && entity->declared <= MIME_DECLARED_BINARY &&
        (entity->scan.nul_octets > 0 || entity->scan.bare_cr > 0))
        entity->exact = true;
    /* Such lines may stay: whoever wrote them has let them be. */
    entity->scan.from_line = false;
    entity->scan.boundary_line = false;
    reading->pending = 0;
    reading->current = SIZE_MAX;
    return measure(reading, entity, error);
}

/* Ends the entity at hand, whatever of it is being read. */
static int end_current(struct entity_reading *reading, struct mailer_error *error)
{
    int result = 0;
    while (result == 0 && reading->in_header)
        result = entity_header_end(reading, 0, error);
    return result == 0 ? end_body(reading, error) : result;
}

/* ---- Boundaries ---- */

/* Whether a line is "--" and the boundary, perhaps "--", and white space (RFC 2046 5.1.1). */
static bool is_delimiter(const struct entity_level *level, const struct mime_line *line, bool *last)
{
    size_t size = 2 + level->boundary_size;
    if (line->size < size || memcmp(line->bytes + 2, level->boundary, level->boundary_size) != 0)
        return false;
    *last = line->size >= size + 2 && memcmp(line->bytes + size, "--", 2) == 0;
    for (size += *last ? 2 : 0; size < line->size; size++)
        if (line->bytes[size] != ' ' && line->bytes[size] != '\t')
            return false;
    return true;
}

/* The innermost level whose boundary a line is. @return SIZE_MAX when it is none. */
static size_t find_level(const struct entity_reading *reading, const struct mime_line *line,
                         bool *last)
{
    bool candidate =
        line->whole && line->size > 2 && line->size <= 998 && memcmp(line->bytes, "--", 2) == 0;
    for (size_t i = reading->depth; candidate && i-- > 0;)
        if (reading->levels[i].boundary != NULL && is_delimiter(&reading->levels[i], line, last))
            return i;
    return SIZE_MAX;
}

static struct mime_place behind(const struct entity_reading *reading, const struct mime_line *line)
{
    struct mime_place place = reading->place;
    place.offset += line->size + line->end_size;
    place.lines += line->size + (line->end_size > 0 ? 2 : 0);
    return place;
}

static int take_delimiter(struct entity_reading *reading, const struct mime_line *line,
                          size_t level, bool last, struct mailer_error *error)
{
    int result = end_current(reading, error);
    if (result != 0)
        return result;
    pop_to(reading, level + 1);
    struct entity_level *around = &reading->levels[level];
    around->opened = true;
    if (!last)
        return entity_start(reading, around->entity, behind(reading, line), error);
    free(around->boundary);
    around->boundary = NULL;
    return 0;
}

/* ---- Lines ---- */

/* Octets that are in no part. */
static int start_filler(struct entity_reading *reading, struct mailer_error *error)
{
    size_t parent = reading->depth > 0 ? reading->levels[reading->depth - 1].entity : 0;
    int result = entity_start(reading, parent, reading->place, error);
    if (result == 0 && reading->in_header) {
        struct mime_entity *entity = current(reading);
        entity->kind = MIME_ENTITY_FILLER;
        entity->has_header = false;
        reading->in_header = false;
    }
    return result;
}

static int take_body_line(struct entity_reading *reading, const struct mime_line *line,
                          struct mailer_error *error)
{
    int result = reading->current == SIZE_MAX ? start_filler(reading, error) : 0;
    if (result != 0)
        return result;
    scan_pending(reading);
    mime_scanner_add(&reading->scanner, line->bytes, line->size);
    reading->pending = line->end_size;
    return 0;
}

static int take_line(struct entity_reading *reading, const struct mime_line *line,
                     struct mailer_error *error)
{
    /* A line that ends a header may be the first boundary of what the header has begun, even if it
     * is one of a multipart around too: as if an empty line were between. */
    for (;;) {
        bool last = false;
        size_t level = find_level(reading, line, &last);
        if (!reading->in_header)
            return level != SIZE_MAX ? take_delimiter(reading, line, level, last, error)
                                     : take_body_line(reading, line, error);
        bool taken = false;
        int result = level != SIZE_MAX ? entity_header_end(reading, 0, error)
                                       : entity_header_line(reading, line, &taken, error);
        if (result != 0 || taken)
            return result;
    }
}

/* ---- All ---- */

/* The size of a byte order mark; a message in UTF-16 is refused. */
static int skip_mark(struct entity_reading *reading, struct mailer_error *error)
{
    char mark[3] = {0};
    size_t got = 0;
    int result = mime_blob_read(reading->blob, 0, mark, sizeof mark, &got, error);
    if (result == 0 && (memcmp(mark, "\xFF\xFE", 2) == 0 || memcmp(mark, "\xFE\xFF", 2) == 0))
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the message is in UTF-16: convert it to UTF-8 or another charset that "
                         "has US-ASCII in it");
    uint64_t size = memcmp(mark, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    reading->place = (struct mime_place){size, size};
    reading->lines.offset = size;
    return result;
}

static int read_end(struct entity_reading *reading, struct mailer_error *error)
{
    struct mime_entity_list *list = reading->list;
    list->end = reading->place;
    if (!reading->in_header)
        scan_pending(reading);
    int result = end_current(reading, error);
    pop_to(reading, 0);
    char last[2] = {0};
    size_t got = 0;
    uint64_t size = mime_blob_size(reading->blob);
    if (result == 0 && size >= 2)
        result = mime_blob_read(reading->blob, size - 2, last, 2, &got, error);
    else if (result == 0 && size == 1)
        result = mime_blob_read(reading->blob, 0, last + 1, 1, &got, error);
    list->ends_in_line_end = last[1] == '\n';
    list->ends_in_crlf = last[0] == '\r' && last[1] == '\n';
    return result;
}

static int read_lines(struct entity_reading *reading, struct mailer_error *error)
{
    int result = skip_mark(reading, error);
    if (result == 0)
        result = entity_start(reading, SIZE_MAX, reading->place, error);
    while (result == 0) {
        struct mime_line line;
        result = mime_line_reader_next(&reading->lines, &line, error);
        if (result != 0 || line.size + line.end_size == 0)
            break;
        result = take_line(reading, &line, error);
        reading->place = behind(reading, &line);
    }
    return result == 0 ? read_end(reading, error) : result;
}

int mime_entity_read(struct mime_entity_list *list, const struct mime_blob *blob, bool keep_header,
                     struct mailer_error *error)
{
    *list = (struct mime_entity_list){0};
    struct entity_reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL)
        return error_set_memory(error);
    *reading = (struct entity_reading){
        .list = list, .blob = blob, .keep_header = keep_header, .current = SIZE_MAX};
    reading->header = buffer_empty(MIME_ENTITY_HEADER_LIMIT);
    int result = mime_line_reader_start(&reading->lines, blob, error);
    if (result == 0)
        result = read_lines(reading, error);
    for (size_t i = 0; i < reading->depth; i++)
        free(reading->levels[i].boundary);
    mime_line_reader_free(&reading->lines);
    buffer_free(&reading->header);
    free(reading);
    return result;
}

void mime_entity_free(struct mime_entity_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->entities[i].mended);
    free(list->entities);
    *list = (struct mime_entity_list){0};
}
