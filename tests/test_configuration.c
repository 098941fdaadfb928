/* SPDX-License-Identifier: ISC */
#include "configuration/configuration.h"
#include "configuration/settings_file.h"
#include "harness/harness.h"
#include "options.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/mailer-test-XXXXXX";
static struct problem problem;
static struct configuration whole;

static const char *path(const char *name)
{
    static char text[200];
    snprintf(text, sizeof text, "%s/%s", folder, name);
    return text;
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *file = fopen(path(name), "w");
    assert_non_null(file);
    assert_int_equal(fputs(text, file) >= 0, 1);
    fclose(file);
    assert_int_equal(chmod(path(name), mode), 0);
}

static int read_layer(enum configuration_layer layer, const char *text)
{
    problem = (struct problem){0};
    write_file("config", text, 0600);
    return configuration_read(&whole, layer, path("config"), true, &send_option_set, &problem);
}

static void refuses(const char *text, const char *words)
{
    assert_int_equal(read_layer(LAYER_USER, text), EXIT_CODE_CONFIGURATION);
    if (strstr(problem.text, words) == NULL)
        assert_string_equal(problem.text, words);
    configuration_free(&whole);
}

static const char *value(const char *account, const char *option)
{
    const struct configuration_entry *entry = configuration_find(&whole, account, option);
    return entry != NULL ? entry->value : NULL;
}

static void the_users_file_is_stronger_than_the_systems(void **state)
{
    (void)state;
    assert_int_equal(read_layer(LAYER_SYSTEM, "[defaults]\nserver = a\ntimeout = 5\n"
                                              "[account \"Work\"]\nuser = ann\n"),
                     0);
    assert_int_equal(read_layer(LAYER_USER, "[defaults]\nserver = b\n[account \"work\"]\n"
                                            "user = bob\nserver = c\n"),
                     0);
    assert_string_equal(value(NULL, "server"), "b");
    assert_string_equal(value(NULL, "timeout"), "5");
    assert_string_equal(value("WORK", "user"), "bob");
    assert_string_equal(value("work", "server"), "c");
    assert_null(value("work", "timeout"));
    assert_null(value("home", "user"));
    assert_non_null(configuration_find_account(&whole, "wORK"));
    assert_null(configuration_find_account(&whole, "home"));
    configuration_free(&whole);
}

static void wrong_settings_are_named_with_file_line_and_key(void **state)
{
    (void)state;
    refuses("server = x\n", "config, line 1: a section comes first");
    refuses("[other]\nserver = x\n", "unknown section \"other\"");
    refuses("[account]\nserver = x\n", "line 2: write [defaults], without a name");
    refuses("[defaults \"x\"]\nserver = x\n", "line 2: write [defaults], without a name");
    refuses("[defaults]\nsever = x\n", "line 2: unknown key \"sever\"; did you mean \"server\"?");
    refuses("[defaults]\nsubject = x\n", "unknown key \"subject\"; keys are");
    refuses("[defaults]\nconfig = x\n", "unknown key \"config\"");
    refuses("[account \"a\"]\naccount = b\n", "the key \"account\" is for [defaults]");
    refuses("[defaults]\nuser = x\n[account \"a\"]\nuser = x\n[defaults]\nuser = y\n",
            "line 6: the key \"user\" was given already, in line 2");
    refuses("include = none\n", "config, line 1: cannot read /");
    refuses("include = config\n", "included in each other");
    assert_int_equal(read_layer(LAYER_USER, "[defaults]\nserver = a\nserver = b\n"), 0);
    assert_int_equal(whole.count, 2);
    configuration_free(&whole);
}

static void an_included_file_stands_in_the_place_of_its_name(void **state)
{
    (void)state;
    write_file("more", "[defaults]\nuser = m\nhelo = m\nca-file = ca.pem\n", 0600);
    assert_int_equal(read_layer(LAYER_USER, "[defaults]\nuser = a\ninclude = more\nhelo = a\n"), 0);
    assert_string_equal(value(NULL, "user"), "m");
    assert_string_equal(value(NULL, "helo"), "a");
    char wanted[200];
    snprintf(wanted, sizeof wanted, "%s/ca.pem", folder);
    assert_string_equal(value(NULL, "ca-file"), wanted);
    assert_int_equal(whole.files.count, 2);
    configuration_free(&whole);
    setenv("HOME", "/srv/ann", 1);
    assert_int_equal(read_layer(LAYER_USER, "[defaults]\nca-file = ~/x\nclient-cert = /y\n"), 0);
    assert_string_equal(value(NULL, "ca-file"), "/srv/ann/x");
    assert_string_equal(value(NULL, "client-cert"), "/y");
    configuration_free(&whole);
}

static void refuses_file(const char *name, bool must_exist, const char *words)
{
    problem = (struct problem){0};
    assert_int_equal(
        configuration_read(&whole, LAYER_USER, path(name), must_exist, &send_option_set, &problem),
        EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, words));
    configuration_free(&whole);
}

static void files_that_others_could_have_written_are_refused(void **state)
{
    (void)state;
    write_file("config", "[defaults]\nuser = x\n", 0660);
    refuses_file("config", false, "do chmod go-w");
    write_file("config", "[defaults]\nuser = x\n", 0606);
    refuses_file("config", false, "do chmod go-w");
    assert_int_equal(mkdir(path("open"), 0700), 0);
    assert_int_equal(chmod(path("open"), 0777), 0);
    write_file("open/config", "[defaults]\nuser = x\n", 0600);
    refuses_file("open/config", false, "its folder");
    unlink(path("open/config"));
    rmdir(path("open"));
    if (geteuid() != 0)
        return;
    write_file("config", "[defaults]\nuser = x\n", 0600);
    assert_int_equal(chown(path("config"), 12345, 0), 0);
    refuses_file("config", false, "belongs to another user");
    unlink(path("config"));
}

static void what_is_no_file_of_settings_is_refused(void **state)
{
    (void)state;
    refuses_file("", true, "it is no file");
    assert_int_equal(mkfifo(path("fifo"), 0600), 0);
    refuses_file("fifo", false, "it is no file");
    unlink(path("fifo"));
    write_file("config", "", 0600);
    assert_int_equal(truncate(path("config"), SETTINGS_FILE_LIMIT + 1), 0);
    refuses_file("config", false, "larger than the 1 MiB");
    assert_int_equal(truncate(path("config"), SETTINGS_FILE_LIMIT), 0);
    refuses_file("config", false, "line 1: it is too long");
    refuses_file("none", true, "No such file");
    assert_int_equal(
        configuration_read(&whole, LAYER_USER, path("none"), false, &send_option_set, &problem), 0);
    assert_int_equal(whole.files.count, 0);
    configuration_free(&whole);
}

static void a_secret_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const char *const secrets[] = {
        "password = sesame",
        "proxy = socks5://ann:sesame@proxy.example.org",
        "server = smtp://ann:sesame@mail.example.org",
    };
    char text[200];
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        snprintf(text, sizeof text, "[defaults]\n%s\n", secrets[i]);
        write_file("config", text, 0644);
        refuses_file("config", false, "do chmod 600");
        assert_null(strstr(problem.text, "sesame"));
        write_file("config", text, 0604);
        refuses_file("config", false, "do chmod 600");
        assert_int_equal(read_layer(LAYER_USER, text), 0);
        configuration_free(&whole);
    }
    write_file("config", "[defaults]\nproxy = socks5://proxy:1080\nserver = smtp://a@b:25\n", 0644);
    problem = (struct problem){0};
    assert_int_equal(
        configuration_read(&whole, LAYER_USER, path("config"), true, &send_option_set, &problem),
        0);
    configuration_free(&whole);
}

static const char *account_of(const char *mailbox)
{
    const struct configuration_entry *entry = configuration_account_of(&whole, mailbox);
    return entry != NULL ? entry->account : "none";
}

static void an_account_is_found_by_its_address_then_by_its_domain(void **state)
{
    (void)state;
    assert_int_equal(read_layer(LAYER_USER,
                                "[account \"work\"]\nfrom = Ann <ann@work.example>\n"
                                "[account \"root\"]\nfrom = root@work.example\n"
                                "[account \"home\"]\nuser = ann@home.example\n"
                                "[account \"odd\"]\nfrom = ann\nuser = x@odd.example\n"),
                     0);
    assert_string_equal(account_of("ANN@work.example"), "work");
    assert_string_equal(account_of("Root <root@work.example>"), "root");
    assert_string_equal(account_of("bob@work.example"), "none");
    assert_string_equal(account_of("bob@Home.example"), "home");
    assert_string_equal(account_of("x@odd.example"), "none");
    assert_string_equal(account_of("ann"), "none");
    assert_string_equal(account_of(""), "none");
    configuration_free(&whole);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path("config"));
    unlink(path("more"));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_users_file_is_stronger_than_the_systems),
        cmocka_unit_test(wrong_settings_are_named_with_file_line_and_key),
        cmocka_unit_test(an_included_file_stands_in_the_place_of_its_name),
        cmocka_unit_test(files_that_others_could_have_written_are_refused),
        cmocka_unit_test(what_is_no_file_of_settings_is_refused),
        cmocka_unit_test(a_secret_that_others_may_read_is_refused),
        cmocka_unit_test(an_account_is_found_by_its_address_then_by_its_domain),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
