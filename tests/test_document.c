/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "tree/document.h"

static void fields_keep_their_order_and_are_found_in_any_case(void **state)
{
    (void)state;
    struct mime_document document = {0};
    for (int i = 0; i < 100; i++) {
        char name[] = {'X', '-', (char)('a' + i % 26), (char)('a' + i / 26), '\0'};
        char value[] = {(char)('A' + i % 26), '\0'};
        assert_int_equal(mime_document_add_text(&document, name, value, NULL), 0);
    }
    assert_int_equal(document.count, 100);
    assert_string_equal(document.fields[27].name, "X-bb");
    assert_string_equal(document.fields[27].text, "B");
    assert_ptr_equal(mime_document_find(&document, "x-BB"), &document.fields[27]);
    assert_null(mime_document_find(&document, "X-b"));
    assert_int_equal(mime_document_add_text(&document, "X-BB", "second", NULL), 0);
    assert_ptr_equal(mime_document_find(&document, "X-BB"), &document.fields[27]);
    mime_document_free(&document);
    assert_int_equal(document.count, 0);
    assert_null(document.fields);
}

static void what_may_not_be_written_is_not_added(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "x"}, {"a b", "x"}, {"a:", "x"}, {"X", "a\r\nBcc: b@c"}, {"X", "\xFF"}, {"X", "\x1B"}};
    struct mime_document document = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_document_add_text(&document, cases[i][0], cases[i][1], &error),
                         MAILER_DATA);
        assert_true(strlen(error.text) > 10);
        assert_int_equal(document.count, 0);
    }
    mime_document_free(&document);
}

static void mailboxes_are_moved_into_it(void **state)
{
    (void)state;
    struct mime_document document = {0};
    struct mime_mailbox_list list = {0};
    assert_int_equal(mime_address_parse(&list, "Ann <a@b.test>, c@d.test", false, NULL), 0);
    const struct mime_mailbox *mailboxes = list.mailboxes;
    assert_int_equal(mime_document_add_mailboxes(&document, "To", &list, NULL), 0);
    assert_int_equal(list.count, 0);
    assert_null(list.mailboxes);
    const struct mime_field *field = mime_document_find(&document, "to");
    assert_non_null(field);
    assert_null(field->text);
    assert_int_equal(field->mailboxes.count, 2);
    assert_ptr_equal(field->mailboxes.mailboxes, mailboxes);
    mime_document_free(&document);
}

static void raw_fields_are_read_unfolded_and_written_as_they_are(void **state)
{
    (void)state;
    struct mime_document document = {0};
    char *text = NULL;
    assert_int_equal(
        mime_document_add_raw(&document, "to", strdup("to:  a@b.test,\r\n\tc@d.test \r\n"), NULL),
        0);
    assert_int_equal(mime_document_add_text(&document, "Subject", "\xC3\xBC", NULL), 0);
    assert_int_equal(mime_document_field_text(mime_document_find(&document, "To"), &text, NULL), 0);
    assert_string_equal(text, "a@b.test,\tc@d.test");
    free(text);
    assert_int_equal(mime_document_field_text(&document.fields[1], &text, NULL), 0);
    assert_string_equal(text, "\xC3\xBC");
    free(text);
    struct buffer out = buffer_empty(1000);
    for (size_t i = 0; i < document.count; i++)
        assert_int_equal(mime_field_append(&out, &document.fields[i], false, NULL), 0);
    char *written = buffer_take_string(&out);
    assert_string_equal(written, "to:  a@b.test,\r\n\tc@d.test \r\nSubject: =?utf-8?B?w7w=?=\r\n");
    free(written);
    mime_document_free(&document);
}

static void all_fields_of_a_name_are_removed(void **state)
{
    (void)state;
    struct mime_document document = {0};
    static const char *const names[] = {"Bcc", "To", "BCC", "bcc", "X-Bcc"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(mime_document_add_text(&document, names[i], "x", NULL), 0);
    assert_int_equal(mime_document_remove(&document, "bcC"), 3);
    assert_int_equal(document.count, 2);
    assert_string_equal(document.fields[0].name, "To");
    assert_string_equal(document.fields[1].name, "X-Bcc");
    assert_int_equal(mime_document_remove(&document, "Bcc"), 0);
    mime_document_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_keep_their_order_and_are_found_in_any_case),
        cmocka_unit_test(what_may_not_be_written_is_not_added),
        cmocka_unit_test(mailboxes_are_moved_into_it),
        cmocka_unit_test(raw_fields_are_read_unfolded_and_written_as_they_are),
        cmocka_unit_test(all_fields_of_a_name_are_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
