/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* A connection of ours, and the server's end of it. */
struct pair {
    struct net_connection *client;
    int client_descriptor;
    int server;
};

static void open_local(struct pair *pair)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pair->client_descriptor = ends[0];
    pair->server = ends[1];
    assert_int_equal(net_connection_from_descriptor(&pair->client, ends[0], NULL), 0);
}

/* Over TCP on loopback; false when the machine has no such network. */
static bool open_tcp(struct pair *pair, int family)
{
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *address =
        family == AF_INET ? (struct sockaddr *)&ipv4 : (struct sockaddr *)&ipv6;
    socklen_t length = family == AF_INET ? sizeof ipv4 : sizeof ipv6;
    int listener = socket(family, SOCK_STREAM, 0);
    if (listener < 0)
        return false;
    if (bind(listener, address, length) != 0) {
        close(listener);
        return false;
    }
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, address, &length), 0);
    pair->client_descriptor = socket(family, SOCK_STREAM, 0);
    assert_int_equal(connect(pair->client_descriptor, address, length), 0);
    pair->server = accept(listener, NULL, NULL);
    assert_true(pair->server >= 0);
    close(listener);
    assert_int_equal(net_connection_from_descriptor(&pair->client, pair->client_descriptor, NULL),
                     0);
    return true;
}

static void close_pair(struct pair *pair)
{
    net_connection_close(pair->client);
    close(pair->server);
}

static void octets_go_both_ways_without_blocking(void **state)
{
    (void)state;
    struct pair pair;
    open_local(&pair);
    char bytes[16];
    size_t count = 1;
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                     NET_WAITING);
    assert_int_equal(count, 0);
    assert_int_equal(write(pair.server, "220 hi", 6), 6);
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                     NET_READY);
    assert_int_equal(count, 6);
    assert_memory_equal(bytes, "220 hi", 6);
    assert_int_equal(net_connection_write(pair.client, "QUIT", 4, &count, NULL), NET_READY);
    assert_int_equal(count, 4);
    assert_int_equal(read(pair.server, bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "QUIT", 4);
    assert_false(net_connection_has_input(pair.client));
    assert_false(net_connection_is_secure(pair.client));
    close_pair(&pair);
}

static void a_full_socket_makes_writing_wait(void **state)
{
    (void)state;
    struct pair pair;
    open_local(&pair);
    static const char bytes[65536];
    size_t count = 0;
    size_t total = 0;
    int result;
    while ((result = net_connection_write(pair.client, bytes, sizeof bytes, &count, NULL)) ==
           NET_READY) {
        assert_true(count > 0);
        total += count;
        assert_true(total < 100u << 20);
    }
    assert_int_equal(result, NET_WAITING);
    assert_int_equal(count, 0);
    close_pair(&pair);
}

static void what_it_waits_for_is_told(void **state)
{
    (void)state;
    struct pair pair;
    open_local(&pair);
    struct net_wait wait = net_wait_nothing();
    net_connection_wants(pair.client, false, &wait);
    assert_int_equal(wait.count, 1);
    assert_int_equal(wait.descriptors[0].fd, pair.client_descriptor);
    assert_int_equal(wait.descriptors[0].events, POLLIN);
    net_connection_wants(pair.client, true, &wait);
    assert_int_equal(wait.count, 1);
    assert_int_equal(wait.descriptors[0].events, POLLIN | POLLOUT);
    close_pair(&pair);
}

static void the_end_is_told_after_the_last_octet(void **state)
{
    (void)state;
    struct pair pair;
    open_local(&pair);
    assert_int_equal(write(pair.server, "x", 1), 1);
    close(pair.server);
    char bytes[16];
    size_t count = 0;
    /* No SIGPIPE, and the server's last words can still be read. */
    assert_int_equal(net_connection_write(pair.client, "QUIT", 4, &count, NULL), NET_CLOSED);
    assert_int_equal(count, 0);
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                     NET_READY);
    assert_int_equal(count, 1);
    for (int i = 0; i < 2; i++)
        assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                         NET_CLOSED);
    assert_false(net_connection_was_truncated(pair.client));
    net_connection_close(pair.client);
}

static void reset(struct pair *pair)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(pair->server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(pair->server);
}

static void a_reset_names_the_other_end_and_the_reason(void **state)
{
    (void)state;
    struct pair pair;
    assert_true(open_tcp(&pair, AF_INET));
    char peer[64];
    net_connection_peer(pair.client, peer);
    reset(&pair);
    char bytes[16];
    size_t count = 0;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, &error),
                     MAILER_NETWORK);
    assert_int_equal(error.system_code, ECONNRESET);
    char expected[200];
    snprintf(expected, sizeof expected, "the connection to %s was lost: %s", peer,
             strerror(ECONNRESET));
    assert_string_equal(error.text, expected);
    /* The name is known also when the system has forgotten it. */
    char later[64];
    net_connection_peer(pair.client, later);
    assert_string_equal(later, peer);
    net_connection_close(pair.client);
}

static void a_write_to_a_reset_connection_leaves_the_last_words(void **state)
{
    (void)state;
    struct pair pair;
    assert_true(open_tcp(&pair, AF_INET));
    assert_int_equal(write(pair.server, "554 no", 6), 6);
    reset(&pair);
    size_t count = 0;
    int result = net_connection_write(pair.client, "MAIL", 4, &count, NULL);
    assert_true(result == NET_CLOSED || result == MAILER_NETWORK);
    char bytes[16];
    result = net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL);
    /* Linux keeps what had arrived; other systems may throw it away. */
    assert_true(result == NET_READY ? count == 6 : result == NET_CLOSED || result < 0);
    net_connection_close(pair.client);
}

static void the_socket_is_set_up_for_dialogues(void **state)
{
    (void)state;
    struct pair pair;
    assert_true(open_tcp(&pair, AF_INET));
    int on = 0;
    socklen_t size = sizeof on;
    assert_int_equal(getsockopt(pair.client_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    assert_true(on != 0);
    assert_true(fcntl(pair.client_descriptor, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(pair.client_descriptor, F_GETFD) & FD_CLOEXEC);
    close_pair(&pair);
    assert_int_equal(fcntl(pair.client_descriptor, F_GETFD), -1);
}

static void both_ends_have_names(void **state)
{
    (void)state;
    struct pair pair;
    char text[64];
    assert_true(open_tcp(&pair, AF_INET));
    net_connection_local_literal(pair.client, text);
    assert_string_equal(text, "[127.0.0.1]");
    net_connection_peer(pair.client, text);
    assert_memory_equal(text, "127.0.0.1:", 10);
    close_pair(&pair);

    if (open_tcp(&pair, AF_INET6)) {
        net_connection_local_literal(pair.client, text);
        assert_string_equal(text, "[IPv6:::1]");
        net_connection_peer(pair.client, text);
        assert_memory_equal(text, "[::1]:", 6);
        close_pair(&pair);
    }

    open_local(&pair);
    net_connection_local_literal(pair.client, text);
    assert_string_equal(text, "[127.0.0.1]");
    net_connection_peer(pair.client, text);
    assert_string_equal(text, "a local socket");
    close_pair(&pair);
}

static void a_bad_descriptor_is_refused(void **state)
{
    (void)state;
    struct net_connection *connection = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_connection_from_descriptor(&connection, -1, &error), MAILER_SYSTEM);
    assert_null(connection);
    assert_int_equal(error.system_code, EBADF);
    net_connection_close(NULL);
}

static void a_silent_connection_gives_signs_of_life(void **state)
{
    (void)state;
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    struct net_connection *connection = NULL;
    assert_int_equal(net_connection_from_descriptor(&connection, descriptor, NULL), 0);
    int on = 0;
    socklen_t size = sizeof on;
    assert_int_equal(getsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, &size), 0);
    assert_int_not_equal(on, 0);
    net_connection_close(connection);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_go_both_ways_without_blocking),
        cmocka_unit_test(a_full_socket_makes_writing_wait),
        cmocka_unit_test(what_it_waits_for_is_told),
        cmocka_unit_test(the_end_is_told_after_the_last_octet),
        cmocka_unit_test(a_reset_names_the_other_end_and_the_reason),
        cmocka_unit_test(a_write_to_a_reset_connection_leaves_the_last_words),
        cmocka_unit_test(the_socket_is_set_up_for_dialogues),
        cmocka_unit_test(both_ends_have_names),
        cmocka_unit_test(a_bad_descriptor_is_refused),
        cmocka_unit_test(a_silent_connection_gives_signs_of_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
