/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "random.h"

enum { TEXTS = 1000 };

static void a_text_is_of_the_promised_characters_and_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        char *text = malloc(RANDOM_TEXT_SIZE);
        assert_non_null(text);
        assert_int_equal(random_text(text, NULL), 0);
        assert_int_equal(strlen(text), RANDOM_TEXT_SIZE - 1);
        assert_int_equal(strspn(text, "0123456789abcdefghijklmnopqrstuv"), RANDOM_TEXT_SIZE - 1);
        free(text);
    }
}

static void each_place_takes_each_character(void **state)
{
    (void)state;
    /* The chance that one of 26 places lacks one of 32 characters is below 10^-10. */
    unsigned seen[RANDOM_TEXT_SIZE - 1][128] = {{0}};
    for (size_t i = 0; i < TEXTS; i++) {
        char text[RANDOM_TEXT_SIZE];
        assert_int_equal(random_text(text, NULL), 0);
        for (size_t place = 0; place < RANDOM_TEXT_SIZE - 1; place++)
            seen[place][(unsigned char)text[place] & 127]++;
    }
    for (size_t place = 0; place < RANDOM_TEXT_SIZE - 1; place++)
        for (const char *c = "0123456789abcdefghijklmnopqrstuv"; *c != '\0'; c++)
            assert_true(seen[place][(unsigned char)*c] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_of_the_promised_characters_and_length),
        cmocka_unit_test(each_place_takes_each_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
