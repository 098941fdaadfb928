/* SPDX-License-Identifier: ISC */
#include "harness/tls_pair.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define COLONS                                                                                     \
    "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:"   \
    "EE:FF"
#define BASE64 "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8="

static int read_text(struct net_tls_pins *pins, const char *text, struct mailer_error *error)
{
    char *exact = harness_exact(text, strlen(text) + 1);
    const char *const texts[] = {exact};
    int result = net_tls_pins_read(pins, texts, 1, error);
    free(exact);
    return result;
}

static void a_digest_may_be_hexadecimal_or_base64(void **state)
{
    (void)state;
    static const char *const texts[] = {"sha256:" HEX, "SHA256:" COLONS, "sha256:" BASE64,
                                        "cert-sha256:" HEX, "cert-sha256:" BASE64};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct net_tls_pins pins;
        assert_int_equal(read_text(&pins, texts[i], NULL), 0);
        assert_int_equal(pins.count, 1);
        assert_int_equal(pins.pins[0].of_certificate, i >= 3);
        for (unsigned j = 0; j < NET_TLS_DIGEST_SIZE; j++)
            assert_int_equal(pins.pins[0].digest[j], j % 16 * 17);
        net_tls_pins_free(&pins);
    }
}

static void several_pins_stand_with_commas_between(void **state)
{
    (void)state;
    struct net_tls_pins pins;
    const char *const texts[] = {"sha256:" HEX ",cert-sha256:" BASE64, "sha256:" COLONS};
    assert_int_equal(net_tls_pins_read(&pins, texts, 2, NULL), 0);
    assert_int_equal(pins.count, 3);
    assert_true(pins.pins[1].of_certificate);
    net_tls_pins_free(&pins);
}

static void what_is_no_pin_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        ",",
        "sha256:",
        HEX,
        BASE64,
        "sha256:" HEX ",",
        ",sha256:" HEX,
        "sha256: " HEX,
        "sha256:" HEX "0",
        "sha256:g0112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF",
        "sha1:0011223344556677889900112233445566778899",
        "sha256:\x1b[2J",
        "sha256:ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8",
        "sha256:ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7 8=",
        "sha256:ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v==",
        "sha256:00-11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:"
        "BB:CC:DD:EE:FF"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct net_tls_pins pins;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (read_text(&pins, texts[i], &error) != MAILER_USAGE)
            fail_msg("\"%s\" is a pin", texts[i]);
        assert_null(pins.pins);
        assert_null(strchr(error.text, '\x1b'));
    }
}

static const struct certificate_wish authority_wish = {.common_name = "Test", .authority = true};
static const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};

/* Shakes hands; text is part of the error's, NULL: it must be good. */
static void check(const struct net_tls_options *options, const struct certificate *certificate,
                  const char *text)
{
    struct pair pair;
    struct mailer_error error = MAILER_ERROR_INIT;
    open_pair(&pair, options, certificate);
    int result = shaken(&pair, &error);
    if (result != (text == NULL ? NET_READY : MAILER_TLS))
        fail_msg("%d: %s", result, error.text);
    assert_int_equal(net_connection_is_secure(pair.client), text == NULL);
    if (text != NULL)
        expect_text(&error, text);
    close_pair(&pair);
}

static void a_pin_makes_up_for_name_dates_and_authority_and_a_wrong_one_for_nothing(void **state)
{
    (void)state;
    static const struct certificate_wish wishes[] = {
        {.common_name = "x", .names = "DNS:localhost"},
        {.common_name = "x", .names = "DNS:other.example", .from_days = -9, .to_days = -2},
        {.common_name = "x", .usage = "clientAuth"}};
    for (size_t i = 0; i < 6; i++) {
        bool of_certificate = i % 2 == 1;
        struct certificate own = certificate_make(&wishes[i / 2], NULL);
        struct certificate other = certificate_make(&wishes[i / 2], NULL);
        char right[NET_TLS_PIN_TEXT], wrong[NET_TLS_PIN_TEXT];
        net_tls_pin_text(own.x509, of_certificate, right);
        net_tls_pin_text(other.x509, of_certificate, wrong);
        const char *const pins[] = {wrong, right};
        struct net_tls_options options = {
            .server_name = "localhost", .verify = true, .pins = pins, .pin_count = 2};
        check(&options, &own, NULL);
        options.pin_count = 1;
        check(&options, &own, right);
        options.verify = false;
        check(&options, &own, "localhost has none of the pinned keys");
        /* The digest of the one is never taken for that of the other. */
        char mixed[NET_TLS_PIN_TEXT + 8];
        const char *const mixed_pins[] = {mixed};
        snprintf(mixed, sizeof mixed, "%s%s", of_certificate ? "sha256" : "cert-sha256",
                 strchr(right, ':'));
        options.pins = mixed_pins;
        check(&options, &own, "none of the pinned keys");
        certificate_free(&own);
        certificate_free(&other);
    }
}

static void beside_an_authority_both_must_be_right(void **state)
{
    (void)state;
    char file[] = "/tmp/mailer-test-tls-pin-XXXXXX";
    struct certificate authority = certificate_make(&authority_wish, NULL);
    struct certificate signed_one = certificate_make(&wish, &authority);
    struct certificate own = certificate_make(&wish, NULL);
    certificate_write(&authority, file);
    char texts[2][NET_TLS_PIN_TEXT];
    net_tls_pin_text(signed_one.x509, false, texts[0]);
    net_tls_pin_text(own.x509, false, texts[1]);
    for (size_t i = 0; i < 2; i++) {
        const char *const pins[] = {texts[i]};
        const struct net_tls_options options = {.server_name = "localhost",
                                                .verify = true,
                                                .ca_file = file,
                                                .pins = pins,
                                                .pin_count = 1};
        check(&options, &signed_one, i == 0 ? NULL : "none of the pinned keys");
        check(&options, &own, "self-signed");
    }
    unlink(file);
    certificate_free(&authority);
    certificate_free(&signed_one);
    certificate_free(&own);
}

static void the_context_refuses_what_is_no_pin(void **state)
{
    (void)state;
    const char *const pins[] = {"x"};
    const struct net_tls_options options = {
        .server_name = "localhost", .verify = true, .pins = pins, .pin_count = 1};
    struct net_tls_context *context = NULL;
    assert_int_equal(net_tls_context_new(&context, &options, NULL), MAILER_USAGE);
    assert_null(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_may_be_hexadecimal_or_base64),
        cmocka_unit_test(several_pins_stand_with_commas_between),
        cmocka_unit_test(what_is_no_pin_is_refused),
        cmocka_unit_test(a_pin_makes_up_for_name_dates_and_authority_and_a_wrong_one_for_nothing),
        cmocka_unit_test(beside_an_authority_both_must_be_right),
        cmocka_unit_test(the_context_refuses_what_is_no_pin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
