/* SPDX-License-Identifier: ISC */
#include "header/comment.h"

#include <stddef.h>
#include <string.h>

enum { DEEPEST = 64 };

const char *mime_comment_skip(const char **at)
{
    size_t depth = 0;
    for (; **at != '\0'; ++*at) {
        char c = **at;
        if (c == '(') {
            if (++depth > DEEPEST)
                return "has too many comments in each other";
        } else if (depth > 0 && c == ')') {
            depth--;
        } else if (depth > 0 && c == '\\' && (*at)[1] != '\0') {
            ++*at;
        } else if (depth == 0 && strchr(" \t\r\n", c) == NULL) {
            return NULL;
        }
    }
    return depth == 0 ? NULL : "has a comment whose ) is missing";
}
