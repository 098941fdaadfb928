/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "provider.h"

#include "server_address.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct problem problem;

static const struct provider *by_name(const char *name)
{
    const struct provider *provider = NULL;
    assert_int_equal(provider_by_name(name, &provider, &problem), 0);
    return provider;
}

static const char *by_domain(const char *domain)
{
    const struct provider *provider = NULL;
    assert_int_equal(provider_by_domain(domain, &provider, &problem), 0);
    return provider != NULL ? provider->name : "none";
}

static const char *by_host(const char *host)
{
    const struct provider *provider = provider_by_host(host);
    return provider != NULL ? provider->name : "none";
}

static void a_provider_is_known_by_name_host_and_mail_domain(void **state)
{
    (void)state;
    assert_string_equal(by_name("GMail")->servers.items[0], "smtps://smtp.gmail.com:465");
    assert_string_equal(by_name("hotmail")->name, "outlook");
    assert_true(by_name("hotmail")->only_oauth);
    assert_false(by_name("gmail")->only_oauth);
    assert_null(by_name("smtp.gmail.com"));
    assert_null(by_name(""));
    assert_string_equal(by_host("SMTP.gmail.com"), "gmail");
    assert_string_equal(by_host("email-smtp.EU-west-1.amazonaws.com"), "ses");
    assert_string_equal(by_host("email-smtp.a.b.amazonaws.com"), "ses");
    assert_string_equal(by_host("email-smtp..amazonaws.com"), "none");
    assert_string_equal(by_host("email-smtp.amazonaws.com"), "none");
    assert_string_equal(by_host("amazonaws.com"), "none");
    assert_string_equal(by_host("smtp.zoho.com.au"), "zoho");
    assert_string_equal(by_host("smtp.zoho.eu"), "zoho-eu");
    assert_string_equal(by_host(""), "none");
    assert_string_equal(by_domain("Googlemail.com"), "gmail");
    assert_string_equal(by_domain("live.com"), "outlook");
    assert_string_equal(by_domain("gmx.com"), "gmx-com");
    assert_string_equal(by_domain("gmail.com.example"), "none");
    assert_string_equal(by_domain("mail.com"), "none");
    assert_string_equal(by_domain(""), "none");
}

static void every_provider_has_encrypted_servers_and_advice(void **state)
{
    (void)state;
    static const char *const names[] = {"gmail", "outlook", "office365", "yahoo", "aol"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_non_null(by_name(names[i]));
    struct provider_table table = {0};
    assert_int_equal(provider_table_read(&table, "/nonexistent/providers", &problem), 0);
    assert_true(table.count > 20);
    for (size_t i = 0; i < table.count; i++) {
        const struct provider *provider = &table.providers[i];
        assert_true(provider->servers.count > 0 || provider->hosts != NULL);
        assert_non_null(provider->login_advice);
        bool implicit_after_clear = false;
        for (size_t j = 0; j < provider->servers.count; j++) {
            struct server_address address = server_address_of(provider->servers.items[j]);
            assert_true(address.implicit == (address.port == 465));
            assert_true(address.port != 0 && address.port != 25);
            implicit_after_clear = implicit_after_clear || (j > 0 && address.implicit);
        }
        assert_false(implicit_after_clear);
    }
    provider_table_free(&table);
}

static void an_administrators_table_is_read_in_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[provider \"a\"]\nserver = smtp://a.example\nnames = b  c\n[provider \"A\"]\nlogin = "
         "password\n",
         NULL},
        {"[other \"a\"]\nserver = smtp://a\n", "line 2: here are sections"},
        {"[provider \"a\"]\nsever = smtp://a\n", "line 2: unknown key \"sever\""},
        {"[provider \"a\"]\nserver = a\n", "line 2: \"a\" is no URL"},
        {"[provider \"a\"]\nserver = smtp://\n", "is no URL"},
        {"[provider \"a\"]\nlogin = x\n", "login is oauth or password"},
        {"[provider \"a\"]\nnames = x\nnames = y\n", "line 3: the key \"names\" was given already"},
    };
    char name[] = "/tmp/mailer-test-XXXXXX";
    int descriptor = mkstemp(name);
    assert_true(descriptor >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct provider_table table = {0};
        assert_int_equal(ftruncate(descriptor, 0), 0);
        assert_true(pwrite(descriptor, cases[i].text, strlen(cases[i].text), 0) > 0);
        int result = provider_table_read(&table, name, &problem);
        assert_int_equal(result, cases[i].words != NULL ? EXIT_CODE_CONFIGURATION : 0);
        if (cases[i].words != NULL)
            assert_non_null(strstr(problem.text, cases[i].words));
        else
            assert_int_equal(table.count, 1);
        provider_table_free(&table);
    }
    close(descriptor);
    unlink(name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_provider_is_known_by_name_host_and_mail_domain),
        cmocka_unit_test(every_provider_has_encrypted_servers_and_advice),
        cmocka_unit_test(an_administrators_table_is_read_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
