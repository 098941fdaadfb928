/* SPDX-License-Identifier: ISC */
#include "exit_code.h"
#include "harness/harness.h"

#include <errno.h>

/* By class, then stage: NONE MESSAGE RESOLVE CONNECT GREETING HELLO TLS AUTH SENDER RECIPIENT BODY
 * END RESET QUIT. Scripts rely on each. */
static const int expected[17][14] = {
    [0] = {0},
    [1] = {64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64},
    [2] = {65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65, 65},
    [3] = {71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71},
    [4] = {66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 74, 74, 66, 66},
    [5] = {71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71, 71},
    [6] = {68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68, 68},
    [7] = {75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75},
    [8] = {75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 80, 75, 75},
    [9] = {69, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69, 69},
    [10] = {77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77},
    [11] = {76, 76, 76, 76, 76, 76, 69, 76, 76, 76, 76, 76, 76, 76},
    [12] = {69, 69, 69, 69, 69, 69, 69, 77, 69, 69, 69, 69, 69, 69},
    [13] = {75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75},
    [14] = {69, 69, 69, 69, 69, 69, 69, 77, 69, 67, 69, 69, 69, 69},
    [15] = {80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80, 80},
    [16] = {75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75, 75},
};

static struct mailer_error error_of(int error_class, int stage)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    error.error_class = (enum mailer_error_class)error_class;
    error.stage = (enum mailer_stage)stage;
    return error;
}

static void every_class_at_every_stage_has_its_code(void **state)
{
    (void)state;
    for (int c = 0; c <= -MAILER_CANCELLED; c++)
        for (int stage = MAILER_STAGE_NONE; stage <= MAILER_STAGE_QUIT; stage++) {
            struct mailer_error error = error_of(-c, stage);
            if ((int)exit_code_for_error(&error) != expected[c][stage])
                fail_msg("%s at %s: %d, not %d", mailer_error_class_name(error.error_class),
                         mailer_stage_name(error.stage), (int)exit_code_for_error(&error),
                         expected[c][stage]);
        }
}

static void a_class_that_does_not_exist_is_a_defect(void **state)
{
    (void)state;
    struct mailer_error error = error_of(-17, 0);
    assert_int_equal(exit_code_for_error(&error), EXIT_CODE_SOFTWARE);
    error = error_of(1, 0);
    assert_int_equal(exit_code_for_error(&error), EXIT_CODE_SOFTWARE);
}

static void an_input_that_fails_while_it_is_read_is_an_io_error(void **state)
{
    (void)state;
    struct mailer_error error = error_of(MAILER_SOURCE, MAILER_STAGE_MESSAGE);
    error.system_code = ENOENT;
    assert_int_equal(exit_code_for_error(&error), EXIT_CODE_INPUT);
    error.system_code = EIO;
    assert_int_equal(exit_code_for_error(&error), EXIT_CODE_IO);
}

/* The exit code for recipients with these fates: '+' accepted, 'P' refused for good, 'T' for now,
 * 'B' the message refused for good, 'N' connection lost, '?' may have been delivered. */
static int exit_for(const char *fates)
{
    struct exit_code_tally tally = {0};
    for (; *fates != '\0'; fates++) {
        struct mailer_error error =
            *fates == '+'   ? error_of(MAILER_OK, MAILER_STAGE_NONE)
            : *fates == 'P' ? error_of(MAILER_PERMANENT, MAILER_STAGE_RECIPIENT)
            : *fates == 'T' ? error_of(MAILER_TEMPORARY, MAILER_STAGE_RECIPIENT)
            : *fates == 'B' ? error_of(MAILER_PERMANENT, MAILER_STAGE_BODY)
            : *fates == 'N' ? error_of(MAILER_NETWORK, MAILER_STAGE_BODY)
                            : error_of(MAILER_UNKNOWN, MAILER_STAGE_END);
        exit_code_tally_add(&tally, &error);
    }
    return (int)exit_code_of_tally(&tally);
}

static void the_fates_of_recipients_make_one_code(void **state)
{
    (void)state;
    assert_int_equal(exit_for(""), 0);
    assert_int_equal(exit_for("++"), 0);
    assert_int_equal(exit_for("P"), 67);
    assert_int_equal(exit_for("PP"), 67);
    assert_int_equal(exit_for("T"), 75);
    assert_int_equal(exit_for("PT"), 75);
    assert_int_equal(exit_for("TP"), 75);
    assert_int_equal(exit_for("+P"), 79);
    assert_int_equal(exit_for("T+"), 79);
    assert_int_equal(exit_for("PB"), 69);
    assert_int_equal(exit_for("BP"), 69);
    assert_int_equal(exit_for("PN"), 75);
    assert_int_equal(exit_for("P?"), 80);
    assert_int_equal(exit_for("?T"), 80);
    assert_int_equal(exit_for("+?"), 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_at_every_stage_has_its_code),
        cmocka_unit_test(a_class_that_does_not_exist_is_a_defect),
        cmocka_unit_test(an_input_that_fails_while_it_is_read_is_an_io_error),
        cmocka_unit_test(the_fates_of_recipients_make_one_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
