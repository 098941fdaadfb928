/* SPDX-License-Identifier: ISC */
#include "moment.h"

#include "text.h"

#include <string.h>
#include <time.h>

/* Takes a number of so many digits, which is from least to most, and the sign before it. */
static bool take(const char **at, char sign, int digits, int least, int most, int *value)
{
    const char *c = *at;
    if (sign != '\0' && *c++ != sign)
        return false;
    int number = 0;
    for (int i = 0; i < digits; i++, c++) {
        if (!text_is_digit(*c))
            return false;
        number = number * 10 + (*c - '0');
    }
    if (number < least || number > most)
        return false;
    *at = c;
    *value = number;
    return true;
}

/* Takes "Z" or "+01:00". @return whether there is one; *seconds is east of Greenwich. */
static bool take_offset(const char **at, int *seconds)
{
    *seconds = 0;
    if (**at == 'Z' || **at == 'z') {
        (*at)++;
        return true;
    }
    int hours = 0, minutes = 0;
    char sign = **at;
    if ((sign != '+' && sign != '-') || !take(at, sign, 2, 0, 23, &hours) ||
        !take(at, ':', 2, 0, 59, &minutes))
        return false;
    *seconds = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
    return true;
}

bool moment_read(const char *text, int64_t *moment)
{
    struct tm fields = {.tm_isdst = -1};
    const char *at = text;
    int offset = 0;
    if (!take(&at, '\0', 4, 1970, 9999, &fields.tm_year) ||
        !take(&at, '-', 2, 1, 12, &fields.tm_mon) || !take(&at, '-', 2, 1, 31, &fields.tm_mday) ||
        (*at != 'T' && *at != 't' && *at != ' ') || !take(&at, *at, 2, 0, 23, &fields.tm_hour) ||
        !take(&at, ':', 2, 0, 59, &fields.tm_min))
        return false;
    if (*at == ':' && !take(&at, ':', 2, 0, 59, &fields.tm_sec))
        return false;
    fields.tm_year -= 1900;
    fields.tm_mon--;
    bool absolute = take_offset(&at, &offset);
    int day = fields.tm_mday;
    time_t seconds = absolute ? timegm(&fields) : mktime(&fields);
    *moment = (int64_t)seconds - offset;
    /* February 30 would become a day of March. */
    return *at == '\0' && fields.tm_mday == day && *moment > 0;
}
