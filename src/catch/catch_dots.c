/* SPDX-License-Identifier: ISC */
#include "catch_dots.h"

#include <string.h>

/* Goes on to the next CR or LF that matters; gives where it stands then. */
static size_t skip_inside(struct catch_dots *dots, const char *bytes, size_t at, size_t size)
{
    const char *from = bytes + at;
    const char *line_feed = memchr(from, '\n', size - at);
    size_t left = line_feed != NULL ? (size_t)(line_feed - from) : size - at;
    if (!dots->bare) {
        const char *carriage_return = memchr(from, '\r', left);
        if (carriage_return != NULL) {
            dots->state = CATCH_DOTS_CR;
            return (size_t)(carriage_return - bytes) + 1;
        }
        dots->bare = line_feed != NULL;
        return at + left + (line_feed != NULL);
    }
    /* Bare ones are known already: only ends of lines count, and one search a line finds them. So
     * no input makes the searches overlap again and again. */
    bool after_return = left > 0 && from[left - 1] == '\r';
    if (line_feed == NULL) {
        dots->state = after_return ? CATCH_DOTS_CR : CATCH_DOTS_INSIDE;
        return size;
    }
    dots->state = after_return ? CATCH_DOTS_LINE_START : CATCH_DOTS_INSIDE;
    return at + left + 1;
}

size_t catch_dots_take(struct catch_dots *dots, const char *bytes, size_t size, size_t *run_size)
{
    size_t at = 0;
    *run_size = 0;
    while (at < size) {
        switch (dots->state) {
        case CATCH_DOTS_LINE_START:
            if (bytes[at] == '.') {
                dots->state = CATCH_DOTS_DOT;
                *run_size = at;
                return at + 1;
            }
            dots->state = CATCH_DOTS_INSIDE;
            break;
        case CATCH_DOTS_DOT:
            if (bytes[at] == '\r') {
                dots->state = CATCH_DOTS_DOT_CR;
                return at + 1;
            }
            dots->state = CATCH_DOTS_INSIDE;
            break;
        case CATCH_DOTS_DOT_CR:
            if (bytes[at] == '\n') {
                dots->over = true;
                return at + 1;
            }
            dots->bare = true;
            dots->state = CATCH_DOTS_CR;
            break;
        case CATCH_DOTS_CR:
            if (bytes[at] == '\n') {
                dots->state = CATCH_DOTS_LINE_START;
                at++;
            } else {
                dots->bare = true;
                dots->state = CATCH_DOTS_INSIDE;
            }
            break;
        case CATCH_DOTS_INSIDE:
            at = skip_inside(dots, bytes, at, size);
            break;
        }
    }
    *run_size = at;
    return at;
}
