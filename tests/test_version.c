/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include <mailer/version.h>
#include <stdio.h>

static void the_version_is_that_of_the_header(void **state)
{
    (void)state;
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", MAILER_VERSION_MAJOR, MAILER_VERSION_MINOR,
             MAILER_VERSION_PATCH);
    assert_string_equal(mailer_version(), version);
    assert_string_equal(MAILER_VERSION, version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_version_is_that_of_the_header)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
