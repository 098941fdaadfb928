/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include <mailer/error.h>

static void the_first_and_last_names_are_those_of_their_values(void **state)
{
    (void)state;
    assert_string_equal(mailer_error_class_name(MAILER_OK), "OK");
    assert_string_equal(mailer_error_class_name(MAILER_USAGE), "USAGE");
    assert_string_equal(mailer_error_class_name(MAILER_TEMPORARY), "TEMPORARY");
    assert_string_equal(mailer_error_class_name(MAILER_CANCELLED), "CANCELLED");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_NONE), "NONE");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_RECIPIENT), "RECIPIENT");
    assert_string_equal(mailer_stage_name(MAILER_STAGE_QUIT), "QUIT");
}

static void a_value_without_a_name_is_a_question_mark(void **state)
{
    (void)state;
    assert_string_equal(mailer_error_class_name((enum mailer_error_class)1), "?");
    assert_string_equal(mailer_error_class_name((enum mailer_error_class)(MAILER_CANCELLED - 1)),
                        "?");
    assert_string_equal(mailer_stage_name((enum mailer_stage)(MAILER_STAGE_QUIT + 1)), "?");
    assert_string_equal(mailer_stage_name((enum mailer_stage) - 1), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_and_last_names_are_those_of_their_values),
        cmocka_unit_test(a_value_without_a_name_is_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
