/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "password/password.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mailer-test-XXXXXX";
static char file[64];
static struct problem problem;

/* What is found for ann at mail.example. */
static int look(const char *text, mode_t mode, struct secret *secret)
{
    int descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(descriptor, mode), 0);
    close(descriptor);
    *secret = (struct secret){0};
    return password_from_netrc(secret, "mail.example", "ann", &problem);
}

static void gives(const char *text, const char *password)
{
    struct secret secret;
    assert_int_equal(look(text, 0600, &secret), 0);
    if (password == NULL)
        assert_false(secret_is_set(&secret));
    else
        assert_string_equal(secret_is_set(&secret) ? secret.text : "none", password);
    secret_free(&secret);
}

static void the_entry_of_host_and_user_counts(void **state)
{
    (void)state;
    gives("machine mail.example login ann password sesame\n", "sesame");
    gives("machine MAIL.example\n\tlogin ann\n\tpassword sesame", "sesame");
    gives("machine mail.example password sesame", "sesame");
    gives("machine mail.example password \"a \\\"b\\\\ c\" login ann", "a \"b\\ c");
    gives("machine mail.example login ann password #x\n", "#x");
    gives("# machine mail.example password no\nmachine mail.example account a password yes", "yes");
    gives("machine mail.example login bob password no machine mail.example login ann password yes",
          "yes");
    gives("macdef init\nmachine mail.example password no\n\nmachine mail.example password yes\n",
          "yes");
    gives("default login ann password sesame", "sesame");
}

static void what_is_for_others_is_not_taken(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "machine",
        "machine mail.example",
        "machine mail.example password",
        "machine mail.example password \"",
        "machine mail.example.org password no",
        "machine mail.example login bob password no",
        "password no",
        "login ann password no",
        "default password no",
        "default login bob password no",
        "machine mail.example machine other password no",
        "macdef init\nmachine mail.example password no\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        gives(texts[i], NULL);
    unlink(file);
    struct secret secret = {0};
    assert_int_equal(password_from_netrc(&secret, "mail.example", "ann", &problem), 0);
    assert_false(secret_is_set(&secret));
}

static void a_password_that_others_may_read_is_refused(void **state)
{
    (void)state;
    struct secret secret;
    static const char text[] = "machine mail.example password sesame";
    assert_int_equal(look(text, 0640, &secret), EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, "do chmod 600"));
    assert_false(secret_is_set(&secret));
    assert_int_equal(look(text, 0604, &secret), EXIT_CODE_CONFIGURATION);
    assert_int_equal(look("machine other password sesame", 0644, &secret), 0);
}

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(file, sizeof file, "%s/.netrc", folder);
    return setenv("HOME", folder, 1);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(file);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_entry_of_host_and_user_counts),
        cmocka_unit_test(what_is_for_others_is_not_taken),
        cmocka_unit_test(a_password_that_others_may_read_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
