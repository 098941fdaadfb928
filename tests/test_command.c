/* SPDX-License-Identifier: ISC */
#include "command.h"
#include "harness/harness.h"

static void a_command_gets_its_line_end(void **state)
{
    (void)state;
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    assert_int_equal(smtp_command_write(line, &length, NULL, "EHLO %s", "me"), 0);
    assert_int_equal(length, 9);
    assert_memory_equal(line, "EHLO me\r\n", 9);
}

static void no_control_character_gets_into_a_line(void **state)
{
    (void)state;
    for (int value = 1; value < 256; value++) {
        if (value >= 0x20 && value != 0x7F)
            continue;
        char text[] = "a?b";
        text[1] = (char)value;
        char line[SMTP_COMMAND_LIMIT] = "untouched";
        size_t length = 77;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(smtp_command_write(line, &length, &error, "RCPT TO:<%s>", text),
                         MAILER_DATA);
        assert_string_equal(line, "untouched");
        assert_int_equal(length, 77);
        assert_int_equal(error.error_class, MAILER_DATA);
    }
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    const char *next_line = "a\xc2\x85"
                            "b";
    assert_int_equal(smtp_command_write(line, &length, NULL, "%s", next_line), MAILER_DATA);
    assert_int_equal(smtp_command_write(line, &length, NULL, "\"a\r\nRCPT TO:<x>\"@b"),
                     MAILER_DATA);
}

static void utf8_is_let_through(void **state)
{
    (void)state;
    char line[SMTP_COMMAND_LIMIT];
    size_t length = 0;
    assert_int_equal(smtp_command_write(line, &length, NULL, "f\xc3\xbcr"), 0);
    assert_memory_equal(line, "f\xc3\xbcr\r\n", 6);
}

static void a_line_may_have_its_limit_and_no_more(void **state)
{
    (void)state;
    char text[SMTP_COMMAND_LIMIT + 10];
    char *line = malloc(SMTP_COMMAND_LIMIT);
    assert_non_null(line);
    for (size_t size = SMTP_COMMAND_LIMIT - 5; size + 1 < sizeof text; size++) {
        memset(text, 'a', size);
        text[size] = '\0';
        size_t length = 0;
        int result = smtp_command_write(line, &length, NULL, "%s", text);
        assert_int_equal(result, size + 2 <= SMTP_COMMAND_LIMIT ? 0 : MAILER_DATA);
        if (result == 0)
            assert_int_equal(length, size + 2);
    }
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_gets_its_line_end),
        cmocka_unit_test(no_control_character_gets_into_a_line),
        cmocka_unit_test(utf8_is_let_through),
        cmocka_unit_test(a_line_may_have_its_limit_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
