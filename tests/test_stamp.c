/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/stamp.h"
#include "random.h"

#include <limits.h>
#include <locale.h>

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void a_moment_is_written_in_the_local_zone(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        time_t moment;
        const char *date;
    } cases[] = {
        {"UTC0", 0, "Thu, 01 Jan 1970 00:00:00 +0000"},
        {"UTC0", 951782400, "Tue, 29 Feb 2000 00:00:00 +0000"},
        {"XXX-1", 1795385465, "Sun, 22 Nov 2026 23:11:05 +0100"},
        {"XXX-5:45", 1795385465, "Mon, 23 Nov 2026 03:56:05 +0545"},
        {"XXX3:30", 1795385465, "Sun, 22 Nov 2026 18:41:05 -0330"},
        {"XXX+12", 1798761600, "Thu, 31 Dec 2026 12:00:00 -1200"},
        {"XXX-14", 1798761599, "Fri, 01 Jan 2027 13:59:59 +1400"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1792890000, "Sun, 25 Oct 2026 02:00:00 +0100"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1792889999, "Sun, 25 Oct 2026 02:59:59 +0200"},
        {"UTC0", 253402300799, "Fri, 31 Dec 9999 23:59:59 +0000"},
        {"UTC0", -2208988800, "Mon, 01 Jan 1900 00:00:00 +0000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        set_zone(cases[i].zone);
        char *date = malloc(MIME_DATE_SIZE);
        assert_int_equal(mime_stamp_date(date, cases[i].moment, NULL), 0);
        assert_string_equal(date, cases[i].date);
        free(date);
    }
    set_zone("UTC0");
}

static void names_are_english_in_any_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"de_DE.UTF-8", "ja_JP.UTF-8", "C.UTF-8", ""};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        setlocale(LC_ALL, locales[i]);
        char date[MIME_DATE_SIZE];
        assert_int_equal(mime_stamp_date(date, 951782400, NULL), 0);
        assert_string_equal(date, "Tue, 29 Feb 2000 00:00:00 +0000");
    }
    setlocale(LC_ALL, "C");
}

static void moments_that_mail_cannot_hold_are_refused(void **state)
{
    (void)state;
    static const time_t moments[] = {253402300800, -2208988801, LONG_MAX, LONG_MIN};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char date[MIME_DATE_SIZE];
        assert_int_equal(mime_stamp_date(date, moments[i], &error), MAILER_SYSTEM);
        assert_int_equal(error.error_class, MAILER_SYSTEM);
        assert_true(error.text[0] != '\0');
        assert_int_equal(mime_stamp_date(date, moments[i], NULL), MAILER_SYSTEM);
    }
}

static void message_ids_hold_random_text_and_the_domain(void **state)
{
    (void)state;
    char *one = NULL;
    char *other = NULL;
    assert_int_equal(mime_stamp_message_id(&one, "example.org", NULL), 0);
    assert_int_equal(mime_stamp_message_id(&other, "[IPv6:::1]", NULL), 0);
    assert_int_equal(one[0], '<');
    assert_string_equal(one + RANDOM_TEXT_SIZE, "@example.org>");
    assert_int_equal(strspn(one + 1, "0123456789abcdefghijklmnopqrstuv"), RANDOM_TEXT_SIZE - 1);
    assert_string_equal(other + RANDOM_TEXT_SIZE, "@[IPv6:::1]>");
    assert_memory_not_equal(one, other, RANDOM_TEXT_SIZE);
    free(one);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_is_written_in_the_local_zone),
        cmocka_unit_test(names_are_english_in_any_locale),
        cmocka_unit_test(moments_that_mail_cannot_hold_are_refused),
        cmocka_unit_test(message_ids_hold_random_text_and_the_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
