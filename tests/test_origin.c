/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"
#include "origin.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a session of its own a process has no terminal; its exit status is the test's outcome. */
static int without_terminal(const char *header)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setsid();
        struct text_list headers = {0};
        struct problem problem = {0};
        struct mailer_message *message = NULL;
        if (origin_has_terminal() || mailer_message_new(&message, NULL) != 0 ||
            mailer_message_set_from(message, "ann@example.org", NULL) != 0 ||
            (header != NULL && text_list_add(&headers, header, &problem) != 0))
            _exit(100);
        origin_mark(message, &headers, NULL);
        FILE *file = tmpfile();
        char octets[1024] = "";
        if (mailer_message_seal(message, NULL) != 0 || file == NULL ||
            mailer_message_write(message, MAILER_WIRE_7BIT, fileno(file), NULL) != 0)
            _exit(101);
        rewind(file);
        size_t size = fread(octets, 1, sizeof octets - 1, file);
        octets[size] = '\0';
        _exit(strstr(octets, "\r\nAuto-Submitted: auto-generated\r\n") != NULL);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void mail_of_a_process_without_a_terminal_says_so(void **state)
{
    (void)state;
    assert_int_equal(without_terminal(NULL), 1);
    assert_int_equal(without_terminal("X-Auto-Submitted: no"), 1);
}

static void what_a_header_says_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(without_terminal("Auto-Submitted: no"), 0);
    assert_int_equal(without_terminal("auto-submitted: auto-replied"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_of_a_process_without_a_terminal_says_so),
        cmocka_unit_test(what_a_header_says_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
