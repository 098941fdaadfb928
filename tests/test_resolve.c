/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/name_server.h"

#include "clock.h"
#include "resolve.h"

#include <stdio.h>

static const struct name_record records[] = {
    {"one.test", "192.0.2.1", 0},  {"both.test", "127.0.0.1", 0}, {"both.test", "127.0.0.2", 0},
    {"both.test", "127.0.0.3", 0}, {"both.test", "::1", 0},       {"six.test", "2001:db8::1", 0},
    {"empty.test", NULL, 0},       {"fail.test", NULL, 2},        {"refused.test", NULL, 5},
};

enum { RECORDS = sizeof records / sizeof *records };

/* Goes on until it is done; the name server may be NULL. */
static int resolved(struct net_resolve *resolve, const struct name_server *server,
                    struct mailer_error *error)
{
    int64_t end = clock_milliseconds() + 20000;
    while (clock_milliseconds() < end) {
        int result = net_resolve_step(resolve, error);
        if (result != NET_WAITING)
            return result;
        struct net_wait wait = net_wait_nothing();
        net_resolve_wants(resolve, &wait);
        assert_true(wait.deadline != INT64_MAX);
        if (server != NULL)
            net_wait_add(&wait, server->descriptor, POLLIN);
        net_wait_until(&wait, end);
        assert_int_equal(net_wait_poll(&wait, NULL), 0);
        if (server != NULL)
            name_server_serve(server);
    }
    fail_msg("it takes too long");
    return 0;
}

static int looked_up(const char *host, enum net_family family, struct net_resolve **resolve,
                     struct mailer_error *error)
{
    struct name_server server = name_server_open(records, RECORDS);
    assert_int_equal(net_resolve_start(resolve, host, 25, family, server.address, error), 0);
    int result = resolved(*resolve, &server, error);
    close(server.descriptor);
    return result;
}

/* The addresses with commas between. */
static void list(const struct net_resolve *resolve, char text[static 512])
{
    size_t count = 0;
    const struct net_address *addresses = net_resolve_addresses(resolve, &count);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char one[NET_ADDRESS_TEXT_SIZE];
        net_address_text(&addresses[i], one);
        assert_int_equal(net_address_port(&addresses[i]), 25);
        size_t used = strlen(text);
        snprintf(text + used, 512 - used, "%s%s", i > 0 ? "," : "", one);
    }
}

static void addresses_and_localhost_ask_nobody(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        enum net_family family;
        const char *addresses;
    } cases[] = {
        {"192.0.2.1", NET_FAMILY_ANY, "192.0.2.1"},
        {"192.0.2.1", NET_FAMILY_IPV4, "192.0.2.1"},
        {"2001:DB8:0::1", NET_FAMILY_ANY, "2001:db8::1"},
        {"::1", NET_FAMILY_IPV6, "::1"},
        {"fe80::1%1", NET_FAMILY_ANY, "fe80::1%1"},
        {"localhost", NET_FAMILY_ANY, "::1,127.0.0.1"},
        {"LOCALHOST.", NET_FAMILY_ANY, "::1,127.0.0.1"},
        {"a.localhost", NET_FAMILY_IPV4, "127.0.0.1"},
        {"localhost", NET_FAMILY_IPV6, "::1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_resolve *resolve = NULL;
        char *host = harness_exact(cases[i].host, strlen(cases[i].host) + 1);
        assert_int_equal(net_resolve_start(&resolve, host, 25, cases[i].family, NULL, NULL), 0);
        free(host);
        assert_int_equal(net_resolve_step(resolve, NULL), NET_READY);
        char text[512];
        list(resolve, text);
        assert_string_equal(text, cases[i].addresses);
        net_resolve_free(resolve);
    }
}

static void an_address_of_the_other_family_is_none(void **state)
{
    (void)state;
    struct net_resolve *resolve = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_resolve_start(&resolve, "::1", 25, NET_FAMILY_IPV4, NULL, NULL), 0);
    assert_int_equal(net_resolve_step(resolve, &error), MAILER_RESOLVE);
    assert_non_null(strstr(error.text, "::1 has no address of the family"));
    net_resolve_free(resolve);
}

static void what_can_be_no_host_is_refused(void **state)
{
    (void)state;
    char longest[257];
    memset(longest, 'a', 256);
    longest[256] = '\0';
    const char *const hosts[] = {"", "a\nb", "a\x7F", "\xC2\x85", longest};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        struct net_resolve *resolve = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(net_resolve_start(&resolve, hosts[i], 25, NET_FAMILY_ANY, NULL, &error),
                         MAILER_USAGE);
        assert_null(resolve);
        assert_non_null(strstr(error.text, "can be no host"));
    }
}

static void names_are_looked_up(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        enum net_family family;
        const char *addresses;
    } cases[] = {
        {"one.test", NET_FAMILY_ANY, "192.0.2.1"},
        {"one.test.", NET_FAMILY_ANY, "192.0.2.1"},
        {"six.test", NET_FAMILY_ANY, "2001:db8::1"},
        {"both.test", NET_FAMILY_IPV4, "127.0.0.1,127.0.0.2,127.0.0.3"},
        {"both.test", NET_FAMILY_IPV6, "::1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_resolve *resolve = NULL;
        assert_int_equal(looked_up(cases[i].host, cases[i].family, &resolve, NULL), NET_READY);
        char text[512];
        list(resolve, text);
        assert_string_equal(text, cases[i].addresses);
        net_resolve_free(resolve);
    }
}

static void the_families_take_turns(void **state)
{
    (void)state;
    struct net_resolve *resolve = NULL;
    assert_int_equal(looked_up("both.test", NET_FAMILY_ANY, &resolve, NULL), NET_READY);
    char text[512];
    list(resolve, text);
    /* Which comes first depends on the networks of this machine (RFC 6724). */
    if (text[0] == ':')
        assert_string_equal(text, "::1,127.0.0.1,127.0.0.2,127.0.0.3");
    else
        assert_string_equal(text, "127.0.0.1,::1,127.0.0.2,127.0.0.3");
    net_resolve_free(resolve);
}

static void failures_say_whether_the_name_or_the_server_is_at_fault(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int error_class;
        const char *text;
    } cases[] = {
        {"nowhere.test", MAILER_RESOLVE, "there is no host nowhere.test"},
        {"empty.test", MAILER_RESOLVE, "the host empty.test has no address"},
        {"fail.test", MAILER_NETWORK, "cannot look up the host fail.test: "},
        {"refused.test", MAILER_NETWORK, "cannot look up the host refused.test: "},
        {"a..test", MAILER_RESOLVE, "there is no host a..test"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_resolve *resolve = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(looked_up(cases[i].host, NET_FAMILY_ANY, &resolve, &error),
                         cases[i].error_class);
        assert_int_equal(error.stage, MAILER_STAGE_RESOLVE);
        if (strstr(error.text, cases[i].text) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", error.text, cases[i].text);
        net_resolve_free(resolve);
    }
}

static void no_name_server_at_all_is_a_network_error(void **state)
{
    (void)state;
    struct name_server server = name_server_open(NULL, 0);
    close(server.descriptor);
    struct net_resolve *resolve = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(
        net_resolve_start(&resolve, "one.test", 25, NET_FAMILY_ANY, server.address, NULL), 0);
    assert_int_equal(resolved(resolve, NULL, &error), MAILER_NETWORK);
    assert_int_equal(error.stage, MAILER_STAGE_RESOLVE);
    net_resolve_free(resolve);
}

static void looking_up_can_be_given_up(void **state)
{
    (void)state;
    struct name_server server = name_server_open(NULL, 0);
    struct net_resolve *resolve = NULL;
    assert_int_equal(
        net_resolve_start(&resolve, "one.test", 25, NET_FAMILY_ANY, server.address, NULL), 0);
    assert_int_equal(net_resolve_step(resolve, NULL), NET_WAITING);
    net_resolve_free(resolve);
    net_resolve_free(NULL);
    close(server.descriptor);
}

static void loopback_hosts_and_addresses_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool loopback;
        bool address;
    } cases[] = {
        {"localhost", true, false},
        {"LocalHost.", true, false},
        {"mail.localhost", true, false},
        {"127.0.0.1", true, true},
        {"127.255.255.255", true, true},
        {"::1", true, true},
        {"0:0:0:0:0:0:0:1", true, true},
        {"126.0.0.1", false, true},
        {"128.0.0.1", false, true},
        {"::2", false, true},
        {"fe80::1%1", false, true},
        {"mylocalhost", false, false},
        {"localhost.example", false, false},
        {"127.0.0.1.example", false, false},
        {"127.1", false, false},
        {"", false, false},
        {".", false, false},
        {"[::1]", false, false},
        {"::1%nonexistent0", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(net_host_is_loopback(cases[i].host), cases[i].loopback);
        assert_int_equal(net_host_is_address(cases[i].host), cases[i].address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_localhost_ask_nobody),
        cmocka_unit_test(an_address_of_the_other_family_is_none),
        cmocka_unit_test(what_can_be_no_host_is_refused),
        cmocka_unit_test(names_are_looked_up),
        cmocka_unit_test(the_families_take_turns),
        cmocka_unit_test(failures_say_whether_the_name_or_the_server_is_at_fault),
        cmocka_unit_test(no_name_server_at_all_is_a_network_error),
        cmocka_unit_test(looking_up_can_be_given_up),
        cmocka_unit_test(loopback_hosts_and_addresses_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
