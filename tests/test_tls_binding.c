/* SPDX-License-Identifier: ISC */
/* What a login is bound to: the same at both ends, and different from connection to connection. */
#include "harness/tls_pair.h"

static struct certificate certificate;
static const struct net_tls_options options = {.server_name = "localhost"};

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    certificate = certificate_make(&wish, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    certificate_free(&certificate);
    return 0;
}

static void shake(struct pair *pair, int version)
{
    assert_int_equal(net_tls_binding(pair->client).size, 0);
    assert_false(net_tls_shows_certificate(pair->client));
    SSL_set_max_proto_version(pair->server, version);
    assert_int_equal(shaken(pair, NULL), NET_READY);
    assert_false(net_tls_shows_certificate(pair->client));
}

/* Tickets of TLS 1.3 come with what is read. */
static void take_ticket(struct pair *pair)
{
    char octet = 'x';
    size_t count = 0;
    SSL_do_handshake(pair->server);
    assert_int_equal(SSL_write(pair->server, &octet, 1), 1);
    assert_int_equal(net_connection_read(pair->client, &octet, 1, &count, NULL), NET_READY);
}

/* The server's end has the same exporter, and it is a new one. */
static void check_exporter(struct pair *pair, unsigned char before[static 32])
{
    struct net_tls_binding binding = net_tls_binding(pair->client);
    unsigned char expected[32];
    assert_int_equal(SSL_export_keying_material(pair->server, expected, sizeof expected,
                                                "EXPORTER-Channel-Binding", 24,
                                                (const unsigned char *)"", 0, 1),
                     1);
    assert_true(binding.is_exporter);
    assert_int_equal(binding.size, sizeof expected);
    assert_memory_equal(binding.bytes, expected, sizeof expected);
    assert_memory_not_equal(binding.bytes, before, sizeof expected);
    memcpy(before, expected, sizeof expected);
}

static void tls_1_3_is_bound_by_its_exporter_resumed_or_not(void **state)
{
    (void)state;
    unsigned char before[32] = {0};
    for (int i = 0; i < 2; i++) {
        struct pair first, next;
        open_pair(&first, &options, &certificate);
        shake(&first, TLS1_3_VERSION);
        check_exporter(&first, before);
        take_ticket(&first);
        open_next(&next, &first);
        shake(&next, TLS1_3_VERSION);
        assert_true(SSL_session_reused(next.server));
        check_exporter(&next, before);
        close_next(&next);
        close_pair(&first);
    }
}

/* Whose Finished message comes first depends on whether the session is resumed (RFC 5929 3.1). */
static void tls_1_2_is_bound_by_its_first_finished_message(void **state)
{
    (void)state;
    struct pair first, next;
    unsigned char expected[2][64];
    open_pair(&first, &options, &certificate);
    shake(&first, TLS1_2_VERSION);
    struct net_tls_binding binding = net_tls_binding(first.client);
    assert_int_equal(SSL_get_peer_finished(first.server, expected[0], 64), 12);
    assert_false(binding.is_exporter);
    assert_int_equal(binding.size, 12);
    assert_memory_equal(binding.bytes, expected[0], 12);
    open_next(&next, &first);
    shake(&next, TLS1_2_VERSION);
    assert_true(SSL_session_reused(next.server));
    binding = net_tls_binding(next.client);
    assert_int_equal(SSL_get_finished(next.server, expected[1], 64), 12);
    assert_int_equal(binding.size, 12);
    assert_memory_equal(binding.bytes, expected[1], 12);
    assert_memory_not_equal(expected[0], expected[1], 12);
    close_next(&next);
    close_pair(&first);
}

static void tls_1_2_without_the_extended_master_secret_binds_nothing(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair, &options, &certificate);
    SSL_set_options(pair.server, SSL_OP_NO_EXTENDED_MASTER_SECRET);
    shake(&pair, TLS1_2_VERSION);
    assert_true(net_connection_is_secure(pair.client));
    assert_int_equal(net_tls_binding(pair.client).size, 0);
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_1_3_is_bound_by_its_exporter_resumed_or_not),
        cmocka_unit_test(tls_1_2_is_bound_by_its_first_finished_message),
        cmocka_unit_test(tls_1_2_without_the_extended_master_secret_binds_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
