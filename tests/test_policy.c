/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "policy.h"

static void the_whole_table_is_as_it_should_be(void **state)
{
    (void)state;
    /* A letter for each stage from NONE to QUIT: n the next server, . give up. */
    static const struct {
        enum mailer_error_class error_class;
        const char *stages;
    } rows[] = {
        {MAILER_OK, ".............."},          {MAILER_USAGE, ".............."},
        {MAILER_DATA, ".............."},        {MAILER_MEMORY, ".............."},
        {MAILER_SOURCE, ".............."},      {MAILER_SYSTEM, ".............."},
        {MAILER_RESOLVE, "nnnnnnnnnnnnnn"},     {MAILER_CONNECT, "nnnnnnnnnnnnnn"},
        {MAILER_NETWORK, "nnnnnnnnnnnnnn"},     {MAILER_TLS, "nnnnnnnnnnnnnn"},
        {MAILER_AUTH, ".............."},        {MAILER_PROTOCOL, "nnnnnnn.nnn.nn"},
        {MAILER_UNSUPPORTED, "nnnnnnnnnnnnnn"}, {MAILER_TEMPORARY, "nnnnnnnnnnnnnn"},
        {MAILER_PERMANENT, "nnnnnnn.nnnnnn"},   {MAILER_UNKNOWN, ".............."},
        {MAILER_CANCELLED, ".............."},
    };
    assert_int_equal(sizeof rows / sizeof *rows, 1 - MAILER_CANCELLED);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(rows[i].error_class, -(int)i);
        assert_int_equal(strlen(rows[i].stages), MAILER_STAGE_QUIT + 1);
        for (size_t stage = 0; stage <= MAILER_STAGE_QUIT; stage++)
            assert_int_equal(policy_for(rows[i].error_class, (enum mailer_stage)stage),
                             rows[i].stages[stage] == 'n' ? POLICY_NEXT_SERVER : POLICY_GIVE_UP);
    }
}

static void what_may_pass_is_what_a_later_try_may_cure(void **state)
{
    (void)state;
    for (int error_class = MAILER_CANCELLED; error_class <= MAILER_OK; error_class++)
        assert_int_equal(policy_may_pass((enum mailer_error_class)error_class),
                         error_class == MAILER_CONNECT || error_class == MAILER_NETWORK ||
                             error_class == MAILER_TEMPORARY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_table_is_as_it_should_be),
        cmocka_unit_test(what_may_pass_is_what_a_later_try_may_cure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
