/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/name_server.h"

#include "clock.h"
#include "dial.h"

#include <errno.h>
#include <fcntl.h>

/* An address on loopback, IPv4 or IPv6; without a port one is chosen. Gives a listener, or -1. */
static int listening(const char *text, unsigned short *port, int backlog)
{
    struct net_address address;
    assert_true(net_address_parse(&address, text, *port));
    int listener = socket(address.address.ss_family, SOCK_STREAM, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address.address, address.length) != 0 ||
        listen(listener, backlog) != 0) {
        close(listener);
        return -1;
    }
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address.address, &address.length),
                     0);
    *port = net_address_port(&address);
    return listener;
}

/* A port that takes no more connections: its queue is full and nobody accepts. */
struct hole {
    int listener;
    int fillers[4];
};

static void open_hole(struct hole *hole, const char *text, unsigned short *port)
{
    hole->listener = listening(text, port, 0);
    assert_true(hole->listener >= 0);
    struct net_address address;
    assert_true(net_address_parse(&address, text, *port));
    for (size_t i = 0; i < 4; i++) {
        hole->fillers[i] = socket(address.address.ss_family, SOCK_STREAM, 0);
        fcntl(hole->fillers[i], F_SETFL, O_NONBLOCK);
        connect(hole->fillers[i], (struct sockaddr *)&address.address, address.length);
    }
}

static void close_hole(struct hole *hole)
{
    close(hole->listener);
    for (size_t i = 0; i < 4; i++)
        close(hole->fillers[i]);
}

static size_t open_descriptors(void)
{
    size_t count = 0;
    for (int i = 0; i < 256; i++)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

/* A dial, the name server it asks, and a clock of its own, which stands still. */
struct fixture {
    struct name_server server;
    struct net_dial *dial;
    struct net_connection *connection;
    struct mailer_error error;
    int64_t now;
};

static void start(struct fixture *fixture, const char *host, unsigned short port,
                  const struct name_record *records, size_t count)
{
    *fixture = (struct fixture){.server = name_server_open(records, count)};
    const struct net_dial_options options = {.host = host,
                                             .port = port,
                                             .resolve_timeout = 10000,
                                             .connect_timeout = 4000,
                                             .name_servers = fixture->server.address};
    fixture->now = clock_milliseconds();
    assert_int_equal(net_dial_start(&fixture->dial, &options, &fixture->error), 0);
}

static int step(struct fixture *fixture)
{
    return net_dial_step(fixture->dial, fixture->now, &fixture->connection, &fixture->error);
}

/* Steps while the dial's clock stands still, until there is nothing to do but to wait for it. */
static int settled(struct fixture *fixture)
{
    for (int idle = 0; idle < 3;) {
        int result = step(fixture);
        if (result != NET_WAITING)
            return result;
        struct net_wait wait = net_wait_nothing();
        net_dial_wants(fixture->dial, &wait);
        net_wait_add(&wait, fixture->server.descriptor, POLLIN);
        wait.deadline = clock_milliseconds() + 10;
        assert_int_equal(net_wait_poll(&wait, NULL), 0);
        name_server_serve(&fixture->server);
        bool happened = false;
        for (size_t i = 0; i < wait.count; i++)
            happened = happened || wait.descriptors[i].revents != 0;
        idle = happened ? 0 : idle + 1;
    }
    return NET_WAITING;
}

static int64_t deadline(const struct fixture *fixture)
{
    struct net_wait wait = net_wait_nothing();
    net_dial_wants(fixture->dial, &wait);
    return wait.deadline;
}

static void finish(struct fixture *fixture)
{
    net_connection_close(fixture->connection);
    net_dial_free(fixture->dial);
    close(fixture->server.descriptor);
}

static void expect_text(const struct fixture *fixture, const char *text)
{
    if (strstr(fixture->error.text, text) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", fixture->error.text, text);
}

static void an_open_port_is_reached(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    unsigned short port = 0;
    int listener = listening("127.0.0.1", &port, 5);
    struct fixture fixture;
    start(&fixture, "127.0.0.1", port, NULL, 0);
    assert_int_equal(settled(&fixture), NET_READY);
    char peer[64];
    char expected[64];
    snprintf(expected, sizeof expected, "127.0.0.1:%u", (unsigned)port);
    net_connection_peer(fixture.connection, peer);
    assert_string_equal(peer, expected);
    finish(&fixture);
    close(listener);
    assert_int_equal(open_descriptors(), before);
}

static unsigned short closed_port(void)
{
    unsigned short port = 0;
    close(listening("127.0.0.1", &port, 5));
    return port;
}

static void a_refused_port_is_a_connect_error(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    struct fixture fixture;
    unsigned short port = closed_port();
    start(&fixture, "127.0.0.1", port, NULL, 0);
    assert_int_equal(settled(&fixture), MAILER_CONNECT);
    assert_null(fixture.connection);
    assert_int_equal(fixture.error.system_code, ECONNREFUSED);
    assert_int_equal(fixture.error.stage, MAILER_STAGE_CONNECT);
    char expected[100];
    snprintf(expected, sizeof expected, "cannot connect to 127.0.0.1, port %u: %s", (unsigned)port,
             strerror(ECONNREFUSED));
    assert_string_equal(fixture.error.text, expected);
    finish(&fixture);
    assert_int_equal(open_descriptors(), before);
}

static void localhost_falls_over_to_the_other_family_at_once(void **state)
{
    (void)state;
    unsigned short port = 0;
    int listener = listening("127.0.0.1", &port, 5);
    struct fixture fixture;
    start(&fixture, "localhost", port, NULL, 0);
    /* The clock stands still, so that this takes none of the 250 ms. */
    assert_int_equal(settled(&fixture), NET_READY);
    finish(&fixture);
    close(listener);
}

static void a_refused_localhost_is_told_of_an_address_that_exists(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "localhost", closed_port(), NULL, 0);
    assert_int_equal(settled(&fixture), MAILER_CONNECT);
    expect_text(&fixture, "any of the 2 addresses of localhost");
    assert_int_equal(fixture.error.system_code, ECONNREFUSED);
    finish(&fixture);
}

static void refused_addresses_hand_over_to_the_next_at_once(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    static struct name_record records[20];
    static char addresses[20][16];
    for (size_t i = 0; i < 20; i++) {
        snprintf(addresses[i], sizeof addresses[i], "127.0.0.%zu", 20 - i);
        records[i] = (struct name_record){"many.test", addresses[i], 0};
    }
    unsigned short port = 0;
    int listener = listening("127.0.0.1", &port, 5);
    struct fixture fixture;
    start(&fixture, "many.test", port, records, 20);
    assert_int_equal(settled(&fixture), NET_READY);
    finish(&fixture);
    close(listener);

    start(&fixture, "many.test", port, records, 20);
    assert_int_equal(settled(&fixture), MAILER_CONNECT);
    expect_text(&fixture, "cannot connect to any of the 20 addresses of many.test, port ");
    expect_text(&fixture, "; to 127.0.0.20: ");
    finish(&fixture);
    assert_int_equal(open_descriptors(), before);
}

static void an_address_that_does_not_answer_times_out(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    unsigned short port = 0;
    struct hole hole;
    open_hole(&hole, "127.0.0.1", &port);
    struct fixture fixture;
    start(&fixture, "127.0.0.1", port, NULL, 0);
    assert_int_equal(settled(&fixture), NET_WAITING);
    assert_true(deadline(&fixture) == fixture.now + 4000);
    fixture.now += 3999;
    assert_int_equal(step(&fixture), NET_WAITING);
    fixture.now += 1;
    assert_int_equal(step(&fixture), MAILER_CONNECT);
    assert_int_equal(fixture.error.system_code, ETIMEDOUT);
    expect_text(&fixture, "timed out");
    finish(&fixture);
    close_hole(&hole);
    assert_int_equal(open_descriptors(), before);
}

static void the_next_address_starts_when_the_first_is_slow(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    static const struct name_record records[] = {{"slow.test", "127.0.0.3", 0},
                                                 {"slow.test", "127.0.0.1", 0}};
    unsigned short port = 0;
    struct hole hole;
    int listener = -1;
    /* The port that is free at one address may be taken at the other. */
    for (int i = 0; i < 100 && listener < 0; i++) {
        if (port != 0)
            close_hole(&hole);
        port = 0;
        open_hole(&hole, "127.0.0.3", &port);
        listener = listening("127.0.0.1", &port, 5);
    }
    assert_true(listener >= 0);
    struct fixture fixture;
    start(&fixture, "slow.test", port, records, 2);
    assert_int_equal(settled(&fixture), NET_WAITING);
    assert_true(deadline(&fixture) == fixture.now + NET_DIAL_STAGGER);
    fixture.now += NET_DIAL_STAGGER - 1;
    assert_int_equal(settled(&fixture), NET_WAITING);
    fixture.now += 1;
    assert_int_equal(settled(&fixture), NET_READY);
    char peer[64];
    net_connection_peer(fixture.connection, peer);
    assert_memory_equal(peer, "127.0.0.1:", 10);
    finish(&fixture);
    close(listener);
    close_hole(&hole);
    assert_int_equal(open_descriptors(), before);
}

/* A hole in one family, and a listener in the other one; false without IPv6. */
static bool open_both(struct hole *hole, int *listener, const char *slow, const char *quick,
                      unsigned short *port)
{
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    struct net_address address;
    assert_true(net_address_parse(&address, "::1", 0));
    bool has_ipv6 = bind(probe, (struct sockaddr *)&address.address, address.length) == 0;
    close(probe);
    *listener = -1;
    for (int i = 0; i < 100 && has_ipv6 && *listener < 0; i++) {
        if (i > 0)
            close_hole(hole);
        *port = 0;
        open_hole(hole, slow, port);
        *listener = listening(quick, port, 5);
    }
    return has_ipv6;
}

static void when_one_family_is_slow_the_other_one_wins(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    static const struct name_record records[] = {{"both.test", "127.0.0.1", 0},
                                                 {"both.test", "::1", 0}};
    unsigned short port = 0;
    struct hole hole;
    int listener;
    /* Which family comes first is the system's choice (RFC 6724): at one turn it is the slow one.
     */
    int waited = 0;
    for (int turn = 0; turn < 2; turn++) {
        const char *slow = turn == 0 ? "::1" : "127.0.0.1";
        if (!open_both(&hole, &listener, slow, turn == 0 ? "127.0.0.1" : "::1", &port))
            skip();
        struct fixture fixture;
        start(&fixture, "both.test", port, records, 2);
        int result = settled(&fixture);
        if (result == NET_WAITING) {
            waited++;
            assert_true(deadline(&fixture) == fixture.now + NET_DIAL_STAGGER);
            fixture.now += NET_DIAL_STAGGER;
            result = settled(&fixture);
        }
        assert_int_equal(result, NET_READY);
        char peer[64];
        net_connection_peer(fixture.connection, peer);
        assert_memory_equal(peer, turn == 0 ? "127.0.0.1:" : "[::1]:", turn == 0 ? 10 : 6);
        finish(&fixture);
        close(listener);
        close_hole(&hole);
    }
    assert_int_equal(waited, 1);
    assert_int_equal(open_descriptors(), before);
}

static void only_so_many_addresses_are_tried_at_a_time(void **state)
{
    (void)state;
    enum { HOLES = 11 };
    size_t before = open_descriptors();
    static struct name_record records[HOLES];
    static char addresses[HOLES][16];
    struct hole holes[HOLES];
    unsigned short port = 0;
    for (size_t i = 0; i < HOLES; i++) {
        snprintf(addresses[i], sizeof addresses[i], "127.0.0.%zu", i + 2);
        records[i] = (struct name_record){"holes.test", addresses[i], 0};
        open_hole(&holes[i], addresses[i], &port);
    }
    struct fixture fixture;
    start(&fixture, "holes.test", port, records, HOLES);
    size_t idle = open_descriptors();
    size_t most = 0;
    int result = settled(&fixture);
    for (int rounds = 0; result == NET_WAITING && rounds < 400; rounds++) {
        size_t now = open_descriptors();
        most = now > most ? now : most;
        assert_true(deadline(&fixture) > fixture.now);
        fixture.now += 50;
        result = step(&fixture);
    }
    assert_int_equal(result, MAILER_CONNECT);
    /* One started each 250 ms, all eleven would run before the first is over. The name server's
     * socket, which looking up had in use, is closed by now. */
    assert_in_range(most - idle, 7, 8);
    expect_text(&fixture, "any of the 11 addresses of holes.test");
    expect_text(&fixture, "to 127.0.0.2: ");
    finish(&fixture);
    for (size_t i = 0; i < HOLES; i++)
        close_hole(&holes[i]);
    assert_int_equal(open_descriptors(), before);
}

static void giving_up_leaves_nothing_open(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    unsigned short port = 0;
    struct hole hole;
    open_hole(&hole, "127.0.0.1", &port);
    struct fixture fixture;
    start(&fixture, "127.0.0.1", port, NULL, 0);
    assert_int_equal(settled(&fixture), NET_WAITING);
    finish(&fixture);
    close_hole(&hole);
    net_dial_free(NULL);
    assert_int_equal(open_descriptors(), before);
}

static void failures_of_looking_up_come_through(void **state)
{
    (void)state;
    struct fixture fixture;
    start(&fixture, "nowhere.test", 25, NULL, 0);
    assert_int_equal(settled(&fixture), MAILER_RESOLVE);
    expect_text(&fixture, "there is no host nowhere.test");
    finish(&fixture);

    struct net_dial *dial = NULL;
    const struct net_dial_options options = {.host = ""};
    assert_int_equal(net_dial_start(&dial, &options, NULL), MAILER_USAGE);
    assert_null(dial);
}

static void a_silent_name_server_times_out(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    static const struct name_record silent = {"silent.test", NULL, -1};
    struct fixture fixture;
    start(&fixture, "silent.test", 25, &silent, 1);
    assert_int_equal(settled(&fixture), NET_WAITING);
    assert_true(deadline(&fixture) <= fixture.now + 10001);
    fixture.now += 10001;
    assert_int_equal(step(&fixture), MAILER_NETWORK);
    assert_int_equal(fixture.error.stage, MAILER_STAGE_RESOLVE);
    expect_text(&fixture, "cannot look up the host silent.test: ");
    finish(&fixture);
    assert_int_equal(open_descriptors(), before);
}

static void a_local_socket_is_reached_by_its_path(void **state)
{
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "/tmp/mailer-test-dial-%ld", (long)getpid());
    struct net_address address;
    assert_true(net_address_of_path(&address, path));
    struct net_dial_options options = {.host = "the socket", .path = path, .connect_timeout = 4000};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address.address, address.length), 0);
    for (int open = 1; open >= 0; open--) {
        if (open)
            assert_int_equal(listen(listener, 5), 0);
        struct fixture fixture = {.error = MAILER_ERROR_INIT};
        assert_int_equal(net_dial_start(&fixture.dial, &options, &fixture.error), 0);
        assert_int_equal(settled(&fixture), open ? NET_READY : MAILER_CONNECT);
        if (!open)
            expect_text(&fixture, "cannot connect to the socket: Connection refused");
        net_connection_close(fixture.connection);
        net_dial_free(fixture.dial);
        if (open)
            close(listener);
    }
    unlink(path);
    char long_path[200];
    memset(long_path, '/', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    options.path = long_path;
    struct net_dial *dial = NULL;
    assert_int_equal(net_dial_start(&dial, &options, NULL), MAILER_USAGE);
    assert_null(dial);
}

/* connect() says so at once, where TCP would wait. */
static void a_local_socket_whose_queue_is_full_is_tried_again(void **state)
{
    (void)state;
    size_t before = open_descriptors();
    char path[64];
    snprintf(path, sizeof path, "/tmp/mailer-test-dial-%ld", (long)getpid());
    struct net_address address;
    assert_true(net_address_of_path(&address, path));
    const struct net_dial_options options = {
        .host = "the socket", .path = path, .connect_timeout = 4000};
    for (int makes_room = 0; makes_room < 2; makes_room++) {
        int listener = socket(AF_UNIX, SOCK_STREAM, 0);
        int filler = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(bind(listener, (struct sockaddr *)&address.address, address.length), 0);
        assert_int_equal(listen(listener, 0), 0);
        assert_int_equal(connect(filler, (struct sockaddr *)&address.address, address.length), 0);
        struct fixture fixture = {.now = clock_milliseconds(), .error = MAILER_ERROR_INIT};
        int64_t start = fixture.now;
        assert_int_equal(net_dial_start(&fixture.dial, &options, &fixture.error), 0);
        while (step(&fixture) == NET_WAITING && fixture.now < start + 5000) {
            assert_true(deadline(&fixture) > fixture.now);
            assert_true(deadline(&fixture) <= fixture.now + 100);
            fixture.now = deadline(&fixture);
            if (makes_room && fixture.now > start + 2000)
                close(accept(listener, NULL, NULL));
        }
        assert_int_equal(fixture.connection != NULL, makes_room);
        assert_int_equal(fixture.error.error_class, makes_room ? MAILER_OK : MAILER_CONNECT);
        if (!makes_room)
            assert_in_range(fixture.now - start, 4000, 4100);
        net_connection_close(fixture.connection);
        net_dial_free(fixture.dial);
        close(filler);
        close(listener);
        unlink(path);
    }
    assert_int_equal(open_descriptors(), before);
}

static void a_source_address_is_where_the_connection_comes_from(void **state)
{
    (void)state;
    unsigned short port = 0;
    int listener = listening("127.0.0.1", &port, 5);
    struct net_dial_options options = {.host = "localhost",
                                       .port = port,
                                       .connect_timeout = 4000,
                                       .family = NET_FAMILY_IPV4,
                                       .source = "127.0.0.9"};
    struct fixture fixture = {.error = MAILER_ERROR_INIT};
    assert_int_equal(net_dial_start(&fixture.dial, &options, &fixture.error), 0);
    assert_int_equal(settled(&fixture), NET_READY);
    char literal[64];
    net_connection_local_literal(fixture.connection, literal);
    assert_string_equal(literal, "[127.0.0.9]");
    net_connection_close(fixture.connection);
    net_dial_free(fixture.dial);

    /* A documentation address (RFC 5737), which no machine has. */
    options.source = "192.0.2.9";
    fixture = (struct fixture){.error = MAILER_ERROR_INIT};
    assert_int_equal(net_dial_start(&fixture.dial, &options, &fixture.error), 0);
    assert_int_equal(settled(&fixture), MAILER_CONNECT);
    expect_text(&fixture, " from 192.0.2.9: ");
    net_dial_free(fixture.dial);
    close(listener);

    options.source = "mail.example";
    struct net_dial *dial = NULL;
    assert_int_equal(net_dial_start(&dial, &options, NULL), MAILER_USAGE);
    assert_null(dial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_port_is_reached),
        cmocka_unit_test(a_refused_port_is_a_connect_error),
        cmocka_unit_test(localhost_falls_over_to_the_other_family_at_once),
        cmocka_unit_test(a_refused_localhost_is_told_of_an_address_that_exists),
        cmocka_unit_test(refused_addresses_hand_over_to_the_next_at_once),
        cmocka_unit_test(an_address_that_does_not_answer_times_out),
        cmocka_unit_test(the_next_address_starts_when_the_first_is_slow),
        cmocka_unit_test(when_one_family_is_slow_the_other_one_wins),
        cmocka_unit_test(only_so_many_addresses_are_tried_at_a_time),
        cmocka_unit_test(giving_up_leaves_nothing_open),
        cmocka_unit_test(failures_of_looking_up_come_through),
        cmocka_unit_test(a_silent_name_server_times_out),
        cmocka_unit_test(a_source_address_is_where_the_connection_comes_from),
        cmocka_unit_test(a_local_socket_is_reached_by_its_path),
        cmocka_unit_test(a_local_socket_whose_queue_is_full_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
