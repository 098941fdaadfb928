/* SPDX-License-Identifier: ISC */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 64 };

struct buffer buffer_empty(size_t limit)
{
    return (struct buffer){.limit = limit};
}

struct buffer buffer_in(char *room, size_t size, size_t limit)
{
    return (struct buffer){.bytes = room, .capacity = size, .limit = limit, .borrowed = true};
}

void buffer_free(struct buffer *buffer)
{
    if (!buffer->borrowed)
        free(buffer->bytes);
    *buffer = buffer_empty(buffer->limit);
}

/* Moves to where there is room for size more octets. */
static bool grow(struct buffer *buffer, size_t size)
{
    size_t wanted = buffer->size + size;
    size_t doubled = buffer->capacity > buffer->limit / 2 ? buffer->limit : buffer->capacity * 2;
    size_t capacity = wanted > doubled ? wanted : doubled;
    if (capacity < SMALLEST_CAPACITY)
        capacity = SMALLEST_CAPACITY < buffer->limit ? SMALLEST_CAPACITY : buffer->limit;
    char *bytes = realloc(buffer->borrowed ? NULL : buffer->bytes, capacity);
    if (bytes == NULL)
        return false;
    if (buffer->borrowed)
        memcpy(bytes, buffer->bytes, buffer->size);
    buffer->borrowed = false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

char *buffer_reserve(struct buffer *buffer, size_t size)
{
    /* One that has failed has no octets. */
    if (buffer->bytes != NULL && size <= buffer->capacity - buffer->size)
        return buffer->bytes + buffer->size;
    if (!buffer->failed && size <= buffer->limit - buffer->size && grow(buffer, size))
        return buffer->bytes + buffer->size;
    buffer_free(buffer);
    buffer->failed = true;
    return NULL;
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
    char *to = buffer_reserve(buffer, size);
    if (to == NULL)
        return false;
    if (size > 0)
        memcpy(to, bytes, size);
    buffer->size += size;
    return true;
}

bool buffer_append_string(struct buffer *buffer, const char *string)
{
    return buffer_append(buffer, string, strlen(string));
}

bool buffer_append_char(struct buffer *buffer, char c)
{
    return buffer_append(buffer, &c, 1);
}

bool buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    /* Mostly there is room for it, and then it is made once only. One octet more than is kept:
     * vsnprintf ends its output with a NUL. */
    size_t room = buffer->capacity - buffer->size;
    int length = vsnprintf(room > 0 ? buffer->bytes + buffer->size : NULL, room, format, arguments);
    va_end(arguments);
    char *to = length < 0 ? NULL : buffer_reserve(buffer, (size_t)length + 1);
    if (to != NULL && (size_t)length >= room)
        vsnprintf(to, (size_t)length + 1, format, again);
    if (to != NULL)
        buffer->size += (size_t)length;
    va_end(again);
    return to != NULL;
}

void buffer_drop(struct buffer *buffer, size_t size)
{
    if (size == 0)
        return;
    memmove(buffer->bytes, buffer->bytes + size, buffer->size - size);
    buffer->size -= size;
}

char *buffer_take_string(struct buffer *buffer)
{
    char *to = buffer_reserve(buffer, 1);
    if (to == NULL)
        return NULL;
    *to = '\0';
    char *string = buffer->borrowed ? strdup(buffer->bytes) : buffer->bytes;
    *buffer = buffer_empty(buffer->limit);
    return string;
}
