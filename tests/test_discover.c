/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "discover.h"

static const struct net_service_target targets[] = {
    {"mail.x.test", 465, true, 0, 0},  {"evil.test", 465, true, 0, 0},
    {"evilx.test", 465, true, 0, 0},   {"X.Test", 587, false, 0, 0},
    {"a b.x.test", 587, false, 0, 0},  {"y.x.test:25", 587, false, 0, 0},
    {"x.test.evil", 587, false, 0, 0},
};

static void only_hosts_of_the_domain_are_taken_each_with_its_tls(void **state)
{
    (void)state;
    static const struct {
        enum mailer_tls_mode asked;
        size_t count;
    } cases[] = {{MAILER_TLS_DEFAULT, 2}, {MAILER_TLS_IMPLICIT, 1}, {MAILER_TLS_REQUIRED, 1}};
    for (size_t i = 0; i < 3; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = "srv:ann@x.test";
        given.tls = cases[i].asked;
        struct server domain;
        struct server *servers = calloc(2 * NET_SERVICE_LIMIT, sizeof *servers);
        size_t count = 0;
        assert_int_equal(server_read(&domain, &given, NULL, NULL), 0);
        assert_true(domain.is_domain);
        assert_int_equal(discover_servers(&domain, targets, 7, servers, &count, NULL), 0);
        assert_int_equal(count, cases[i].count);
        const struct server *last = &servers[count - 1];
        bool implicit = cases[i].asked == MAILER_TLS_IMPLICIT;
        assert_string_equal(last->host, implicit ? "mail.x.test" : "X.Test");
        assert_int_equal(last->port, implicit ? 465 : 587);
        assert_int_equal(last->tls, implicit ? MAILER_TLS_IMPLICIT : MAILER_TLS_REQUIRED);
        assert_string_equal(last->user, "ann");
        assert_false(last->is_domain);
        free(servers);
    }
}

static void a_domain_served_elsewhere_is_not_trusted_and_told_how_to_go_on(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    given.url = "srv:x.test";
    struct server domain;
    struct server servers[2];
    size_t count = 0;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(server_read(&domain, &given, NULL, NULL), 0);
    assert_int_equal(discover_servers(&domain, targets + 1, 2, servers, &count, &error),
                     MAILER_TLS);
    assert_int_equal(count, 0);
    assert_non_null(strstr(error.text, "give smtps://evil.test:465 if it is"));
}

static void a_domain_may_end_in_a_dot_and_a_server_of_the_wrong_kind_is_told(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    given.url = "srv:x.test.";
    given.tls = MAILER_TLS_IMPLICIT;
    struct server domain;
    struct server servers[2];
    size_t count = 0;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(server_read(&domain, &given, NULL, NULL), 0);
    assert_int_equal(discover_servers(&domain, targets, 1, servers, &count, NULL), 0);
    assert_int_equal(count, 1);
    assert_int_equal(discover_servers(&domain, targets + 3, 1, servers, &count, &error),
                     MAILER_TLS);
    assert_non_null(strstr(error.text, "x.test has no server for the TLS mode asked for"));
}

static void what_cannot_be_proved_is_not_looked_up(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum mailer_tls_mode tls;
        const char *proxy;
    } cases[] = {{"srv:x.test", MAILER_TLS_OFF, NULL},
                 {"srv:x.test", MAILER_TLS_OPPORTUNISTIC, NULL},
                 {"srv:x.test:25", MAILER_TLS_DEFAULT, NULL},
                 {"srv:192.0.2.1", MAILER_TLS_DEFAULT, NULL},
                 {"srv:", MAILER_TLS_DEFAULT, NULL},
                 {"srv:x.test", MAILER_TLS_DEFAULT, "socks5://p.test"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = cases[i].url;
        given.tls = cases[i].tls;
        given.proxy = cases[i].proxy;
        struct server server;
        assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_hosts_of_the_domain_are_taken_each_with_its_tls),
        cmocka_unit_test(a_domain_served_elsewhere_is_not_trusted_and_told_how_to_go_on),
        cmocka_unit_test(a_domain_may_end_in_a_dot_and_a_server_of_the_wrong_kind_is_told),
        cmocka_unit_test(what_cannot_be_proved_is_not_looked_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
