/* SPDX-License-Identifier: ISC */
/** @file calendar.h  What the label of an invitation needs to know of it: iCalendar (RFC 5545) read
 * for iMIP (RFC 6047). */
#ifndef MIME_CALENDAR_H
#define MIME_CALENDAR_H

#include "content/blob.h"

enum { MIME_CALENDAR_METHOD_SIZE = 32, MIME_CALENDAR_COMPONENT_SIZE = 16 };

struct mime_calendar {
    char method[MIME_CALENDAR_METHOD_SIZE];       /**< in upper case, such as "REQUEST"; a token */
    char component[MIME_CALENDAR_COMPONENT_SIZE]; /**< such as "VEVENT", when it has components of
                                                       just one kind besides time zones; else "" */
};

/**
 * Reads one calendar.
 *
 * It must be UTF-8 without NUL, begin with BEGIN:VCALENDAR (behind a byte order mark, perhaps),
 * have its BEGINs and ENDs in pairs, and end with END:VCALENDAR. What is in the components is not
 * checked. Lines may end in LF.
 *
 * The METHOD must be there, once, and be one of RFC 5546 or begin with "X-": without it no reader
 * takes a calendar for an invitation, and to label it PUBLISH would be untrue, as RFC 6047 (2.4)
 * wants label and content to agree. Such a calendar can be attached as a file.
 * @return 0; MAILER_DATA with a text that names the file, the line, and what is wrong, also for
 * more than 16 MiB; MAILER_SOURCE.
 */
int mime_calendar_read(struct mime_calendar *calendar, const struct mime_blob *blob,
                       struct mailer_error *error);

#endif
