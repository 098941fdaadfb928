/* SPDX-License-Identifier: ISC */
/** @file random.h  Random text for boundaries and Message-IDs. */
#ifndef CORE_RANDOM_H
#define CORE_RANDOM_H

#include <mailer/error.h>

/** Digits and small letters that hold 130 bits, and the NUL behind them. */
enum { RANDOM_TEXT_SIZE = 26 + 1 };

/**
 * Fills text with random digits and small letters from the operating system's generator.
 * @return 0 or MAILER_SYSTEM.
 */
int random_text(char text[static RANDOM_TEXT_SIZE], struct mailer_error *error);

#endif
