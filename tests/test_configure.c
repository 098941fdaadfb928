/* SPDX-License-Identifier: ISC */
#include "configuration/configure.h"
#include "environment.h"
#include "harness/harness.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mailer-test-XXXXXX";
static char file[64];
static struct problem problem;
static struct send_options options;

static void write_file(const char *text)
{
    FILE *out = fopen(file, "w");
    assert_non_null(out);
    assert_int_equal(fputs(text, out) >= 0, 1);
    fclose(out);
    assert_int_equal(chmod(file, 0600), 0);
}

/* Reads the options with that file, and up to four words more. */
static int read_options(const char *text, char *one, char *two, char *three, char *four)
{
    char *words[] = {(char *)"--config", file, one, two, three, four, NULL};
    int count = 2;
    while (words[count] != NULL)
        count++;
    write_file(text);
    options = send_options_empty();
    problem = (struct problem){0};
    return send_options_read(&options, count, words, &problem);
}

#define READ0(text)       read_options(text, NULL, NULL, NULL, NULL)
#define READ2(text, a, b) read_options(text, (char *)(a), (char *)(b), NULL, NULL)
#define READ4(text, a, b, c, d)                                                                    \
    read_options(text, (char *)(a), (char *)(b), (char *)(c), (char *)(d))

static const char accounts[] = "[defaults]\n"
                               "account = home\n"
                               "timeout = 9\n"
                               "user = nobody\n"
                               "[account \"home\"]\n"
                               "from = ann@home.example\n"
                               "server = mail.home.example\n"
                               "server = mail2.home.example\n"
                               "user = home-ann\n"
                               "password = home-sesame\n"
                               "[account \"work\"]\n"
                               "from = ann@work.example\n"
                               "server = mail.work.example\n"
                               "password-command = pass work\n"
                               "timeout = 7\n";

static void the_account_of_the_defaults_is_taken(void **state)
{
    (void)state;
    assert_int_equal(READ0(accounts), 0);
    assert_string_equal(options.from, "ann@home.example");
    assert_int_equal(options.servers.count, 2);
    assert_string_equal(options.servers.items[1], "mail2.home.example");
    assert_string_equal(options.user, "home-ann");
    assert_string_equal(options.password.text, "home-sesame");
    assert_int_equal(options.timeout_seconds, 9);
    for (size_t i = 0; i < options.configuration.count; i++)
        assert_null(strstr(options.configuration.entries[i].value, "sesame"));
    send_options_free(&options);
}

static void an_account_is_chosen_by_name_or_sender(void **state)
{
    (void)state;
    static const char *const choices[][2] = {
        {"--account", "WORK"}, {"--from", "Ann <Ann@work.example>"}, {"-f", "root@work.example"}};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(READ2(accounts, choices[i][0], choices[i][1]), 0);
        assert_string_equal(options.servers.items[0], "mail.work.example");
        assert_int_equal(options.servers.count, 1);
        assert_int_equal(options.timeout_seconds, 7);
        assert_string_equal(options.password_command, "pass work");
        assert_false(secret_is_set(&options.password));
        assert_string_equal(options.user, "nobody");
        send_options_free(&options);
    }
    assert_int_equal(READ2(accounts, "--account", "none"), EXIT_CODE_CONFIGURATION);
    assert_string_equal(problem.text, "there is no account \"none\"; there are: home, work");
    send_options_free(&options);
    assert_int_equal(READ0("[defaults]\naccount = x\n"), EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, "line 2: there is no account \"x\" in the configuration"));
    send_options_free(&options);
}

static void options_and_variables_are_stronger(void **state)
{
    (void)state;
    setenv("MAILER_TIMEOUT", "5", 1);
    setenv("MAILER_USER", "from-environment", 1);
    assert_int_equal(READ4(accounts, "--user", "ann", "--password-file", "f"), 0);
    assert_string_equal(options.user, "ann");
    assert_string_equal(options.password_file, "f");
    assert_false(secret_is_set(&options.password));
    assert_int_equal(options.timeout_seconds, 5);
    send_options_free(&options);
    char setting[] = "user=by-setting";
    assert_int_equal(READ2(accounts, "-S", setting), 0);
    assert_string_equal(options.user, "by-setting");
    send_options_free(&options);
    unsetenv("MAILER_USER");
    unsetenv("MAILER_TIMEOUT");
    setenv("MAILER_ACCOUNT", "work", 1);
    assert_int_equal(READ0(accounts), 0);
    assert_string_equal(options.from, "ann@work.example");
    send_options_free(&options);
    /* A server of the command line is told a login only if the account is named there, too. */
    assert_int_equal(READ2(accounts, "--server", "elsewhere.example"), 0);
    assert_null(options.password_command);
    assert_null(options.user);
    send_options_free(&options);
    assert_int_equal(READ4(accounts, "--server", "elsewhere.example", "--account", "work"), 0);
    assert_string_equal(options.password_command, "pass work");
    send_options_free(&options);
    unsetenv("MAILER_ACCOUNT");
}

static void another_server_is_not_told_an_accounts_login(void **state)
{
    (void)state;
    assert_int_equal(READ2(accounts, "--server", "evil.example"), 0);
    assert_null(options.user);
    assert_null(options.from);
    assert_false(secret_is_set(&options.password));
    assert_int_equal(options.timeout_seconds, 9);
    send_options_free(&options);
    assert_int_equal(READ4(accounts, "--server", "other.example", "--account", "home"), 0);
    assert_string_equal(options.password.text, "home-sesame");
    assert_int_equal(options.servers.count, 1);
    send_options_free(&options);
}

static void wrong_values_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[defaults]\ntimeout = soon\n", "line 2: timeout takes a number"},
        {"[defaults]\ntimeout = 99999999999999999999\n", "line 2: timeout takes a number"},
        {"[defaults]\ntls = maybe\n", "line 2: tls takes required|implicit"},
        {"[defaults]\npassword-file = a\npassword-command = b\n",
         "line 3: password-command and password-file exclude each other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(READ0(cases[i].text), EXIT_CODE_CONFIGURATION);
        assert_int_equal(problem.exit_code, EXIT_CODE_CONFIGURATION);
        if (strstr(problem.text, cases[i].words) == NULL)
            assert_string_equal(problem.text, cases[i].words);
        send_options_free(&options);
    }
    /* A stronger one of the group is no contradiction. */
    assert_int_equal(READ0("[defaults]\naccount = a\npassword-file = b\n"
                           "[account \"a\"]\npassword-command = c\n"),
                     0);
    assert_string_equal(options.password_command, "c");
    assert_null(options.password_file);
    send_options_free(&options);
}

static void help_does_not_look_at_the_files(void **state)
{
    (void)state;
    assert_int_equal(READ2("nonsense", "--help", NULL), 0);
    send_options_free(&options);
}

static void the_users_file_is_where_it_is_expected(void **state)
{
    (void)state;
    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", "/srv/ann", 1);
    char *path = configure_user_file();
    assert_string_equal(path, "/srv/ann/.config/mailer/config");
    free(path);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    path = configure_user_file();
    assert_string_equal(path, "/srv/ann/.config/mailer/config");
    free(path);
    setenv("XDG_CONFIG_HOME", "/x", 1);
    path = configure_user_file();
    assert_string_equal(path, "/x/mailer/config");
    free(path);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_null(configure_user_file());
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < send_option_set.count; i++) {
        char name[ENVIRONMENT_NAME_SIZE];
        if (send_option_set.options[i].name == NULL)
            continue;
        environment_name(&send_option_set.options[i], name);
        unsetenv(name);
    }
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(file, sizeof file, "%s/config", folder);
    return 0;
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
        cmocka_unit_test(the_account_of_the_defaults_is_taken),
        cmocka_unit_test(an_account_is_chosen_by_name_or_sender),
        cmocka_unit_test(options_and_variables_are_stronger),
        cmocka_unit_test(another_server_is_not_told_an_accounts_login),
        cmocka_unit_test(wrong_values_are_named_with_their_line),
        cmocka_unit_test(help_does_not_look_at_the_files),
        cmocka_unit_test(the_users_file_is_where_it_is_expected),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
