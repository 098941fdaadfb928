/* SPDX-License-Identifier: ISC */
#include "environment.h"
#include "harness/harness.h"
#include "options.h"

static void forget_variables(void)
{
    for (size_t i = 0; i < send_option_set.count; i++) {
        char name[ENVIRONMENT_NAME_SIZE];
        if (send_option_set.options[i].name == NULL)
            continue;
        environment_name(&send_option_set.options[i], name);
        unsetenv(name);
    }
}

static int read_options(struct send_options *options, struct problem *problem, char *first,
                        char *second)
{
    char *words[] = {first, second, NULL};
    *options = send_options_empty();
    *problem = (struct problem){0};
    return send_options_read(options, first == NULL ? 0 : 2, words, problem);
}

static int set_up(void **state)
{
    (void)state;
    forget_variables();
    return 0;
}

static void names_are_those_of_the_options(void **state)
{
    (void)state;
    char name[ENVIRONMENT_NAME_SIZE];
    environment_name(&(struct option){.name = "ca-file"}, name);
    assert_string_equal(name, "MAILER_CA_FILE");
    environment_name(&(struct option){.name = "server"}, name);
    assert_string_equal(name, "MAILER_SERVER");
}

static void a_variable_stands_for_an_option_that_is_not_given(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    setenv("MAILER_SERVER", "one", 1);
    setenv("MAILER_TIMEOUT", "7", 1);
    setenv("MAILER_TLS", "off", 1);
    setenv("MAILER_FROM", "", 1);
    assert_int_equal(read_options(&options, &problem, NULL, NULL), 0);
    assert_string_equal(options.servers.items[0], "one");
    assert_int_equal(options.timeout_seconds, 7);
    assert_int_equal(options.tls, TLS_OFF);
    assert_null(options.from);
    send_options_free(&options);
    assert_int_equal(read_options(&options, &problem, (char *)"--server", (char *)"two"), 0);
    assert_int_equal(options.servers.count, 1);
    assert_string_equal(options.servers.items[0], "two");
    send_options_free(&options);
}

static void a_bad_variable_is_a_matter_of_configuration(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    setenv("MAILER_TIMEOUT", "soon", 1);
    assert_int_equal(read_options(&options, &problem, NULL, NULL), EXIT_CODE_CONFIGURATION);
    assert_int_equal(problem.exit_code, EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, "MAILER_TIMEOUT"));
    send_options_free(&options);
    assert_int_equal(read_options(&options, &problem, (char *)"--timeout", (char *)"5"), 0);
    send_options_free(&options);
}

static void a_password_leaves_the_environment(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    char *variable = harness_exact("MAILER_PASSWORD=sesame", sizeof "MAILER_PASSWORD=sesame");
    assert_int_equal(putenv(variable), 0);
    assert_int_equal(read_options(&options, &problem, NULL, NULL), 0);
    assert_string_equal(options.password.text, "sesame");
    assert_null(getenv("MAILER_PASSWORD"));
    assert_string_equal(variable, "MAILER_PASSWORD=");
    send_options_free(&options);
    free(variable);
}

static void a_password_that_is_not_used_leaves_the_environment_too(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    char *variable = harness_exact("MAILER_PASSWORD=sesame", sizeof "MAILER_PASSWORD=sesame");
    assert_int_equal(putenv(variable), 0);
    assert_int_equal(read_options(&options, &problem, (char *)"--password-file", (char *)"f"), 0);
    assert_null(getenv("MAILER_PASSWORD"));
    assert_string_equal(variable, "MAILER_PASSWORD=");
    send_options_free(&options);
    free(variable);
}

static void a_password_of_the_command_line_shadows_the_environment(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    setenv("MAILER_PASSWORD", "sesame", 1);
    setenv("MAILER_PASSWORD_COMMAND", "echo x", 1);
    assert_int_equal(read_options(&options, &problem, (char *)"--password-file", (char *)"f"), 0);
    assert_false(secret_is_set(&options.password));
    assert_null(options.password_command);
    assert_string_equal(options.password_file, "f");
    assert_null(getenv("MAILER_PASSWORD"));
    send_options_free(&options);
}

static void two_passwords_in_the_environment_contradict(void **state)
{
    (void)state;
    struct send_options options;
    struct problem problem;
    setenv("MAILER_PASSWORD", "sesame", 1);
    setenv("MAILER_PASSWORD_FILE", "f", 1);
    assert_int_equal(read_options(&options, &problem, NULL, NULL), EXIT_CODE_CONFIGURATION);
    assert_null(getenv("MAILER_PASSWORD"));
    assert_null(strstr(problem.text, "sesame"));
    send_options_free(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_are_those_of_the_options, set_up),
        cmocka_unit_test_setup(a_variable_stands_for_an_option_that_is_not_given, set_up),
        cmocka_unit_test_setup(a_bad_variable_is_a_matter_of_configuration, set_up),
        cmocka_unit_test_setup(a_password_leaves_the_environment, set_up),
        cmocka_unit_test_setup(a_password_that_is_not_used_leaves_the_environment_too, set_up),
        cmocka_unit_test_setup(a_password_of_the_command_line_shadows_the_environment, set_up),
        cmocka_unit_test_setup(two_passwords_in_the_environment_contradict, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
