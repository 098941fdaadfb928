/* SPDX-License-Identifier: ISC */
/*
 * The examples that the descriptions of the mechanisms give, and, where there is none that our
 * settings can come to, what OpenSSL computes. What computes it is held against the examples first.
 */
#include "harness/harness.h"

#include "sasl.h"

#include <dlfcn.h>
#include <gsasl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

/* ---- The client's nonce ---- */

/* What libgsasl takes as its next nonce; NULL: a random one. */
static const char *next_nonce;

int gsasl_base64_to(const char *in, size_t inlen, char **out, size_t *outlen);

/* libgsasl finds this one in place of its own, with which it writes down its nonces. */
__attribute__((visibility("default"))) int gsasl_base64_to(const char *in, size_t inlen, char **out,
                                                           size_t *outlen)
{
    __typeof__(gsasl_base64_to) *real;
    void *library = dlopen("libgsasl.so.18", RTLD_NOW | RTLD_LOCAL);
    assert_non_null(library);
    void *address = dlsym(library, "gsasl_base64_to");
    memcpy(&real, &address, sizeof real);
    if (next_nonce == NULL)
        return real(in, inlen, out, outlen);
    *out = strdup(next_nonce);
    next_nonce = NULL;
    if (outlen != NULL)
        *outlen = strlen(*out);
    return *out != NULL ? GSASL_OK : GSASL_MALLOC_ERROR;
}

/* ---- The dialogue ---- */

enum { TEXT_SIZE = 1024 };

static void encode(const void *bytes, size_t size, char text[static AUTH_SASL_RESPONSE_SIZE])
{
    assert_true(size < AUTH_SASL_RESPONSE_SIZE / 4 * 3);
    EVP_EncodeBlock((unsigned char *)text, bytes, (int)size);
}

/* Octets from base64, with a NUL behind them. @return how many. */
static size_t decode(const char *text, char bytes[static AUTH_SASL_RESPONSE_SIZE])
{
    size_t length = strlen(text);
    int size = EVP_DecodeBlock((unsigned char *)bytes, (const unsigned char *)text, (int)length);
    assert_true(size >= 0);
    while (length > 0 && text[--length] == '=')
        size--;
    bytes[size] = '\0';
    return (size_t)size;
}

static struct auth_sasl *start(const struct auth_sasl_options *options, const char *mechanism)
{
    struct auth_sasl *sasl = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (auth_sasl_start(&sasl, options, mechanism, &error) != 0)
        fail_msg("%s: %s", mechanism, error.text);
    assert_string_equal(auth_sasl_mechanism(sasl), mechanism);
    return sasl;
}

/* Says a challenge; gives the answer. Neither is in base64. */
static void ask(struct auth_sasl *sasl, const char *challenge,
                char answer[static AUTH_SASL_RESPONSE_SIZE])
{
    char encoded[AUTH_SASL_RESPONSE_SIZE];
    char response[AUTH_SASL_RESPONSE_SIZE];
    struct mailer_error error = MAILER_ERROR_INIT;
    if (challenge != NULL)
        encode(challenge, strlen(challenge), encoded);
    if (auth_sasl_respond(sasl, challenge != NULL ? encoded : NULL, response, &error) != 0)
        fail_msg("\"%s\": %s", challenge != NULL ? challenge : "", error.text);
    decode(response, answer);
}

static void expect(struct auth_sasl *sasl, const char *challenge, const char *expected)
{
    char answer[AUTH_SASL_RESPONSE_SIZE];
    ask(sasl, challenge, answer);
    assert_string_equal(answer, expected);
}

static void expect_encoded(struct auth_sasl *sasl, const char *challenge, const char *expected)
{
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, challenge, response, NULL), 0);
    assert_string_equal(response, expected);
}

static struct auth_sasl_options options_for(const char *user, const char *password)
{
    return (struct auth_sasl_options){
        .user = user, .password = password, .host = "mail.example", .secure = true};
}

/* ---- The simple ones ---- */

/* draft-murchison-sasl-login; the prompts end in a NUL there. */
static void login_is_as_in_its_draft(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("tim", "tanstaaftanstaaf");
    struct auth_sasl *sasl = start(&options, "LOGIN");
    expect_encoded(sasl, "VXNlciBOYW1lAA==", "dGlt");
    expect_encoded(sasl, "UGFzc3dvcmQA", "dGFuc3RhYWZ0YW5zdGFhZg==");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

/* RFC 4422 A: with somebody to act as, and without. */
static void external_is_as_in_rfc_4422(void **state)
{
    (void)state;
    static const char *const responses[][2] = {{"fred@example.com", "ZnJlZEBleGFtcGxlLmNvbQ=="},
                                               {"", "="}};
    for (size_t i = 0; i < 2; i++) {
        struct auth_sasl_options options = options_for(responses[i][0], NULL);
        options.certificate = true;
        struct auth_sasl *sasl = start(&options, "EXTERNAL");
        expect_encoded(sasl, NULL, responses[i][1]);
        assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
        auth_sasl_free(sasl);
        /* As an answer to a challenge an empty one is an empty line. */
        sasl = start(&options, "EXTERNAL");
        expect_encoded(sasl, "", i == 0 ? responses[i][1] : "");
        auth_sasl_free(sasl);
    }
}

/* RFC 7628 4.1. */
static void oauthbearer_is_as_in_rfc_7628(void **state)
{
    (void)state;
    struct auth_sasl_options options =
        options_for("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    options.allowed = "OAUTHBEARER";
    options.host = "server.example.com";
    options.port = 143;
    struct auth_sasl *sasl = start(&options, "OAUTHBEARER");
    expect_encoded(
        sasl, NULL,
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVy"
        "IHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
    /* 4.3. */
    expect(sasl,
           "{\"status\":\"invalid_token\",\"scope\":\"example_scope\",\"openid-configuration\":"
           "\"https://example.com/.well-known/openid-configuration\"}",
           "\1");
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    assert_non_null(strstr(auth_sasl_reason(sasl), "invalid_token"));
    auth_sasl_free(sasl);
}

/* As Google's description of XOAUTH2 has it. */
static void a_refusal_by_xoauth2_is_as_its_description_has_it(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("someuser@example.com", "ya29.vF9dft4qmTc2");
    options.allowed = "XOAUTH2";
    struct auth_sasl *sasl = start(&options, "XOAUTH2");
    expect(sasl, NULL, "user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2\1\1");
    expect_encoded(sasl,
                   "eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIG1hYyIsInNjb3BlIjoiaHR0cHM6Ly9t"
                   "YWlsLmdvb2dsZS5jb20vIn0K",
                   "");
    const char *reason = auth_sasl_reason(sasl);
    assert_memory_equal(reason, "401, it must be for the scope https://", 38);
    assert_non_null(strstr(reason, "/; it may have expired: get a new one"));
    auth_sasl_free(sasl);
}

/* ---- CRAM-MD5 ---- */

static void put_hexadecimal(const unsigned char *bytes, size_t size, char *text)
{
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void hmac_md5(const char *key, size_t key_size, const char *data, char hexadecimal[33])
{
    unsigned char digest[16];
    assert_non_null(HMAC(EVP_md5(), key, (int)key_size, (const unsigned char *)data, strlen(data),
                         digest, NULL));
    put_hexadecimal(digest, sizeof digest, hexadecimal);
}

static void cram_md5_takes_keys_of_any_length(void **state)
{
    (void)state;
    static const char data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    static const size_t lengths[] = {1, 63, 64, 65, 80, 200, 1000};
    char digest[33];
    char key[1001];
    memset(key, 0xAA, 80);
    hmac_md5(key, 80, data, digest);
    assert_string_equal(digest, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"); /* RFC 2202 2, case 6 */
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (size_t j = 0; j < lengths[i]; j++)
            key[j] = (char)('!' + j * 7 % 94);
        key[lengths[i]] = '\0';
        hmac_md5(key, lengths[i], data, digest);
        char expected[64];
        snprintf(expected, sizeof expected, "tim %s", digest);
        struct auth_sasl_options options = options_for("tim", key);
        struct auth_sasl *sasl = start(&options, "CRAM-MD5");
        expect(sasl, data, expected);
        assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
        auth_sasl_free(sasl);
    }
}

static void cram_md5_is_as_in_rfc_2202(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("user", "Jefe");
    struct auth_sasl *sasl = start(&options, "CRAM-MD5");
    expect(sasl, "what do ya want for nothing?", "user 750c783e6ab0b503eaa86e310a5db738");
    auth_sasl_free(sasl);
}

/* ---- DIGEST-MD5 ---- */

static void md5(const void *bytes, size_t size, unsigned char digest[16])
{
    assert_int_equal(EVP_Digest(bytes, size, digest, NULL, EVP_md5(), NULL), 1);
}

static void md5_hexadecimal(const char *text, size_t size, char hexadecimal[33])
{
    unsigned char digest[16];
    md5(text, size, digest);
    put_hexadecimal(digest, sizeof digest, hexadecimal);
}

struct digest {
    const char *user, *realm, *password, *nonce, *client_nonce, *uri;
};

/* RFC 2831 2.1.2.1; by_server: 2.1.3. */
static void digest_md5(const struct digest *digest, bool by_server, char hexadecimal[33])
{
    char text[TEXT_SIZE];
    char first[33];
    char second[33];
    snprintf(text, sizeof text, "%s:%s:%s", digest->user, digest->realm, digest->password);
    unsigned char secret[16];
    md5(text, strlen(text), secret);
    memcpy(text, secret, sizeof secret);
    int length = snprintf(text + sizeof secret, sizeof text - sizeof secret, ":%s:%s",
                          digest->nonce, digest->client_nonce);
    md5_hexadecimal(text, sizeof secret + (size_t)length, first);
    snprintf(text, sizeof text, "%s:%s", by_server ? "" : "AUTHENTICATE", digest->uri);
    md5_hexadecimal(text, strlen(text), second);
    snprintf(text, sizeof text, "%s:%s:00000001:%s:auth:%s", first, digest->nonce,
             digest->client_nonce, second);
    md5_hexadecimal(text, strlen(text), hexadecimal);
}

static const struct digest digest_of_rfc_2831 = {"chris",          "elwood.innosoft.com",
                                                 "secret",         "OA6MG9tEQGm2hh",
                                                 "OA6MHXh6VqTrRk", "imap/elwood.innosoft.com"};

static const char challenge_of_rfc_2831[] =
    "realm=\"elwood.innosoft.com\",nonce=\"OA6MG9tEQGm2hh\",qop=\"auth\","
    "algorithm=md5-sess,charset=utf-8";

/* The example is of IMAP; all but the name of the service is the same here. */
static void digest_md5_is_as_in_rfc_2831(void **state)
{
    (void)state;
    struct digest digest = digest_of_rfc_2831;
    char client[33], server[33];
    digest_md5(&digest, false, client);
    digest_md5(&digest, true, server);
    assert_string_equal(client, "d388dad90d4bbd760a152321f2143af7");
    assert_string_equal(server, "ea40f60335c427b5527b84dbabcdfffd");

    digest.uri = "smtp/elwood.innosoft.com";
    digest_md5(&digest, false, client);
    digest_md5(&digest, true, server);
    struct auth_sasl_options options = options_for("chris", "secret");
    options.host = "elwood.innosoft.com";
    next_nonce = digest.client_nonce;
    struct auth_sasl *sasl = start(&options, "DIGEST-MD5");
    char answer[AUTH_SASL_RESPONSE_SIZE];
    char expected[TEXT_SIZE];
    ask(sasl, challenge_of_rfc_2831, answer);
    snprintf(expected, sizeof expected, "response=%s", client);
    assert_non_null(strstr(answer, expected));
    assert_non_null(strstr(answer, "username=\"chris\""));
    assert_non_null(strstr(answer, "realm=\"elwood.innosoft.com\""));
    assert_non_null(strstr(answer, "digest-uri=\"smtp/elwood.innosoft.com\""));
    assert_non_null(strstr(answer, "cnonce=\"OA6MHXh6VqTrRk\""));
    /* The server has yet to prove itself; the answer to that is an empty line. */
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    snprintf(expected, sizeof expected, "rspauth=%s", server);
    expect(sasl, expected, "");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void digest_md5_refuses_a_server_that_does_not_know_the_password(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("chris", "secret");
    static const char *const proofs[] = {"rspauth=ea40f60335c427b5527b84dbabcdfffd", "rspauth=", "",
                                         "realm=\"x\""};
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++) {
        struct auth_sasl *sasl = start(&options, "DIGEST-MD5");
        char answer[AUTH_SASL_RESPONSE_SIZE];
        char encoded[AUTH_SASL_RESPONSE_SIZE];
        ask(sasl, challenge_of_rfc_2831, answer);
        encode(proofs[i], strlen(proofs[i]), encoded);
        assert_int_equal(auth_sasl_respond(sasl, encoded, answer, NULL), MAILER_AUTH);
        assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
        auth_sasl_free(sasl);
    }
}

/* ---- SCRAM ---- */

struct scram {
    const char *mechanism;
    const char *user, *password;
    const char *header; /**< of GS2 */
    const char *binding;
    const char *client_nonce, *server_nonce, *salt;
    int rounds;
    const char *proof, *signature; /**< NULL: nobody wrote them down */
};

static const struct scram scrams[] = {
    /* RFC 5802 5 */
    {"SCRAM-SHA-1", "user", "pencil", "n,,", "", "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j",
     "QSXCR+Q6sek8bf92", 4096, "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    /* RFC 7677 3 */
    {"SCRAM-SHA-256", "user", "pencil", "n,,", "", "rOprNGfwEbeRWgbNEkqO",
     "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==", 4096,
     "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
     "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
    {"SCRAM-SHA-1-PLUS", "user", "pencil", "p=tls-unique,,", "0123456789ab",
     "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92", 4096, NULL, NULL},
    {"SCRAM-SHA-256-PLUS", "user", "pencil", "p=tls-exporter,,", "0123456789abcdef0123456789abcdef",
     "rOprNGfwEbeRWgbNEkqO", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", "W22ZaJ0SNY7soEsUEjb6gQ==", 10000,
     NULL, NULL},
    /* As many rounds as are taken. */
    {"SCRAM-SHA-256", "user", "pencil", "n,,", "", "abc", "def", "QSXCR+Q6sek8bf92", 1000000, NULL,
     NULL},
    /* Characters that SASLprep maps (RFC 4013 3): a soft hyphen goes, a Roman nine is spelled. */
    {"SCRAM-SHA-256", "I\xC2\xADX", "p\xE2\x85\xA8", "n,,", "", "abc", "def", "QSXCR+Q6sek8bf92",
     4096, NULL, NULL},
};

/* The second round trip of RFC 5802 3, by OpenSSL. */
static void compute(const struct scram *scram, const char *user, const char *password,
                    const char *server_first, char client_final[TEXT_SIZE],
                    char server_final[TEXT_SIZE])
{
    const EVP_MD *hash = strstr(scram->mechanism, "SHA-256") != NULL ? EVP_sha256() : EVP_sha1();
    int size = EVP_MD_get_size(hash);
    char encoded[AUTH_SASL_RESPONSE_SIZE];
    char salt[AUTH_SASL_RESPONSE_SIZE];
    char text[4 * TEXT_SIZE];
    unsigned char salted[32], key[32], stored[32], signature[32];
    size_t salt_size = decode(scram->salt, salt);
    snprintf(text, sizeof text, "%s%s", scram->header, scram->binding);
    encode(text, strlen(text), encoded);
    snprintf(client_final, TEXT_SIZE, "c=%.200s,r=%s%s", encoded, scram->client_nonce,
             scram->server_nonce);
    snprintf(text, sizeof text, "n=%s,r=%s,%s,%s", user, scram->client_nonce, server_first,
             client_final);
    size_t length = strlen(text);
    assert_int_equal(PKCS5_PBKDF2_HMAC(password, -1, (unsigned char *)salt, (int)salt_size,
                                       scram->rounds, hash, size, salted),
                     1);
    HMAC(hash, salted, size, (const unsigned char *)"Client Key", 10, key, NULL);
    EVP_Digest(key, (size_t)size, stored, NULL, hash, NULL);
    HMAC(hash, stored, size, (unsigned char *)text, length, signature, NULL);
    for (int i = 0; i < size; i++)
        key[i] ^= signature[i];
    encode(key, (size_t)size, encoded);
    size_t used = strlen(client_final);
    snprintf(client_final + used, TEXT_SIZE - used, ",p=%.100s", encoded);
    HMAC(hash, salted, size, (const unsigned char *)"Server Key", 10, key, NULL);
    HMAC(hash, key, size, (unsigned char *)text, length, signature, NULL);
    encode(signature, (size_t)size, encoded);
    snprintf(server_final, TEXT_SIZE, "v=%.100s", encoded);
}

static void run_scram(const struct scram *scram, bool initial)
{
    /* What SASLprep makes of the names; only one row has any that it changes. */
    bool is_mapped = (unsigned char)scram->user[1] >= 0x80;
    const char *user = is_mapped ? "IX" : scram->user;
    const char *password = is_mapped ? "pIX" : scram->password;
    struct auth_sasl_options options = options_for(scram->user, scram->password);
    options.binding = scram->binding;
    options.binding_size = strlen(scram->binding);
    options.binding_is_exporter = strstr(scram->header, "exporter") != NULL;
    next_nonce = scram->client_nonce;
    struct auth_sasl *sasl = start(&options, scram->mechanism);
    char text[TEXT_SIZE], first[TEXT_SIZE], client_final[TEXT_SIZE], server_final[TEXT_SIZE];
    snprintf(text, sizeof text, "%sn=%s,r=%s", scram->header, user, scram->client_nonce);
    expect(sasl, initial ? NULL : "", text);
    snprintf(first, sizeof first, "r=%s%s,s=%s,i=%d", scram->client_nonce, scram->server_nonce,
             scram->salt, scram->rounds);
    compute(scram, user, password, first, client_final, server_final);
    if (scram->proof != NULL) {
        assert_string_equal(strstr(client_final, ",p=") + 3, scram->proof);
        assert_string_equal(server_final + 2, scram->signature);
    }
    expect(sasl, first, client_final);
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    expect(sasl, server_final, "");
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    /* One more challenge, be it empty, is one too many. */
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, "", response, NULL), MAILER_AUTH);
    auth_sasl_free(sasl);
}

static void scram_is_as_in_rfc_5802_and_rfc_7677_and_as_openssl_computes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof scrams / sizeof *scrams; i++) {
        run_scram(&scrams[i], true);
        if (scrams[i].rounds < 100000)
            run_scram(&scrams[i], false);
    }
}

static void scram_starts_anew_when_the_initial_response_is_passed_over(void **state)
{
    (void)state;
    struct auth_sasl_options options = options_for("user", "pencil");
    next_nonce = "one";
    struct auth_sasl *sasl = start(&options, "SCRAM-SHA-256");
    expect(sasl, NULL, "n,,n=user,r=one");
    next_nonce = "two";
    expect(sasl, "", "n,,n=user,r=two");
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, "", response, NULL), MAILER_AUTH);
    auth_sasl_free(sasl);
}

/* ---- NTLM and GSSAPI ---- */

/* The library of Kerberos keeps what it says of its last error until the thread ends. */
const char *__lsan_default_suppressions(void);
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void)
{
    return "leak:libgssapi_krb5\n";
}

/* Whether octets stand among others. */
static bool holds(const char *bytes, size_t size, const char *wanted, size_t wanted_size)
{
    for (size_t at = 0; at + wanted_size <= size; at++)
        if (memcmp(bytes + at, wanted, wanted_size) == 0)
            return true;
    return false;
}

static void ntlm_answers_nothing_that_is_no_challenge(void **state)
{
    (void)state;
    static const char challenge[32] = "NTLMSSP\0\x02\0\0\0";
    struct auth_sasl_options options = options_for("user", "SecREt01");
    options.allowed = "NTLM";
    for (size_t size = 0; size <= sizeof challenge + 1; size++) {
        char message[48] = "";
        memcpy(message, challenge, size < sizeof challenge ? size : sizeof challenge);
        if (size > sizeof challenge)
            message[8] = 3;
        char encoded[AUTH_SASL_RESPONSE_SIZE];
        char response[AUTH_SASL_RESPONSE_SIZE];
        struct auth_sasl *sasl = start(&options, "NTLM");
        assert_int_equal(auth_sasl_respond(sasl, "", response, NULL), 0);
        encode(message, size, encoded);
        assert_int_equal(auth_sasl_respond(sasl, encoded, response, NULL),
                         size == sizeof challenge ? 0 : MAILER_AUTH);
        assert_int_equal(auth_sasl_finish(sasl, NULL), size == sizeof challenge ? 0 : MAILER_AUTH);
        auth_sasl_free(sasl);
    }
}

/* The challenge and the answers that every description of NTLM has for this password. */
static void ntlm_is_as_its_descriptions_have_it(void **state)
{
    (void)state;
    static const char challenge[48] = "NTLMSSP\0\x02\0\0\0\0\0\0\0\x30\0\0\0\x02\x82\0\0"
                                      "\x01\x23\x45\x67\x89\xab\xcd\xef";
    static const char by_lan_manager[] = "\xc3\x37\xcd\x5c\xbd\x44\xfc\x97\x82\xa6\x67\xaf"
                                         "\x6d\x42\x7c\x6d\xe6\x7c\x20\xc2\xd3\xe7\x7c\x56";
    static const char by_nt[] = "\x25\xa9\x8c\x1c\x31\xe8\x18\x47\x46\x6b\x29\xb2"
                                "\xdf\x46\x80\xf3\x99\x58\xfb\x8c\x21\x3a\x9c\xc6";
    struct auth_sasl_options options = options_for("user", "SecREt01");
    options.allowed = "NTLM";
    struct auth_sasl *sasl = start(&options, "NTLM");
    char response[AUTH_SASL_RESPONSE_SIZE];
    char bytes[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, NULL, response, NULL), 0);
    size_t size = decode(response, bytes);
    assert_true(size >= 32);
    assert_memory_equal(bytes, "NTLMSSP\0\x01\0\0\0", 12);
    char encoded[AUTH_SASL_RESPONSE_SIZE];
    encode(challenge, sizeof challenge, encoded);
    assert_int_equal(auth_sasl_respond(sasl, encoded, response, NULL), 0);
    size = decode(response, bytes);
    assert_memory_equal(bytes, "NTLMSSP\0\x03\0\0\0", 12);
    assert_true(holds(bytes, size, by_lan_manager, 24));
    assert_true(holds(bytes, size, by_nt, 24));
    assert_true(holds(bytes, size, "u\0s\0e\0r", 7));
    assert_int_equal(auth_sasl_finish(sasl, NULL), 0);
    auth_sasl_free(sasl);
}

static void gssapi_without_a_ticket_is_a_login_that_fails(void **state)
{
    (void)state;
    setenv("KRB5CCNAME", "FILE:/nonexistent/tickets", 1);
    setenv("KRB5_CONFIG", "/dev/null", 1);
    struct auth_sasl_options options = options_for("user", NULL);
    options.allowed = "GSSAPI";
    options.host = "localhost";
    struct auth_sasl *sasl = start(&options, "GSSAPI");
    struct mailer_error error = MAILER_ERROR_INIT;
    char response[AUTH_SASL_RESPONSE_SIZE];
    assert_int_equal(auth_sasl_respond(sasl, NULL, response, &error), MAILER_AUTH);
    assert_non_null(strstr(error.text, "GSSAPI"));
    assert_string_equal(response, "");
    assert_int_equal(auth_sasl_finish(sasl, NULL), MAILER_AUTH);
    auth_sasl_free(sasl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login_is_as_in_its_draft),
        cmocka_unit_test(external_is_as_in_rfc_4422),
        cmocka_unit_test(oauthbearer_is_as_in_rfc_7628),
        cmocka_unit_test(a_refusal_by_xoauth2_is_as_its_description_has_it),
        cmocka_unit_test(cram_md5_takes_keys_of_any_length),
        cmocka_unit_test(cram_md5_is_as_in_rfc_2202),
        cmocka_unit_test(digest_md5_is_as_in_rfc_2831),
        cmocka_unit_test(digest_md5_refuses_a_server_that_does_not_know_the_password),
        cmocka_unit_test(scram_is_as_in_rfc_5802_and_rfc_7677_and_as_openssl_computes),
        cmocka_unit_test(scram_starts_anew_when_the_initial_response_is_passed_over),
        cmocka_unit_test(ntlm_answers_nothing_that_is_no_challenge),
        cmocka_unit_test(ntlm_is_as_its_descriptions_have_it),
        cmocka_unit_test(gssapi_without_a_ticket_is_a_login_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
