/* SPDX-License-Identifier: ISC */
/**
 * @file buffer.h
 * A growing run of octets with a hard limit.
 *
 * Invariants: size <= capacity <= limit; bytes is NULL exactly while capacity is 0. The first
 * append that fails (no memory, or past the limit) sets failed, frees what was there, and makes
 * every later append fail too, so that a whole run of appends needs one check at its end.
 */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *bytes;
    size_t size;
    size_t capacity;
    size_t limit;
    bool failed;
    bool borrowed; /**< bytes are the room of buffer_in() still */
};

/** An empty buffer that may hold up to limit octets, at least 1. Nothing is allocated yet. */
struct buffer buffer_empty(size_t limit);

/**
 * The same, but the first octets go into room of the caller's, which must outlive it: for what is
 * short mostly, so that nothing is allocated.
 * @param size  at most limit.
 */
struct buffer buffer_in(char *room, size_t size, size_t limit);

/** Gives back the memory and empties it; it can be used again. */
void buffer_free(struct buffer *buffer);

/** Makes room for size more octets, and gives where to write them; NULL when it failed. */
char *buffer_reserve(struct buffer *buffer, size_t size);

/** All return false once the buffer has failed. */
bool buffer_append(struct buffer *buffer, const void *bytes, size_t size);
bool buffer_append_string(struct buffer *buffer, const char *string);
bool buffer_append_char(struct buffer *buffer, char c);

/** As printf. For a moment it needs one octet more, which counts against the limit. */
bool buffer_append_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Takes the first size octets away. */
void buffer_drop(struct buffer *buffer, size_t size);

/**
 * Gives the contents away as a string ended by NUL, and leaves the buffer empty.
 * @return a string for the caller to free, or NULL when the buffer has failed.
 */
char *buffer_take_string(struct buffer *buffer);

#endif
