/* SPDX-License-Identifier: ISC */
/* Guards of addresses that no other test would miss: see tests/guards. */
#include "harness/read_public.h"

#include "header/address.h"

#define FROM "From: Ann <ann@example.org>\n"

static void a_list_of_a_mebibyte_is_read_and_one_octet_more_is_not(void **state)
{
    (void)state;
    char *text = malloc(MIME_ADDRESS_TEXT_LIMIT + 2);
    memset(text, ' ', MIME_ADDRESS_TEXT_LIMIT + 1);
    text[MIME_ADDRESS_TEXT_LIMIT + 1] = '\0';
    memcpy(text, "a@x.test,", 9);
    memcpy(text + MIME_ADDRESS_TEXT_LIMIT - 7, "b@x.test", 8);
    struct mime_mailbox_list list = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_address_parse(&list, text, false, &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "is longer than"));
    assert_int_equal(list.count, 0);
    memcpy(text + MIME_ADDRESS_TEXT_LIMIT - 8, "b@x.test", 9);
    assert_int_equal(mime_address_parse(&list, text, false, NULL), 0);
    assert_int_equal(list.count, 2);
    mime_mailbox_list_free(&list);
    free(text);
}

/* What is sent of a message that was read, to be freed; its recipients with blanks between. */
static char *sent_of(const char *text, char *recipients, size_t room)
{
    struct mailer_message *message = NULL;
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    content.bytes = text;
    content.size = strlen(text);
    mailer_message_new(&message, NULL);
    assert_int_equal(mailer_message_read(message, &content, true, &error), 0);
    assert_int_equal(mailer_message_seal(message, &error), 0);
    recipients[0] = '\0';
    for (size_t i = 0; i < mailer_message_recipient_count(message); i++) {
        size_t used = strlen(recipients);
        snprintf(recipients + used, room - used, "%s%s", i > 0 ? " " : "",
                 mailer_message_recipient(message, i));
    }
    size_t size = 0;
    char *octets = written_message(message, MAILER_WIRE_7BIT, &size);
    mailer_message_free(message);
    return octets;
}

static void hidden_recipients_of_a_resending_stay_hidden(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "Resent-From: r@x.org\nResent-To: a@x.org\nResent-Bcc: h@y.org\n" FROM "To: o@x.org\n\nx",
        "RESENT-BCC: h@y.org\nResent-From: r@x.org\nresent-bcc:\n i@y.org\n" FROM "\nx",
    };
    static const char *const recipients[] = {"a@x.org h@y.org", "h@y.org i@y.org"};
    for (size_t i = 0; i < 2; i++) {
        char found[256];
        char *octets = sent_of(texts[i], found, sizeof found);
        assert_string_equal(found, recipients[i]);
        assert_null(strstr(octets, "y.org"));
        assert_null(strstr(octets, "cc:"));
        assert_null(strstr(octets, "CC:"));
        free(octets);
    }
}

static void one_resending_right_behind_another_is_another_one(void **state)
{
    (void)state;
    char found[256];
    free(sent_of("Resent-From: r@x.org\nResent-To: a@x.org\n"
                 "Resent-From: s@x.org\nResent-To: older@x.org\n" FROM "To: first@x.org\n\nx",
                 found, sizeof found));
    assert_string_equal(found, "a@x.org");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_a_mebibyte_is_read_and_one_octet_more_is_not),
        cmocka_unit_test(hidden_recipients_of_a_resending_stay_hidden),
        cmocka_unit_test(one_resending_right_behind_another_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
