/* SPDX-License-Identifier: ISC */
#include "html/html_arena.h"

#include <gumbo.h>
#include <stdlib.h>
#include <string.h>

/* About one second: 1 is half a nanosecond. */
static const uint64_t work_limit = UINT64_C(2000000000);

/* Names of attributes are compared as strings, each with each. */
enum { ATTRIBUTE_WORK = 16 };

/* In front of each block. */
struct block_header {
    uint32_t size;
    uint32_t depth;
};

_Static_assert(sizeof(struct block_header) == HTML_ARENA_CLASS_STEP, "keeps blocks aligned");

bool html_arena_open(struct html_arena *arena, size_t size)
{
    *arena = (struct html_arena){.bytes = malloc(size), .size = size};
    return arena->bytes != NULL;
}

void html_arena_close(struct html_arena *arena)
{
    free(arena->bytes);
    arena->bytes = NULL;
}

static struct block_header *header_of(void *block)
{
    return (struct block_header *)block - 1;
}

static bool holds(const struct html_arena *arena, const void *block)
{
    uintptr_t address = (uintptr_t)block;
    uintptr_t start = (uintptr_t)arena->bytes + sizeof(struct block_header);
    return address >= start && address < (uintptr_t)arena->bytes + arena->used &&
           address % HTML_ARENA_CLASS_STEP == 0;
}

/* Learns the depth of the newest node. Not each block of its size is one, so what stands in it is
 * not trusted. */
static void weigh_newest_node(struct html_arena *arena)
{
    if (arena->newest_node == NULL)
        return;
    const GumboNode *node = arena->newest_node;
    if (node->type <= GUMBO_NODE_TEMPLATE && holds(arena, node->parent)) {
        header_of(arena->newest_node)->depth = header_of(node->parent)->depth + 1;
        arena->depth = header_of(arena->newest_node)->depth;
    }
    arena->newest_node = NULL;
}

static void *take(struct html_arena *arena, size_t size)
{
    size_t class_index = size / HTML_ARENA_CLASS_STEP;
    if (class_index <= HTML_ARENA_CLASSES && arena->released[class_index] != NULL) {
        void *block = arena->released[class_index];
        memcpy(&arena->released[class_index], block, sizeof(void *));
        return block;
    }
    if (arena->size - arena->used < sizeof(struct block_header) ||
        arena->size - arena->used - sizeof(struct block_header) < size)
        return NULL;
    char *start = arena->bytes + arena->used;
    arena->used += sizeof(struct block_header) + size;
    return start + sizeof(struct block_header);
}

void *html_arena_allocate(void *user_data, size_t size)
{
    struct html_arena *arena = user_data;
    if (size > UINT32_MAX - HTML_ARENA_CLASS_STEP)
        longjmp(arena->exhausted, 1);
    bool may_be_node = size == sizeof(GumboNode);
    if (may_be_node) {
        weigh_newest_node(arena);
        arena->attributes = 0;
    } else if (size == sizeof(GumboAttribute)) {
        arena->attributes++;
    }
    arena->work += arena->depth + ATTRIBUTE_WORK * arena->attributes;
    size_t rounded = (size + HTML_ARENA_CLASS_STEP - 1) / HTML_ARENA_CLASS_STEP;
    rounded = (rounded > 0 ? rounded : 1) * HTML_ARENA_CLASS_STEP;
    void *block = arena->work <= work_limit ? take(arena, rounded) : NULL;
    if (block == NULL)
        longjmp(arena->exhausted, 1);
    *header_of(block) = (struct block_header){(uint32_t)rounded, 0};
    if (may_be_node)
        arena->newest_node = block;
    return block;
}

void html_arena_release(void *user_data, void *block)
{
    struct html_arena *arena = user_data;
    if (block == NULL)
        return;
    size_t class_index = header_of(block)->size / HTML_ARENA_CLASS_STEP;
    if (class_index > HTML_ARENA_CLASSES)
        return;
    memcpy(block, &arena->released[class_index], sizeof(void *));
    arena->released[class_index] = block;
}
