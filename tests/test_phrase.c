/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/phrase.h"

static char *written(const char *text, const char *tail, bool utf8_headers)
{
    struct buffer out = buffer_empty(10000);
    size_t column = 0;
    mime_phrase_append(&out, text, tail, false, utf8_headers, &column);
    return buffer_take_string(&out);
}

static void phrases_are_written_as_they_need(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Team", "Team:"},
        {"A Team", "A Team:"},
        {"A. Team", "\"A. Team\":"},
        {"a\"b\\c", "\"a\\\"b\\\\c\":"},
        {" ", "\" \":"},
        {"=?", "=?utf-8?B?PT8=?= :"},
        {"\xC3\xBC", "=?utf-8?B?w7w=?= :"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = written(cases[i][0], ":", false);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
    char *text = written("\xC3\xBC", ":", true);
    assert_string_equal(text, "\xC3\xBC:");
    free(text);
}

static void lines_have_room_for_the_tail(void **state)
{
    (void)state;
    static const char *const texts[] = {"A team of many people", "A. team of many people",
                                        "M\xC3\xBCller & Sons, who make mills"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t column = 2; column < 80; column++)
            for (size_t utf8 = 0; utf8 < 2; utf8++) {
                struct buffer out = buffer_empty(10000);
                for (size_t k = 0; k < column; k++)
                    buffer_append_char(&out, 'N');
                size_t end = column;
                mime_phrase_append(&out, texts[i], ":;,", true, utf8 == 1, &end);
                assert_true(read_lines_are_fit(out.bytes, out.size, column > 76 ? column : 76));
                assert_memory_equal(out.bytes + out.size - 3, ":;,", 3);
                size_t last = out.size;
                while (last > 0 && out.bytes[last - 1] != '\n')
                    last--;
                assert_int_equal(end, out.size - last);
                buffer_free(&out);
            }
}

static void no_line_ends_inside_of_quotes(void **state)
{
    (void)state;
    for (size_t words = 1; words < 40; words++)
        for (size_t column = 2; column < 80; column++) {
            char text[400] = "Sons, Inc.";
            for (size_t i = 1; i < words; i++)
                strcat(text, i % 7 == 0 ? "  \"and\"" : " and");
            struct buffer out = buffer_empty(10000);
            for (size_t k = 0; k < column; k++)
                buffer_append_char(&out, 'N');
            size_t end = column;
            mime_phrase_append(&out, text, "", true, words % 2 == 0, &end);
            char *written = buffer_take_string(&out);
            char *quote = strchr(written, '"');
            assert_true(quote == NULL || strchr(quote, '\r') == NULL);
            char *unfolded = read_unfold(written, strlen(written));
            char *decoded = quote == NULL ? read_words(unfolded + column + 1) : NULL;
            if (decoded != NULL)
                assert_string_equal(decoded, text);
            free(decoded);
            free(unfolded);
            free(written);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_written_as_they_need),
        cmocka_unit_test(lines_have_room_for_the_tail),
        cmocka_unit_test(no_line_ends_inside_of_quotes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
