/* SPDX-License-Identifier: ISC */
#include "exit_code.h"
#include "harness/harness.h"

#include <mailer/send.h>

static struct mailer_error error_of(int error_class, enum mailer_stage stage)
{
    return (struct mailer_error){.error_class = (enum mailer_error_class)error_class,
                                 .stage = stage};
}

static void each_class_comes_to_a_fate(void **state)
{
    (void)state;
    static const struct {
        enum mailer_error_class error_class;
        enum mailer_stage stage;
        enum mailer_fate fate;
    } cases[] = {
        {MAILER_OK, MAILER_STAGE_END, MAILER_FATE_ACCEPTED},
        {MAILER_PERMANENT, MAILER_STAGE_RECIPIENT, MAILER_FATE_REFUSED},
        {MAILER_PERMANENT, MAILER_STAGE_END, MAILER_FATE_REFUSED},
        {MAILER_TEMPORARY, MAILER_STAGE_END, MAILER_FATE_TRY_AGAIN},
        {MAILER_CONNECT, MAILER_STAGE_CONNECT, MAILER_FATE_TRY_AGAIN},
        {MAILER_NETWORK, MAILER_STAGE_BODY, MAILER_FATE_TRY_AGAIN},
        {MAILER_NETWORK, MAILER_STAGE_END, MAILER_FATE_UNKNOWN},
        {MAILER_PROTOCOL, MAILER_STAGE_HELLO, MAILER_FATE_REFUSED},
        {MAILER_PROTOCOL, MAILER_STAGE_END, MAILER_FATE_UNKNOWN},
        {MAILER_UNKNOWN, MAILER_STAGE_END, MAILER_FATE_UNKNOWN},
        {MAILER_AUTH, MAILER_STAGE_AUTH, MAILER_FATE_REFUSED},
        {MAILER_TLS, MAILER_STAGE_TLS, MAILER_FATE_REFUSED},
        {MAILER_UNSUPPORTED, MAILER_STAGE_SENDER, MAILER_FATE_REFUSED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = error_of(cases[i].error_class, cases[i].stage);
        assert_int_equal(mailer_fate_of(&error), cases[i].fate);
    }
    struct mailer_error strange = error_of(-100, MAILER_STAGE_NONE);
    assert_int_equal(mailer_fate_of(&strange), MAILER_FATE_UNKNOWN);
    strange = error_of(1, MAILER_STAGE_NONE);
    assert_int_equal(mailer_fate_of(&strange), MAILER_FATE_UNKNOWN);
}

/* What the program's exit code says of a message to one is what its fate says. */
static void fates_and_exit_codes_agree(void **state)
{
    (void)state;
    for (int error_class = MAILER_OK; error_class >= MAILER_CANCELLED; error_class--) {
        for (int stage = MAILER_STAGE_NONE; stage <= MAILER_STAGE_QUIT; stage++) {
            struct mailer_error error = error_of(error_class, (enum mailer_stage)stage);
            enum mailer_fate fate = mailer_fate_of(&error);
            enum exit_code code = exit_code_for_error(&error);
            assert_int_equal(fate == MAILER_FATE_ACCEPTED, code == EXIT_CODE_OK);
            if (code == EXIT_CODE_TEMPORARY)
                assert_int_equal(fate, MAILER_FATE_TRY_AGAIN);
            if (code == EXIT_CODE_UNKNOWN)
                assert_int_equal(fate, MAILER_FATE_UNKNOWN);
            if (code == EXIT_CODE_RECIPIENT || code == EXIT_CODE_UNAVAILABLE)
                assert_int_equal(fate, MAILER_FATE_REFUSED);
        }
    }
}

static void each_fate_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(mailer_fate_name(MAILER_FATE_ACCEPTED), "accepted");
    assert_string_equal(mailer_fate_name(MAILER_FATE_REFUSED), "refused");
    assert_string_equal(mailer_fate_name(MAILER_FATE_TRY_AGAIN), "try_again");
    assert_string_equal(mailer_fate_name(MAILER_FATE_UNKNOWN), "unknown");
    assert_string_equal(mailer_fate_name((enum mailer_fate)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class_comes_to_a_fate),
        cmocka_unit_test(fates_and_exit_codes_agree),
        cmocka_unit_test(each_fate_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
