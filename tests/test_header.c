/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/header.h"

/* Appends a field, checks that it is one, and gives its octets. */
static char *append(const char *name, const char *value, bool utf8_headers, size_t limit)
{
    struct buffer out = buffer_empty(MIME_HEADER_LIMIT * 2);
    struct mailer_error error = MAILER_ERROR_INIT;
    char *exact = harness_exact(value, strlen(value) + 1);
    assert_int_equal(mime_header_append_text(&out, name, exact, utf8_headers, &error), 0);
    free(exact);
    assert_false(out.failed);
    assert_true(out.size > 2);
    assert_memory_equal(out.bytes + out.size - 2, "\r\n", 2);
    assert_true(read_lines_are_fit(out.bytes, out.size - 2, limit));
    assert_true(utf8_headers || text_is_ascii(out.bytes, out.size));
    char *unfolded = read_unfold(out.bytes, out.size);
    size_t start = strlen(name) + 1;
    assert_memory_equal(unfolded, name, start - 1);
    assert_int_equal(unfolded[start - 1], ':');
    start += unfolded[start] == ' ';
    char *decoded = read_words(unfolded + start);
    assert_non_null(decoded);
    assert_string_equal(decoded, value);
    free(decoded);
    free(unfolded);
    return buffer_take_string(&out);
}

static void fields_are_written_as_expected(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *written;
        const char *written_in_utf8;
    } cases[] = {
        {"All is well", "Subject: All is well\r\n", NULL},
        {"", "Subject:\r\n", NULL},
        {"a  b\tc", "Subject: a  b\tc\r\n", NULL},
        {" a", "Subject: =?utf-8?Q?_a?=\r\n", NULL},
        {"a \xC3\xBC b", "Subject: a =?utf-8?B?w7w=?= b\r\n", "Subject: a \xC3\xBC b\r\n"},
        {"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01",
         "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01\r\n", NULL},
        {"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123",
         "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n"
         " 0123\r\n",
         NULL},
        {"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 \t 0123",
         "Subject: 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n"
         " \t 0123\r\n",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = append("Subject", cases[i].value, false, 78);
        assert_string_equal(written, cases[i].written);
        free(written);
        written = append("Subject", cases[i].value, true, 78);
        assert_string_equal(written, cases[i].written_in_utf8 == NULL ? cases[i].written
                                                                      : cases[i].written_in_utf8);
        free(written);
    }
}

static void one_long_word_may_fill_a_line_and_no_more(void **state)
{
    (void)state;
    for (size_t size = 60; size <= 1100; size++) {
        char value[1101];
        memset(value, 'x', size);
        value[size] = '\0';
        if (size <= 997) {
            char *written = append("X-Long", value, false, 998);
            /* Not folded behind the colon before it must be. */
            assert_int_equal(strstr(written, ":\r\n") != NULL, size > 998 - strlen("X-Long: "));
            free(written);
            continue;
        }
        struct buffer out = buffer_empty(MIME_HEADER_LIMIT);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_header_append_text(&out, "X-Long", value, false, &error),
                         MAILER_DATA);
        assert_non_null(strstr(error.text, "X-Long"));
        assert_int_equal(out.size, 0);
        assert_int_equal(mime_header_append_text(&out, "X-Long", value, false, NULL), MAILER_DATA);
        /* With anything in it that must be encoded, the word can be parted. */
        memcpy(value + 10, "\xC3\xBC", 2);
        free(append("X-Long", value, false, 76));
        free(append("X-Long", value, true, 76));
    }
}

static void a_long_word_for_people_is_parted(void **state)
{
    (void)state;
    static const char *const names[] = {"Subject", "SUBJECT", "Comments"};
    char *value = malloc(10001);
    assert_non_null(value);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t size = 60; size <= 10000; size = size < 1100 ? size + 1 : size + 2225) {
            memset(value, 'x', size);
            value[size] = '\0';
            /* A word that fits a line stays as it is, behind the name. */
            char *written = append(names[i], value, false, 87);
            bool is_plain = strstr(written, value) != NULL;
            assert_int_equal(is_plain, size <= 77);
            free(written);
            written = append(names[i], value, true, 87);
            free(written);
            /* With words around it. */
            memcpy(value, "All is ", 7);
            memcpy(value + size - 5, " well", 5);
            free(append(names[i], value, false, 87));
            memset(value, 'x', size);
        }
    }
    free(value);
}

static void endless_spaces_are_encoded(void **state)
{
    (void)state;
    char value[3001];
    memset(value, ' ', 3000);
    value[3000] = '\0';
    free(append("Subject", value, false, 76));
    value[0] = value[2999] = 'x';
    free(append("Subject", value, false, 76));
    free(append("Subject", value, true, 76));
}

static void a_hundred_kilobytes_of_words_are_folded(void **state)
{
    (void)state;
    char *value = malloc(100001);
    for (size_t i = 0; i < 100000; i++)
        value[i] = i % 7 == 6 ? ' ' : 'w';
    value[100000] = '\0';
    free(append("Subject", value, false, 78));
    memcpy(value + 50000, "\xC3\xBC", 2);
    free(append("Subject", value, false, 76));
    free(value);
}

static void any_value_reads_back(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "word",
        "word",
        "a",
        " ",
        " ",
        " ",
        "\t",
        "  ",
        "=?",
        "?=",
        "\xC3\xBC",
        "\xE2\x80\xA8",
        "\xEF\xBB\xBF",
        "\xE2\x80\xAE",
        "=?utf-8?q?x?=",
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234"};
    uint64_t random = 3;
    for (size_t round = 0; round < 6000; round++) {
        char value[4096] = "";
        char name[78] = "";
        size_t count = harness_random(&random) % 40;
        for (size_t i = 0; i < count; i++)
            strcat(value, pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)]);
        memset(name, 'N', 1 + round % 76);
        free(append(name, value, round & 1, 998));
    }
}

static void names_of_fields_are_checked(void **state)
{
    (void)state;
    char longest[78];
    memset(longest, 'n', 77);
    longest[77] = '\0';
    const char *const bad[] = {"",   "a b",    "a:",   "a\r",  "a\n",           "\xC3\xBC",
                               " a", "X: a\n", "a\tb", "\x7F", "a\r\nBcc: b@c", longest};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_header_check_name(bad[i], &error), MAILER_DATA);
        assert_false(text_has_control(error.text, strlen(error.text)));
        struct buffer out = buffer_empty(1000);
        assert_int_equal(mime_header_append_text(&out, bad[i], "x", false, NULL), MAILER_DATA);
        assert_int_equal(out.size, 0);
    }
    assert_int_equal(mime_header_check_name("X-Report", NULL), 0);
    assert_int_equal(mime_header_check_name("!#$;=~", NULL), 0);
    assert_int_equal(mime_header_check_name(longest + 1, NULL), 0);
}

static void values_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *text;
    } bad[] = {
        {"a\r\nBcc: b@c", "Subject has the control character \\x0D at octet 2: take it out"},
        {"a\nb", "Subject has the control character \\x0A at octet 2: take it out"},
        {"\x1B[2J", "Subject has the control character \\x1B at octet 1: take it out"},
        {"\xC3\xBC\xC2\x85", "Subject has the control character \\u{0085} at octet 3: take it out"},
        {"\x7F", "Subject has the control character \\x7F at octet 1: take it out"},
        {"ab\xFF", "Subject is not UTF-8 at octet 3: convert it"},
        {"\xC0\x80", "Subject is not UTF-8 at octet 1: convert it"},
        {"\xED\xA0\x80", "Subject is not UTF-8 at octet 1: convert it"},
        {"\xC3", "Subject is not UTF-8 at octet 1: convert it"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_header_check_value("Subject", bad[i].value, &error), MAILER_DATA);
        assert_string_equal(error.text, bad[i].text);
        struct buffer out = buffer_empty(1000);
        assert_int_equal(mime_header_append_text(&out, "Subject", bad[i].value, true, NULL),
                         MAILER_DATA);
        assert_int_equal(out.size, 0);
    }
    assert_int_equal(mime_header_check_value("Subject", "", NULL), 0);
    assert_int_equal(mime_header_check_value("Subject", "a\tb \xC3\xBC", NULL), 0);
}

static void line_separators_are_encoded_in_utf8_headers_too(void **state)
{
    (void)state;
    char *written = append("Subject", "a\xE2\x80\xA8z \xC3\xBC", true, 78);
    assert_true(text_is_ascii(written, strlen(written)));
    free(written);
}

static void addresses_make_a_field(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    struct buffer out = buffer_empty(MIME_HEADER_LIMIT);
    assert_int_equal(
        mime_address_parse(&list, "Ann <ann@example.org>, bob@example.org", false, NULL), 0);
    mime_header_append_addresses(&out, "To", &list, false);
    char *written = buffer_take_string(&out);
    assert_string_equal(written, "To: Ann <ann@example.org>, bob@example.org\r\n");
    free(written);
    mime_mailbox_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_written_as_expected),
        cmocka_unit_test(one_long_word_may_fill_a_line_and_no_more),
        cmocka_unit_test(a_long_word_for_people_is_parted),
        cmocka_unit_test(endless_spaces_are_encoded),
        cmocka_unit_test(a_hundred_kilobytes_of_words_are_folded),
        cmocka_unit_test(any_value_reads_back),
        cmocka_unit_test(names_of_fields_are_checked),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(line_separators_are_encoded_in_utf8_headers_too),
        cmocka_unit_test(addresses_make_a_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
