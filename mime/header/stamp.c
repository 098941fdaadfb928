/* SPDX-License-Identifier: ISC */
#include "header/stamp.h"

#include "buffer.h"
#include "random.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

/* Only tzset() and not localtime_r() is sure to read the zone. Each time it looks for the file of
 * the zone, which takes longer than all the rest of a date; so it is called once. */
static pthread_once_t zone_once = PTHREAD_ONCE_INIT;

/* Minutes of the zone east of Greenwich; the two are at most a day apart. */
static int zone_minutes(const struct tm *local, const struct tm *utc)
{
    int days = local->tm_year != utc->tm_year ? (local->tm_year > utc->tm_year ? 1 : -1)
                                              : local->tm_yday - utc->tm_yday;
    return (days * 24 + local->tm_hour - utc->tm_hour) * 60 + local->tm_min - utc->tm_min;
}

/* A date is made for each message; printf would be half the work of its header. Both give the end
 * of what they have put, where they leave a NUL. */
static char *put_text(char *to, const char *text)
{
    while (*text != '\0')
        *to++ = *text++;
    *to = '\0';
    return to;
}

static char *put_two_digits(char *to, unsigned number)
{
    *to++ = (char)('0' + number / 10);
    *to++ = (char)('0' + number % 10);
    *to = '\0';
    return to;
}

int mime_stamp_date(char date[static MIME_DATE_SIZE], time_t moment, struct mailer_error *error)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm local;
    struct tm utc;
    pthread_once(&zone_once, tzset);
    if (localtime_r(&moment, &local) == NULL || gmtime_r(&moment, &utc) == NULL)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, errno,
                                "cannot make a date of the clock's time");
    int year = local.tm_year + 1900;
    if (year < 1900 || year > 9999)
        return error_set(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE,
                         "the clock says the year %d, which a date in mail cannot hold: set it",
                         year);
    int zone = zone_minutes(&local, &utc);
    unsigned minutes = (unsigned)(zone < 0 ? -zone : zone);
    if (minutes >= 100 * 60)
        return error_set(error, MAILER_SYSTEM, MAILER_STAGE_MESSAGE,
                         "the local zone has a time that a date in mail cannot hold");
    const char *zone_sign = zone < 0 ? " -" : " +";
    char *to = put_text(date, days[local.tm_wday]);
    to = put_two_digits(put_text(to, ", "), (unsigned)local.tm_mday);
    to = put_text(put_text(put_text(to, " "), months[local.tm_mon]), " ");
    to = put_two_digits(put_two_digits(to, (unsigned)year / 100), (unsigned)year % 100);
    to = put_two_digits(put_text(to, " "), (unsigned)local.tm_hour);
    to = put_two_digits(put_text(to, ":"), (unsigned)local.tm_min);
    to = put_two_digits(put_text(to, ":"), (unsigned)local.tm_sec);
    put_two_digits(put_two_digits(put_text(to, zone_sign), minutes / 60), minutes % 60);
    return 0;
}

int mime_stamp_message_id(char **id, const char *domain, struct mailer_error *error)
{
    *id = NULL;
    char text[RANDOM_TEXT_SIZE];
    int result = random_text(text, error);
    if (result != 0)
        return result;
    struct buffer buffer = buffer_empty(SIZE_MAX);
    buffer_reserve(&buffer, sizeof text + strlen(domain) + sizeof "<@>");
    buffer_append_string(&buffer, "<");
    buffer_append_string(&buffer, text);
    buffer_append_string(&buffer, "@");
    buffer_append_string(&buffer, domain);
    buffer_append_string(&buffer, ">");
    *id = buffer_take_string(&buffer);
    return *id == NULL ? error_set_memory(error) : 0;
}
