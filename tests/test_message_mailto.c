/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static struct mailer_message *message_of(const char *url)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(mailer_message_set_from(message, "ann@example.org", NULL), 0);
    if (mailer_message_add_mailto(message, url, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static void a_url_says_whom_to_write_what(void **state)
{
    (void)state;
    struct mailer_message *message =
        message_of("mailto:b@example.org,c@example.org?cc=d@example.org&bcc=e@example.org"
                   "&subject=Gr%C3%BC%C3%9Fe&body=one%0D%0Atwo&In-Reply-To=%3C1@example.org%3E");
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "To", "b@example.org, c@example.org");
    assert_field(entity, "Cc", "d@example.org");
    assert_field(entity, "Bcc", NULL);
    assert_field(entity, "Subject",
                 "Gr\xC3\xBC\xC3\x9F"
                 "e");
    assert_field(entity, "In-Reply-To", "<1@example.org>");
    assert_octets(entity, "one\r\ntwo\r\n");
    assert_int_equal(mailer_message_recipient_count(message), 4);
    read_free(entity);
    mailer_message_free(message);
}

static void what_is_set_otherwise_comes_first(void **state)
{
    (void)state;
    struct mailer_message *message = message_of("mailto:b@example.org?subject=a&body=b");
    assert_int_equal(mailer_message_set_subject(message, "Set", NULL), 0);
    assert_int_equal(mailer_message_set_text(message, "set\r\n", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "Subject", "Set");
    assert_octets(entity, "set\r\n");
    read_free(entity);
    mailer_message_free(message);
}

/* A program that had nothing to say leaves the body to the URL, whatever charset it has set. */
static void an_empty_text_is_none(void **state)
{
    (void)state;
    struct mailer_message *message = message_of("mailto:b@example.org?body=%C3%BC%0D%0A");
    struct mailer_text_options options = MAILER_TEXT_OPTIONS_INIT;
    options.charset = "iso-8859-1";
    assert_int_equal(mailer_message_set_text_options(message, &options, NULL), 0);
    assert_int_equal(mailer_message_set_text(message, "", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_octets(entity, "\xC3\xBC\r\n");
    read_free(entity);
    mailer_message_free(message);
}

static void of_several_urls_the_first_gives_the_subject(void **state)
{
    (void)state;
    struct mailer_message *message = message_of("mailto:b@example.org?subject=first");
    assert_int_equal(
        mailer_message_add_mailto(message, "mailto:c@example.org?subject=second", NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "Subject", "first");
    assert_field(entity, "To", "b@example.org, c@example.org");
    read_free(entity);
    mailer_message_free(message);
}

static void a_url_that_speaks_for_others_is_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "mailto:b@example.org?from=x@example.org", "mailto:b@example.org?attach=/etc/passwd",
        "mailto:b@example.org?subject=a%0Ab", "http://example.org/", "mailto:b@@example.org"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct mailer_message *message = new_message();
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mailer_message_add_mailto(message, urls[i], &error), MAILER_DATA);
        assert_true(strlen(error.text) > 20);
        mailer_message_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_says_whom_to_write_what),
        cmocka_unit_test(what_is_set_otherwise_comes_first),
        cmocka_unit_test(an_empty_text_is_none),
        cmocka_unit_test(of_several_urls_the_first_gives_the_subject),
        cmocka_unit_test(a_url_that_speaks_for_others_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
