/* SPDX-License-Identifier: ISC */
#include "option/option.h"

#include "text.h"

#include <string.h>

/* No name in a table is longer, and what is longer is near to none. */
enum { LONGEST = 32 };

/* The edits (insert, delete, replace, swap two neighbours) that make one word of the other. */
static size_t distance(const char *one, size_t one_size, const char *other, size_t other_size)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= other_size; j++)
        last[j] = j;
    for (size_t i = 1; i <= one_size; i++) {
        now[0] = i;
        for (size_t j = 1; j <= other_size; j++) {
            char a = text_lower(one[i - 1]), b = text_lower(other[j - 1]);
            size_t best = last[j - 1] + (a != b);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a == text_lower(other[j - 2]) && text_lower(one[i - 2]) == b &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[other_size];
}

const char *option_suggestion(const struct option_set *set, const char *name, size_t size)
{
    if (size > LONGEST)
        return NULL;
    const char *nearest = NULL;
    /* One edit for each three letters. */
    size_t smallest = size / 3 + 1;
    for (size_t i = 0; i < set->count; i++) {
        bool is_in = option_is_in(set, &set->options[i]);
        const char *known = is_in ? set->options[i].name : NULL;
        size_t known_size = known == NULL ? LONGEST + 1 : strlen(known);
        if (known_size > LONGEST)
            continue;
        /* The beginning of a name counts as one edit: it is how others let it be shortened. */
        size_t edits = size >= 3 && size < known_size && memcmp(known, name, size) == 0
                           ? 1
                           : distance(name, size, known, known_size);
        if (edits < smallest) {
            smallest = edits;
            nearest = known;
        }
    }
    return nearest;
}
