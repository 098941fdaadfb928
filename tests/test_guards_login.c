/* SPDX-License-Identifier: ISC */
/* Guards of the login that no other test would miss: see tests/guards. */
#include "harness/harness.h"

#include "sasl.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static void what_reveals_the_secret_needs_tls(void **state)
{
    (void)state;
    static const char *const names[] = {"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "NTLM"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (int by_name = 0; by_name < 2; by_name++) {
            struct auth_sasl_options options = {.user = "tim",
                                                .password = "secret",
                                                .host = "mail.example",
                                                .allowed = by_name ? names[i] : NULL};
            struct auth_sasl *sasl = NULL;
            assert_int_equal(auth_sasl_start(&sasl, &options, names[i], NULL), MAILER_AUTH);
            assert_null(sasl);
        }
}

/* The response of RFC 2195 to the challenge "<1@x>", made by OpenSSL. */
static void cram_response(const char *user, const char *password, char *encoded)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    assert_non_null(HMAC(EVP_md5(), password, (int)strlen(password), (const unsigned char *)"<1@x>",
                         5, digest, &size));
    char text[128];
    int used = snprintf(text, sizeof text, "%s ", user);
    for (unsigned i = 0; i < size; i++)
        used += snprintf(text + used, sizeof text - (size_t)used, "%02x", digest[i]);
    EVP_EncodeBlock((unsigned char *)encoded, (const unsigned char *)text, used);
}

static void cram_md5_takes_long_passwords_whole(void **state)
{
    (void)state;
    /* A key of more than 64 octets is hashed first (RFC 2104), and a hash may hold a NUL. */
    for (size_t length = 60; length < 600; length++) {
        char password[600];
        for (size_t i = 0; i < length; i++)
            password[i] = (char)('!' + (i * 7 + length) % 90);
        password[length] = '\0';
        struct auth_sasl_options options = {
            .user = "tim", .password = password, .host = "mail.example", .secure = true};
        struct auth_sasl *sasl = NULL;
        char response[AUTH_SASL_RESPONSE_SIZE];
        char expected[256];
        cram_response("tim", password, expected);
        assert_int_equal(auth_sasl_start(&sasl, &options, "CRAM-MD5", NULL), 0);
        assert_int_equal(auth_sasl_respond(sasl, "PDFAeD4=", response, NULL), 0);
        assert_string_equal(response, expected);
        auth_sasl_free(sasl);
    }
}

static void an_empty_initial_response_is_an_equals_sign(void **state)
{
    (void)state;
    struct auth_sasl_options options = {
        .user = "", .host = "mail.example", .secure = true, .allowed = "EXTERNAL"};
    struct auth_sasl *sasl = NULL;
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_start(&sasl, &options, "EXTERNAL", NULL), 0);
    assert_int_equal(auth_sasl_respond(sasl, NULL, response, NULL), 0);
    assert_string_equal(response, "=");
    /* Asked for again, it stands on a line of its own, which is empty then (RFC 4954 4). */
    assert_int_equal(auth_sasl_respond(sasl, "", response, NULL), 0);
    assert_string_equal(response, "");
    auth_sasl_free(sasl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reveals_the_secret_needs_tls),
        cmocka_unit_test(cram_md5_takes_long_passwords_whole),
        cmocka_unit_test(an_empty_initial_response_is_an_equals_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
