/* SPDX-License-Identifier: ISC */
/** @file character_width.h  How many columns a character takes in a fixed-width font, in no locale
 * (Unicode Standard Annex 11). */
#ifndef MIME_CHARACTER_WIDTH_H
#define MIME_CHARACTER_WIDTH_H

#include <stdint.h>

/** @return 0 for marks that combine and what is not seen, 2 for wide characters of East Asia and
 * for emoji, else 1. */
unsigned character_width(uint32_t code_point);

#endif
