/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"
#include "text_settings.h"

#include <stdlib.h>

/* Sets the text of a message as the options have it, and reads it back. */
static struct read_entity *read_text(const char *charset, const char *text)
{
    struct mailer_message *message = new_message();
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    options.charset = charset;
    assert_int_equal(text_settings_apply(&options, message, &error, &problem), 0);
    assert_int_equal(mailer_message_set_text(message, text, &error), 0);
    struct read_entity *entity = sealed_and_read(message);
    mailer_message_free(message);
    send_options_free(&options);
    return entity;
}

static void assert_text(const char *charset, const char *text, const char *label,
                        const char *octets)
{
    struct read_entity *entity = read_text(charset, text);
    assert_string_equal(entity->charset, label);
    assert_octets(entity, octets);
    read_free(entity);
}

static void a_charset_names_the_input_and_perhaps_the_output(void **state)
{
    (void)state;
    setenv("LC_ALL", "C", 1);
    static const char utf8[] = "Gr\xC3\xBC\xC3\x9F"
                               "e\r\n";
    static const char latin1[] = "Gr\xFC\xDF"
                                 "e\r\n";
    assert_text(NULL, utf8, "utf-8", utf8);
    assert_text("latin1", latin1, "utf-8", utf8);
    assert_text("utf-8=latin1", utf8, "iso-8859-1", latin1);
    assert_text("=latin1", utf8, "iso-8859-1", latin1);
}

static void a_charset_without_a_name_is_wrong_use(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    options.charset = "latin1=";
    assert_int_equal(text_settings_apply(&options, message, NULL, &problem), EXIT_CODE_USAGE);
    mailer_message_free(message);
}

/* A locale that is not there says nothing, and neither does one of UTF-8. */
static void a_locale_of_utf8_or_none_guesses_no_charset(void **state)
{
    (void)state;
    static const char *const locales[] = {"C",          "POSIX",          "C.UTF-8",
                                          "de_DE.utf8", "xx_YY.nonsense", ""};
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        setenv("LC_ALL", locales[i], 1);
        struct mailer_message *message = new_message();
        struct send_options options = send_options_empty();
        struct problem problem = {0};
        assert_int_equal(text_settings_apply(&options, message, NULL, &problem), 0);
        assert_int_equal(mailer_message_set_text(message,
                                                 "Gr\xFC\xDF"
                                                 "e",
                                                 NULL),
                         MAILER_DATA);
        mailer_message_free(message);
    }
    setenv("LC_ALL", "C", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charset_names_the_input_and_perhaps_the_output),
        cmocka_unit_test(a_charset_without_a_name_is_wrong_use),
        cmocka_unit_test(a_locale_of_utf8_or_none_guesses_no_charset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
