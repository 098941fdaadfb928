/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/field_rules.h"
#include "text.h"

static void rules_are_found_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(mime_field_rule_find("date")->kind, MIME_FIELD_DATE);
    assert_string_equal(mime_field_rule_find("MESSAGE-ID")->name, "Message-ID");
    assert_true(mime_field_rule_find("message-id")->once);
    assert_int_equal(mime_field_rule_find("X-Date")->kind, MIME_FIELD_UNSTRUCTURED);
    assert_null(mime_field_rule_find("X-Date")->name);
    assert_false(mime_field_rule_find("X-Date")->once);
    assert_int_equal(mime_field_rule_find("Content-X")->kind, MIME_FIELD_REFUSED);
    assert_int_equal(mime_field_rule_find("Content-Language")->kind, MIME_FIELD_LANGUAGES);
    assert_int_equal(mime_field_rule_find("Content")->kind, MIME_FIELD_UNSTRUCTURED);
    assert_int_equal(mime_field_rule_find("")->kind, MIME_FIELD_UNSTRUCTURED);
    assert_true(mime_field_rule_is_of_mailboxes(mime_field_rule_find("resent-to")));
    assert_false(mime_field_rule_is_of_mailboxes(mime_field_rule_find("Subject")));
}

static void errors_name_the_field_what_is_wrong_and_what_is_right(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Date", "yesterday",
         "Date \"yesterday\" has a day of the week that is none: one looks like Sat, 21 Nov 2026 "
         "23:11:05 +0100"},
        {"Message-ID", "x", "Message-ID \"x\" is no message id: one looks like <a1b2@example.org>"},
        {"References", "x",
         "References \"x\" has no message id: they look like <a1b2@example.org> "
         "<c3d4@example.org>"},
        {"Importance", "very",
         "Importance \"very\" is not one of its values: there is low normal high"},
        {"List-Unsubscribe", "x.test",
         "List-Unsubscribe \"x.test\" has a URL without angle brackets: they look like "
         "<https://example.org/leave>, <mailto:leave@example.org>"},
        {"Return-Path", "<a@b>",
         "Return-Path is written by the server that delivers: give the envelope's sender in its "
         "place"},
        {"content-type", "text/html",
         "content-type describes how the message is built: leave it out, it is made by itself"},
        {"X-A", "a\nb", "X-A has the control character \\x0A at octet 2: take it out"},
        {"Date", "\x1B[2J", "Date has the control character \\x1B at octet 1: take it out"},
        {"X A", "x",
         "the header field name \"X A\" may have no space, colon, or other than "
         "printable US-ASCII characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *canonical = NULL;
        assert_int_equal(mime_field_check_text(cases[i][0], cases[i][1], &canonical, &error),
                         MAILER_DATA);
        assert_null(canonical);
        assert_string_equal(error.text, cases[i][2]);
        assert_int_equal(mime_field_check_text(cases[i][0], cases[i][1], &canonical, NULL),
                         MAILER_DATA);
    }
}

static void long_values_are_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        char value[200] = "";
        for (size_t i = 0; i < shift; i++)
            strcat(value, "x");
        for (size_t i = 0; i < 40; i++)
            strcat(value, "\xE2\x82\xAC");
        struct mailer_error error = MAILER_ERROR_INIT;
        char *canonical = NULL;
        assert_int_equal(mime_field_check_text("Date", value, &canonical, &error), MAILER_DATA);
        assert_non_null(strstr(error.text, "\xE2\x82\xAC...\" has other than US-ASCII"));
        assert_null(strstr(error.text, "\\x"));
    }
}

static void values_come_back_canonical(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"date", "1 Jan 2026 0:00 GMT", "Thu, 01 Jan 2026 00:00:00 +0000"},
        {"Resent-Date", "1 Jan 2026 0:00 GMT", "Thu, 01 Jan 2026 00:00:00 +0000"},
        {"in-reply-to", "Your mail <a@b>", "<a@b>"},
        {"List-Post", "no", "NO"},
        {"List-Post", "<mailto:a@b>", "<mailto:a@b>"},
        {"List-Unsubscribe-Post", "list-unsubscribe=one-click", "List-Unsubscribe=One-Click"},
        {"Auto-Submitted", "auto-generated", "auto-generated"},
        {"X-Anything", " as it \xC3\xBC is ", " as it \xC3\xBC is "},
        {"Content-Description", "Report", "Report"},
        {"Sensitivity", "company-confidential", "Company-Confidential"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *canonical = NULL;
        if (mime_field_check_text(cases[i][0], cases[i][1], &canonical, &error) != 0)
            fail_msg("%s", error.text);
        assert_string_equal(canonical, cases[i][2]);
        free(canonical);
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    char *canonical = NULL;
    assert_int_equal(mime_field_check_text("List-Help", "NO", &canonical, &error), MAILER_DATA);
}

static void groups_are_for_some_fields_only(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
        const char *words; /* NULL: it is right */
    } cases[] = {
        {"Resent-To", "G: a@b.test;", NULL},
        {"Resent-To", "nobody:;", NULL},
        {"Resent-From", "a@b.test, c@d.test", NULL},
        {"Resent-From", "G: a@b.test;", "Resent-From: a group of addresses"},
        {"Sender", "a@b.test", NULL},
        {"Sender", "a@b.test, c@d.test", "Sender: one address is enough"},
        {"Sender", "G: a@b.test;", "Sender: a group of addresses"},
        {"Disposition-Notification-To", "a@", "Disposition-Notification-To: address \"a@\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_mailbox_list list = {0};
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = mime_field_check_mailboxes(cases[i].name, cases[i].value, &list, &error);
        assert_int_equal(result != 0, cases[i].words != NULL);
        assert_true(result == 0 || strstr(error.text, cases[i].words) != NULL);
        mime_mailbox_list_free(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_are_found_in_any_case),
        cmocka_unit_test(errors_name_the_field_what_is_wrong_and_what_is_right),
        cmocka_unit_test(long_values_are_cut_at_a_character),
        cmocka_unit_test(values_come_back_canonical),
        cmocka_unit_test(groups_are_for_some_fields_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
