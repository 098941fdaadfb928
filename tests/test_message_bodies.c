/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static struct mailer_content of_string(const char *text)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return content;
}

static void assert_type_of_body(const char *given, bool flowed, const char *expected)
{
    struct mailer_message *message = new_message();
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    struct mailer_content content = of_string("Hello.\n");
    options.flowed = flowed;
    assert_int_equal(mailer_message_set_text_options(message, &options, NULL), 0);
    assert_int_equal(mailer_message_set_body(message, given, &content, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    char *type = read_field(entity, "Content-Type");
    assert_string_equal(type, expected);
    free(type);
    read_free(entity);
    mailer_message_free(message);
}

static void text_flows_once(void **state)
{
    (void)state;
    const char *flowed = "text/plain; format=flowed; charset=us-ascii";
    assert_type_of_body("text/plain", true, flowed);
    assert_type_of_body("text/plain; format=flowed; delsp=no", true, flowed);
    assert_type_of_body("text/plain; format=flowed", false, flowed);
}

static void unknown_charsets_are_told_when_they_are_set(void **state)
{
    (void)state;
    static const char *const charsets[][2] = {{"none", NULL}, {NULL, "none"}, {NULL, "utf-7"}};
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        struct mailer_message *message = new_message();
        struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
        options.charset = charsets[i][0];
        options.output_charset = charsets[i][1];
        assert_int_equal(mailer_message_set_text_options(message, &options, NULL), MAILER_DATA);
        assert_int_equal(mailer_message_seal(message, NULL), MAILER_DATA);
        mailer_message_free(message);
    }
}

static void an_unknown_locale_does_not_matter_to_utf_8(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    options.fallback_charset = "none";
    assert_int_equal(mailer_message_set_text_options(message, &options, NULL), 0);
    assert_int_equal(mailer_message_set_text(message, "Gr\xC3\xBC\xC3\x9F\x65\n", NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    mailer_message_free(message);
}

static void an_existing_message_becomes_no_report(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    struct mailer_content content = of_string("From: a@x.test\n\nx\n");
    assert_int_equal(mailer_message_read(message, &content, false, NULL), 0);
    assert_int_equal(mailer_message_set_report_type(message, "delivery-status", NULL),
                     MAILER_USAGE);
    mailer_message_free(message);
}

static void an_invitation_is_attached_under_the_name_of_its_file(void **state)
{
    (void)state;
    static const char calendar[] =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    char path[] = "/tmp/meeting-XXXXXX";
    int file = mkstemp(path);
    assert_int_equal(write(file, calendar, sizeof calendar - 1), sizeof calendar - 1);
    close(file);
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.path = path;
    struct mailer_message *message = new_message();
    assert_int_equal(mailer_message_set_calendar(message, &content, NULL, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    char *disposition = read_field(entity->children[1], "Content-Disposition");
    char expected[128];
    snprintf(expected, sizeof expected, "attachment; filename=%s.ics", strrchr(path, '/') + 1);
    assert_string_equal(disposition, expected);
    free(disposition);
    read_free(entity);
    mailer_message_free(message);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_flows_once),
        cmocka_unit_test(unknown_charsets_are_told_when_they_are_set),
        cmocka_unit_test(an_unknown_locale_does_not_matter_to_utf_8),
        cmocka_unit_test(an_existing_message_becomes_no_report),
        cmocka_unit_test(an_invitation_is_attached_under_the_name_of_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
