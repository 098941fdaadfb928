/* SPDX-License-Identifier: ISC */
#include "error.h"
#include "harness/harness.h"
#include "text.h"

#include <errno.h>

static void the_first_cause_wins(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_false(error_is_set(&error));
    assert_false(error_is_set(NULL));
    assert_int_equal(error_set(&error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s %d", "one", 1),
                     MAILER_DATA);
    assert_true(error_is_set(&error));
    assert_int_equal(error_set(&error, MAILER_USAGE, MAILER_STAGE_TLS, "two"), MAILER_DATA);
    assert_int_equal(error_set_system(&error, MAILER_SYSTEM, MAILER_STAGE_TLS, EIO, "three"),
                     MAILER_DATA);
    assert_int_equal(error_set_memory(&error), MAILER_DATA);
    assert_string_equal(error.text, "one 1");
    assert_int_equal(error.stage, MAILER_STAGE_MESSAGE);
    assert_int_equal(error.system_code, 0);
}

static void without_a_struct_the_class_is_still_given(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, MAILER_DATA, MAILER_STAGE_MESSAGE, "x"), MAILER_DATA);
    assert_int_equal(error_set_system(NULL, MAILER_SYSTEM, MAILER_STAGE_MESSAGE, EIO, "x"),
                     MAILER_SYSTEM);
    assert_int_equal(error_set_memory(NULL), MAILER_MEMORY);
    error_prefix(NULL, "x");
}

static void the_reason_of_the_system_is_added(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(error_set_system(&error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, ENOENT,
                                      "cannot open %s", "x"),
                     MAILER_SOURCE);
    assert_string_equal(error.text, "cannot open x: No such file or directory");
    assert_int_equal(error.system_code, ENOENT);
    char longest[600];
    memset(longest, 'y', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    error = (struct mailer_error)MAILER_ERROR_INIT;
    error_set_system(&error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, ENOENT, "%s", longest);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

static void every_text_is_one_printable_line(void **state)
{
    (void)state;
    static const char hostile[] = "a\r\nb\x1B[2J\x7F\xFF\xC2\x85\xE2\x80\xAEz";
    struct mailer_error error = MAILER_ERROR_INIT;
    error_set(&error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s", hostile);
    error_prefix(&error, "%s", hostile);
    assert_string_equal(error.text, "a\\x0D\\x0Ab\\x1B[2J\\x7F\\xFF\\u{0085}\\u{202E}z: "
                                    "a\\x0D\\x0Ab\\x1B[2J\\x7F\\xFF\\u{0085}\\u{202E}z");
    /* Cut at whole characters. */
    for (size_t ahead = 0; ahead < 4; ahead++) {
        char text[2001] = "xxxx";
        for (size_t i = ahead; i + 4 <= 2000; i += 4)
            memcpy(text + i, "\xF0\x9F\x9A\x80", 4);
        error = (struct mailer_error)MAILER_ERROR_INIT;
        error_set(&error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s", text);
        assert_true(text_is_utf8(error.text, strlen(error.text)));
        assert_true(strlen(error.text) > sizeof error.text - 8);
        error_prefix(&error, "abc");
        assert_memory_equal(error.text, "abc: ", 5);
        assert_true(text_is_utf8(error.text, strlen(error.text)));
    }
}

static void a_prefix_leaves_the_class_and_what_is_not_set(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    error_prefix(&error, "nothing");
    assert_string_equal(error.text, "");
    error_set(&error, MAILER_DATA, MAILER_STAGE_MESSAGE, "bad");
    error_prefix(&error, "To %d", 1);
    assert_string_equal(error.text, "To 1: bad");
    assert_int_equal(error.error_class, MAILER_DATA);
}

static void an_error_is_handed_on_unless_another_cause_stands_there(void **state)
{
    (void)state;
    struct mailer_error none = MAILER_ERROR_INIT;
    struct mailer_error cause = MAILER_ERROR_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    error_set(&cause, MAILER_TLS, MAILER_STAGE_TLS, "first");
    assert_int_equal(error_pass(NULL, &cause), MAILER_TLS);
    assert_int_equal(error_pass(&error, &none), MAILER_OK);
    assert_false(error_is_set(&error));
    assert_int_equal(error_pass(&error, &cause), MAILER_TLS);
    assert_memory_equal(&error, &cause, sizeof error);
    struct mailer_error later = MAILER_ERROR_INIT;
    error_set(&later, MAILER_DATA, MAILER_STAGE_BODY, "later");
    assert_int_equal(error_pass(&error, &later), MAILER_DATA);
    assert_string_equal(error.text, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_handed_on_unless_another_cause_stands_there),
        cmocka_unit_test(the_first_cause_wins),
        cmocka_unit_test(without_a_struct_the_class_is_still_given),
        cmocka_unit_test(the_reason_of_the_system_is_added),
        cmocka_unit_test(every_text_is_one_printable_line),
        cmocka_unit_test(a_prefix_leaves_the_class_and_what_is_not_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
