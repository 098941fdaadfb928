/* SPDX-License-Identifier: ISC */
/** @file moment.h  A moment as people write it. */
#ifndef CLI_MOMENT_H
#define CLI_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads "2030-12-24T18:00" or "2030-12-24T18:00:30", with "Z" or an offset such as "+01:00" behind
 * it (RFC 3339), or else in local time. A blank may stand for the T.
 * @param moment  receives seconds since 1970.
 * @return false for what is no moment after 1970.
 */
bool moment_read(const char *text, int64_t *moment);

#endif
