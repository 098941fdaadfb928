/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include <limits.h>
#include <mailer/error.h>

static void every_class_and_stage_has_its_name(void **state)
{
    (void)state;
    static const char *const classes[] = {
        "OK",          "USAGE",     "DATA",      "MEMORY",  "SOURCE",   "SYSTEM",
        "RESOLVE",     "CONNECT",   "NETWORK",   "TLS",     "AUTH",     "PROTOCOL",
        "UNSUPPORTED", "TEMPORARY", "PERMANENT", "UNKNOWN", "CANCELLED"};
    for (int i = 0; i <= -MAILER_CANCELLED; i++)
        assert_string_equal(mailer_error_class_name((enum mailer_error_class)(-i)), classes[i]);
    assert_string_equal(mailer_stage_name(MAILER_STAGE_NONE), "NONE");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_MESSAGE), "MESSAGE");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_BODY), "BODY");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_QUIT), "QUIT");
}

static void what_is_none_has_a_question_mark(void **state)
{
    (void)state;
    static const int none[] = {1, MAILER_CANCELLED - 1, INT_MAX, INT_MIN};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_string_equal(mailer_error_class_name((enum mailer_error_class)none[i]), "?");
    assert_string_equal(mailer_stage_name((enum mailer_stage)(MAILER_STAGE_QUIT + 1)), "?");
    assert_string_equal(mailer_stage_name((enum mailer_stage)UINT_MAX), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_and_stage_has_its_name),
        cmocka_unit_test(what_is_none_has_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
