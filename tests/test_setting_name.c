/* SPDX-License-Identifier: ISC */
#include "configuration/setting_name.h"
#include "harness/harness.h"

static struct problem problem;

static void gives(const char *text, const char *key, const char *value)
{
    char *exact = harness_exact(text, strlen(text) + 1);
    struct setting_value setting;
    problem = (struct problem){0};
    assert_int_equal(setting_name_read(exact, &setting, &problem), 0);
    if (key == NULL) {
        assert_null(setting.option);
    } else {
        assert_non_null(setting.option);
        assert_string_equal(setting.option->name, key);
        assert_string_equal(setting.value, value);
    }
    free(exact);
}

static void refuses(const char *text, const char *words)
{
    char *exact = harness_exact(text, strlen(text) + 1);
    struct setting_value setting;
    assert_int_equal(setting_name_read(exact, &setting, &problem), EXIT_CODE_USAGE);
    if (strstr(problem.text, words) == NULL)
        assert_string_equal(problem.text, words);
    free(exact);
}

static void our_keys_are_known(void **state)
{
    (void)state;
    gives("user=ann", "user", "ann");
    gives("server=smtp://a=b", "server", "smtp://a=b");
    gives("tls-verify=no", "tls-verify", "no");
}

static void names_of_s_nail_are_known(void **state)
{
    (void)state;
    gives("from=Ann <a@b.example>", "from", "Ann <a@b.example>");
    gives("mta=smtps://ann@mail.example.org", "server", "smtps://ann@mail.example.org");
    gives("mta=submission://ann@mail.example.org:1", "server", "smtp://ann@mail.example.org:1");
    gives("mta=submissions://mail.example.org", "server", "smtps://mail.example.org");
    gives("smtp=mail.example.org:587", "server", "mail.example.org:587");
    gives("smtp-auth=login", "auth", "login");
    gives("smtp-auth=none", NULL, NULL);
    gives("smtp-auth-user=ann", "user", "ann");
    gives("smtp-auth-password=a=b", "password", "a=b");
    gives("smtp-use-starttls", "tls", "required");
    gives("smtp-use-starttls=yes", "tls", "required");
    gives("tls-verify=strict", "tls-verify", "yes");
    gives("ssl-verify=ignore", "tls-verify", "no");
    gives("v15-compat", NULL, NULL);
    gives("v15-compat=yes", NULL, NULL);
}

static void what_means_nothing_here_is_refused(void **state)
{
    (void)state;
    refuses("sever=x", "did you mean server?");
    refuses("folder=x", "unknown key \"folder\"");
    refuses("subject=x", "unknown key");
    refuses("", "unknown key");
    refuses("user", "needs a value");
    refuses("user=", "needs a value");
    refuses("mta=/usr/sbin/sendmail", "is not to be had here");
    refuses("mta=file:///x", "is not to be had here");
    refuses("ssl-verify=ask", "is not to be had here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_keys_are_known),
        cmocka_unit_test(names_of_s_nail_are_known),
        cmocka_unit_test(what_means_nothing_here_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
