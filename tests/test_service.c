/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/name_server.h"

#include "clock.h"
#include "service.h"

/* Looks a domain up and says what was found, such as "465! a.test 587 b.test" (! for implicit). */
static int look_up(const char *domain, const struct name_record *records, size_t count, char *found,
                   size_t room, struct mailer_error *error)
{
    struct name_server server = name_server_open(records, count);
    struct net_service *service = NULL;
    int result = net_service_start(&service, domain, server.address, error);
    int64_t end = clock_milliseconds() + 8000;
    while (result == 0 && (result = net_service_step(service, error)) == NET_WAITING &&
           clock_milliseconds() < end) {
        struct net_wait wait = net_wait_nothing();
        net_service_wants(service, &wait);
        net_wait_add(&wait, server.descriptor, POLLIN);
        result = net_wait_poll(&wait, error);
        name_server_serve(&server);
    }
    size_t target_count = 0;
    found[0] = '\0';
    if (result == NET_READY) {
        const struct net_service_target *targets = net_service_targets(service, &target_count);
        for (size_t i = 0, used = 0; i < target_count; i++)
            used += (size_t)snprintf(found + used, room - used, "%s%u%s %s", i > 0 ? " " : "",
                                     (unsigned)targets[i].port, targets[i].implicit ? "!" : "",
                                     targets[i].host);
    }
    net_service_free(service);
    close(server.descriptor);
    return result;
}

static void both_services_are_found_the_one_with_tls_first(void **state)
{
    (void)state;
    static const struct name_record records[] = {
        {"_submission._tcp.x.test", "srv 0 1 587 c.x.test", 0},
        {"_submissions._tcp.x.test", "srv 20 1 465 b.x.test", 0},
        {"_submissions._tcp.x.test", "srv 10 1 466 a.x.test", 0},
        {"_submissions._tcp.x.test", "srv 5 1 0 zero.x.test", 0},
    };
    char found[400];
    assert_int_equal(look_up("x.test", records, 4, found, sizeof found, NULL), NET_READY);
    assert_string_equal(found, "466! a.x.test 465! b.x.test 587 c.x.test");
}

static void one_service_will_do_and_a_dot_is_none(void **state)
{
    (void)state;
    static const struct name_record records[] = {
        {"_submissions._tcp.x.test", "srv 0 0 0 .", 0},
        {"_submission._tcp.x.test", "srv 0 1 587 c.x.test", 0},
    };
    char found[400];
    assert_int_equal(look_up("x.test", records, 2, found, sizeof found, NULL), NET_READY);
    assert_string_equal(found, "587 c.x.test");
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(look_up("x.test", records, 1, found, sizeof found, &error), MAILER_RESOLVE);
    assert_non_null(strstr(error.text, "x.test names no server for sending"));
}

static void a_domain_without_a_service_is_told_from_a_name_server_that_fails(void **state)
{
    (void)state;
    char found[400];
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(look_up("y.test", NULL, 0, found, sizeof found, &error), MAILER_RESOLVE);
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(look_up("y..test", NULL, 0, found, sizeof found, &error), MAILER_RESOLVE);
    static const struct name_record failing[] = {{"_submissions._tcp.y.test", NULL, 2},
                                                 {"_submission._tcp.y.test", NULL, 2}};
    error = (struct mailer_error)MAILER_ERROR_INIT;
    assert_int_equal(look_up("y.test", failing, 2, found, sizeof found, &error), MAILER_NETWORK);
    char long_domain[300];
    memset(long_domain, 'a', sizeof long_domain - 1);
    long_domain[sizeof long_domain - 1] = '\0';
    struct net_service *service = NULL;
    assert_int_equal(net_service_start(&service, long_domain, NULL, NULL), MAILER_USAGE);
    assert_null(service);
}

static void of_many_servers_those_of_the_lowest_priority_are_kept(void **state)
{
    (void)state;
    enum { MANY = 20 };
    static struct name_record records[MANY];
    static char texts[MANY][40];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(texts[i], sizeof texts[i], "srv %u 0 %u m.x", MANY - i, 100 + i);
        records[i] = (struct name_record){"_submissions._tcp.x", texts[i], 0};
    }
    char found[800];
    assert_int_equal(look_up("x", records, MANY, found, sizeof found, NULL), NET_READY);
    assert_memory_equal(found, "119! m.x 118! m.x 117! m.x ", 27);
    assert_non_null(strstr(found, " 104! m.x"));
    assert_null(strstr(found, " 103! m.x"));
}

static unsigned draw(unsigned limit, void *context)
{
    return (unsigned)(harness_random(context) % limit);
}

static void weights_are_kept_to_within_a_priority(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    uint64_t seed = 1;
    size_t first[3] = {0};
    for (size_t round = 0; round < ROUNDS; round++) {
        struct net_service_target targets[] = {{"d", 3, true, 9, 65535},
                                               {"a", 0, true, 1, 0},
                                               {"b", 1, true, 1, 29},
                                               {"c", 2, true, 1, 69}};
        net_service_order(targets, 4, draw, &seed);
        assert_string_equal(targets[3].host, "d");
        first[targets[0].port]++;
        assert_int_equal(targets[0].port + targets[1].port + targets[2].port, 3);
    }
    /* 1 : 30 : 70 */
    assert_in_range(first[0], ROUNDS / 101 / 2, ROUNDS / 101 * 2);
    assert_in_range(first[1], ROUNDS * 27 / 101, ROUNDS * 33 / 101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_services_are_found_the_one_with_tls_first),
        cmocka_unit_test(one_service_will_do_and_a_dot_is_none),
        cmocka_unit_test(a_domain_without_a_service_is_told_from_a_name_server_that_fails),
        cmocka_unit_test(of_many_servers_those_of_the_lowest_priority_are_kept),
        cmocka_unit_test(weights_are_kept_to_within_a_priority),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
