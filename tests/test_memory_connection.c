/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "memory_connection.h"

struct fixture {
    struct net_memory_peer peer;
    struct net_connection *connection;
};

static void opened(struct fixture *fixture)
{
    *fixture = (struct fixture){
        .peer = {.to_client = buffer_empty(1000), .from_client = buffer_empty(1000)}};
    assert_int_equal(net_memory_connection_new(&fixture->connection, &fixture->peer, NULL), 0);
}

static void closed(struct fixture *fixture)
{
    assert_false(fixture->peer.abandoned);
    net_connection_close(fixture->connection);
    assert_true(fixture->peer.abandoned);
    buffer_free(&fixture->peer.to_client);
    buffer_free(&fixture->peer.from_client);
}

static void reading_takes_what_the_peer_has_left(void **state)
{
    (void)state;
    struct fixture fixture;
    opened(&fixture);
    char bytes[16];
    size_t got = 1;
    assert_int_equal(net_connection_read(fixture.connection, bytes, 16, &got, NULL), NET_WAITING);
    assert_int_equal(got, 0);
    assert_false(net_connection_has_input(fixture.connection));
    buffer_append_string(&fixture.peer.to_client, "220 hi\r\n");
    assert_true(net_connection_has_input(fixture.connection));
    assert_int_equal(net_connection_read(fixture.connection, bytes, 4, &got, NULL), NET_READY);
    assert_int_equal(got, 4);
    assert_memory_equal(bytes, "220 ", 4);
    fixture.peer.read_piece = 3;
    fixture.peer.closed = true;
    assert_int_equal(net_connection_read(fixture.connection, bytes, 16, &got, NULL), NET_READY);
    assert_int_equal(got, 3);
    assert_int_equal(net_connection_read(fixture.connection, bytes, 16, &got, NULL), NET_READY);
    assert_int_equal(got, 1);
    assert_int_equal(net_connection_read(fixture.connection, bytes, 16, &got, NULL), NET_CLOSED);
    closed(&fixture);
}

static void writing_keeps_to_pieces_and_room(void **state)
{
    (void)state;
    struct fixture fixture;
    opened(&fixture);
    size_t taken = 0;
    fixture.peer.write_piece = 3;
    fixture.peer.write_room = 4;
    assert_int_equal(net_connection_write(fixture.connection, "EHLO", 4, &taken, NULL), NET_READY);
    assert_int_equal(taken, 3);
    assert_int_equal(net_connection_write(fixture.connection, "Oxy", 3, &taken, NULL), NET_READY);
    assert_int_equal(taken, 1);
    assert_int_equal(net_connection_write(fixture.connection, "xy", 2, &taken, NULL), NET_WAITING);
    assert_int_equal(taken, 0);
    assert_memory_equal(fixture.peer.from_client.bytes, "EHLO", 4);
    buffer_drop(&fixture.peer.from_client, 4);
    fixture.peer.write_piece = 0;
    fixture.peer.write_room = 0;
    assert_int_equal(net_connection_write(fixture.connection, "x.example", 9, &taken, NULL),
                     NET_READY);
    assert_int_equal(taken, 9);
    fixture.peer.closed = true;
    assert_int_equal(net_connection_write(fixture.connection, "y", 1, &taken, NULL), NET_CLOSED);
    assert_int_equal(fixture.peer.from_client.size, 9);
    closed(&fixture);
}

static void it_is_neither_secure_nor_waiting_for_a_descriptor(void **state)
{
    (void)state;
    struct fixture fixture;
    opened(&fixture);
    struct net_wait wait = net_wait_nothing();
    net_connection_wants(fixture.connection, true, &wait);
    assert_int_equal(wait.count, 0);
    assert_false(net_connection_is_secure(fixture.connection));
    assert_false(net_connection_was_truncated(fixture.connection));
    char text[64];
    net_connection_local_literal(fixture.connection, text);
    assert_string_equal(text, "[127.0.0.1]");
    net_connection_peer(fixture.connection, text);
    assert_string_equal(text, "memory");
    closed(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_takes_what_the_peer_has_left),
        cmocka_unit_test(writing_keeps_to_pieces_and_room),
        cmocka_unit_test(it_is_neither_secure_nor_waiting_for_a_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
