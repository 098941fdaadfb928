/* SPDX-License-Identifier: ISC */
/** @file clock.h  Time that only goes forward. */
#ifndef CORE_CLOCK_H
#define CORE_CLOCK_H

#include <stdint.h>

/** Milliseconds since some moment in the past, unmoved by changes of the date. */
int64_t clock_milliseconds(void);

#endif
