/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "recipients.h"
#include "sender.h"

#include <mailer/message.h>

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

static void assert_from(const struct send_options *options, const char *url, const char *expected)
{
    struct server_address address = server_address_of(url);
    struct problem problem = {0};
    char *from = NULL;
    int result = sender_choose(options, &address, &from, &problem);
    if (expected == NULL) {
        assert_int_equal(result, EXIT_CODE_USAGE);
        assert_non_null(strstr(problem.text, "-r"));
        assert_null(from);
    } else {
        assert_int_equal(result, 0);
        assert_string_equal(from, expected);
    }
    free(from);
}

static void the_sender_is_who_is_named_first(void **state)
{
    (void)state;
    setenv("LOGNAME", "tester", 1);
    struct send_options options = send_options_empty();
    assert_from(&options, "127.0.0.1:1025", "\"tester\"@localhost");
    assert_from(&options, "", "\"tester\"@localhost");
    setenv("LOGNAME", "DOMAIN\\tester", 1);
    assert_from(&options, "", "\"DOMAIN\\\\tester\"@localhost");
    assert_from(&options, "smtp.example.org", NULL);
    options.user = "ann";
    assert_from(&options, "smtp.example.org", NULL);
    options.user = "ann@example.org";
    assert_from(&options, "smtp.example.org", "ann@example.org");
    assert_from(&options, "127.0.0.1", "ann@example.org");
    options.envelope_sender = "bounce@example.org";
    assert_from(&options, "smtp.example.org", "bounce@example.org");
    options.envelope_sender = "";
    assert_from(&options, "smtp.example.org", "ann@example.org");
    options.envelope_sender = "<>";
    assert_from(&options, "smtp.example.org", "ann@example.org");
    options.from = "Bob <bob@example.org>";
    assert_from(&options, "smtp.example.org", "Bob <bob@example.org>");
}

static void a_domain_makes_the_login_name_an_address(void **state)
{
    (void)state;
    setenv("LOGNAME", "tester", 1);
    struct send_options options = send_options_empty();
    options.domain = "example.org"; /* the library puts it behind */
    assert_from(&options, "smtp.example.org", "\"tester\"");
    assert_from(&options, "localhost", "\"tester\"");
    options.full_name = "Tester";
    assert_from(&options, "smtp.example.org", "\"Tester\" <\"tester\">");
    options.user = "ann@example.org";
    options.full_name = NULL;
    assert_from(&options, "smtp.example.org", "ann@example.org");
}

static void a_full_name_is_quoted_and_takes_the_place_of_another(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    options.from = "bob@example.org";
    options.full_name = "Bob \"the\\B\", Jr.";
    assert_from(&options, "x", "\"Bob \\\"the\\\\B\\\", Jr.\" <bob@example.org>");
    options.from = "Old <bob@example.org>";
    options.full_name = "New";
    assert_from(&options, "x", "\"New\" <bob@example.org>");
}

static void the_login_name_is_found_without_the_environment(void **state)
{
    (void)state;
    unsetenv("LOGNAME");
    setenv("USER", "other", 1);
    struct send_options options = send_options_empty();
    assert_from(&options, "localhost", "\"other\"@localhost");
    unsetenv("USER");
    const struct passwd *entry = getpwuid(getuid());
    if (entry == NULL) {
        assert_from(&options, "localhost", NULL);
    } else {
        char expected[300];
        snprintf(expected, sizeof expected, "\"%s\"@localhost", entry->pw_name);
        assert_from(&options, "localhost", expected);
    }
}

static void what_is_no_mail_address_is_no_recipient(void **state)
{
    (void)state;
    static const char *const good[] = {
        "ann@example.org",
        "Ann <ann@example.org>",
        "a@x, b@y",
        "\"Doe, /J|n\" <a@x>",
        "\"\\\", /x\" <a@x>",
        "a|b@x",
        "a/b@x",
        "-x@y",
        "check",
        "mail@to",
        "",
    };
    static const char *const bad[] = {
        "|cmd", "/file", " |cmd", "</file>", "a@x, |cmd", "a@x,/file", "\"a\",|b",
    };
    struct problem problem = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(recipients_check(good[i], &problem), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(recipients_check(bad[i], &problem), EXIT_CODE_USAGE);
}

static void somebody_must_be_written_to(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    struct problem problem = {0};
    assert_int_equal(recipients_check_options(&options, &problem), EXIT_CODE_USAGE);
    options.message_file = "-";
    assert_int_equal(recipients_check_options(&options, &problem), EXIT_CODE_USAGE);
    assert_non_null(strstr(problem.text, "give -t"));
    const char *only_bcc[] = {"ann@example.org"};
    options.bcc = (struct text_list){only_bcc, 1};
    assert_int_equal(recipients_check_options(&options, &problem), 0);
    const char *command[] = {"|cmd"};
    options.to = (struct text_list){command, 1};
    assert_int_equal(recipients_check_options(&options, &problem), EXIT_CODE_USAGE);
}

static int check_domains(const char *sender, const char *recipient, const char *url,
                         struct problem *problem)
{
    struct mailer_message *message = NULL;
    struct server_address address =
        url != NULL ? server_address_of(url) : (struct server_address){.has_user = false};
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    mailer_message_set_from(message, "ann@x.test", NULL);
    mailer_message_set_envelope_sender(message, sender, NULL);
    mailer_message_add_to(message, "bob@x.test", NULL);
    mailer_message_add_bcc(message, recipient, NULL);
    mailer_message_set_text(message, "x", NULL);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    int result = recipients_check_domains(message, url, &address, problem);
    mailer_message_free(message);
    return result;
}

static void users_of_another_machine_need_a_domain(void **state)
{
    (void)state;
    static const char *const near[] = {"smtp://127.0.0.1",      "localhost:25",
                                       "lmtp://mail.x.test:24", "lmtp+unix:/run/x",
                                       "smtp+unix:/run/x",      NULL};
    static const char *const far[] = {"smtp://mail.x.test", "smtps://mail.x.test", "srv:x.test",
                                      "l", "smtp://192.0.2.1"};
    struct problem problem = {0};
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        assert_int_equal(check_domains("root", "root", near[i], &problem), 0);
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        assert_int_equal(check_domains("a@x.test", "root", far[i], &problem), EXIT_CODE_DATA);
        assert_non_null(strstr(problem.text, "\"root\" has no domain"));
        assert_non_null(strstr(problem.text, "MAILER_DOMAIN"));
        assert_int_equal(check_domains("root", "a@x.test", far[i], &problem), EXIT_CODE_DATA);
        assert_int_equal(check_domains("", "a@x.test", far[i], &problem), 0);
        assert_int_equal(check_domains("\"a b\"@x.test", "PostMaster", far[i], &problem), 0);
        assert_int_equal(check_domains("", "\"a@b\"", far[i], &problem), EXIT_CODE_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sender_is_who_is_named_first),
        cmocka_unit_test(a_domain_makes_the_login_name_an_address),
        cmocka_unit_test(a_full_name_is_quoted_and_takes_the_place_of_another),
        cmocka_unit_test(the_login_name_is_found_without_the_environment),
        cmocka_unit_test(what_is_no_mail_address_is_no_recipient),
        cmocka_unit_test(somebody_must_be_written_to),
        cmocka_unit_test(users_of_another_machine_need_a_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
