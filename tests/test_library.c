/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "library.h"

struct functions {
    double (*cosine)(double angle);
    double (*root)(double number);
};

static const struct library_symbol symbols[] = {
    {"cos", offsetof(struct functions, cosine)},
    {"sqrt", offsetof(struct functions, root)},
    {"no_such_function", offsetof(struct functions, root)},
};

static void functions_of_a_library_are_found(void **state)
{
    (void)state;
    struct functions functions = {NULL, NULL};
    assert_int_equal(library_load("libm.so.6", symbols, 2, &functions, NULL), 0);
    assert_true(functions.cosine(0) == 1);
    assert_true(functions.root(4) == 2);
}

static void a_library_or_function_that_is_missing_is_named(void **state)
{
    (void)state;
    struct functions functions = {NULL, NULL};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(library_load("libnone.so.99", symbols, 2, &functions, &error), MAILER_SYSTEM);
    assert_string_equal(error.text,
                        "cannot load the library libnone.so.99: is its package installed?");
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(library_load("libm.so.6", symbols, 3, &functions, &error), MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "libm.so.6"));
    assert_non_null(strstr(error.text, "no_such_function"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_of_a_library_are_found),
        cmocka_unit_test(a_library_or_function_that_is_missing_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
