/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static struct mailer_message *read_text(const char *text)
{
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_read(message, &content, true, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

/* Reads a header, seals it, and checks that a line stands in what is written, or that none does
 * which begins so. */
static void assert_line(const char *header, const char *line, bool is_there)
{
    struct mailer_message *message = read_text(header);
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    size_t size = 0;
    char *bytes = written_message(message, MAILER_WIRE_7BIT, &size);
    if ((strstr(bytes, line) != NULL) != is_there)
        fail_msg("%s", bytes);
    free(bytes);
    mailer_message_free(message);
}

static void fields_of_one_name_become_one_with_names_as_they_were(void **state)
{
    (void)state;
    assert_line("From: a@b.test\nTo: =?utf-8?Q?J=C3=B6rg?= <j@b.test>\nTO:\n b@b.test,\n\nx\n",
                "\r\nTo: =?utf-8?Q?J=C3=B6rg?= <j@b.test>, b@b.test,\r\n", true);
    assert_line("From: a@b.test\nTo: J\xF6rg <j@b.test> , \nTo: b@b.test\nTo: c@b.test\n\nx\n",
                "\r\nTo: =?unknown-8bit?Q?J=F6rg?= <j@b.test>, b@b.test, c@b.test\r\n", true);
}

static void fields_of_addresses_without_any_are_left_out(void **state)
{
    (void)state;
    assert_line("From: a@b.test\nTo: \nCc:\nBcc: x@b.test\n\nx\n", "\r\nTo:", false);
    assert_line("From: a@b.test\nTo: \nCc:\nBcc: x@b.test\n\nx\n", "\r\nCc:", false);
    assert_line("From: a@b.test\nCc:\nCc: x@b.test\nCc: \n \n\nx\n", "\r\nCc: x@b.test\r\n", true);
}

static void of_fields_of_mime_the_first_counts(void **state)
{
    (void)state;
    static const char header[] = "From: a@b.test\nTo: x@b.test\nContent-Type: text/plain\n"
                                 "MIME-Version: 1.0\nContent-type: text/html\n"
                                 "Content-Transfer-Encoding: 7bit\nMIME-Version: 2.0\n"
                                 "Content-Transfer-Encoding: base64\n\nx\n";
    assert_line(header, "\r\nContent-Type: text/plain\r\n", true);
    assert_line(header, "text/html", false);
    assert_line(header, "base64", false);
    assert_line(header, "2.0", false);
}

static void a_recipient_beside_the_header_may_need_utf_8(void **state)
{
    (void)state;
    struct mailer_message *message = read_text("From: a@b.test\nTo: x@b.test\n\nx\n");
    assert_int_equal(mailer_message_add_to(message, "j\xC3\xBCrgen@b.test", NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    uint64_t size = 0;
    assert_int_equal(mailer_message_size(message, MAILER_WIRE_7BIT, &size, NULL),
                     MAILER_UNSUPPORTED);
    assert_int_equal(mailer_message_size(message, MAILER_WIRE_8BIT, &size, NULL), 0);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_one_name_become_one_with_names_as_they_were),
        cmocka_unit_test(fields_of_addresses_without_any_are_left_out),
        cmocka_unit_test(of_fields_of_mime_the_first_counts),
        cmocka_unit_test(a_recipient_beside_the_header_may_need_utf_8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
