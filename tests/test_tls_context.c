/* SPDX-License-Identifier: ISC */
#include "harness/tls_pair.h"

static const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};

/* Shakes hands with a server that goes no further than a version. */
static int shake(const struct net_tls_options *options, int version, char text[static 96],
                 struct mailer_error *error)
{
    struct certificate certificate = certificate_make(&wish, NULL);
    struct pair pair;
    open_pair(&pair, options, &certificate);
    SSL_set_max_proto_version(pair.server, version);
    int result = shaken(&pair, error);
    net_tls_describe(pair.client, text);
    close_pair(&pair);
    certificate_free(&certificate);
    return result;
}

static void tls_1_2_may_be_too_old(void **state)
{
    (void)state;
    const struct net_tls_options options = {.server_name = "localhost", .only_1_3 = true};
    struct mailer_error error = MAILER_ERROR_INIT;
    char text[96];
    assert_int_equal(shake(&options, TLS1_3_VERSION, text, &error), NET_READY);
    assert_int_equal(shake(&options, TLS1_2_VERSION, text, &error), MAILER_TLS);
    expect_text(&error, "localhost offers no TLS 1.3: it must be updated");
}

static void only_the_ciphers_of_the_list_are_used(void **state)
{
    (void)state;
    static const struct {
        const char *ciphers;
        int version;
        const char *described;
    } cases[] = {
        {"TLS_CHACHA20_POLY1305_SHA256", TLS1_3_VERSION, "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256"},
        {"TLS_CHACHA20_POLY1305_SHA256", TLS1_2_VERSION, "TLSv1.2 ECDHE-"},
        {"ECDHE-ECDSA-AES128-GCM-SHA256", TLS1_2_VERSION, "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256"},
        {"ECDHE-ECDSA-AES128-GCM-SHA256", TLS1_3_VERSION, "TLSv1.3 TLS_"},
        {"TLS_AES_128_GCM_SHA256:HIGH:!AES:TLS_NOBODY_KNOWS", TLS1_3_VERSION,
         "TLSv1.3 TLS_AES_128_GCM_SHA256"},
        {"TLS_AES_128_GCM_SHA256:HIGH:!AES:TLS_NOBODY_KNOWS", TLS1_2_VERSION,
         "TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct net_tls_options options = {.server_name = "localhost",
                                                .ciphers = cases[i].ciphers};
        struct mailer_error error = MAILER_ERROR_INIT;
        char text[96];
        assert_int_equal(shake(&options, cases[i].version, text, &error), NET_READY);
        if (strncmp(text, cases[i].described, strlen(cases[i].described)) != 0)
            fail_msg("%s: %s", cases[i].ciphers, text);
    }
}

static void a_list_without_a_cipher_is_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {"", ":", "nonsense", "TLS_NONSENSE", "HIGH:!ALL"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const struct net_tls_options options = {.server_name = "localhost", .ciphers = lists[i]};
        struct net_tls_context *context = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (net_tls_context_new(&context, &options, &error) != MAILER_USAGE)
            fail_msg("\"%s\" is taken", lists[i]);
        expect_text(&error, "none that this machine knows");
        assert_int_equal(ERR_peek_error(), 0);
    }
}

/* A list that OpenSSL takes may hold ciphers that prove no server, or hide nothing. */
static void no_list_leads_to_a_server_that_proves_nothing(void **state)
{
    (void)state;
    static const char *const lists[] = {"ALL:@SECLEVEL=0", "aNULL:HIGH:@SECLEVEL=0",
                                        "HIGH:eNULL:@SECLEVEL=0"};
    static const char *const of_server[] = {"AECDH-AES128-SHA:@SECLEVEL=0",
                                            "ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0"};
    struct certificate certificate = certificate_make(&wish, NULL);
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 2; j++) {
            const struct net_tls_options options = {
                .server_name = "localhost", .verify = true, .ciphers = lists[i]};
            struct pair pair;
            open_pair(&pair, &options, &certificate);
            assert_true(SSL_set_cipher_list(pair.server, of_server[j]));
            SSL_set_max_proto_version(pair.server, TLS1_2_VERSION);
            assert_int_equal(shaken(&pair, NULL), MAILER_TLS);
            assert_false(net_connection_is_secure(pair.client));
            close_pair(&pair);
        }
    }
    const struct net_tls_options options = {.server_name = "localhost",
                                            .ciphers = "aNULL:@SECLEVEL=0"};
    struct net_tls_context *context = NULL;
    assert_int_equal(net_tls_context_new(&context, &options, NULL), MAILER_USAGE);
    certificate_free(&certificate);
}

static const char *described(struct pair *pair, bool with_ticket)
{
    static char text[96];
    char octet = 'x';
    size_t count = 0;
    assert_int_equal(shaken(pair, NULL), NET_READY);
    assert_true(net_connection_is_secure(pair->client));
    net_tls_describe(pair->client, text);
    /* Tickets of TLS 1.3 come with what is read. */
    if (with_ticket) {
        SSL_do_handshake(pair->server);
        assert_int_equal(SSL_write(pair->server, &octet, 1), 1);
        assert_int_equal(net_connection_read(pair->client, &octet, 1, &count, NULL), NET_READY);
    }
    return text;
}

static void a_session_is_resumed_by_the_next_connection_and_a_ticket_used_once(void **state)
{
    (void)state;
    char file[] = "/tmp/mailer-test-context-XXXXXX";
    struct certificate certificate = certificate_make(&wish, NULL);
    certificate_write(&certificate, file);
    const struct net_tls_options options = {
        .server_name = "localhost", .verify = true, .ca_file = file};
    for (int version = TLS1_2_VERSION; version <= TLS1_3_VERSION; version++) {
        struct pair first, second, third;
        open_pair(&first, &options, &certificate);
        SSL_set_max_proto_version(first.server, version);
        assert_null(strstr(described(&first, true), "resumed"));
        open_next(&second, &first);
        SSL_set_max_proto_version(second.server, version);
        assert_non_null(strstr(described(&second, false), ", resumed"));
        open_next(&third, &first);
        SSL_set_max_proto_version(third.server, version);
        bool again = strstr(described(&third, false), "resumed") != NULL;
        assert_int_equal(again, version == TLS1_2_VERSION);
        close_next(&third);
        close_next(&second);
        close_pair(&first);
    }
    unlink(file);
    certificate_free(&certificate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls_1_2_may_be_too_old),
        cmocka_unit_test(only_the_ciphers_of_the_list_are_used),
        cmocka_unit_test(a_list_without_a_cipher_is_refused),
        cmocka_unit_test(no_list_leads_to_a_server_that_proves_nothing),
        cmocka_unit_test(a_session_is_resumed_by_the_next_connection_and_a_ticket_used_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
