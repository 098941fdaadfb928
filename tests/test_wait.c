/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "clock.h"
#include "wait.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static void events_of_one_descriptor_are_joined(void **state)
{
    (void)state;
    struct net_wait wait = net_wait_nothing();
    net_wait_add(&wait, 3, POLLIN);
    net_wait_add(&wait, 4, POLLOUT);
    net_wait_add(&wait, 3, POLLOUT);
    assert_int_equal(wait.count, 2);
    assert_int_equal(wait.descriptors[0].fd, 3);
    assert_int_equal(wait.descriptors[0].events, POLLIN | POLLOUT);
    assert_int_equal(wait.descriptors[1].events, POLLOUT);
}

static void descriptors_past_the_limit_are_left_out(void **state)
{
    (void)state;
    struct net_wait wait = net_wait_nothing();
    for (int i = 0; i < NET_WAIT_DESCRIPTORS + 5; i++)
        net_wait_add(&wait, i, POLLIN);
    assert_int_equal(wait.count, NET_WAIT_DESCRIPTORS);
    net_wait_add(&wait, 0, POLLOUT);
    assert_int_equal(wait.descriptors[0].events, POLLIN | POLLOUT);
}

static void the_earliest_deadline_counts(void **state)
{
    (void)state;
    struct net_wait wait = net_wait_nothing();
    assert_true(wait.deadline == INT64_MAX);
    net_wait_until(&wait, 200);
    net_wait_until(&wait, 100);
    net_wait_until(&wait, 300);
    assert_true(wait.deadline == 100);
}

static void waiting_ends_with_a_ready_descriptor_or_the_deadline(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct net_wait wait = net_wait_nothing();
    net_wait_add(&wait, ends[0], POLLIN);
    net_wait_until(&wait, clock_milliseconds() + 5);
    int64_t start = clock_milliseconds();
    assert_int_equal(net_wait_poll(&wait, NULL), 0);
    assert_true(clock_milliseconds() - start >= 4);
    assert_int_equal(wait.descriptors[0].revents, 0);

    wait.deadline = INT64_MAX;
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(net_wait_poll(&wait, NULL), 0);
    assert_int_equal(wait.descriptors[0].revents, POLLIN);

    wait.deadline = INT64_MIN / 2;
    assert_int_equal(net_wait_poll(&wait, NULL), 0);
    close(ends[0]);
    close(ends[1]);
}

static void nothing(int number)
{
    (void)number;
}

static void a_signal_is_no_error(void **state)
{
    (void)state;
    struct sigaction action = {.sa_handler = nothing};
    sigaction(SIGALRM, &action, NULL);
    const struct itimerval soon = {.it_value = {.tv_usec = 10000}};
    setitimer(ITIMER_REAL, &soon, NULL);
    struct net_wait wait = net_wait_nothing();
    int64_t start = clock_milliseconds();
    net_wait_until(&wait, start + 10000);
    assert_int_equal(net_wait_poll(&wait, NULL), 0);
    assert_true(clock_milliseconds() - start < 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_of_one_descriptor_are_joined),
        cmocka_unit_test(descriptors_past_the_limit_are_left_out),
        cmocka_unit_test(the_earliest_deadline_counts),
        cmocka_unit_test(waiting_ends_with_a_ready_descriptor_or_the_deadline),
        cmocka_unit_test(a_signal_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
