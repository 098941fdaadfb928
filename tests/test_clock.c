/* SPDX-License-Identifier: ISC */
#include "clock.h"
#include "harness/harness.h"

#include <time.h>

static void it_goes_forward_by_milliseconds(void **state)
{
    (void)state;
    int64_t start = clock_milliseconds();
    nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
    int64_t passed = clock_milliseconds() - start;
    /* Both readings are cut to whole milliseconds; a busy machine may sleep longer. */
    assert_in_range(passed, 19, 10 * 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_goes_forward_by_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
