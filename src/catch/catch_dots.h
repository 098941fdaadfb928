/* SPDX-License-Identifier: ISC */
/** @file catch_dots.h  What follows DATA: takes the dots out and finds the end, at any split. */
#ifndef CATCH_CATCH_DOTS_H
#define CATCH_CATCH_DOTS_H

#include <stdbool.h>
#include <stddef.h>

enum catch_dots_state {
    CATCH_DOTS_LINE_START, /**< at the beginning, or behind CR LF */
    CATCH_DOTS_DOT,        /**< behind the dot that begins a line, which is left out */
    CATCH_DOTS_DOT_CR,     /**< behind such a dot and a CR */
    CATCH_DOTS_CR,
    CATCH_DOTS_INSIDE
};

/** Zero at the beginning. */
struct catch_dots {
    enum catch_dots_state state;
    bool bare; /**< there was a CR without LF or a LF without CR; neither ends a line */
    bool over; /**< CR LF . CR LF was taken */
};

/**
 * Takes octets until one is to be left out, the end is reached, or there are no more.
 * @param run  receives the octets of the message among them: the first *run_size ones. They stop
 *             being the exact message once there was a bare CR or LF, as it is refused then.
 * @return how many were taken; at least 1 when size is not 0.
 */
size_t catch_dots_take(struct catch_dots *dots, const char *bytes, size_t size, size_t *run_size);

#endif
