/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/date.h"

#include <stdio.h>

static const char *parse(char date[static MIME_DATE_SIZE], const char *text)
{
    char *exact = harness_exact(text, strlen(text) + 1);
    const char *wrong = mime_date_parse(date, exact);
    free(exact);
    assert_int_equal(wrong != NULL, date[0] == '\0');
    return wrong;
}

static void dates_are_read_and_made_canonical(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        /* RFC 5322 appendix A. */
        {"Fri, 21 Nov 1997 09:55:06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"},
        {"Tue, 1 Jul 2003 10:52:37 +0200", "Tue, 01 Jul 2003 10:52:37 +0200"},
        {"Thu, 13 Feb 1969 23:32:54 -0330", "Thu, 13 Feb 1969 23:32:54 -0330"},
        {"Mon, 24 Nov 1997 14:22:01 -0800", "Mon, 24 Nov 1997 14:22:01 -0800"},
        {"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n"
         "               -0330 (Newfoundland Time)",
         "Thu, 13 Feb 1969 23:32:00 -0330"},
        {"21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000"},
        {"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "Fri, 21 Nov 1997 09:55:06 -0600"},
        /* What else 3.3 and 4.3 have. */
        {"1 Jan 00 0:00 ut", "Sat, 01 Jan 2000 00:00:00 +0000"},
        {"31 dec 49 23:59:60 utc", "Fri, 31 Dec 2049 23:59:60 +0000"},
        {"1 Jan 50 00:00 EST", "Sun, 01 Jan 1950 00:00:00 -0500"},
        {"1 Jan 126 00:00 PDT", "Thu, 01 Jan 2026 00:00:00 -0700"},
        {"29 Feb 2024 12:00 Z", "Thu, 29 Feb 2024 12:00:00 -0000"},
        {"29 Feb 2000 12:00 a", "Tue, 29 Feb 2000 12:00:00 -0000"},
        {"(x) sat (y) , 21 Nov 2026 23:11:05 +0100 (z)", "Sat, 21 Nov 2026 23:11:05 +0100"},
        {"21Nov2026 23:11:05+0545", "Sat, 21 Nov 2026 23:11:05 +0545"},
        {"Fri, 31 Dec 9999 23:59:59 +9959", "Fri, 31 Dec 9999 23:59:59 +9959"},
        {"Mon, 01 Jan 1900 00:00:00 -0000", "Mon, 01 Jan 1900 00:00:00 -0000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char date[MIME_DATE_SIZE];
        const char *wrong = parse(date, cases[i][0]);
        if (wrong != NULL)
            fail_msg("%s: %s", cases[i][0], wrong);
        assert_string_equal(date, cases[i][1]);
    }
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "no day of the month"},
        {"x", "a day of the week that is none"},
        {"Fri", "no comma"},
        {"Fri 21 Nov 1997 09:55:06 -0600", "no comma"},
        {"Freitag, 21 Nov 1997 09:55:06 -0600", "a day of the week that is none"},
        {"Friday, 21 Nov 1997 09:55:06 -0600", "a day of the week that is none"},
        {"Sat, 21 Nov 1997 09:55:06 -0600", "another day of the week"},
        {"Fri, 0 Nov 1997 09:55:06 -0600", "a day that the month does not have"},
        {"31 Nov 1997 09:55:06 -0600", "a day that the month does not have"},
        {"29 Feb 2023 09:55:06 -0600", "a day that the month does not have"},
        {"29 Feb 1900 09:55:06 -0600", "a day that the month does not have"},
        {"121 Nov 1997 09:55:06 -0600", "no day of the month"},
        {"21 Dez 1997 09:55:06 -0600", "a month that is none"},
        {"21 November 1997 09:55:06 -0600", "a month that is none"},
        {"21 11 1997 09:55:06 -0600", "a month that is none"},
        {"21 Nov 09:55:06 -0600", "a time that is none"},
        {"21 Nov 7 09:55:06 -0600", "a year that is none"},
        {"21 Nov 1899 09:55:06 -0600", "a year before 1900"},
        {"21 Nov 10000 09:55:06 -0600", "a year that is none"},
        {"21 Nov 1997 -0600", "a time that is none"},
        {"21 Nov 1997 24:00 -0600", "a time that is none"},
        {"21 Nov 1997 09:60 -0600", "a time that is none"},
        {"21 Nov 1997 09:55:61 -0600", "a time that is none"},
        {"21 Nov 1997 09:55:06", "no zone"},
        {"21 Nov 1997 09:55:06 CET", "no zone"},
        {"21 Nov 1997 09:55:06 J", "no zone"},
        {"21 Nov 1997 09:55:06 0600", "no zone"},
        {"21 Nov 1997 09:55:06 +600", "no zone"},
        {"21 Nov 1997 09:55:06 +06:00", "no zone"},
        {"21 Nov 1997 09:55:06 + 0600", "no zone"},
        {"21 Nov 1997 09:55:06 +0660", "no zone"},
        {"21 Nov 1997 09:55:06 -0600 x", "something behind its end"},
        {"21 Nov 1997 09:55:06 -0600 (x", "a comment whose ) is missing"},
        {"2026-11-21T23:11:05Z", "no day of the month"},
        {"Sat Nov 21 23:11:05 2026", "no comma"},
        {"99999999999999999999 Nov 1997 09:55:06 -0600", "no day of the month"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char date[MIME_DATE_SIZE];
        const char *wrong = parse(date, cases[i][0]);
        if (wrong == NULL || strstr(wrong, cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], wrong == NULL ? date : wrong);
    }
}

/* Against the C library. */
static void the_day_of_the_week_is_right_for_all_days(void **state)
{
    (void)state;
    for (time_t day = -25567; day < 2932890; day += day % 5 + 7) {
        time_t moment = day * 86400;
        struct tm utc;
        char wanted[MIME_DATE_SIZE];
        char date[MIME_DATE_SIZE];
        assert_non_null(gmtime_r(&moment, &utc));
        strftime(wanted, sizeof wanted, "%a, %d %b %Y 00:00:00 +0000", &utc);
        const char *wrong = mime_date_parse(date, wanted + 5);
        if (wrong != NULL)
            fail_msg("%s: %s", wanted, wrong);
        assert_string_equal(date, wanted);
    }
}

static void what_the_stamp_writes_is_read(void **state)
{
    (void)state;
    static const char *const zones[] = {"UTC", "Asia/Kathmandu", "America/St_Johns"};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        setenv("TZ", zones[i], 1);
        char stamp[MIME_DATE_SIZE];
        char date[MIME_DATE_SIZE];
        assert_int_equal(mime_stamp_date(stamp, 1795303865, NULL), 0);
        assert_null(mime_date_parse(date, stamp));
        assert_string_equal(date, stamp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_and_made_canonical),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(the_day_of_the_week_is_right_for_all_days),
        cmocka_unit_test(what_the_stamp_writes_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
