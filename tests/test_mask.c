/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "mask.h"

#include <string.h>

static void check(const char *text, const char *secret, const char *expected)
{
    char *exact = harness_exact(text, strlen(text));
    size_t size = mask_secret(exact, strlen(text), secret, strlen(secret));
    if (size != strlen(expected) || memcmp(exact, expected, size) != 0)
        fail_msg("\"%s\" becomes \"%.*s\"", text, (int)size, exact);
    free(exact);
}

static void a_secret_is_masked_wherever_it_stands(void **state)
{
    (void)state;
    check("", "hunter2", "");
    check("hunter2", "hunter2", "****");
    check("hunter2hunter2 hunter2", "hunter2", "******** ****");
    check("it is hunter2.", "hunter2", "it is ****.");
    check("hhunter2hunte", "hunter2", "h****hunte");
    check("Hunter2 hunter", "hunter2", "Hunter2 hunter");
    check("abcd", "abcd", "****");
    check("aaaaaaa", "aaaa", "****aaa");
}

static void a_part_of_a_long_secret_is_masked_too(void **state)
{
    (void)state;
    const char *secret = "0123456789abcdefghijklmnopqrstuvwxyz";
    check("begins 0123456789abcdef...", secret, "begins ****...");
    check("begins 0123456789abcde...", secret, "begins 0123456789abcde...");
    check("ends klmnopqrstuvwxyz", secret, "ends ****");
    check("within 6789abcdefghijklmn!", secret, "within ****!");
    check("all 0123456789abcdefghijklmnopqrstuvwxyz", secret, "all ****");
    /* The longest part counts, wherever in the secret it begins. */
    check("0123456789abcdefg", "0123456789abcdef-0123456789abcdefg", "****");
}

static void what_is_too_short_to_be_a_secret_is_not_sought(void **state)
{
    (void)state;
    check("abc is no secret", "abc", "abc is no secret");
    check("neither is none", "", "neither is none");
    check("= is nothing", "=", "= is nothing");
}

static void a_text_too_long_to_be_searched_is_masked_whole(void **state)
{
    (void)state;
    for (size_t size = MASK_TEXT_LIMIT - 1; size <= MASK_TEXT_LIMIT + 1; size++) {
        char *text = malloc(size);
        memset(text, 'x', size);
        assert_int_equal(mask_secret(text, size, "secret", 6), size <= MASK_TEXT_LIMIT ? size : 4);
        assert_memory_equal(text, size <= MASK_TEXT_LIMIT ? "xxxx" : "****", 4);
        free(text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_masked_wherever_it_stands),
        cmocka_unit_test(a_part_of_a_long_secret_is_masked_too),
        cmocka_unit_test(what_is_too_short_to_be_a_secret_is_not_sought),
        cmocka_unit_test(a_text_too_long_to_be_searched_is_masked_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
