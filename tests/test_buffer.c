/* SPDX-License-Identifier: ISC */
#include "buffer.h"
#include "harness/harness.h"

static void holds(const struct buffer *buffer, const char *expected)
{
    assert_int_equal(buffer->size, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, buffer->size);
    assert_true(buffer->size <= buffer->capacity && buffer->capacity <= buffer->limit);
}

static void an_empty_buffer_has_allocated_nothing(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(10);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(buffer.capacity, 0);
    assert_false(buffer.failed);
    buffer_free(&buffer);
}

static void appends_follow_each_other(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(1000);
    assert_true(buffer_append(&buffer, "one", 3));
    assert_true(buffer_append_char(&buffer, ' '));
    assert_true(buffer_append_string(&buffer, "two "));
    assert_true(buffer_append_format(&buffer, "%d and %s", 3, "four"));
    holds(&buffer, "one two 3 and four");
    buffer_free(&buffer);
}

static void nothing_can_be_appended(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(100);
    assert_true(buffer_append(&buffer, NULL, 0));
    assert_int_equal(buffer.size, 0);
    buffer_free(&buffer);
}

static void it_grows_to_its_limit_and_no_octet_further(void **state)
{
    (void)state;
    static const size_t limits[] = {1, 2, 63, 64, 65, 127, 128, 129, 1000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct buffer buffer = buffer_empty(limits[i]);
        for (size_t size = 1; size <= limits[i]; size++) {
            assert_true(buffer_append_char(&buffer, 'x'));
            assert_int_equal(buffer.size, size);
            assert_true(buffer.capacity >= size && buffer.capacity <= limits[i]);
        }
        assert_false(buffer_append_char(&buffer, 'x'));
        assert_true(buffer.failed);
        assert_null(buffer.bytes);
        buffer_free(&buffer);
    }
}

static void after_one_failure_every_append_fails(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(4);
    assert_true(buffer_append_string(&buffer, "1234"));
    assert_false(buffer_append_string(&buffer, "5"));
    assert_false(buffer_append_string(&buffer, ""));
    assert_false(buffer_append_char(&buffer, 'x'));
    assert_false(buffer_append_format(&buffer, "%s", "x"));
    assert_null(buffer_reserve(&buffer, 0));
    assert_null(buffer_take_string(&buffer));
    assert_int_equal(buffer.size, 0);
    buffer_free(&buffer);
}

static void a_size_that_would_overflow_is_past_the_limit(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(SIZE_MAX / 4);
    assert_true(buffer_append_string(&buffer, "1"));
    assert_null(buffer_reserve(&buffer, SIZE_MAX));
    assert_true(buffer.failed);
}

static void a_freed_buffer_can_be_used_again(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(4);
    assert_false(buffer_append_string(&buffer, "12345"));
    buffer_free(&buffer);
    assert_true(buffer_append_string(&buffer, "1234"));
    holds(&buffer, "1234");
    buffer_free(&buffer);
}

static void what_is_reserved_is_not_yet_in_it(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(100);
    char *room = buffer_reserve(&buffer, 100);
    memset(room, 'x', 100);
    assert_int_equal(buffer.size, 0);
    buffer.size = 100;
    assert_null(buffer_reserve(&buffer, 1));
}

static void dropping_keeps_the_rest(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(100);
    buffer_drop(&buffer, 0);
    buffer_append_string(&buffer, "0123456789");
    buffer_drop(&buffer, 0);
    holds(&buffer, "0123456789");
    buffer_drop(&buffer, 4);
    holds(&buffer, "456789");
    buffer_drop(&buffer, 6);
    holds(&buffer, "");
    buffer_free(&buffer);
}

static void a_string_is_given_away_with_its_nul(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(100);
    buffer_append_string(&buffer, "text");
    char *string = buffer_take_string(&buffer);
    assert_string_equal(string, "text");
    free(string);
    assert_null(buffer.bytes);
    string = buffer_take_string(&buffer);
    assert_string_equal(string, "");
    free(string);
}

static void a_string_needs_room_for_its_nul(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(4);
    buffer_append_string(&buffer, "1234");
    assert_null(buffer_take_string(&buffer));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_has_allocated_nothing),
        cmocka_unit_test(appends_follow_each_other),
        cmocka_unit_test(nothing_can_be_appended),
        cmocka_unit_test(it_grows_to_its_limit_and_no_octet_further),
        cmocka_unit_test(after_one_failure_every_append_fails),
        cmocka_unit_test(a_size_that_would_overflow_is_past_the_limit),
        cmocka_unit_test(a_freed_buffer_can_be_used_again),
        cmocka_unit_test(what_is_reserved_is_not_yet_in_it),
        cmocka_unit_test(dropping_keeps_the_rest),
        cmocka_unit_test(a_string_is_given_away_with_its_nul),
        cmocka_unit_test(a_string_needs_room_for_its_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
