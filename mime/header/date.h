/* SPDX-License-Identifier: ISC */
/** @file date.h  Reading of dates that were given (RFC 5322 3.3); stamp.h makes those of now. */
#ifndef MIME_DATE_H
#define MIME_DATE_H

#include "header/stamp.h"

/**
 * Reads a date-time, with the obsolete forms of RFC 5322 4.3 and comments, and writes it as one has
 * it now: "Fri, 21 Nov 1997 09:55:06 -0600". The day of the week is added when it is missing, and
 * so are seconds; years of two digits are those from 1950 to 2049.
 *
 * Refused: a day that the month does not have, a day of the week that the day is not, years before
 * 1900 or beyond 9999, and names of zones but those of RFC 5322. That has readers take unknown ones
 * for -0000, but whoever writes a date should say what is meant.
 * @param date  receives it; empty after failure.
 * @return NULL, or what is wrong, such as "has a month that is none".
 */
const char *mime_date_parse(char date[static MIME_DATE_SIZE], const char *text);

#endif
