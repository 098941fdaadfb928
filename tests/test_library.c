/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "library.h"

struct functions {
    double (*cosine)(double);
    double (*missing)(double);
};

static const struct library_symbol symbols[] = {
    {"cos", offsetof(struct functions, cosine)},
    {"cos_that_nobody_has", offsetof(struct functions, missing)},
};

static void its_functions_can_be_called(void **state)
{
    (void)state;
    struct functions functions = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(library_load("libm.so.6", symbols, 1, &functions, &error), 0);
    double one = functions.cosine(0);
    assert_true(one > 0.999 && one < 1.001);
    assert_false(error_is_set(&error));
}

static void a_library_that_is_missing_is_named(void **state)
{
    (void)state;
    struct functions functions = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(library_load("libnobodyhas.so.1", symbols, 1, &functions, &error),
                     MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "libnobodyhas.so.1"));
    assert_null(functions.cosine);
}

static void a_function_that_is_missing_is_named_with_its_library(void **state)
{
    (void)state;
    struct functions functions = {0};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(library_load("libm.so.6", symbols, 2, &functions, &error), MAILER_SYSTEM);
    assert_non_null(strstr(error.text, "libm.so.6"));
    assert_non_null(strstr(error.text, "cos_that_nobody_has"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_functions_can_be_called),
        cmocka_unit_test(a_library_that_is_missing_is_named),
        cmocka_unit_test(a_function_that_is_missing_is_named_with_its_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
