/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "names/personality.h"

static void the_last_part_of_the_path_decides(void **state)
{
    (void)state;
    assert_int_equal(personality_of("sendmail"), PERSONALITY_SENDMAIL);
    assert_int_equal(personality_of("/usr/sbin/sendmail"), PERSONALITY_SENDMAIL);
    assert_int_equal(personality_of("./mail"), PERSONALITY_MAIL);
    assert_int_equal(personality_of("/usr/bin/mailx"), PERSONALITY_MAIL);
    assert_int_equal(personality_of("mailq"), PERSONALITY_MAILQ);
    assert_int_equal(personality_of("newaliases"), PERSONALITY_NEWALIASES);
}

static void any_other_name_is_our_own(void **state)
{
    (void)state;
    static const char *const names[] = {"mailer",     "/usr/bin/mailer", "",      "/",
                                        "sendmail/x", "sendmail/",       "Mail",  "mail2",
                                        "email",      "sendmai",         "mailxx"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(personality_of(names[i]), PERSONALITY_MAILER);
    assert_int_equal(personality_of(NULL), PERSONALITY_MAILER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_part_of_the_path_decides),
        cmocka_unit_test(any_other_name_is_our_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
