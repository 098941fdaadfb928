/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "moment.h"

#include <stdlib.h>
#include <time.h>

static void a_moment_is_read_with_and_without_an_offset(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t moment;
    } cases[] = {
        {"2000-02-29T00:00Z", 951782400},         {"2000-02-29t00:00:00z", 951782400},
        {"2000-02-29 01:30:00+01:30", 951782400}, {"2000-02-28T19:00:00-05:00", 951782400},
        {"2000-02-28T19:00", 951782400},          {"2000-02-28T19:00:07", 951782407},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    setenv("TZ", "EST5", 1);
    tzset();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i].text, strlen(cases[i].text) + 1);
        int64_t moment = 0;
        if (!moment_read(exact, &moment) || moment != cases[i].moment)
            fail_msg("%s: %lld", cases[i].text, (long long)moment);
        free(exact);
    }
}

static void what_is_no_moment_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "tomorrow",
                                        "2000-02-29",
                                        "2000-02-30T00:00Z",
                                        "2000-13-01T00:00Z",
                                        "2000-00-01T00:00Z",
                                        "2000-01-00T00:00Z",
                                        "2000-01-32T00:00Z",
                                        "2000-01-01T24:00Z",
                                        "2000-01-01T00:60Z",
                                        "2000-01-01T00:00:60Z",
                                        "2000-01-01T00:00:",
                                        "2000-01-01T00:00x",
                                        "2000-01-01T00:00ZZ",
                                        "2000-01-01T00:00+1",
                                        "2000-01-01T00:00+24:00",
                                        "2000-01-01T00:00+01:60",
                                        "1969-12-31T23:59Z",
                                        "1970-01-01T00:00Z",
                                        "20000-01-01T00:00Z",
                                        "2000-1-1T00:00Z"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *exact = harness_exact(texts[i], strlen(texts[i]) + 1);
        int64_t moment;
        if (moment_read(exact, &moment))
            fail_msg("\"%s\" is a moment", texts[i]);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_read_with_and_without_an_offset),
        cmocka_unit_test(what_is_no_moment_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
