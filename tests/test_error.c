/* SPDX-License-Identifier: ISC */
#include "error.h"
#include "harness/harness.h"

#include "text.h"

#include <errno.h>
#include <stdio.h>

static void the_first_cause_wins(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_false(error_is_set(&error));
    assert_int_equal(error_set(&error, MAILER_TLS, MAILER_STAGE_TLS, "no %s", "trust"), MAILER_TLS);
    assert_true(error_is_set(&error));
    assert_int_equal(error_set(&error, MAILER_NETWORK, MAILER_STAGE_BODY, "lost"), MAILER_TLS);
    assert_int_equal(error_set_system(&error, MAILER_SYSTEM, MAILER_STAGE_BODY, EIO, "lost"),
                     MAILER_TLS);
    assert_int_equal(error_set_memory(&error), MAILER_TLS);
    assert_int_equal(error.stage, MAILER_STAGE_TLS);
    assert_int_equal(error.system_code, 0);
    assert_string_equal(error.text, "no trust");
}

static void nobody_has_to_take_an_error(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, MAILER_DATA, MAILER_STAGE_MESSAGE, "x"), MAILER_DATA);
    assert_int_equal(error_set_system(NULL, MAILER_SYSTEM, MAILER_STAGE_NONE, EIO, "x"),
                     MAILER_SYSTEM);
    assert_int_equal(error_set_memory(NULL), MAILER_MEMORY);
    error_prefix(NULL, "x");
    assert_false(error_is_set(NULL));
}

static void the_text_of_the_system_follows_a_colon(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    error_set_system(&error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, ENOENT, "cannot open %s", "a");
    assert_string_equal(error.text, "cannot open a: No such file or directory");
    assert_int_equal(error.system_code, ENOENT);
    assert_int_equal(error.error_class, MAILER_SOURCE);
}

static void what_it_says_is_one_printable_line(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    error_set(&error, MAILER_PROTOCOL, MAILER_STAGE_HELLO, "said %s", "a\r\nb\x1b[2J\xff");
    assert_string_equal(error.text, "said a\\x0D\\x0Ab\\x1B[2J\\xFF");
    error_prefix(&error, "from\n%s", "there");
    assert_string_equal(error.text, "from\\x0Athere: said a\\x0D\\x0Ab\\x1B[2J\\xFF");
    assert_int_equal(error.error_class, MAILER_PROTOCOL);
}

static void a_text_too_long_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    char text[4000];
    for (size_t length = 500; length < 520; length++) {
        memset(text, 'x', length);
        snprintf(text + length, sizeof text - length, "%s", "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
        memset(text + length + 9, 'y', 2000);
        text[length + 2009] = '\0';
        struct mailer_error error = MAILER_ERROR_INIT;
        error_set(&error, MAILER_DATA, MAILER_STAGE_MESSAGE, "%s", text);
        assert_true(strlen(error.text) >= sizeof error.text - 4);
        assert_true(text_is_utf8(error.text, strlen(error.text)));
        error_prefix(&error, "%s", text);
        assert_true(strlen(error.text) >= sizeof error.text - 4);
        assert_true(text_is_utf8(error.text, strlen(error.text)));
    }
}

static void a_prefix_goes_only_before_an_error_that_is_set(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    error_prefix(&error, "in %s", "a.png");
    assert_string_equal(error.text, "");
    error_set(&error, MAILER_SOURCE, MAILER_STAGE_MESSAGE, "it shrank");
    error_prefix(&error, "in %s", "a.png");
    assert_string_equal(error.text, "in a.png: it shrank");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_cause_wins),
        cmocka_unit_test(nobody_has_to_take_an_error),
        cmocka_unit_test(the_text_of_the_system_follows_a_colon),
        cmocka_unit_test(what_it_says_is_one_printable_line),
        cmocka_unit_test(a_text_too_long_is_cut_at_a_whole_character),
        cmocka_unit_test(a_prefix_goes_only_before_an_error_that_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
