/* SPDX-License-Identifier: ISC */
/** @file harness.h  What all test programs include: cmocka, and blocks of exactly the size asked
 * for. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/** A copy of octets in a block of just their size, so that a sanitizer sees each octet read past
 * it. */
static inline char *harness_exact(const void *bytes, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

/** Random numbers that are the same in every run. */
static inline uint32_t harness_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

#endif
