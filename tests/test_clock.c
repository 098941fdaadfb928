/* SPDX-License-Identifier: ISC */
#include "clock.h"
#include "harness/harness.h"

#include <time.h>

static void it_goes_forward_by_milliseconds(void **state)
{
    (void)state;
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int64_t before = clock_milliseconds();
    const struct timespec pause = {0, 20 * 1000 * 1000};
    nanosleep(&pause, NULL);
    int64_t after = clock_milliseconds();
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t most = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000 + 1;
    assert_true(after - before >= 19);
    assert_true(after - before <= most);
    for (size_t i = 0; i < 10000; i++) {
        int64_t now = clock_milliseconds();
        assert_true(now >= after);
        after = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_goes_forward_by_milliseconds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
