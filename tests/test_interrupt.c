/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "interrupt.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_signal_is_noted_and_ends_nothing(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    static const char *const names[] = {"SIGINT", "SIGTERM", "SIGHUP"};
    for (size_t i = 0; i < 3; i++) {
        interrupt_catch();
        assert_int_equal(interrupt_number(), 0);
        raise(numbers[i]);
        assert_int_equal(interrupt_number(), numbers[i]);
        assert_string_equal(interrupt_name(numbers[i]), names[i]);
        interrupt_release();
    }
    assert_string_equal(interrupt_name(SIGUSR2), "a signal");
}

static void what_is_ignored_stays_ignored(void **state)
{
    (void)state;
    signal(SIGHUP, SIG_IGN);
    interrupt_catch();
    raise(SIGHUP);
    assert_int_equal(interrupt_number(), 0);
    interrupt_release();
    assert_ptr_equal(signal(SIGHUP, SIG_DFL), SIG_IGN);
}

/* How a process ends that gets a signal so often, caught, and once more when it is released. */
static int end_of(size_t times, bool released)
{
    pid_t child = fork();
    if (child == 0) {
        interrupt_catch();
        for (size_t i = 0; i < times; i++)
            raise(SIGINT);
        interrupt_release();
        if (released)
            raise(SIGINT);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void a_third_signal_is_obeyed_and_so_is_one_afterwards(void **state)
{
    (void)state;
    assert_int_equal(end_of(2, false), 0);
    assert_int_equal(end_of(3, false), SIGINT);
    assert_int_equal(end_of(0, true), SIGINT);
}

static void a_question_is_taken_once(void **state)
{
    (void)state;
    interrupt_catch_question();
    assert_false(interrupt_take_question());
    raise(SIGUSR1);
    assert_true(interrupt_take_question());
    assert_false(interrupt_take_question());
    signal(SIGUSR1, SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_is_noted_and_ends_nothing),
        cmocka_unit_test(what_is_ignored_stays_ignored),
        cmocka_unit_test(a_third_signal_is_obeyed_and_so_is_one_afterwards),
        cmocka_unit_test(a_question_is_taken_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
