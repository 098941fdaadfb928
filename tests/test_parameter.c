/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/parameter.h"

enum { LIMIT = 1024 * 1024 };

static char *append(const char *value, enum mime_parameter_form form, size_t column)
{
    struct buffer out = buffer_empty(LIMIT);
    for (size_t i = 0; i < column; i++)
        buffer_append_char(&out, 'N');
    char *exact = harness_exact(value, strlen(value) + 1);
    size_t end = column;
    mime_parameter_append(&out, "name", exact, form, &end);
    free(exact);
    assert_false(out.failed);
    assert_true(text_is_ascii(out.bytes, out.size));
    assert_true(read_lines_are_fit(out.bytes, out.size, column > 77 ? column + 1 : 78));
    size_t last = out.size;
    while (last > 0 && out.bytes[last - 1] != '\n')
        last--;
    assert_int_equal(end, out.size - last);
    /* A semicolon fits behind it. */
    assert_true(end <= 77);
    char *unfolded = read_unfold(out.bytes + column, out.size - column);
    char charset[16];
    char *decoded = read_parameter(unfolded, "name", charset);
    assert_non_null(decoded);
    bool utf8 = text_is_utf8(value, strlen(value));
    if (form == MIME_PARAMETER_ENCODED_WORD && utf8) {
        char *words = read_words(decoded);
        assert_non_null(words);
        free(decoded);
        decoded = words;
    }
    assert_string_equal(decoded, value);
    assert_true(utf8 || *charset == '\0');
    free(decoded);
    free(unfolded);
    buffer_drop(&out, column);
    return buffer_take_string(&out);
}

static void values_are_written_as_expected(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *extended;
        const char *words;
    } cases[] = {
        {"cpu.png", "; name=cpu.png", NULL},
        {"", "; name=\"\"", NULL},
        {"my file.txt", "; name=\"my file.txt\"", NULL},
        {"a\"b\\c", "; name=\"a\\\"b\\\\c\"", NULL},
        {"a;b", "; name=\"a;b\"", NULL},
        {"-x", "; name=-x", NULL},
        {"Gr\xC3\xBC\xC3\x9F.txt", "; name*=utf-8''Gr%C3%BC%C3%9F.txt",
         ";\r\n name=\"=?utf-8?B?R3LDvMOfLnR4dA==?=\""},
        {"a\nb", "; name*=utf-8''a%0Ab", ";\r\n name=\"=?utf-8?B?YQpi?=\""},
        {"a\x1B[2J", "; name*=utf-8''a%1B%5B2J", ";\r\n name=\"=?utf-8?B?YRtbMko=?=\""},
        {"a'b'c.png", "; name=\"a'b'c.png\"", NULL},
        {"%0d%0a", "; name=\"%0d%0a\"", NULL},
        {"a*b", "; name=\"a*b\"", NULL},
        {"x%0d*' ", "; name*=utf-8''x%250d%2A%27%20", ";\r\n name=\"=?utf-8?Q?x=250d*=27_?=\""},
        {"=?x?q?y?=", "; name*=utf-8''%3D%3Fx%3Fq%3Fy%3F%3D",
         ";\r\n name=\"=?utf-8?B?PT94P3E/eT89?=\""},
        {"\xFF.txt", "; name*=''%FF.txt", "; name*=''%FF.txt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = append(cases[i].value, MIME_PARAMETER_EXTENDED, 20);
        assert_string_equal(written, cases[i].extended);
        free(written);
        written = append(cases[i].value, MIME_PARAMETER_ENCODED_WORD, 20);
        assert_string_equal(written, cases[i].words == NULL ? cases[i].extended : cases[i].words);
        free(written);
    }
}

static void long_values_are_continued(void **state)
{
    (void)state;
    char *written = append("0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
                           "0123456789 0123456789",
                           MIME_PARAMETER_EXTENDED, 33);
    assert_string_equal(written,
                        ";\r\n name*0=\"0123456789 0123456789 0123456789 0123456789 0123456789 "
                        "0123456789 0\";\r\n name*1=\"123456789 0123456789\"");
    free(written);
    char name[85 * 3 + 1] = "";
    for (size_t i = 0; i < 85; i++)
        strcat(name, "\xE6\x97\xA5");
    written = append(name, MIME_PARAMETER_EXTENDED, 33);
    assert_non_null(strstr(written, ";\r\n name*0*=utf-8''%E6"));
    /* A character is not parted, so each section begins with the first octet of one. */
    for (const char *at = strstr(written, "*1*="); at != NULL; at = strstr(at + 1, "*="))
        assert_memory_equal(strchr(at, '='), "=%E6", 4);
    free(written);
}

static void every_length_and_column_keeps_to_the_lines(void **state)
{
    (void)state;
    /* The last extends the character before it, so that all of them are one. */
    static const char *const units[] = {"x",    "\"", " x",          "\xC3\xBC", "\xF0\x9F\x98\x80",
                                        "\xFF", "'",  "\xE1\xAB\x9C"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char value[2 * 1024] = "";
        for (size_t length = 0; length < 200; length++) {
            size_t column = length * 7 % 80;
            free(append(value, MIME_PARAMETER_EXTENDED, column));
            free(append(value, MIME_PARAMETER_ENCODED_WORD, column));
            strcat(value, units[i]);
        }
        for (size_t column = 0; column < 80; column++) {
            free(append(value, MIME_PARAMETER_EXTENDED, column));
            free(append(value, MIME_PARAMETER_ENCODED_WORD, column));
        }
    }
}

static void any_octets_read_back(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (size_t round = 0; round < 4000; round++) {
        char value[301];
        size_t size = harness_random(&random) % 300;
        uint32_t span = round & 1 ? 255 : 127;
        for (size_t i = 0; i < size; i++)
            value[i] = (char)(1 + harness_random(&random) % span);
        value[size] = '\0';
        free(append(value, MIME_PARAMETER_EXTENDED, round % 80));
        free(append(value, MIME_PARAMETER_ENCODED_WORD, round % 80));
    }
}

static void more_than_a_hundred_sections_are_numbered(void **state)
{
    (void)state;
    char value[8001];
    memset(value, 'y', 8000);
    value[8000] = '\0';
    char *written = append(value, MIME_PARAMETER_EXTENDED, 10);
    assert_non_null(strstr(written, " name*100=\""));
    assert_null(strstr(written, " name*00"));
    free(written);
}

static void a_long_name_of_a_parameter_still_ends(void **state)
{
    (void)state;
    char name[121];
    memset(name, 'n', 120);
    name[120] = '\0';
    struct buffer out = buffer_empty(LIMIT);
    size_t column = 10;
    buffer_append_string(&out, "0123456789");
    mime_parameter_append(&out, name, "\xC3\xBC\xC3\xBC", MIME_PARAMETER_EXTENDED, &column);
    char charset[16];
    char *unfolded = read_unfold(out.bytes + 10, out.size - 10);
    char *decoded = read_parameter(unfolded, name, charset);
    assert_string_equal(decoded, "\xC3\xBC\xC3\xBC");
    assert_string_equal(charset, "utf-8");
    free(decoded);
    free(unfolded);
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_written_as_expected),
        cmocka_unit_test(long_values_are_continued),
        cmocka_unit_test(every_length_and_column_keeps_to_the_lines),
        cmocka_unit_test(any_octets_read_back),
        cmocka_unit_test(more_than_a_hundred_sections_are_numbered),
        cmocka_unit_test(a_long_name_of_a_parameter_still_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
