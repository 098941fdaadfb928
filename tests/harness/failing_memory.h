/* SPDX-License-Identifier: ISC */
/** @file failing_memory.h  Allocations that fail when they are told to, for programs that are
 * linked so that those of the library come by here (tests/CMakeLists.txt). */
#ifndef TESTS_FAILING_MEMORY_H
#define TESTS_FAILING_MEMORY_H

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *bytes, size_t size);
char *__real_strdup(const char *string);
char *__real_strndup(const char *string, size_t size);
void __real_free(void *bytes);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *bytes, size_t size);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t size);
void __wrap_free(void *bytes);

/** Of this thread: a server in another one has all the memory it wants. */
static _Thread_local struct {
    bool armed;
    size_t allocations;
    size_t fails_at; /* counted from 1; 0: none fails */
    bool fails_on;   /* and so do all behind it */
    size_t live;     /* octets */
    size_t most;
} memory;

static bool fails(void)
{
    if (!memory.armed)
        return false;
    memory.allocations++;
    return memory.fails_at != 0 && (memory.allocations == memory.fails_at ||
                                    (memory.fails_on && memory.allocations > memory.fails_at));
}

static void *count(void *bytes)
{
    if (memory.armed && bytes != NULL)
        memory.live += malloc_usable_size(bytes);
    memory.most = memory.live > memory.most ? memory.live : memory.most;
    return bytes;
}

static void forget(void *bytes)
{
    if (memory.armed && bytes != NULL)
        memory.live -= malloc_usable_size(bytes);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : count(__real_malloc(size));
}

void *__wrap_calloc(size_t count_of, size_t size)
{
    return fails() ? NULL : count(__real_calloc(count_of, size));
}

void *__wrap_realloc(void *bytes, size_t size)
{
    /* What only gives memory back always works. */
    bool grows = bytes == NULL || size > malloc_usable_size(bytes);
    if (grows && fails())
        return NULL;
    forget(bytes);
    return count(__real_realloc(bytes, size));
}

char *__wrap_strdup(const char *string)
{
    return fails() ? NULL : count(__real_strdup(string));
}

char *__wrap_strndup(const char *string, size_t size)
{
    return fails() ? NULL : count(__real_strndup(string, size));
}

void __wrap_free(void *bytes)
{
    forget(bytes);
    __real_free(bytes);
}

#endif
