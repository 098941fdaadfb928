/* SPDX-License-Identifier: ISC */
#include "option/text_list.h"

#include <stdlib.h>

int text_list_add(struct text_list *list, const char *item, struct problem *problem)
{
    /* Room is doubled whenever the count is a power of two. */
    if ((list->count & (list->count - 1)) == 0) {
        size_t room = list->count == 0 ? 1 : list->count * 2;
        const char **items = realloc(list->items, room * sizeof *items);
        if (items == NULL)
            return problem_set_memory(problem);
        list->items = items;
    }
    list->items[list->count++] = item;
    return 0;
}

void text_list_free(struct text_list *list)
{
    free(list->items);
    *list = (struct text_list){NULL, 0};
}
