/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/address.h"

enum { LIMIT = 4 * 1024 * 1024 };

static char *append(const struct mime_mailbox_list *list, bool utf8_headers, size_t column)
{
    struct buffer out = buffer_empty(LIMIT);
    for (size_t i = 0; i < column; i++)
        buffer_append_char(&out, i + 1 == column ? ' ' : 'N');
    size_t end = column;
    mime_address_append(&out, list, utf8_headers, &end);
    assert_false(out.failed);
    size_t last = out.size;
    while (last > 0 && out.bytes[last - 1] != '\n')
        last--;
    assert_int_equal(end, out.size - last);
    if (column != 1)
        assert_true(read_lines_are_fit(out.bytes, out.size, column > 77 ? column - 1 : 76));
    /* The space in front may have become a fold. */
    bool folded = column > 0 && out.bytes[column - 1] == '\r';
    buffer_drop(&out, folded ? column - 1 : column);
    return buffer_take_string(&out);
}

/* Whether the list reads back from what is written of it. */
static void check(const struct mime_mailbox_list *list, bool utf8_headers, size_t column)
{
    char *written = append(list, utf8_headers, column);
    assert_true(utf8_headers || text_is_ascii(written, strlen(written)));
    struct mime_mailbox_list again = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mime_address_parse(&again, written, false, &error) != 0)
        fail_msg("%s: %s", written, error.text);
    assert_int_equal(again.count, list->count);
    for (size_t i = 0; i < list->count; i++) {
        assert_string_equal(again.mailboxes[i].address, list->mailboxes[i].address);
        if (list->mailboxes[i].name == NULL) {
            assert_null(again.mailboxes[i].name);
            continue;
        }
        assert_non_null(again.mailboxes[i].name);
        char *name = read_words(again.mailboxes[i].name);
        assert_non_null(name);
        assert_string_equal(name, list->mailboxes[i].name);
        free(name);
    }
    assert_int_equal(again.group_count, list->group_count);
    for (size_t i = 0; i < list->group_count; i++) {
        char *name = read_words(again.groups[i].name);
        assert_non_null(name);
        assert_string_equal(name, list->groups[i].name);
        free(name);
        assert_int_equal(again.groups[i].first, list->groups[i].first);
        assert_int_equal(again.groups[i].count, list->groups[i].count);
    }
    mime_mailbox_list_free(&again);
    free(written);
}

static void names_are_written_as_they_need(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *written;
    } cases[] = {
        {NULL, "a@b.test"},
        {"", "a@b.test"},
        {"Ann", "Ann <a@b.test>"},
        {"Ann Lee", "Ann Lee <a@b.test>"},
        {"John Q. Public", "\"John Q. Public\" <a@b.test>"},
        {"ceo@bank.test", "\"ceo@bank.test\" <a@b.test>"},
        {"a \"b\" \\c", "\"a \\\"b\\\" \\\\c\" <a@b.test>"},
        {"x, y; <z> (w):", "\"x, y; <z> (w):\" <a@b.test>"},
        {" a  b ", "\" a  b \" <a@b.test>"},
        {"   ", "\"   \" <a@b.test>"},
        {"\xC3\xBC", "=?utf-8?B?w7w=?= <a@b.test>"},
        {"=?x?q?y?=", "=?utf-8?B?PT94P3E/eT89?= <a@b.test>"},
        {"a\tb", "=?utf-8?B?YQli?= <a@b.test>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_mailbox_list list = {0};
        assert_int_equal(mime_mailbox_list_add(&list, cases[i].name, "a@b.test", NULL), 0);
        char *written = append(&list, false, 4);
        assert_string_equal(written, cases[i].written);
        free(written);
        mime_mailbox_list_free(&list);
    }
}

static void utf8_headers_have_names_as_they_are(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    assert_int_equal(
        mime_mailbox_list_add(&list, "J\xC3\xBCrgen", "j\xC3\xBC@b\xC3\xBC.test", NULL), 0);
    assert_int_equal(mime_mailbox_list_add(&list, "\xC3\x9C. \"x\"", "a@b.test", NULL), 0);
    assert_int_equal(mime_mailbox_list_add(&list, "=?\xC3\x9C", "a@b.test", NULL), 0);
    char *written = append(&list, true, 4);
    assert_string_equal(written,
                        "J\xC3\xBCrgen <j\xC3\xBC@b\xC3\xBC.test>, \"\xC3\x9C. \\\"x\\\"\" "
                        "<a@b.test>, =?utf-8?B?PT/DnA==?=\r\n <a@b.test>");
    free(written);
    mime_mailbox_list_free(&list);
}

static void lists_are_folded_between_words(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(mime_mailbox_list_add(&list, "Bob Builder", "bob@example.org", NULL), 0);
    char *written = append(&list, false, 4);
    assert_string_equal(written, "Bob Builder <bob@example.org>, Bob Builder <bob@example.org>, "
                                 "Bob\r\n Builder <bob@example.org>, Bob Builder "
                                 "<bob@example.org>");
    free(written);
    mime_mailbox_list_free(&list);
}

static void any_name_reads_back_at_every_column(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "Ann",
        "Lee",
        "Q.",
        " ",
        " ",
        "  ",
        "\"",
        "\\",
        ",",
        ";",
        "<",
        ">",
        "@",
        "(",
        ")",
        "\t",
        "=?",
        "\xC3\xBC",
        "\xF0\x9F\x98\x80",
        "\xE2\x80\xAE",
        "\xEF\xBB\xBF",
        "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456"};
    uint64_t random = 4;
    for (size_t round = 0; round < 3000; round++) {
        struct mime_mailbox_list list = {0};
        size_t mailboxes = 1 + harness_random(&random) % 5;
        for (size_t j = 0; j < mailboxes; j++) {
            char name[2048] = "";
            size_t count = harness_random(&random) % 15;
            for (size_t i = 0; i < count; i++)
                strcat(name, pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)]);
            const char *address = j % 2 == 0 ? "bob@example.org" : "\"b @,\\\"\"@[127.0.0.1]";
            assert_int_equal(mime_mailbox_list_add(&list, name, address, NULL), 0);
        }
        check(&list, round & 1, round % 80);
        mime_mailbox_list_free(&list);
    }
}

static void groups_are_written_as_groups(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } cases[] = {
        {"undisclosed-recipients:;", "undisclosed-recipients:;"},
        {"Team: a@x.test, Bob <b@y.test>;", "Team: a@x.test, Bob <b@y.test>;"},
        {"A:;,B:;", "A:;, B:;"},
        {"a@b.test, A:; , B : c@d.test ;, e@f.test", "a@b.test, A:;, B: c@d.test;, e@f.test"},
        {"A:,,;(x),", "A:;"},
        {"\"A: B\": a@b.test;", "\"A: B\": a@b.test;"},
        {"M\xC3\xBCller: a@b.test;", "=?utf-8?Q?M=C3=BCller?= : a@b.test;"},
        {"\xC3\xBC:;", "=?utf-8?B?w7w=?= :;"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_mailbox_list list = {0};
        assert_int_equal(mime_address_parse(&list, cases[i].text, false, NULL), 0);
        assert_false(mime_mailbox_list_is_empty(&list));
        char *written = append(&list, false, 4);
        assert_string_equal(written, cases[i].written);
        free(written);
        for (size_t column = 0; column < 80; column++)
            check(&list, column & 1, column);
        mime_mailbox_list_free(&list);
        assert_true(mime_mailbox_list_is_empty(&list));
    }
}

static void a_list_of_groups_and_mailboxes_reads_back(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (size_t round = 0; round < 2000; round++) {
        struct mime_mailbox_list list = {0};
        size_t elements = 1 + harness_random(&random) % 6;
        for (size_t i = 0; i < elements; i++) {
            const char *name = harness_random(&random) % 2 ? "Dr. No" : "M\xC3\xBCller & Sons Ltd";
            size_t members = harness_random(&random) % 4;
            bool group = harness_random(&random) % 2;
            if (group)
                assert_int_equal(mime_mailbox_list_add_group(&list, name, NULL), 0);
            for (size_t k = 0; k < members || (!group && k == 0); k++) {
                assert_int_equal(
                    mime_mailbox_list_add(&list, k % 2 ? name : NULL, "bob@example.org", NULL), 0);
                if (group)
                    list.groups[list.group_count - 1].count++;
            }
        }
        check(&list, round & 1, round % 80);
        mime_mailbox_list_free(&list);
    }
}

static void separators_stay_outside_of_encoded_words(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    for (size_t i = 0; i < 50; i++)
        assert_int_equal(
            mime_mailbox_list_add(&list, "M\xC3\xBCller, J\xC3\xBCrgen", "a@b.test", NULL), 0);
    char *written = append(&list, false, 4);
    size_t commas = 0;
    for (const char *at = strchr(written, ','); at != NULL; at = strchr(at + 1, ',')) {
        assert_int_equal(at[-1], '>');
        commas++;
    }
    assert_int_equal(commas, 49);
    free(written);
    check(&list, false, 4);
    mime_mailbox_list_free(&list);
}

static void mailboxes_are_the_same_but_for_the_case_of_domains(void **state)
{
    (void)state;
    assert_int_equal(mime_address_compare("a@b.test", "a@B.TEST"), 0);
    assert_int_not_equal(mime_address_compare("A@b.test", "a@b.test"), 0);
    assert_int_not_equal(mime_address_compare("a@b.test", "a@b.tes"), 0);
    assert_int_not_equal(mime_address_compare("a@b.test", "aa@b.test"), 0);
    assert_int_equal(mime_address_compare("\"x@y\"@b.test", "\"x@y\"@B.test"), 0);
    assert_int_not_equal(mime_address_compare("\"x@y\"@b.test", "\"x@Y\"@b.test"), 0);
    assert_int_equal(mime_address_compare("root", "root"), 0);
    assert_int_not_equal(mime_address_compare("root", "Root"), 0);
    assert_int_not_equal(mime_address_compare("\"a@b\"", "\"a@B\""), 0);
    assert_int_not_equal(mime_address_compare("root", "root@b"), 0);
    assert_int_equal(mime_address_compare("", ""), 0);
    assert_true(mime_address_compare("a@b.test", "B@a.test") > 0);
    assert_true(mime_address_compare("a@A.test", "a@b.test") < 0);
    assert_string_equal(mime_address_domain("\"x@y\"@b.test"), "b.test");
    assert_null(mime_address_domain("\"x@y\""));
    assert_null(mime_address_domain("root"));
}

static void utf8_is_needed_for_other_than_ascii(void **state)
{
    (void)state;
    assert_false(mime_address_needs_utf8("a@b.test"));
    assert_true(mime_address_needs_utf8("\xC3\xBC@b.test"));
    assert_true(mime_address_needs_utf8("a@b\xC3\xBC.test"));
}

static void a_full_buffer_stays_failed(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    assert_int_equal(mime_mailbox_list_add(&list, "J\xC3\xBC", "a@b.test", NULL), 0);
    assert_int_equal(mime_mailbox_list_add(&list, "a. b", "a@b.test", NULL), 0);
    for (size_t limit = 0; limit < 40; limit++) {
        struct buffer out = buffer_empty(limit);
        size_t column = 0;
        mime_address_append(&out, &list, false, &column);
        assert_true(out.failed);
    }
    mime_mailbox_list_free(&list);
    mime_mailbox_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_written_as_they_need),
        cmocka_unit_test(utf8_headers_have_names_as_they_are),
        cmocka_unit_test(lists_are_folded_between_words),
        cmocka_unit_test(any_name_reads_back_at_every_column),
        cmocka_unit_test(groups_are_written_as_groups),
        cmocka_unit_test(a_list_of_groups_and_mailboxes_reads_back),
        cmocka_unit_test(separators_stay_outside_of_encoded_words),
        cmocka_unit_test(mailboxes_are_the_same_but_for_the_case_of_domains),
        cmocka_unit_test(utf8_is_needed_for_other_than_ascii),
        cmocka_unit_test(a_full_buffer_stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
