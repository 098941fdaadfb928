/* SPDX-License-Identifier: ISC */
/** @file text_list.h  Strings in the order in which they were given. */
#ifndef CLI_OPTION_TEXT_LIST_H
#define CLI_OPTION_TEXT_LIST_H

#include "problem.h"

#include <stddef.h>

/** Zero: empty. The strings are borrowed, the array is owned. */
struct text_list {
    const char **items;
    size_t count;
};

/** Adds a string at the end. */
int text_list_add(struct text_list *list, const char *item, struct problem *problem);

/** Gives the array back. */
void text_list_free(struct text_list *list);

#endif
