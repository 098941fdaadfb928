/* SPDX-License-Identifier: ISC */
#include "reader/header_reader.h"

#include "harness/harness.h"

static enum mime_header_line kind_of(const char *line, size_t *name)
{
    char *exact = harness_exact(line, strlen(line));
    enum mime_header_line kind = mime_header_line(exact, strlen(line), name);
    free(exact);
    return kind;
}

static void a_line_is_told_by_its_beginning(void **state)
{
    (void)state;
    size_t name = 0;
    assert_int_equal(kind_of("", NULL), MIME_HEADER_EMPTY);
    assert_int_equal(kind_of(" x", NULL), MIME_HEADER_FOLDED);
    assert_int_equal(kind_of("\t", NULL), MIME_HEADER_FOLDED);
    assert_int_equal(kind_of("Subject: x", &name), MIME_HEADER_FIELD);
    assert_int_equal(name, 7);
    assert_int_equal(kind_of("bcc \t:", &name), MIME_HEADER_FIELD);
    assert_int_equal(name, 3);
    static const char *const others[] = {"Subject",     ": x",         "two words: x",
                                         "\xC3\xBC: x", "From a b: c", "a\x7F: b"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(kind_of(others[i], NULL), MIME_HEADER_OTHER);
    char long_name[300];
    memset(long_name, 'x', sizeof long_name);
    long_name[255] = ':';
    assert_int_equal(mime_header_line(long_name, 256, NULL), MIME_HEADER_FIELD);
    long_name[255] = 'x';
    long_name[256] = ':';
    assert_int_equal(mime_header_line(long_name, 257, NULL), MIME_HEADER_OTHER);
}

static void lines_of_mailbox_files_are_known(void **state)
{
    (void)state;
    assert_true(mime_header_is_mailbox_line("From x", 6));
    assert_true(mime_header_is_mailbox_line(">From x", 7));
    assert_false(mime_header_is_mailbox_line("From:", 5));
    assert_false(mime_header_is_mailbox_line(">>From ", 7));
    assert_false(mime_header_is_mailbox_line("", 0));
}

static const char header[] = "A: one\nb \t: two\r\n\tfolded \r\n \t \r\n more\nC:\nD: last";

static void fields_come_one_by_one(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "B", "c", "d"};
    static const char *const values[] = {"one", "two\tfolded  \t  more", "", "last"};
    static const char *const fields[] = {"A: one\r\n", "b: two\r\n\tfolded \r\n more\r\n", "C:\r\n",
                                         "D: last\r\n"};
    char *exact = harness_exact(header, sizeof header - 1);
    size_t at = 0;
    struct mime_header_field field;
    for (size_t i = 0; i < 4; i++) {
        assert_true(mime_header_next(exact, sizeof header - 1, &at, &field));
        assert_true(mime_header_field_is(&field, names[i]));
        assert_false(mime_header_field_is(&field, "x"));
        struct buffer value = buffer_empty(1000);
        mime_header_append_value(&value, &field);
        char *text = buffer_take_string(&value);
        assert_string_equal(text, values[i]);
        free(text);
        mime_header_append_field(&value, &field);
        text = buffer_take_string(&value);
        assert_string_equal(text, fields[i]);
        free(text);
    }
    assert_false(mime_header_next(exact, sizeof header - 1, &at, &field));
    free(exact);
}

static void control_characters_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *shown;
    } bad[] = {{"Subject: a\0b\n", 13, "\\x00"},
               {"Subject: a\rb\n", 13, "\\x0D"},
               {"Subject: a\r\r\n", 13, "\\x0D"},
               {"Subject:\x1B[2J\n", 13, "\\x1B"},
               {"Subject: a\n b\x7F\n", 15, "\\x7F"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        size_t at = 0;
        struct mime_header_field field;
        assert_true(mime_header_next(bad[i].bytes, bad[i].size, &at, &field));
        assert_int_equal(mime_header_check_field(&field, &error), MAILER_DATA);
        assert_non_null(strstr(error.text, "Subject"));
        assert_non_null(strstr(error.text, bad[i].shown));
    }
    size_t at = 0;
    struct mime_header_field field;
    assert_true(mime_header_next("A: \t\xC3\xBC\xFF\r\n b\n", 13, &at, &field));
    assert_int_equal(mime_header_check_field(&field, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_told_by_its_beginning),
        cmocka_unit_test(lines_of_mailbox_files_are_known),
        cmocka_unit_test(fields_come_one_by_one),
        cmocka_unit_test(control_characters_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
