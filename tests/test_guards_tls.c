/* SPDX-License-Identifier: ISC */
/* Guards of TLS that no other test would miss: see tests/guards. */
#include "harness/send_client.h"
#include "harness/tls_pair.h"

#include "session_private.h"

#include <signal.h>

static struct certificate authority;
static char authority_file[] = "/tmp/mailer-test-guards-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "Test authority", .authority = true};
    authority = certificate_make(&wish, NULL);
    certificate_write(&authority, authority_file);
    /* OpenSSL writes without MSG_NOSIGNAL to clients that do not wait for the answer to QUIT. */
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(authority_file);
    certificate_free(&authority);
    return 0;
}

static void open_for_localhost(struct pair *pair)
{
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    const struct net_tls_options options = {
        .server_name = "localhost", .verify = true, .ca_file = authority_file};
    struct certificate certificate = certificate_make(&wish, &authority);
    open_pair(pair, &options, &certificate);
    certificate_free(&certificate);
}

static void a_server_cannot_renegotiate(void **state)
{
    (void)state;
    struct pair pair;
    open_for_localhost(&pair);
    SSL_set_max_proto_version(pair.server, TLS1_2_VERSION);
    assert_int_equal(shaken(&pair, NULL), NET_READY);
    unsigned char before[32], after[32];
    assert_int_equal(SSL_get_client_random(pair.server, before, sizeof before), sizeof before);
    assert_int_equal(SSL_renegotiate(pair.server), 1);
    for (int i = 0; i < 20; i++) {
        char octets[16];
        size_t got = 0;
        SSL_do_handshake(pair.server);
        SSL_read_ex(pair.server, octets, sizeof octets, &got);
        net_connection_read(pair.client, octets, sizeof octets, &got, NULL);
        assert_int_equal(got, 0);
        ERR_clear_error();
    }
    assert_int_equal(SSL_get_client_random(pair.server, after, sizeof after), sizeof after);
    assert_memory_equal(before, after, sizeof before);
    close_pair(&pair);
}

static void before_the_handshake_is_over_nothing_is_secure(void **state)
{
    (void)state;
    struct pair pair;
    open_for_localhost(&pair);
    for (int i = 0; i < 10 && !SSL_is_init_finished(pair.client->tls->ssl); i++) {
        assert_false(net_connection_is_secure(pair.client));
        net_tls_handshake(pair.client, NULL);
        SSL_do_handshake(pair.server);
        ERR_clear_error();
    }
    assert_true(net_connection_is_secure(pair.client));
    close_pair(&pair);
}

static void the_name_checked_is_the_one_given_whoever_passes_it_on(void **state)
{
    (void)state;
    static const char *const proxies[] = {NULL, "socks5://proxy.test", "http://proxy.test:3128"};
    for (size_t i = 0; i < 3; i++) {
        struct mailer_server given = MAILER_SERVER_INIT;
        struct server server;
        struct net_tls_context *context = NULL;
        given.url = "smtp://mail.example.test:587";
        given.proxy = proxies[i];
        given.ca_file = authority_file;
        assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
        assert_int_equal(session_make_tls_context(&server, &context, NULL), 0);
        assert_string_equal(context->server_name, "mail.example.test");
        net_tls_context_free(context);
        server_wipe(&server);
    }
}

static void want_implicit_tls(struct mailer_server *server)
{
    server->tls = MAILER_TLS_IMPLICIT;
    server->ca_file = authority_file;
}

/* Records that came together lie in the buffer of TLS, where no poll() sees them. */
static void a_reply_of_many_records_is_read_to_its_end(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "IP:127.0.0.1"};
    struct certificate certificate = certificate_make(&wish, &authority);
    SSL_CTX *settings = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(settings, certificate.x509);
    SSL_CTX_use_PrivateKey(settings, certificate.key);
    char offers[4000];
    memset(offers, 'X', sizeof offers);
    offers[sizeof offers - 1] = '\0';
    adapt_settings = want_implicit_tls;
    struct smtp_server server = {
        .capabilities = offers, .tls = settings, .implicit = true, .send_piece = 1};
    struct played played = play_letter(&server, "a@x.test", 100, 5000);
    assert_int_equal(played.result, 0);
    assert_string_equal(played.fates, "OK");
    adapt_settings = NULL;
    smtp_server_free(&server);
    SSL_CTX_free(settings);
    certificate_free(&certificate);
}

static void a_domain_and_a_pin_need_tls(void **state)
{
    (void)state;
    static const char *const pin =
        "sha256:"
        "0000000000000000000000000000000000000000000000000000000000000000";
    static const enum mailer_tls_mode weak[] = {MAILER_TLS_OFF, MAILER_TLS_OPPORTUNISTIC};
    for (size_t i = 0; i < 2; i++) {
        struct server server;
        struct mailer_server given = MAILER_SERVER_INIT;
        given.url = "srv:example.test";
        given.tls = weak[i];
        assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
        given.tls = MAILER_TLS_DEFAULT;
        assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
        given.url = "smtp://mail.example.test";
        given.tls = weak[i];
        assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
        given.tls_pins = &pin;
        given.tls_pin_count = 1;
        assert_int_equal(server_read(&server, &given, NULL, NULL), MAILER_USAGE);
        given.tls = MAILER_TLS_DEFAULT;
        assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
        assert_int_equal(server.tls, MAILER_TLS_REQUIRED);
    }
}

static void tls_all_the_way_is_not_left_to_chance(void **state)
{
    (void)state;
    struct mailer_message *message = NULL;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    options.require_tls = true;
    mailer_message_new(&message, NULL);
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), 0);
    for (int i = 0; i < 4; i++) {
        const struct smtp_capabilities can = {.extended = true, .require_tls = i & 1};
        assert_int_equal(transaction_check(message, &can, i & 2, false, NULL),
                         i == 3 ? 0 : MAILER_UNSUPPORTED);
    }
    mailer_message_free(message);
}

/* RFC 8446 C.4 */
static void a_ticket_is_gone_as_soon_as_it_is_shown(void **state)
{
    (void)state;
    struct pair pair, next;
    char octet[1];
    size_t got = 0;
    open_for_localhost(&pair);
    assert_int_equal(shaken(&pair, NULL), NET_READY);
    net_connection_read(pair.client, octet, 1, &got, NULL);
    assert_non_null(pair.context->session);
    open_next(&next, &pair);
    assert_null(pair.context->session);
    close_next(&next);
    close_pair(&pair);
}

static void the_password_of_a_proxy_does_not_stay(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    struct server server;
    given.url = "smtp://mail.example.test";
    given.proxy = "socks5://ann:hunter2@proxy.test";
    assert_int_equal(server_read(&server, &given, NULL, NULL), 0);
    assert_string_equal(server.proxy.password, "hunter2");
    server_wipe(&server);
    for (size_t i = 0; i < sizeof server.proxy.password; i++)
        assert_int_equal(server.proxy.password[i], '\0');
    struct net_tunnel *tunnel = NULL;
    const struct net_tunnel_options options = {.kind = NET_TUNNEL_HTTP,
                                               .proxy = "proxy.test",
                                               .host = "mail.example.test",
                                               .port = 587,
                                               .user = "ann",
                                               .password = "hunter2"};
    assert_int_equal(net_tunnel_new(&tunnel, &options, NULL), 0);
    const char *bytes = NULL;
    size_t size = net_tunnel_out(tunnel, &bytes);
    assert_true(size > 20);
    net_tunnel_sent(tunnel, size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], '\0');
    net_tunnel_free(tunnel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_cannot_renegotiate),
        cmocka_unit_test(before_the_handshake_is_over_nothing_is_secure),
        cmocka_unit_test(the_name_checked_is_the_one_given_whoever_passes_it_on),
        cmocka_unit_test(a_reply_of_many_records_is_read_to_its_end),
        cmocka_unit_test(a_domain_and_a_pin_need_tls),
        cmocka_unit_test(tls_all_the_way_is_not_left_to_chance),
        cmocka_unit_test(a_ticket_is_gone_as_soon_as_it_is_shown),
        cmocka_unit_test(the_password_of_a_proxy_does_not_stay),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
