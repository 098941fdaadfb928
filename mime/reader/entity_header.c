/* SPDX-License-Identifier: ISC */
#include "reader/entity_private.h"
#include "reader/header_reader.h"
#include "reader/mend.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* Room for a Content-Transfer-Encoding in a header that is mended. */
enum { ENCODING_FIELD_SIZE = 64 };

static struct mime_entity *current(struct entity_reading *reading)
{
    return &reading->list->entities[reading->current];
}

int entity_start(struct entity_reading *reading, size_t parent, struct mime_place place,
                 struct mailer_error *error)
{
    struct mime_entity_list *list = reading->list;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity * 2 + 4;
        struct mime_entity *entities = realloc(list->entities, capacity * sizeof *entities);
        if (entities == NULL)
            return error_set_memory(error);
        list->entities = entities;
        list->capacity = capacity;
    }
    reading->current = list->count++;
    struct mime_entity *entity = current(reading);
    *entity = (struct mime_entity){.parent = parent, .has_header = true};
    entity->header = entity->encoding = entity->encoding_end = entity->body = place;
    bool is_first = parent == SIZE_MAX;
    const struct mime_entity *around = &list->entities[is_first ? 0 : parent];
    entity->is_message = is_first || around->kind == MIME_ENTITY_MESSAGE;
    entity->is_inside = is_first ? reading->keep_header : entity->is_message || around->is_inside;
    entity->crlf = !is_first && around->crlf;
    reading->scanner = mime_scanner_start();
    reading->pending = 0;
    reading->in_header = true;
    reading->line_is_header = false;
    reading->in_encoding = false;
    reading->header.size = 0;
    if (list->count < MIME_ENTITY_LIMIT)
        return 0;
    /* The last one takes all that is left, and no boundary ends it. */
    entity->kind = MIME_ENTITY_OPAQUE;
    entity->has_header = false;
    reading->in_header = false;
    for (size_t i = 0; i < reading->depth; i++) {
        free(reading->levels[i].boundary);
        reading->levels[i].boundary = NULL;
    }
    return 0;
}

static int add_to_header(struct entity_reading *reading, const struct mime_line *line,
                         struct mailer_error *error)
{
    size_t size = line->size + line->end_size;
    reading->line_is_header = line->end_size == 0;
    if (size > reading->header.limit - reading->header.size)
        return error_set(error, MAILER_DATA, MAILER_STAGE_MESSAGE,
                         "the header fields are longer than %d octets together: this is no message",
                         MIME_ENTITY_HEADER_LIMIT);
    return buffer_append(&reading->header, line->bytes, size) ? 0 : error_set_memory(error);
}

/* Keeps in mind where the field is that a changed encoding changes. */
static void find_encoding(struct entity_reading *reading, const struct mime_line *line, size_t name)
{
    struct mime_entity *entity = current(reading);
    if (reading->in_encoding)
        entity->encoding_end = reading->place;
    reading->in_encoding = text_same_bytes(line->bytes, name, "Content-Transfer-Encoding");
    if (!reading->in_encoding)
        return;
    if (entity->has_encoding) {
        entity->header_is_unfit = true;
        reading->in_encoding = false;
        return;
    }
    entity->has_encoding = true;
    entity->encoding = reading->place;
}

/* Whether a line is one of a mailbox file in front of a header: in front of the message itself,
 * where it is dropped, or in front of one within, where it stays and so must be fit to be sent. */
static bool is_mailbox_line(const struct mime_entity *entity, const struct mime_line *line)
{
    if (!entity->is_message || !line->whole ||
        !mime_header_is_mailbox_line(line->bytes, line->size))
        return false;
    bool is_plain = line->size <= 998;
    for (size_t i = 0; is_plain && i < line->size; i++)
        is_plain = line->bytes[i] == '\t' || (line->bytes[i] >= ' ' && line->bytes[i] < 127);
    return is_plain || entity->parent == SIZE_MAX;
}

int entity_header_line(struct entity_reading *reading, const struct mime_line *line, bool *taken,
                       struct mailer_error *error)
{
    struct mime_entity *entity = current(reading);
    *taken = true;
    if (!line->starts && reading->line_is_header)
        return add_to_header(reading, line, error);
    size_t name = 0;
    enum mime_header_line kind = mime_header_line(line->bytes, line->size, &name);
    bool is_first = reading->header.size == 0;
    /* A long line that was not taken for one of the header is not looked at again. */
    bool is_other =
        !line->starts || kind == MIME_HEADER_OTHER || (kind == MIME_HEADER_FOLDED && is_first);
    if (is_other && is_first && is_mailbox_line(entity, line)) {
        entity->header.offset = reading->place.offset + line->size + line->end_size;
        entity->header.lines = reading->place.lines + line->size + (line->end_size > 0 ? 2 : 0);
        entity->encoding = entity->encoding_end = entity->body = entity->header;
        return 0;
    }
    if (kind == MIME_HEADER_EMPTY && line->starts)
        return entity_header_end(reading, line->end_size, error);
    *taken = !is_other;
    if (is_other)
        return entity_header_end(reading, 0, error);
    if (kind == MIME_HEADER_FIELD)
        find_encoding(reading, line, name);
    return add_to_header(reading, line, error);
}

/* ---- What a header says ---- */

static int fail_control(const struct entity_reading *reading, struct mailer_error *error)
{
    struct mime_header_field field;
    for (size_t at = 0; mime_header_next(reading->header.bytes, reading->header.size, &at, &field);)
        if (mime_header_check_field(&field, error) != 0)
            error_prefix(error, "in a part of the message");
    return MAILER_DATA;
}

/* Makes the fields but for the encoding fit for 7 bits; where that fails, or makes more of them
 * than a header may have, there are none. */
static int mend(struct entity_reading *reading, struct mailer_error *error)
{
    /* An octet by itself may become an encoded-word of 24. */
    struct buffer mended = buffer_empty(32 * MIME_ENTITY_HEADER_LIMIT);
    struct buffer raw = buffer_empty(2 * MIME_ENTITY_HEADER_LIMIT);
    struct mime_header_field field;
    int result = 0;
    for (size_t at = 0; result == 0 && mime_header_next(reading->header.bytes, reading->header.size,
                                                        &at, &field);) {
        if (mime_header_field_is(&field, "Content-Transfer-Encoding") &&
            current(reading)->declared != MIME_DECLARED_OTHER)
            continue;
        raw.size = 0;
        mime_header_append_field(&raw, &field);
        if (raw.failed)
            break;
        if (mime_mend_is_fit(raw.bytes, raw.size, false))
            buffer_append(&mended, raw.bytes, raw.size);
        else
            result = mime_mend_append(&mended, raw.bytes, raw.size, NULL);
    }
    bool failed = raw.failed || mended.failed;
    buffer_free(&raw);
    if (failed)
        result = MAILER_MEMORY;
    if (result == 0 && mended.size <= MIME_ENTITY_HEADER_LIMIT - ENCODING_FIELD_SIZE)
        current(reading)->mended = buffer_take_string(&mended);
    buffer_free(&mended);
    return result == MAILER_MEMORY ? error_set_memory(error) : 0;
}

static int look_at_octets(struct entity_reading *reading, struct mailer_error *error)
{
    struct mime_entity *entity = current(reading);
    struct mime_scanner scanner = mime_scanner_start();
    mime_scanner_add(&scanner, reading->header.bytes, reading->header.size);
    struct mime_scan scan = mime_scanner_finish(&scanner);
    bool is_elsewhere = entity->parent == SIZE_MAX && !reading->keep_header;
    if (is_elsewhere) {
        entity->header_is_unfit = false;
        return 0;
    }
    if (scan.nul_octets > 0 || scan.bare_cr > 0)
        return fail_control(reading, error);
    entity->header_is_8bit = scan.high_octets > 0;
    entity->header_is_unfit |= scan.longest_line > 998;
    return entity->header_is_8bit || entity->header_is_unfit ? mend(reading, error) : 0;
}

/* Reads the fields that matter; of those that are there twice, the first. */
static int read_fields(struct entity_reading *reading, struct mime_content_type *type,
                       struct mailer_error *error)
{
    struct mime_entity *entity = current(reading);
    struct buffer value = buffer_empty(MIME_ENTITY_HEADER_LIMIT + 1);
    struct mime_header_field field;
    bool has_encoding = false;
    *type = (struct mime_content_type){0};
    for (size_t at = 0;
         mime_header_next(reading->header.bytes, reading->header.size, &at, &field);) {
        value.size = 0;
        if (mime_header_field_is(&field, "MIME-Version")) {
            entity->has_version = true;
        } else if (mime_header_field_is(&field, "Content-Type") && !entity->has_type) {
            mime_header_append_value(&value, &field);
            entity->has_type = true;
            if (value.size > 0)
                *type = mime_content_type_read(value.bytes, value.size);
        } else if (mime_header_field_is(&field, "Content-Transfer-Encoding") && !has_encoding) {
            mime_header_append_value(&value, &field);
            has_encoding = true;
            if (value.size > 0)
                entity->declared = mime_content_encoding_read(value.bytes, value.size);
        }
    }
    bool failed = value.failed;
    buffer_free(&value);
    return failed ? error_set_memory(error) : 0;
}

static bool is_type(const struct mime_entity *entity, const char *type)
{
    return strcmp(entity->type, type) == 0;
}

static bool is_message_type(const struct mime_entity *entity)
{
    return is_type(entity, "message/rfc822") || is_type(entity, "message/global") ||
           is_type(entity, "message/news");
}

static enum mime_entity_kind find_kind(const struct entity_reading *reading,
                                       const struct mime_entity *entity, const char *boundary)
{
    bool is_composite =
        entity->declared <= MIME_DECLARED_BINARY && reading->depth < MIME_ENTITY_DEPTH;
    if (strncmp(entity->type, "multipart/", 10) == 0) {
        bool is_sealed =
            is_type(entity, "multipart/signed") || is_type(entity, "multipart/encrypted");
        return is_composite && !is_sealed && boundary[0] != '\0' ? MIME_ENTITY_MULTIPART
                                                                 : MIME_ENTITY_OPAQUE;
    }
    if (is_message_type(entity))
        return is_composite ? MIME_ENTITY_MESSAGE : MIME_ENTITY_OPAQUE;
    return strncmp(entity->type, "message/", 8) == 0 ? MIME_ENTITY_OPAQUE : MIME_ENTITY_LEAF;
}

static int push_level(struct entity_reading *reading, const char *boundary,
                      struct mailer_error *error)
{
    struct entity_level *level = &reading->levels[reading->depth];
    *level = (struct entity_level){.entity = reading->current};
    if (boundary != NULL) {
        level->boundary = strdup(boundary);
        level->boundary_size = strlen(boundary);
        if (level->boundary == NULL)
            return error_set_memory(error);
    }
    reading->depth++;
    return 0;
}

/* Settles what the entity is, once its fields are known. */
static int settle(struct entity_reading *reading, const struct mime_content_type *type,
                  struct mailer_error *error)
{
    struct mime_entity *entity = current(reading);
    memcpy(entity->type, type->name, sizeof entity->type);
    if (!entity->has_type && entity->parent != SIZE_MAX &&
        is_type(&reading->list->entities[entity->parent], "multipart/digest"))
        memcpy(entity->type, "message/rfc822", sizeof "message/rfc822");
    bool is_text = entity->type[0] == '\0' || strncmp(entity->type, "text/", 5) == 0;
    entity->exact =
        (entity->declared <= MIME_DECLARED_BINARY && mime_content_charset_is_wide(type->charset)) ||
        (entity->declared == MIME_DECLARED_BINARY && (entity->crlf || !is_text));
    entity->kind = find_kind(reading, entity, type->boundary);
    if (entity->kind == MIME_ENTITY_MULTIPART) {
        int result = push_level(reading, type->boundary, error);
        reading->current = SIZE_MAX;
        return result;
    }
    if (entity->kind != MIME_ENTITY_MESSAGE)
        return 0;
    int result = push_level(reading, NULL, error);
    return result != 0 ? result : entity_start(reading, reading->current, entity->body, error);
}

int entity_header_end(struct entity_reading *reading, uint8_t empty_line,
                      struct mailer_error *error)
{
    struct mime_entity *entity = current(reading);
    struct buffer *header = &reading->header;
    reading->in_header = false;
    if (reading->in_encoding)
        entity->encoding_end = reading->place;
    else if (!entity->has_encoding)
        entity->encoding = entity->encoding_end = reading->place;
    entity->body = reading->place;
    entity->body.offset += empty_line;
    entity->body.lines += empty_line > 0 ? 2 : 0;
    entity->header_ends = empty_line > 0;
    if (empty_line > 0)
        entity->crlf = empty_line == 2;
    else if (header->size >= 2)
        entity->crlf = header->bytes[header->size - 2] == '\r';
    /* Nothing can be written behind a line that does not end. */
    entity->header_is_unfit |= header->size > 0 && header->bytes[header->size - 1] != '\n';
    struct mime_content_type type;
    int result = read_fields(reading, &type, error);
    if (result == 0)
        result = look_at_octets(reading, error);
    return result == 0 ? settle(reading, &type, error) : result;
}
