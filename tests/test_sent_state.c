/* SPDX-License-Identifier: ISC */
#include "harness/read_public.h"
#include "sent_state.h"

#include <fcntl.h>
#include <sys/stat.h>

static char directory[] = "/tmp/mailer-test-XXXXXX";

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL || chdir(directory) != 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink("state");
    unlink("other");
    return chdir("/") != 0 || rmdir(directory) != 0;
}

static void put(const char *file, const char *text)
{
    FILE *out = fopen(file, "w");
    fputs(text, out);
    fclose(out);
}

static struct mailer_message *sealed(const char *text)
{
    struct mailer_message *message = new_message();
    mailer_message_set_text(message, text, NULL);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    return message;
}

static void assert_compared(const char *text, int expected, bool expected_same)
{
    struct problem problem = {0};
    struct sent_state now;
    struct mailer_message *message = sealed(text);
    bool is_same = !expected_same;
    assert_int_equal(sent_state_compare(&now, "state", message, &is_same, &problem), expected);
    assert_true(is_same == expected_same);
    mailer_message_free(message);
}

static void only_what_was_kept_is_the_same(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct sent_state now;
    struct stat status;
    bool is_same;
    struct mailer_message *message = sealed("One.\n");
    assert_int_equal(sent_state_compare(&now, "state", message, &is_same, &problem), 0);
    assert_false(is_same);
    assert_int_equal(access("state", F_OK), -1);
    assert_int_equal(sent_state_keep(&now, "state", &problem), 0);
    assert_int_equal(stat("state", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    mailer_message_free(message);
    assert_compared("One.\n", 0, true);
    assert_compared("Two.\n", 0, false);
}

static void files_of_others_are_left_alone(void **state)
{
    (void)state;
    put("state", "[server]\n");
    assert_compared("One.\n", EXIT_CODE_INPUT, false);
    put("state", "");
    assert_compared("One.\n", 0, false);
    put("state", "sha256:0000\n");
    assert_compared("One.\n", 0, false);
    unlink("state");
    put("other", "");
    assert_int_equal(symlink("other", "state"), 0);
    assert_compared("One.\n", EXIT_CODE_INPUT, false);
    unlink("state");
    assert_int_equal(mkfifo("state", 0600), 0);
    assert_compared("One.\n", EXIT_CODE_INPUT, false);
    unlink("state");
}

static void what_cannot_be_written_is_known_in_time(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct sent_state now;
    bool is_same;
    struct mailer_message *message = sealed("One.\n");
    assert_int_equal(sent_state_compare(&now, "none/state", message, &is_same, &problem),
                     EXIT_CODE_CREATE);
    assert_int_equal(sent_state_keep(&(struct sent_state){"sha256:"}, "none/state", &problem),
                     EXIT_CODE_CREATE);
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_kept_is_the_same),
        cmocka_unit_test(files_of_others_are_left_alone),
        cmocka_unit_test(what_cannot_be_written_is_known_in_time),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
