/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "password/secret.h"

#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

static void a_secret_is_taken_from_where_it_stood(void **state)
{
    (void)state;
    struct secret secret = {0};
    struct problem problem = {0};
    char word[] = "hunter2";
    assert_int_equal(secret_take(&secret, word, &problem), 0);
    assert_true(secret_is_set(&secret));
    assert_int_equal(secret.size, 7);
    assert_string_equal(secret.text, "hunter2");
    for (size_t i = 0; i < sizeof word; i++)
        assert_int_equal(word[i], '\0');
    secret_free(&secret);
    assert_false(secret_is_set(&secret));
    secret_free(&secret);
}

static void one_that_is_too_long_is_refused_and_wiped(void **state)
{
    (void)state;
    static char word[SECRET_LIMIT + 2];
    memset(word, 'x', SECRET_LIMIT + 1);
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(secret_take(&secret, word, &problem), EXIT_CODE_USAGE);
    assert_int_equal(word[0], '\0');
    assert_int_equal(word[SECRET_LIMIT], '\0');
    secret_free(&secret);
    memset(word, 'x', SECRET_LIMIT);
    assert_int_equal(secret_take(&secret, word, &problem), 0);
    assert_int_equal(secret.size, SECRET_LIMIT);
    assert_false(secret_append(&secret, "y", 1));
    assert_int_equal(strlen(secret.text), SECRET_LIMIT);
    secret_free(&secret);
}

static void a_process_that_holds_a_secret_leaves_no_core(void **state)
{
    (void)state;
#ifdef __linux__
    struct secret secret = {0};
    struct problem problem = {0};
    assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
    assert_int_equal(secret_open(&secret, &problem), 0);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    secret_free(&secret);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
#else
    skip();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_is_taken_from_where_it_stood),
        cmocka_unit_test(one_that_is_too_long_is_refused_and_wiped),
        cmocka_unit_test(a_process_that_holds_a_secret_leaves_no_core),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
