/* SPDX-License-Identifier: ISC */
/* What a login is bound to: the same at both ends, and different from connection to connection. */
#include "harness/certificate.h"
#include "harness/harness.h"

#include "tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct certificate certificate;

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

struct pair {
    struct net_tls_context *context;
    struct net_connection *client;
    SSL_CTX *settings;
    SSL *server;
    int descriptor;
};

static struct pair open_pair(int version, bool extended_secret)
{
    struct pair pair = {.settings = SSL_CTX_new(TLS_server_method())};
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pair.descriptor = ends[1];
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(net_connection_from_descriptor(&pair.client, ends[0], NULL), 0);
    const struct net_tls_options options = {.server_name = "localhost"};
    assert_int_equal(net_tls_context_new(&pair.context, &options, NULL), 0);
    assert_int_equal(net_tls_binding(pair.client).size, 0);
    assert_false(net_tls_shows_certificate(pair.client));
    assert_int_equal(net_tls_start(pair.client, pair.context, NULL), 0);
    assert_int_equal(net_tls_binding(pair.client).size, 0);
    assert_true(SSL_CTX_use_certificate(pair.settings, certificate.x509));
    assert_true(SSL_CTX_use_PrivateKey(pair.settings, certificate.key));
    SSL_CTX_set_max_proto_version(pair.settings, version);
    if (!extended_secret)
        SSL_CTX_set_options(pair.settings, SSL_OP_NO_EXTENDED_MASTER_SECRET);
    pair.server = SSL_new(pair.settings);
    SSL_set_fd(pair.server, pair.descriptor);
    SSL_set_accept_state(pair.server);
    int result = NET_WAITING;
    for (int i = 0; i < 100 && result == NET_WAITING; i++) {
        result = net_tls_handshake(pair.client, NULL);
        SSL_do_handshake(pair.server);
        ERR_clear_error();
    }
    assert_int_equal(result, NET_READY);
    return pair;
}

static void close_pair(struct pair *pair)
{
    net_connection_close(pair->client);
    net_tls_context_free(pair->context);
    SSL_free(pair->server);
    SSL_CTX_free(pair->settings);
    close(pair->descriptor);
}

static void tls_1_3_is_bound_by_its_exporter(void **state)
{
    (void)state;
    unsigned char before[32] = {0};
    for (int i = 0; i < 2; i++) {
        struct pair pair = open_pair(TLS1_3_VERSION, true);
        struct net_tls_binding binding = net_tls_binding(pair.client);
        unsigned char expected[32];
        assert_int_equal(SSL_export_keying_material(pair.server, expected, sizeof expected,
                                                    "EXPORTER-Channel-Binding", 24,
                                                    (const unsigned char *)"", 0, 1),
                         1);
        assert_true(binding.is_exporter);
        assert_int_equal(binding.size, sizeof expected);
        assert_memory_equal(binding.bytes, expected, sizeof expected);
        assert_memory_not_equal(binding.bytes, before, sizeof before);
        memcpy(before, binding.bytes, sizeof before);
        assert_false(net_tls_shows_certificate(pair.client));
        close_pair(&pair);
    }
}

static void tls_1_2_is_bound_by_its_first_finished_message(void **state)
{
    (void)state;
    struct pair pair = open_pair(TLS1_2_VERSION, true);
    struct net_tls_binding binding = net_tls_binding(pair.client);
    unsigned char expected[64];
    size_t size = SSL_get_peer_finished(pair.server, expected, sizeof expected);
    assert_false(binding.is_exporter);
    assert_int_equal(size, 12);
    assert_int_equal(binding.size, size);
    assert_memory_equal(binding.bytes, expected, size);
    close_pair(&pair);
}

static void tls_1_2_without_the_extended_master_secret_binds_nothing(void **state)
{
    (void)state;
    struct pair pair = open_pair(TLS1_2_VERSION, false);
    assert_true(net_connection_is_secure(pair.client));
    assert_int_equal(net_tls_binding(pair.client).size, 0);
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_1_3_is_bound_by_its_exporter),
        cmocka_unit_test(tls_1_2_is_bound_by_its_first_finished_message),
        cmocka_unit_test(tls_1_2_without_the_extended_master_secret_binds_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
