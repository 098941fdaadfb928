/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"

static void add(struct mailer_message *message, const char *name, const char *value)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_add_header(message, name, value, &error) != 0)
        fail_msg("%s: %s", name, error.text);
}

/* What adding a field to a new message, and sealing that, says. */
static void assert_refused(const char *name, const char *value, const char *words)
{
    struct mailer_message *message = new_message();
    struct mailer_error error = MAILER_ERROR_INIT;
    mailer_message_add_header(message, name, value, NULL);
    assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
    if (strstr(error.text, words) == NULL)
        fail_msg("%s: %s", name, error.text);
    mailer_message_free(message);
}

static void structured_fields_are_written_in_the_grammar_of_today(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    add(message, "date", "21 Nov 97 09:55:06 GMT");
    add(message, "message-id", "<1234   @   local(blah)  .machine .example>");
    add(message, "in-reply-to", "Your mail of today <=?a?q?b?=@c.test>");
    add(message, "references", "<a@b.test>,<=?a?q?b?=@c.test>");
    add(message, "keywords",
        "\xC3\x9C"
        "bersicht, \"disk (full)\"");
    add(message, "list-id", "M\xC3\xBCll <trash.example.org>");
    add(message, "list-unsubscribe", "<https://example.org/u?x=1>,<mailto:u@example.org>");
    add(message, "list-unsubscribe-post", "List-Unsubscribe=One-Click");
    add(message, "auto-submitted", "auto-generated");
    add(message, "Content-language", "de,en");
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "Date", "Fri, 21 Nov 1997 09:55:06 +0000");
    assert_field(entity, "Keywords",
                 "\xC3\x9C"
                 "bersicht , \"disk (full)\"");
    assert_field(entity, "List-ID", "M\xC3\xBCll <trash.example.org>");
    assert_field(entity, "Auto-Submitted", "auto-generated");
    assert_field(entity, "Content-Language", "de, en");
    assert_non_null(strstr(entity->header, "Message-ID: <1234@local.machine.example>\n"));
    assert_non_null(strstr(entity->header, "In-Reply-To: <=?a?q?b?=@c.test>\n"));
    assert_non_null(strstr(entity->header, "References: <a@b.test> <=?a?q?b?=@c.test>\n"));
    assert_non_null(strstr(entity->header, "List-Unsubscribe: <https://example.org/u?x=1>, "
                                           "<mailto:u@example.org>\n"));
    assert_string_equal(mailer_message_id(message), "<1234@local.machine.example>");
    read_free(entity);
    mailer_message_free(message);
}

static void references_are_folded_between_ids_however_many(void **state)
{
    (void)state;
    char references[20000] = "";
    for (size_t i = 0; i < 300; i++)
        strcat(references, "<0123456789.0123456789@mail.example.org> ");
    struct mailer_message *message = new_message();
    add(message, "References", references);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    size_t size = 0;
    char *bytes = written_message(message, MAILER_WIRE_7BIT, &size);
    size_t lines = 0;
    for (char *at = bytes; (at = strstr(at, "\r\n <0123456789.0123456789@mail.example.org>\r\n"));
         at++)
        lines++;
    assert_int_equal(lines, 299);
    free(bytes);
    mailer_message_free(message);
}

static void resent_fields_are_a_block_before_all_others(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    add(message, "X-Report", "1");
    add(message, "Resent-Message-ID", "<r@x.test>");
    add(message, "Resent-Cc", "G: c@x.test;");
    add(message, "resent-to", "b@x.test");
    add(message, "Resent-Sender", "s@x.test");
    add(message, "Resent-From", "a@x.test, s@x.test");
    add(message, "Resent-Date", "1 Jan 2026 0:00 GMT");
    struct read_entity *entity = sealed_and_read(message);
    static const char block[] = "Resent-Date: Thu, 01 Jan 2026 00:00:00 +0000\n"
                                "Resent-From: a@x.test, s@x.test\n"
                                "Resent-Sender: s@x.test\n"
                                "Resent-To: b@x.test\n"
                                "Resent-Cc: G: c@x.test;\n"
                                "Resent-Message-ID: <r@x.test>\n"
                                "Date: ";
    assert_memory_equal(entity->header, block, sizeof block - 1);
    assert_non_null(strstr(entity->header, "\nX-Report: 1\n"));
    /* They are no recipients. */
    assert_int_equal(mailer_message_recipient_count(message), 1);
    read_free(entity);
    mailer_message_free(message);
}

static void what_a_resent_block_must_have_is_made(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    add(message, "Resent-From", "a@x.test");
    struct read_entity *entity = sealed_and_read(message);
    assert_memory_equal(entity->header, "Resent-Date: ", 13);
    assert_non_null(strstr(entity->header, "\nResent-From: a@x.test\nResent-Message-ID: <"));
    assert_non_null(strstr(entity->header, "@x.test>\nDate: "));
    read_free(entity);
    mailer_message_free(message);
    assert_refused("Resent-To", "a@x.test", "Resent-From is missing");
    assert_refused("Resent-From", "a@x.test, b@x.test", "say with Resent-Sender");
}

static void groups_are_kept_and_their_members_get_the_message(void **state)
{
    (void)state;
    struct mailer_message *message = new_message();
    add(message, "To",
        "Team: a@b\xC3\xBC"
        "cher.test, C <c@x.test>;");
    add(message, "Cc", "undisclosed-recipients:;");
    add(message, "Reply-To", "nobody:;");
    struct read_entity *entity = sealed_and_read(message);
    assert_field(entity, "To", "bob@example.org, Team: a@xn--bcher-kva.test, C <c@x.test>;");
    assert_field(entity, "Cc", "undisclosed-recipients:;");
    assert_field(entity, "Reply-To", "nobody:;");
    assert_int_equal(mailer_message_recipient_count(message), 3);
    assert_string_equal(mailer_message_recipient(message, 1), "a@xn--bcher-kva.test");
    read_free(entity);
    mailer_message_free(message);
    message = new_message();
    assert_int_equal(mailer_message_set_from(message, "G: a@b.test;", NULL), MAILER_DATA);
    mailer_message_free(message);
}

static void what_is_not_for_writers_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"MIME-Version",
                                        "Content-Type",
                                        "Content-Transfer-Encoding",
                                        "Content-Disposition",
                                        "Content-ID",
                                        "Return-Path",
                                        "Received",
                                        "Delivered-To",
                                        "Resent-Bcc",
                                        "DKIM-Signature",
                                        "Authentication-Results",
                                        "Content-MD5",
                                        "Content-Location"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_refused(names[i], "x", names[i]);
}

static void fields_of_a_kind_that_may_occur_once_do(void **state)
{
    (void)state;
    static const char *const once[][2] = {{"Sender", "a@b.test"},
                                          {"References", "<a@b>"},
                                          {"List-ID", "<a.b>"},
                                          {"Auto-Submitted", "no"},
                                          {"Resent-From", "a@b.test"}};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++) {
        struct mailer_message *message = new_message();
        struct mailer_error error = MAILER_ERROR_INIT;
        add(message, once[i][0], once[i][1]);
        assert_int_equal(mailer_message_add_header(message, once[i][0], once[i][1], &error),
                         MAILER_DATA);
        assert_non_null(strstr(error.text, "once is enough"));
        mailer_message_free(message);
    }
    struct mailer_message *message = new_message();
    add(message, "Comments", "a");
    add(message, "Comments", "b");
    add(message, "Keywords", "a");
    add(message, "Keywords", "b");
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structured_fields_are_written_in_the_grammar_of_today),
        cmocka_unit_test(references_are_folded_between_ids_however_many),
        cmocka_unit_test(resent_fields_are_a_block_before_all_others),
        cmocka_unit_test(what_a_resent_block_must_have_is_made),
        cmocka_unit_test(groups_are_kept_and_their_members_get_the_message),
        cmocka_unit_test(what_is_not_for_writers_is_refused),
        cmocka_unit_test(fields_of_a_kind_that_may_occur_once_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
