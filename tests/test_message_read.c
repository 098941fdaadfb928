/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

#define FROM "From: Ann <ann@example.org>\n"

static int read_into(struct mailer_message *message, const char *text, bool take_recipients,
                     struct mailer_error *error)
{
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = text;
    content.size = strlen(text);
    return mailer_message_read(message, &content, take_recipients, error);
}

static struct mailer_message *read_new(const char *text)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    if (read_into(message, text, true, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static void seal(struct mailer_message *message)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
}

/* The recipients of a message, with blanks between. */
static void assert_recipients(const char *text, const char *expected)
{
    struct mailer_message *message = read_new(text);
    char found[512] = "";
    seal(message);
    for (size_t i = 0; i < mailer_message_recipient_count(message); i++) {
        size_t used = strlen(found);
        snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? " " : "",
                 mailer_message_recipient(message, i));
    }
    assert_string_equal(found, expected);
    mailer_message_free(message);
}

static void recipients_are_read_from_the_header(void **state)
{
    (void)state;
    assert_recipients(FROM "To: a@x.org, B <b@x.org>\nCc: Team: c@x.org;\nBcc: a@X.ORG\n\nx",
                      "a@x.org b@x.org c@x.org");
    assert_recipients(FROM "To: undisclosed-recipients:;\nbcc : d@x.org\n\nx", "d@x.org");
    assert_recipients(FROM "To:\nCc: a@x.org,\n\nx", "a@x.org");
    /* Names may be of any charset. */
    assert_recipients(FROM "To: \xC4nne <a@x.org>\n\nx", "a@x.org");
}

static void the_latest_resending_decides_who_gets_it(void **state)
{
    (void)state;
    assert_recipients("Resent-From: r@x.org\nResent-To: a@x.org\nResent-Bcc: b@x.org\n"
                      "Received: from y\nResent-From: s@x.org\nResent-To: older@x.org\n" FROM
                      "To: first@x.org\nBcc: hidden@x.org\n\nx",
                      "a@x.org b@x.org");
}

static void the_senders_of_the_envelope_follow_the_header(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {FROM "To: b@x.org\n\nx", "ann@example.org"},
        {FROM "Sender: s@x.org\nTo: b@x.org\n\nx", "s@x.org"},
        {"Resent-From: r@x.org\nResent-To: b@x.org\n" FROM "Sender: s@x.org\n\nx", "r@x.org"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = read_new(cases[i][0]);
        seal(message);
        assert_string_equal(mailer_message_envelope_sender(message), cases[i][1]);
        mailer_message_free(message);
    }
}

static void the_header_is_kept_and_completed(void **state)
{
    (void)state;
    struct mailer_message *message = read_new("tO:   b@x.org\nX-Odd:\tvalue\n\nx");
    assert_int_equal(mailer_message_set_from(message, "Ann <ann@example.org>", NULL), 0);
    assert_int_equal(mailer_message_set_subject(message, "Added", NULL), 0);
    assert_int_equal(mailer_message_add_header(message, "X-New", "1", NULL), 0);
    seal(message);
    size_t size = 0;
    char *octets = written_message(message, MAILER_WIRE_7BIT, &size);
    assert_memory_equal(octets, "tO:   b@x.org\r\nX-Odd:\tvalue\r\n", 29);
    static const char *const added[] = {"\r\nFrom: Ann <ann@example.org>\r\n",
                                        "\r\nDate: ", "\r\nMessage-ID: <", "\r\nSubject: Added\r\n",
                                        "\r\nX-New: 1\r\n"};
    for (size_t i = 0; i < sizeof added / sizeof *added; i++)
        assert_non_null(strstr(octets, added[i]));
    assert_non_null(strstr(octets, mailer_message_id(message)));
    free(octets);
    mailer_message_free(message);
}

static void what_is_there_is_not_added(void **state)
{
    (void)state;
    static const char text[] = FROM "Date: Fri, 20 Nov 2026 10:00:00 +0000\n"
                                    "Message-ID:\n <1@x.org>\nTo: b@x.org\n\nx\n";
    struct mailer_message *message = read_new(text);
    assert_int_equal(mailer_message_set_from(message, "other@example.org", NULL), 0);
    seal(message);
    assert_string_equal(mailer_message_id(message), "<1@x.org>");
    size_t size = 0;
    char *octets = written_message(message, MAILER_WIRE_8BIT, &size);
    assert_int_equal(size, sizeof text - 1 + 7);
    assert_null(strstr(octets, "other"));
    free(octets);
    mailer_message_free(message);
}

static void several_fields_of_recipients_become_one(void **state)
{
    (void)state;
    struct mailer_message *message =
        read_new(FROM "To: a@x.org\nX: y\nTo: B <b@x.org>\nCc: c@x.org\n\nx");
    seal(message);
    size_t size = 0;
    char *octets = written_message(message, MAILER_WIRE_7BIT, &size);
    assert_non_null(strstr(octets, "To: a@x.org, B <b@x.org>\r\nX: y\r\nCc: c@x.org\r\n"));
    free(octets);
    mailer_message_free(message);
}

static void hidden_recipients_stay_hidden(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(read_into(message,
                               FROM "BCC: h@x.org,\n i@x.org\nbcc\t: j@x.org\nTo: a@x.org\n\nx",
                               false, NULL),
                     0);
    assert_int_equal(mailer_message_add_to(message, "b@x.org", NULL), 0);
    seal(message);
    assert_int_equal(mailer_message_recipient_count(message), 1);
    size_t size = 0;
    char *octets = written_message(message, MAILER_WIRE_7BIT, &size);
    assert_null(strstr(octets, "x.org,"));
    assert_null(strstr(octets, "cc"));
    assert_null(strstr(octets, "b@x.org"));
    free(octets);
    mailer_message_free(message);
}

static void assert_refused(const char *text, const char *subject, int error_class,
                           const char *words)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    read_into(message, text, true, NULL);
    if (subject != NULL)
        mailer_message_set_subject(message, subject, NULL);
    int result = mailer_message_seal(message, &error);
    if (result != error_class || strstr(error.text, words) == NULL)
        fail_msg("%s: %d, %s", text, result, error.text);
    mailer_message_free(message);
}

static void headers_that_cannot_be_sent_are_refused_in_words(void **state)
{
    (void)state;
    assert_refused("To: a@x.org\n\nx", NULL, MAILER_DATA, "From is missing");
    assert_refused("From:\nTo: a@x.org\n\nx", NULL, MAILER_DATA, "From is missing");
    assert_refused("From: a@x.org, b@x.org\nTo: a@x.org\n\nx", NULL, MAILER_DATA,
                   "From has several addresses");
    assert_refused(FROM "Subject: a\nsubject: b\n\nx", NULL, MAILER_DATA, "Subject stands");
    assert_refused(FROM "Subject: a\n\nx", "b", MAILER_DATA, "has a field Subject already");
    assert_refused(FROM "To: a@@x\n\nx", NULL, MAILER_DATA, "To");
    assert_refused(FROM "To: \xC4@x.org\n\nx", NULL, MAILER_DATA, "not UTF-8");
}

static void a_message_has_one_body(void **state)
{
    (void)state;
    struct mailer_message *message = read_new(FROM "To: a@x.org\n\nx");
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_set_text(message, "y", &error), MAILER_USAGE);
    mailer_message_free(message);
    message = new_message();
    assert_int_equal(mailer_message_set_text(message, "y", NULL), 0);
    assert_int_equal(read_into(message, FROM "\nx", true, NULL), MAILER_USAGE);
    mailer_message_free(message);
    message = read_new(FROM "To: a@x.org\n\nx");
    assert_int_equal(read_into(message, FROM "\nx", true, NULL), MAILER_USAGE);
    mailer_message_free(message);
}

static void attachments_and_pictures_stand_behind_the_message(void **state)
{
    (void)state;
    struct mailer_message *message = read_new(FROM "To: a@x.org\nMIME-Version: 1.0\n"
                                                   "Content-Type: text/html\n\n<p>x\n");
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_attachment attachment = MAILER_ATTACHMENT_INIT;
    content.bytes = "y";
    content.size = 1;
    attachment.type = "image/png";
    assert_int_equal(mailer_message_add_picture(message, &content, &attachment, NULL), 0);
    attachment.type = "application/pdf";
    assert_int_equal(mailer_message_attach(message, &content, &attachment, NULL), 0);
    struct read_entity *entity = sealed_and_read(message);
    assert_string_equal(entity->type, "multipart/mixed");
    assert_int_equal(entity->count, 3);
    assert_string_equal(entity->children[0]->type, "text/html");
    assert_string_equal(entity->children[1]->type, "image/png");
    assert_string_equal(entity->children[2]->type, "application/pdf");
    read_free(entity);
    mailer_message_free(message);
}

/* Reads a header, seals it, and checks that a line stands in what is written, or that none does
 * which begins so. */
static void assert_line(const char *header, const char *line, bool is_there)
{
    struct mailer_message *message = read_new(header);
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
    struct mailer_message *message = read_new("From: a@b.test\nTo: x@b.test\n\nx\n");
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
        cmocka_unit_test(recipients_are_read_from_the_header),
        cmocka_unit_test(the_latest_resending_decides_who_gets_it),
        cmocka_unit_test(the_senders_of_the_envelope_follow_the_header),
        cmocka_unit_test(the_header_is_kept_and_completed),
        cmocka_unit_test(what_is_there_is_not_added),
        cmocka_unit_test(several_fields_of_recipients_become_one),
        cmocka_unit_test(hidden_recipients_stay_hidden),
        cmocka_unit_test(headers_that_cannot_be_sent_are_refused_in_words),
        cmocka_unit_test(a_message_has_one_body),
        cmocka_unit_test(attachments_and_pictures_stand_behind_the_message),
        cmocka_unit_test(fields_of_one_name_become_one_with_names_as_they_were),
        cmocka_unit_test(fields_of_addresses_without_any_are_left_out),
        cmocka_unit_test(of_fields_of_mime_the_first_counts),
        cmocka_unit_test(a_recipient_beside_the_header_may_need_utf_8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
