/* SPDX-License-Identifier: ISC */
#include "buffer.h"
#include "harness/harness.h"

static void assert_sound(const struct buffer *buffer)
{
    assert_true(buffer->size <= buffer->capacity);
    assert_true(buffer->capacity <= buffer->limit);
    assert_int_equal(buffer->bytes == NULL, buffer->capacity == 0);
    if (buffer->failed)
        assert_null(buffer->bytes);
}

static void it_grows_to_its_limit_and_never_beyond(void **state)
{
    (void)state;
    for (size_t limit = 1; limit <= 300; limit++) {
        struct buffer buffer = buffer_empty(limit);
        for (size_t i = 0; i < limit; i++) {
            assert_true(buffer_append_char(&buffer, (char)i));
            assert_sound(&buffer);
        }
        for (size_t i = 0; i < limit; i++)
            assert_int_equal(buffer.bytes[i], (char)i);
        assert_false(buffer_append_char(&buffer, 'x'));
        assert_true(buffer.failed);
        assert_sound(&buffer);
        assert_false(buffer_append_string(&buffer, ""));
        assert_null(buffer_take_string(&buffer));
        buffer_free(&buffer);
        assert_true(buffer_append_char(&buffer, 'y'));
        buffer_free(&buffer);
    }
}

static void sizes_near_the_end_of_memory_do_not_wrap(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(SIZE_MAX);
    assert_true(buffer_append_string(&buffer, "abc"));
    assert_null(buffer_reserve(&buffer, SIZE_MAX - 2));
    assert_true(buffer.failed);
    assert_sound(&buffer);
}

static void random_appends_and_drops_keep_what_is_in_it(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t round = 0; round < 200; round++) {
        struct buffer buffer = buffer_empty(5000);
        char expected[8192];
        size_t size = 0;
        for (size_t i = 0; i < 60; i++) {
            char piece[100];
            size_t length = harness_random(&random) % sizeof piece;
            memset(piece, (int)(harness_random(&random) % 256), length);
            bool fits = length <= 5000 - size;
            assert_int_equal(buffer_append(&buffer, piece, length), fits);
            assert_sound(&buffer);
            if (!fits)
                break;
            memcpy(expected + size, piece, length);
            size += length;
            size_t dropped = size == 0 ? 0 : harness_random(&random) % size / 2;
            buffer_drop(&buffer, dropped);
            memmove(expected, expected + dropped, size - dropped);
            size -= dropped;
            assert_int_equal(buffer.size, size);
            if (size > 0)
                assert_memory_equal(buffer.bytes, expected, size);
        }
        buffer_free(&buffer);
    }
}

static void formats_are_appended_and_need_one_octet_more(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(8);
    assert_true(buffer_append_format(&buffer, "%s-%d", "ab", 1234));
    assert_int_equal(buffer.size, 7);
    assert_memory_equal(buffer.bytes, "ab-1234", 7);
    assert_true(buffer_append_format(&buffer, "%s", ""));
    assert_false(buffer_append_format(&buffer, "%s", "x"));
    assert_true(buffer.failed);
    assert_false(buffer_append_format(&buffer, "%s", ""));
}

static void formats_are_whole_whatever_room_is_left(void **state)
{
    (void)state;
    for (size_t before = 0; before < 200; before++) {
        struct buffer buffer = buffer_empty(1000);
        for (size_t i = 0; i < before; i++)
            assert_true(buffer_append_char(&buffer, 'x'));
        assert_true(buffer_append_format(&buffer, "<%s>", "0123456789"));
        assert_true(buffer_append_format(&buffer, "%d", 42));
        assert_sound(&buffer);
        assert_int_equal(buffer.size, before + 14);
        assert_memory_equal(buffer.bytes + before, "<0123456789>42", 14);
        buffer_free(&buffer);
    }
}

static void a_string_is_given_away(void **state)
{
    (void)state;
    struct buffer buffer = buffer_empty(100);
    char *string = buffer_take_string(&buffer);
    assert_string_equal(string, "");
    free(string);
    assert_true(buffer_append(&buffer, "", 0));
    assert_true(buffer_append_string(&buffer, "abc"));
    string = buffer_take_string(&buffer);
    assert_string_equal(string, "abc");
    assert_int_equal(buffer.size, 0);
    assert_sound(&buffer);
    free(string);
}

static void room_of_the_callers_is_left_when_it_is_full(void **state)
{
    (void)state;
    static const char octets[] = "0123456789abcdef";
    for (size_t size = 1; size <= 8; size++) {
        char *room = harness_exact("????????", size);
        struct buffer buffer = buffer_in(room, size, 16);
        for (size_t i = 0; i < 16; i++) {
            assert_true(buffer_append(&buffer, &octets[i], 1));
            assert_int_equal(buffer.bytes == room, i < size);
            assert_memory_equal(buffer.bytes, octets, i + 1);
            assert_sound(&buffer);
        }
        assert_false(buffer_append(&buffer, "g", 1));
        assert_null(buffer.bytes);
        buffer_free(&buffer);
        free(room);
    }
}

static void a_string_is_given_away_from_room_of_the_callers(void **state)
{
    (void)state;
    char room[4];
    for (size_t size = 0; size <= 4; size++) {
        struct buffer buffer = buffer_in(room, sizeof room, 8);
        buffer_append(&buffer, "abcd", size);
        char *string = buffer_take_string(&buffer);
        assert_int_equal(strlen(string), size);
        assert_memory_equal(string, "abcd", size);
        assert_true(string != room);
        free(string);
        assert_int_equal(buffer.size, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_to_its_limit_and_never_beyond),
        cmocka_unit_test(sizes_near_the_end_of_memory_do_not_wrap),
        cmocka_unit_test(random_appends_and_drops_keep_what_is_in_it),
        cmocka_unit_test(formats_are_appended_and_need_one_octet_more),
        cmocka_unit_test(formats_are_whole_whatever_room_is_left),
        cmocka_unit_test(a_string_is_given_away),
        cmocka_unit_test(room_of_the_callers_is_left_when_it_is_full),
        cmocka_unit_test(a_string_is_given_away_from_room_of_the_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
