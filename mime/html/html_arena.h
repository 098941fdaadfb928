/* SPDX-License-Identifier: ISC */
/**
 * @file html_arena.h
 * Memory and work of one run of gumbo, both bounded.
 *
 * gumbo takes time in the square of the depth of elements and of the number of attributes of one
 * tag, clones elements that are left open again and again, and frees its tree by recursion. So all
 * its memory comes from one block, which is dropped as a whole, and each allocation counts as so
 * much work as elements are open and attributes of the tag were read. Past a limit the allocation
 * does not return: it jumps.
 *
 * How deep gumbo stands cannot be asked for. But all its nodes are allocated here, and when the
 * next one is allocated the one before has got its parent; so the depth is kept with each block.
 */
#ifndef MIME_HTML_ARENA_H
#define MIME_HTML_ARENA_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Blocks up to this size are used again. */
enum { HTML_ARENA_CLASSES = 32, HTML_ARENA_CLASS_STEP = 8 };

struct html_arena {
    char *bytes; /**< owned */
    size_t size;
    size_t used;
    void *released[HTML_ARENA_CLASSES + 1]; /**< by size; lists through their first octets */
    void *newest_node;                      /**< whose parent is not known yet, or NULL */
    uint64_t depth;                         /**< of the node before it */
    uint64_t attributes;                    /**< since the newest node */
    uint64_t work;
    jmp_buf exhausted; /**< to be set by setjmp() before the first allocation */
};

/**
 * Reserves address space; memory is taken only as far as it is used.
 * @param size  the limit, in octets.
 * @return whether there was any.
 */
bool html_arena_open(struct html_arena *arena, size_t size);

/** Drops all that was allocated. */
void html_arena_close(struct html_arena *arena);

/** For GumboOptions, whose userdata is the arena. Jumps to exhausted past a limit. */
void *html_arena_allocate(void *arena, size_t size);
void html_arena_release(void *arena, void *block);

#endif
