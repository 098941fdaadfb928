/* SPDX-License-Identifier: ISC */
/**
 * @file same_parts.h
 * Whether a message of another writer and what was laid out of it say the same: the same parts, the
 * same fields, the same content once it is decoded. Without cmocka, so that fuzzers can use it too.
 */
#ifndef TESTS_SAME_PARTS_H
#define TESTS_SAME_PARTS_H

#include "harness/decode.h"
#include "reader/entity.h"
#include "reader/header_reader.h"

#include <stdlib.h>

/* ---- Fields ---- */

/* The next field of a header that must stay. False: there is none. */
static inline bool same_next_field(const char *bytes, const struct mime_entity *entity, size_t *at,
                                   struct mime_header_field *field)
{
    const char *header = bytes + entity->header.offset;
    size_t size = (size_t)(entity->body.offset - entity->header.offset);
    while (mime_header_next(header, size, at, field) && field->name_size > 0)
        if (!mime_header_field_is(field, "Content-Transfer-Encoding") &&
            !mime_header_field_is(field, "Content-Type") &&
            !mime_header_field_is(field, "MIME-Version"))
            return true;
    return false;
}

static inline bool same_fields(const char *bytes, const struct mime_entity *entity,
                               const char *other_bytes, const struct mime_entity *other)
{
    struct mime_header_field field;
    struct mime_header_field other_field;
    size_t at = 0;
    size_t other_at = 0;
    while (same_next_field(bytes, entity, &at, &field))
        if (!same_next_field(other_bytes, other, &other_at, &other_field) ||
            field.name_size != other_field.name_size ||
            memcmp(field.bytes, other_field.bytes, field.name_size) != 0)
            return false;
    return !same_next_field(other_bytes, other, &other_at, &other_field);
}

/* ---- Content ---- */

enum same_how { SAME_OCTETS, SAME_LINES, SAME_BASE64 };

/* The octet at *at, with what counts for nothing in front of it skipped; -1 at the end. */
static inline int same_octet(const uint8_t *bytes, size_t size, size_t *at, enum same_how how)
{
    while (how == SAME_BASE64 && *at < size && strchr(" \t\r\n", bytes[*at]) != NULL &&
           bytes[*at] != '\0')
        ++*at;
    if (how == SAME_LINES && *at + 1 < size && memcmp(bytes + *at, "\r\n", 2) == 0)
        ++*at;
    return *at < size ? bytes[(*at)++] : -1;
}

/* Whether octets are the same, but for a line end more at the end of the others. */
static inline bool same_bytes(const uint8_t *bytes, size_t size, const uint8_t *other,
                              size_t other_size, enum same_how how)
{
    size_t at = 0;
    size_t other_at = 0;
    int octet = 0;
    while (octet >= 0) {
        octet = same_octet(bytes, size, &at, how);
        int other_octet = same_octet(other, other_size, &other_at, how);
        if (octet < 0 && other_octet >= 0)
            return other_size - other_at < 2 && other[other_size - 1] == '\n';
        if (octet != other_octet)
            return false;
    }
    return true;
}

static inline bool same_content(const char *bytes, const struct mime_entity *entity,
                                const char *other_bytes, const struct mime_entity *other)
{
    const uint8_t *body = (const uint8_t *)bytes + entity->body.offset;
    const uint8_t *other_body = (const uint8_t *)other_bytes + other->body.offset;
    size_t size = (size_t)(entity->body_end.offset - entity->body.offset);
    size_t other_size = (size_t)(other->body_end.offset - other->body.offset);
    size_t other_lines_size = (size_t)(other->behind.offset - other->body.offset);
    enum same_how how = entity->exact ? SAME_OCTETS : SAME_LINES;
    if (entity->kind == MIME_ENTITY_LEAF && entity->declared == MIME_DECLARED_BASE64)
        how = SAME_BASE64;
    uint8_t *decoded = malloc(other_lines_size + 1);
    if (decoded == NULL)
        abort();
    if (entity->declared <= MIME_DECLARED_BINARY && other->declared == MIME_DECLARED_BASE64) {
        other_size = decode_base64(decoded, other_body, other_lines_size);
        other_body = decoded;
    } else if (entity->declared <= MIME_DECLARED_BINARY &&
               other->declared == MIME_DECLARED_QUOTED_PRINTABLE) {
        other_size = decode_quoted_printable(decoded, other_body, other_size);
        other_body = decoded;
    }
    bool same = other_size != SIZE_MAX && same_bytes(body, size, other_body, other_size, how);
    free(decoded);
    return same;
}

/* ---- Parts ---- */

/* The next entity that is no filler; NULL: there is none. */
static inline const struct mime_entity *same_next(const struct mime_entity_list *list, size_t *at)
{
    while (*at < list->count && list->entities[*at].kind == MIME_ENTITY_FILLER)
        ++*at;
    return *at < list->count ? &list->entities[(*at)++] : NULL;
}

/* How many entities are around one. */
static inline size_t same_depth(const struct mime_entity_list *list,
                                const struct mime_entity *entity)
{
    size_t depth = 0;
    for (; entity->parent != SIZE_MAX; depth++)
        entity = &list->entities[entity->parent];
    return depth;
}

static inline void same_list(struct mime_entity_list *list, const char *bytes, size_t size)
{
    struct mime_blob *blob = NULL;
    if (mime_blob_from_memory(&blob, bytes, size, NULL) != 0 ||
        mime_entity_read(list, blob, false, NULL) != 0)
        abort();
    mime_blob_release(blob);
}

/** @return what differs, or NULL. The fields of the message itself are not looked at. */
static inline const char *same_parts(const char *bytes, size_t size, const char *other_bytes,
                                     size_t other_size)
{
    struct mime_entity_list list;
    struct mime_entity_list other_list;
    same_list(&list, bytes, size);
    same_list(&other_list, other_bytes, other_size);
    const char *problem = NULL;
    size_t at = 0;
    size_t other_at = 0;
    while (problem == NULL) {
        const struct mime_entity *entity = same_next(&list, &at);
        const struct mime_entity *other = same_next(&other_list, &other_at);
        if (entity == NULL && other == NULL)
            break;
        if (entity == NULL || other == NULL || entity->kind != other->kind ||
            same_depth(&list, entity) != same_depth(&other_list, other))
            problem = "what was laid out has other parts";
        else if (strcmp(entity->type, other->type) != 0 &&
                 (entity->type[0] != '\0' || strcmp(other->type, "text/plain") != 0))
            problem = "what was laid out has other types";
        else if (entity->parent != SIZE_MAX && !same_fields(bytes, entity, other_bytes, other))
            problem = "what was laid out has other fields";
        else if (entity->kind <= MIME_ENTITY_OPAQUE &&
                 !same_content(bytes, entity, other_bytes, other))
            problem = "what was laid out has other content";
    }
    mime_entity_free(&list);
    mime_entity_free(&other_list);
    return problem;
}

#endif
