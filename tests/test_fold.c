/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/fold.h"

static void a_line_is_folded_only_when_the_next_word_would_pass_the_limit(void **state)
{
    (void)state;
    for (size_t next = 0; next < 20; next++) {
        struct buffer out = buffer_empty(100);
        buffer_append_string(&out, "12345");
        size_t column = 5;
        size_t written = mime_fold_space(&out, &column, 10, " ", 1, next);
        assert_int_equal(out.size, 5 + written);
        assert_memory_equal(out.bytes, next <= 4 ? "12345 " : "12345\r\n ", out.size);
        assert_int_equal(column, next <= 4 ? 6 : 1);
        buffer_free(&out);
    }
}

static void a_blank_line_is_never_left_behind(void **state)
{
    (void)state;
    static const char *const starts[] = {"", " ", "Name: ", "Name:\r\n", "Name:\r\n\t"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        struct buffer out = buffer_empty(100);
        buffer_append_string(&out, starts[i]);
        size_t column = 50;
        assert_int_equal(mime_fold_space(&out, &column, 10, "  ", 2, 60), 2);
        assert_int_equal(column, 52);
        buffer_free(&out);
    }
}

static void huge_counts_do_not_wrap(void **state)
{
    (void)state;
    size_t column = 5;
    assert_int_equal(mime_fold_space(NULL, &column, 10, " ", 1, SIZE_MAX), 3);
    assert_int_equal(column, 1);
}

static void only_a_space_behind_text_is_taken_back(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        bool taken;
    } cases[] = {{"To: ", true}, {"To:", false},    {"", false},   {" ", false},
                 {"a  ", false}, {"a\r\n ", false}, {"a\t", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = buffer_empty(100);
        buffer_append_string(&out, cases[i].start);
        size_t column = out.size;
        size_t size = out.size;
        assert_int_equal(mime_fold_take_space(&out, &column), cases[i].taken);
        assert_int_equal(out.size, size - cases[i].taken);
        assert_int_equal(column, out.size);
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_folded_only_when_the_next_word_would_pass_the_limit),
        cmocka_unit_test(a_blank_line_is_never_left_behind),
        cmocka_unit_test(huge_counts_do_not_wrap),
        cmocka_unit_test(only_a_space_behind_text_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
