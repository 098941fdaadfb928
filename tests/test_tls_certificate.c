/* SPDX-License-Identifier: ISC */
#include "harness/tls_pair.h"

#include "text.h"
#include "tls_certificate.h"

#include <time.h>

static struct net_tls_certificate seen[NET_TLS_CERTIFICATES];

/* Shakes hands with a server that has this certificate. @return how many are seen. */
static size_t meet(const struct certificate_wish *wish, const struct certificate *issuer,
                   bool verify, int expected)
{
    struct certificate certificate = certificate_make(wish, issuer);
    const struct net_tls_options options = {.server_name = "localhost", .verify = verify};
    struct pair pair;
    open_pair(&pair, &options, &certificate);
    if (issuer != NULL)
        assert_true(SSL_add1_chain_cert(pair.server, issuer->x509));
    assert_int_equal(net_tls_certificates(pair.client, seen), 0);
    assert_int_equal(shaken(&pair, NULL), expected);
    size_t count = net_tls_certificates(pair.client, seen);
    char pin[NET_TLS_PIN_TEXT];
    net_tls_pin_text(certificate.x509, false, pin);
    assert_string_equal(seen[0].key_pin, pin);
    net_tls_pin_text(certificate.x509, true, pin);
    assert_string_equal(seen[0].certificate_pin, pin);
    close_pair(&pair);
    certificate_free(&certificate);
    return count;
}

static void a_chain_is_told_with_names_and_dates(void **state)
{
    (void)state;
    const struct certificate_wish above = {.common_name = "Test authority", .authority = true};
    const struct certificate_wish wish = {.common_name = "mail.example",
                                          .names = "DNS:localhost,DNS:b.example,IP:127.0.0.1"};
    struct certificate authority = certificate_make(&above, NULL);
    assert_int_equal(meet(&wish, &authority, false, NET_READY), 2);
    certificate_free(&authority);
    assert_string_equal(seen[0].subject, "CN=mail.example");
    assert_string_equal(seen[0].issuer, "CN=Test authority");
    assert_string_equal(seen[0].authority, "Test authority");
    assert_string_equal(seen[0].names, "localhost b.example 127.0.0.1");
    assert_string_equal(seen[1].subject, "CN=Test authority");
    assert_string_equal(seen[1].names, "");
    int64_t now = time(NULL);
    assert_true(seen[0].not_before < now && seen[0].not_before > now - 3600);
    assert_true(seen[0].not_after > now + 29 * 86400 && seen[0].not_after <= now + 30 * 86400);
}

static void one_that_is_not_trusted_is_told_as_well(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    assert_int_equal(meet(&wish, NULL, true, MAILER_TLS), 1);
    assert_string_equal(seen[0].subject, "CN=x");
    assert_string_equal(seen[0].issuer, "CN=x");
}

static void what_a_terminal_cannot_show_is_not_shown(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "gr\xc3\xbc\xc3\x9f\x1b[2J\n",
                                          .raw_name = "a\0b\x1b.example",
                                          .raw_size = 12};
    assert_int_equal(meet(&wish, NULL, false, NET_READY), 1);
    const char *const texts[] = {seen[0].subject, seen[0].authority, seen[0].names};
    for (size_t i = 0; i < 3; i++)
        assert_false(text_has_control(texts[i], strlen(texts[i])));
    assert_non_null(strstr(seen[0].subject, "gr\xc3\xbc\xc3\x9f"));
    assert_non_null(strstr(seen[0].names, "\\x00"));
}

static void texts_are_cut_to_fit(void **state)
{
    (void)state;
    char names[2048] = "DNS:localhost", one[32];
    for (int i = 0; i < 100; i++) {
        snprintf(one, sizeof one, ",DNS:n%d.example", i);
        strncat(names, one, sizeof names - strlen(names) - 1);
    }
    const struct certificate_wish wish = {.common_name = "x", .names = names};
    assert_int_equal(meet(&wish, NULL, false, NET_READY), 1);
    size_t length = strlen(seen[0].names);
    assert_true(length > 450 && length < sizeof seen[0].names);
    /* No name is cut in half. */
    assert_string_equal(seen[0].names + length - strlen(".example"), ".example");
}

static void without_tls_there_are_none(void **state)
{
    (void)state;
    struct pair pair;
    open_ends(&pair);
    assert_int_equal(net_tls_certificates(pair.client, seen), 0);
    net_connection_close(pair.client);
    close(pair.descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_is_told_with_names_and_dates),
        cmocka_unit_test(one_that_is_not_trusted_is_told_as_well),
        cmocka_unit_test(what_a_terminal_cannot_show_is_not_shown),
        cmocka_unit_test(texts_are_cut_to_fit),
        cmocka_unit_test(without_tls_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
