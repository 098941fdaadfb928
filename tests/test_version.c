/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include <mailer/version.h>

#include <stdio.h>

static void the_library_and_its_header_agree(void **state)
{
    (void)state;
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", MAILER_VERSION_MAJOR, MAILER_VERSION_MINOR,
             MAILER_VERSION_PATCH);
    assert_string_equal(MAILER_VERSION, version);
    assert_string_equal(mailer_version(), version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_and_its_header_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
