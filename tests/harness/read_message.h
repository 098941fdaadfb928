/* SPDX-License-Identifier: ISC */
/**
 * @file read_message.h
 * A strict reader of MIME messages (RFC 2045, 2046, 2183, 2231), written apart from the writer.
 * What is not well formed, or is not what its Content-Transfer-Encoding says, is refused with a
 * reason.
 */
#ifndef TESTS_READ_MESSAGE_H
#define TESTS_READ_MESSAGE_H

#include "harness/decode.h"
#include "harness/read_header.h"

enum { READ_CHILDREN = 64 };

/** A message or a part; octets are decoded, strings unfolded and decoded. NULL: not there. */
struct read_entity {
    char *header; /**< its fields, unfolded, each ended by LF */
    char *type;   /**< in lower case */
    char *type_name, *charset, *boundary;
    char *disposition, *file_name;
    char *encoding;
    uint8_t *octets; /**< of a leaf */
    size_t size;
    struct read_entity *children[READ_CHILDREN];
    size_t count;
    const char *problem; /**< why it, or what is in it, was refused; or NULL */
};

static inline char *read_copy(const char *bytes, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, size);
    copy[size] = '\0';
    return copy;
}

static inline void read_free(struct read_entity *entity)
{
    for (size_t i = 0; i < entity->count; i++)
        read_free(entity->children[i]);
    free(entity->header);
    free(entity->type);
    free(entity->type_name);
    free(entity->charset);
    free(entity->boundary);
    free(entity->disposition);
    free(entity->file_name);
    free(entity->encoding);
    free(entity->octets);
    free(entity);
}

/** Unfolds the header that octets begin with. @return the offset of the body, or 0. */
static inline size_t read_fields(struct read_entity *entity, const char *bytes, size_t size)
{
    char *out = read_copy(bytes, size);
    size_t used = 0;
    size_t at = 0;
    entity->header = out;
    for (;;) {
        size_t end = at;
        while (end + 1 < size && bytes[end] != '\r' && bytes[end] != '\n' && bytes[end] != '\0')
            end++;
        if (end + 1 >= size || memcmp(bytes + end, "\r\n", 2) != 0 || end - at > 998)
            return 0;
        if (end == at)
            break;
        bool folded = bytes[at] == ' ' || bytes[at] == '\t';
        if (folded && (used == 0 || strspn(bytes + at, " \t") == end - at))
            return 0;
        if (!folded && memchr(bytes + at, ':', end - at) == NULL)
            return 0;
        used -= folded;
        memcpy(out + used, bytes + at, end - at);
        used += end - at;
        out[used++] = '\n';
        at = end + 2;
    }
    out[used] = '\0';
    return at + 2;
}

/** The value of the only field of that name; NULL when there is none. */
static inline char *read_field(struct read_entity *entity, const char *name)
{
    char *found = NULL;
    size_t length = strlen(name);
    for (const char *line = entity->header; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (!text_same_bytes(line, strnlen(line, length), name) || line[length] != ':')
            continue;
        if (found != NULL)
            entity->problem = "a field is there twice";
        free(found);
        const char *value = line + length + 1;
        value += strspn(value, " ");
        found = read_copy(value, (size_t)(strchr(value, '\n') - value));
    }
    return found;
}

/** Appends the section of a parameter to out. */
static inline bool read_section(const char **at, bool extended, bool first, char *out, size_t *used)
{
    size_t start = *used;
    if (!read_value(at, out, used))
        return false;
    if (extended && first) {
        char *quote = memchr(out + start, '\'', *used - start);
        char *second = quote == NULL ? NULL : memchr(quote + 1, '\'', *used - start);
        if (second == NULL || second >= out + *used)
            return false;
        size_t skipped = (size_t)(second + 1 - out) - start;
        memmove(out + start, second + 1, *used - start - skipped);
        *used -= skipped;
    }
    return !extended || read_percent(out, start, used);
}

/** Finds a parameter behind a value, its sections joined; *problem is set when one is malformed. */
static inline char *read_parameter_of(const char *value, const char *wanted, const char **problem)
{
    char *out = read_copy(value, strlen(value));
    char *junk = read_copy(value, strlen(value));
    size_t used = 0;
    unsigned next = 0;
    const char *at = value + strcspn(value, ";");
    while (*at == ';') {
        at += 1 + strspn(at + 1, " \t");
        size_t length = strcspn(at, "*= ;");
        bool same = text_same_bytes(at, length, wanted);
        at += length;
        bool numbered = *at == '*' && text_is_digit(at[1]);
        unsigned long number = numbered ? strtoul(at + 1, (char **)&at, 10) : 0;
        bool extended = *at == '*';
        at += extended;
        size_t unused = 0;
        bool fit = length > 0 && *at == '=' && (!same || number == next);
        at += *at == '=';
        if (!fit ||
            !read_section(&at, extended, number == 0, same ? out : junk, same ? &used : &unused)) {
            *problem = "a parameter is malformed, or there twice";
            break;
        }
        next += same;
        at += strspn(at, " \t");
    }
    if (*at != '\0')
        *problem = "a parameter is malformed";
    free(junk);
    out[used] = '\0';
    if (next > 0)
        return out;
    free(out);
    return NULL;
}

static inline void read_description(struct read_entity *entity)
{
    char *type = read_field(entity, "Content-Type");
    if (type != NULL) {
        size_t length = strcspn(type, "; ");
        entity->type = read_copy(type, length);
        entity->charset = read_parameter_of(type, "charset", &entity->problem);
        entity->boundary = read_parameter_of(type, "boundary", &entity->problem);
        char *name = read_parameter_of(type, "name", &entity->problem);
        entity->type_name = name == NULL ? NULL : read_words(name);
        if (name != NULL && entity->type_name == NULL)
            entity->problem = "an encoded-word in name is malformed";
        free(name);
    }
    free(type);
    char *disposition = read_field(entity, "Content-Disposition");
    if (disposition != NULL) {
        entity->disposition = read_copy(disposition, strcspn(disposition, "; "));
        entity->file_name = read_parameter_of(disposition, "filename", &entity->problem);
    }
    free(disposition);
    entity->encoding = read_field(entity, "Content-Transfer-Encoding");
    if (entity->encoding == NULL)
        entity->encoding = read_copy("7bit", 4);
}

/** Whether octets are what 7bit, 8bit or binary promises. */
static inline bool read_keeps_promise(const char *encoding, const uint8_t *bytes, size_t size)
{
    if (strcmp(encoding, "binary") == 0)
        return true;
    bool seven = strcmp(encoding, "7bit") == 0;
    if ((!seven && strcmp(encoding, "8bit") != 0) || memchr(bytes, 0, size) != NULL)
        return false;
    for (size_t i = 0; seven && i < size; i++)
        if (bytes[i] > 127)
            return false;
    return decode_longest_line(bytes, size) <= 998;
}

static inline void read_leaf(struct read_entity *entity, const uint8_t *bytes, size_t size)
{
    entity->octets = malloc(size + 2);
    uint8_t *whole = (uint8_t *)read_copy((const char *)bytes, size);
    if (entity->octets == NULL)
        abort();
    entity->size = size;
    if (strcmp(entity->encoding, "base64") == 0) {
        /* The last line end may be that of the boundary. */
        bool ended = size == 0 || bytes[size - 1] == '\n';
        whole = realloc(whole, size + 2);
        memcpy(whole + size, "\r\n", 2);
        entity->size = decode_base64(entity->octets, whole, size + (ended ? 0 : 2));
    } else if (strcmp(entity->encoding, "quoted-printable") == 0) {
        if (decode_longest_line(bytes, size) > 76)
            entity->problem = "quoted-printable has a long line";
        entity->size = decode_quoted_printable(entity->octets, bytes, size);
    } else if (read_keeps_promise(entity->encoding, bytes, size)) {
        memcpy(entity->octets, bytes, size);
    } else {
        entity->problem = "octets are not what the encoding says";
    }
    free(whole);
    if (entity->size == SIZE_MAX) {
        entity->problem = "what is encoded is malformed";
        entity->size = 0;
    }
}

/** Finds the next boundary line. @return its offset, or SIZE_MAX; *after is behind it. */
static inline size_t read_boundary(const char *boundary, const uint8_t *bytes, size_t size,
                                   size_t from, size_t *after, bool *last)
{
    size_t length = strlen(boundary);
    for (size_t at = from; at + length + 2 < size; at++) {
        const uint8_t *line = memchr(bytes + at, '-', size - at);
        if (line == NULL)
            break;
        at = (size_t)(line - bytes);
        if (at + length + 2 >= size)
            break;
        bool starts = at == 0 || (at >= 2 && memcmp(line - 2, "\r\n", 2) == 0);
        if (!starts || line[1] != '-' || memcmp(line + 2, boundary, length) != 0)
            continue;
        size_t end = at + 2 + length;
        *last = end + 2 <= size && memcmp(bytes + end, "--", 2) == 0;
        end += *last ? 2 : 0;
        /* The line end of the last one may be that of an outer boundary. */
        bool at_end = *last && end == size;
        if (!at_end && (end + 2 > size || memcmp(bytes + end, "\r\n", 2) != 0))
            continue;
        *after = at_end ? end : end + 2;
        return at;
    }
    return SIZE_MAX;
}

static inline struct read_entity *read_entity(const uint8_t *bytes, size_t size);

static inline void read_multipart(struct read_entity *entity, const uint8_t *bytes, size_t size)
{
    size_t after = 0;
    bool last = false;
    if (entity->boundary == NULL || !read_keeps_promise(entity->encoding, bytes, size) ||
        read_boundary(entity->boundary, bytes, size, 0, &after, &last) != 0 || last) {
        entity->problem = "a multipart does not begin as it should";
        return;
    }
    while (!last) {
        size_t start = after;
        size_t end = read_boundary(entity->boundary, bytes, size, start, &after, &last);
        if (end == SIZE_MAX || end < start + 2 || entity->count == READ_CHILDREN) {
            entity->problem = "a multipart does not end";
            return;
        }
        struct read_entity *child = read_entity(bytes + start, end - 2 - start);
        entity->children[entity->count++] = child;
        if (child->problem != NULL)
            entity->problem = child->problem;
    }
    if (after != size)
        entity->problem = "something stands behind the last boundary";
}

/** Reads a message or a part. @return it, for read_free(); look at its problem. */
static inline struct read_entity *read_entity(const uint8_t *bytes, size_t size)
{
    struct read_entity *entity = calloc(1, sizeof *entity);
    if (entity == NULL)
        abort();
    size_t body = read_fields(entity, (const char *)bytes, size);
    if (body == 0) {
        entity->problem = "the header is malformed";
        return entity;
    }
    read_description(entity);
    bool multipart = entity->type != NULL && strncmp(entity->type, "multipart/", 10) == 0;
    if (multipart)
        read_multipart(entity, bytes + body, size - body);
    else
        read_leaf(entity, bytes + body, size - body);
    return entity;
}

#endif
