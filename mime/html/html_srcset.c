/* SPDX-License-Identifier: ISC */
#include "html/html_srcset.h"

#include "html/html_tree.h"

/* Goes behind the comma that ends the descriptors; one in parentheses does not. */
static size_t skip_descriptors(const char *text, size_t size, size_t at)
{
    bool parentheses = false;
    for (; at < size && (text[at] != ',' || parentheses); at++) {
        if (text[at] == '(')
            parentheses = true;
        else if (text[at] == ')')
            parentheses = false;
    }
    return at;
}

bool html_srcset_next(const char *text, size_t size, size_t *at, size_t *start, size_t *end)
{
    size_t i = *at;
    while (i < size && (html_is_space(text[i]) || text[i] == ','))
        i++;
    *start = i;
    while (i < size && !html_is_space(text[i]))
        i++;
    *end = i;
    while (*end > *start && text[*end - 1] == ',')
        (*end)--;
    *at = *end < i ? i : skip_descriptors(text, size, i);
    return *end > *start;
}
