/* SPDX-License-Identifier: ISC */
/* The pieces of a message that another program wrote: its entities, their fields, its HTML. */
#include "lint_private.h"
#include "reader/header_reader.h"
#include "text.h"
#include "tree/kept.h"

#include <stdlib.h>
#include <string.h>

/* Octets of the blob; NULL without memory, or when they cannot be read. Ended by NUL. */
static char *octets_of(const struct mime_blob *blob, struct mime_place from, struct mime_place to,
                       size_t limit, size_t *size, struct mailer_error *error)
{
    uint64_t all = to.offset > from.offset ? to.offset - from.offset : 0;
    *size = all < limit ? (size_t)all : limit;
    char *bytes = malloc(*size + 1);
    if (bytes == NULL) {
        error_set_memory(error);
        return NULL;
    }
    size_t got = 0;
    if (mime_blob_read(blob, from.offset, bytes, *size, &got, error) != 0) {
        free(bytes);
        return NULL;
    }
    *size = got;
    bytes[got] = '\0';
    return bytes;
}

/* ---- The header ---- */

/* A parameter of a value: what stands behind "name=". Those by RFC 2231 are not looked at. */
static void read_parameter(const char *value, const char *name, char *text, size_t room)
{
    size_t length = strlen(name), used = 0;
    const char *at = strchr(value, ';');
    while (at != NULL) {
        at++;
        at += strspn(at, " \t");
        if (text_same_bytes(at, strnlen(at, length), name) && at[length] == '=')
            break;
        at = strchr(at, ';');
    }
    if (at == NULL)
        return;
    at += length + 1;
    bool quoted = *at == '"';
    for (at += quoted; *at != '\0' && used + 1 < room; at++) {
        if (quoted ? *at == '"' : strchr("; \t", *at) != NULL)
            break;
        if (quoted && *at == '\\' && at[1] != '\0')
            at++;
        text[used++] = *at;
    }
    text[used] = '\0';
}

static void read_id(const char *value, char *text, size_t room)
{
    const char *start = strchr(value, '<');
    size_t length = start != NULL ? strcspn(start + 1, ">") : 0;
    if (length > 0 && length < room) {
        memcpy(text, start + 1, length);
        text[length] = '\0';
    }
}

static void read_field(struct lint_piece *piece, const struct mime_header_field *field)
{
    struct buffer value = buffer_empty(MIME_ENTITY_HEADER_LIMIT + 1);
    mime_header_append_value(&value, field);
    char *text = buffer_take_string(&value);
    if (text == NULL)
        return;
    if (mime_header_field_is(field, "Content-Disposition")) {
        piece->is_attachment = text_same_bytes(text, strcspn(text, "; \t"), "attachment");
        read_parameter(text, "filename", piece->name, sizeof piece->name);
    } else if (mime_header_field_is(field, "Content-Type") && piece->name[0] == '\0') {
        read_parameter(text, "name", piece->name, sizeof piece->name);
    } else if (mime_header_field_is(field, "Content-ID")) {
        read_id(text, piece->content_id, sizeof piece->content_id);
    }
    free(text);
}

/* The lines of a header, without what else may stand among them. */
static size_t header_size(const char *bytes, size_t size)
{
    size_t at = 0;
    while (at < size) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end != NULL ? (size_t)(end - (bytes + at)) : size - at;
        size_t visible = length - (length > 0 && bytes[at + length - 1] == '\r');
        enum mime_header_line kind = mime_header_line(bytes + at, visible, NULL);
        if (kind != MIME_HEADER_FIELD && (kind != MIME_HEADER_FOLDED || at == 0))
            break;
        at += length + (end != NULL);
    }
    return at;
}

static int read_header(struct lint_piece *piece, const struct mime_kept *kept,
                       const struct mime_entity *entity, struct mailer_error *error)
{
    size_t size = 0;
    char *bytes =
        octets_of(kept->blob, entity->header, entity->body, MIME_ENTITY_HEADER_LIMIT, &size, error);
    if (bytes == NULL)
        return error != NULL && error_is_set(error) ? (int)error->error_class : MAILER_MEMORY;
    struct mime_header_field field;
    size = header_size(bytes, size);
    for (size_t at = 0; mime_header_next(bytes, size, &at, &field);)
        read_field(piece, &field);
    free(bytes);
    return 0;
}

/* ---- The HTML ---- */

static size_t decode_quoted_printable(char *bytes, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        size_t end = i + 1;
        bool escapes = bytes[i] == '=' && i + 2 < size;
        if (escapes && text_hexadecimal(bytes[i + 1]) >= 0 && text_hexadecimal(bytes[i + 2]) >= 0) {
            bytes[used++] = (char)(unsigned char)(text_hexadecimal(bytes[i + 1]) * 16 +
                                                  text_hexadecimal(bytes[i + 2]));
            i += 2;
            continue;
        }
        /* Only behind one, or a long row of blanks would be run through from each of them. */
        while (bytes[i] == '=' && end < size && strchr(" \t\r", bytes[end]) != NULL &&
               bytes[end] != '\0')
            end++;
        if (bytes[i] == '=' && end < size && bytes[end] == '\n')
            i = end;
        else
            bytes[used++] = bytes[i];
    }
    return used;
}

static size_t decode_base64(char *bytes, size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t used = 0;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < size && bytes[i] != '='; i++) {
        const char *digit = bytes[i] != '\0' ? strchr(alphabet, bytes[i]) : NULL;
        if (digit == NULL)
            continue;
        bits = (bits << 6 | (unsigned)(digit - alphabet)) & 0xFFFFFF;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes[used++] = (char)(unsigned char)(bits >> count & 0xFF);
        }
    }
    return used;
}

static int read_html(struct lint_piece *piece, const struct mime_kept *kept,
                     const struct mime_entity *entity, struct mailer_error *error)
{
    size_t size = 0;
    char *bytes =
        octets_of(kept->blob, entity->body, entity->body_end, MIME_HTML_LIMIT, &size, error);
    if (bytes == NULL)
        return error != NULL && error_is_set(error) ? (int)error->error_class : MAILER_MEMORY;
    if (entity->declared == MIME_DECLARED_QUOTED_PRINTABLE)
        size = decode_quoted_printable(bytes, size);
    else if (entity->declared == MIME_DECLARED_BASE64)
        size = decode_base64(bytes, size);
    int result = mime_blob_from_memory(&piece->html, bytes, size, error);
    free(bytes);
    return result;
}

int lint_kept_pieces(struct lint_pieces *pieces, const struct mime_part *part,
                     struct mailer_error *error)
{
    const struct mime_kept *kept = part->kept;
    int result = 0;
    for (size_t i = 0; i < kept->list.count && result == 0; i++) {
        const struct mime_entity *entity = &kept->list.entities[i];
        bool is_leaf = entity->kind == MIME_ENTITY_LEAF || entity->kind == MIME_ENTITY_OPAQUE;
        if (!is_leaf || entity->is_inside)
            continue;
        struct lint_piece *piece = lint_piece_add(pieces);
        if (piece == NULL)
            return error_set_memory(error);
        size_t length = strlen(entity->type);
        memcpy(piece->type, length > 0 ? entity->type : "text/plain",
               length > 0 ? length + 1 : sizeof "text/plain");
        piece->is_empty = entity->body_end.offset <= entity->body.offset;
        if (entity->has_header)
            result = read_header(piece, kept, entity, error);
        if (result == 0 && !piece->is_attachment && text_same(piece->type, "text/html"))
            result = read_html(piece, kept, entity, error);
    }
    return result;
}
