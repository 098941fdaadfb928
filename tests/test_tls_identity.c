/* SPDX-License-Identifier: ISC */
#include "harness/tls_pair.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <sys/stat.h>

static struct certificate authority, client, server;
static char folder[] = "/tmp/mailer-test-identity-XXXXXX";

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static FILE *open_file(const char *name)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    return file;
}

static void write_key(FILE *file, const struct certificate *of, const char *password)
{
    assert_true(PEM_write_PKCS8PrivateKey(file, of->key, password ? EVP_aes_256_cbc() : NULL,
                                          password, password ? (int)strlen(password) : 0, NULL,
                                          NULL));
}

/* A key of another kind than the certificates' ones. */
static void write_other_kind(const char *name)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    FILE *file = open_file(name);
    assert_true(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL));
    fclose(file);
    EVP_PKEY_free(key);
}

static void write_bag(const char *name, const char *password, bool with_key)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    sk_X509_push(chain, authority.x509);
    PKCS12 *bag = PKCS12_create(password, "a name", with_key ? client.key : NULL,
                                with_key ? client.x509 : NULL, chain, 0, 0, 0, 0, 0);
    assert_non_null(bag);
    FILE *file = open_file(name);
    assert_true(i2d_PKCS12_fp(file, bag));
    fclose(file);
    PKCS12_free(bag);
    sk_X509_free(chain);
}

/* As OpenSSL 1 wrote them. @return false where the machine cannot even make one. */
static bool write_old_bag(const char *name)
{
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *usual = OSSL_PROVIDER_load(library, "default");
    OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(library, "legacy");
    int kind = NID_pbe_WithSHA1And40BitRC2_CBC;
    PKCS12 *bag = PKCS12_create_ex("hunter2", "a name", client.key, client.x509, NULL, kind, kind,
                                   0, 0, 0, library, NULL);
    FILE *file = open_file(name);
    bool made = bag != NULL && i2d_PKCS12_fp(file, bag);
    fclose(file);
    PKCS12_free(bag);
    OSSL_PROVIDER_unload(usual);
    if (legacy != NULL)
        OSSL_PROVIDER_unload(legacy);
    OSSL_LIB_CTX_free(library);
    ERR_clear_error();
    return made;
}

static int set_up(void **state)
{
    (void)state;
    static const struct certificate_wish wishes[] = {
        {.common_name = "Test authority", .authority = true},
        {.common_name = "ann", .usage = "clientAuth"},
        {.common_name = "x", .names = "DNS:localhost"}};
    assert_non_null(mkdtemp(folder));
    authority = certificate_make(&wishes[0], NULL);
    client = certificate_make(&wishes[1], &authority);
    server = certificate_make(&wishes[2], &authority);
    FILE *file = open_file("both.pem");
    PEM_write_X509(file, client.x509);
    PEM_write_X509(file, authority.x509);
    write_key(file, &client, NULL);
    fclose(file);
    file = open_file("client.pem");
    PEM_write_X509(file, client.x509);
    fclose(file);
    file = open_file("plain.key");
    write_key(file, &client, NULL);
    fclose(file);
    file = open_file("secret.key");
    write_key(file, &client, "hunter2");
    fclose(file);
    file = open_file("foreign.key");
    write_key(file, &server, NULL);
    fclose(file);
    write_other_kind("rsa.key");
    fclose(open_file("empty"));
    write_bag("secret.p12", "hunter2", true);
    write_bag("open.p12", "", true);
    write_bag("bare.p12", NULL, true);
    write_bag("keyless.p12", "hunter2", false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"both.pem",    "client.pem",  "plain.key",  "secret.key",
                                        "foreign.key", "empty",       "secret.p12", "open.p12",
                                        "bare.p12",    "keyless.p12", "rsa.key"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(unlink(path_of(names[i])), 0);
    rmdir(folder);
    certificate_free(&authority);
    certificate_free(&client);
    certificate_free(&server);
    return 0;
}

static int answer(void *context, char *password, size_t room, struct mailer_error *error)
{
    (void)error;
    const char **say = context;
    if (*say == NULL)
        return MAILER_CANCELLED;
    snprintf(password, room, "%s", *say);
    *say = "asked twice";
    return 0;
}

/* A server that wants a certificate; whose it got. */
static int shake(const struct net_tls_identity *identity, struct mailer_error *error,
                 char name[static 32])
{
    const struct net_tls_options options = {.server_name = "localhost", .identity = identity};
    struct pair pair;
    name[0] = '\0';
    open_pair(&pair, &options, &server);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(pair.settings), authority.x509);
    SSL_set_verify(pair.server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    int result = shaken(&pair, error);
    assert_int_equal(net_tls_shows_certificate(pair.client),
                     result == NET_READY && identity != NULL);
    for (int i = 0; i < 3; i++)
        SSL_do_handshake(pair.server);
    char octet;
    size_t got;
    if (result == NET_READY)
        result = net_connection_read(pair.client, &octet, 1, &got, error);
    const X509 *shown = SSL_get0_peer_certificate(pair.server);
    if (shown != NULL)
        X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, 32);
    close_pair(&pair);
    return result;
}

static void a_certificate_is_shown_from_pem_and_from_pkcs_12(void **state)
{
    (void)state;
    static const struct {
        const char *certificate;
        const char *key;
        const char *password;
        const char *answer;
    } cases[] = {
        {"both.pem", NULL, NULL, NULL},
        {"client.pem", "plain.key", NULL, NULL},
        {"client.pem", "secret.key", "hunter2", NULL},
        {"client.pem", "secret.key", NULL, "hunter2"},
        {"secret.p12", NULL, "hunter2", NULL},
        {"secret.p12", NULL, NULL, "hunter2"},
        {"open.p12", NULL, NULL, NULL},
        {"bare.p12", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *say = cases[i].answer;
        const struct net_tls_identity identity = {
            .certificate_file = path_of(cases[i].certificate),
            .key_file = cases[i].key != NULL ? path_of(cases[i].key) : NULL,
            .password = cases[i].password,
            .ask = answer,
            .ask_context = &say};
        struct mailer_error error = MAILER_ERROR_INIT;
        char name[32];
        if (shake(&identity, &error, name) != NET_WAITING)
            fail_msg("%s: %s", cases[i].certificate, error.text);
        assert_string_equal(name, "ann");
    }
}

static void a_server_that_wants_one_is_told_of(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    char name[32];
    assert_int_equal(shake(NULL, &error, name), MAILER_TLS);
    expect_text(&error, "localhost wants to see a client certificate");
}

static void what_cannot_be_used_is_told_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *certificate;
        const char *key;
        const char *password;
        const char *answer;
        int result;
        const char *text;
    } cases[] = {
        {"nowhere", NULL, NULL, NULL, MAILER_TLS, "nowhere: No such file"},
        {"empty", NULL, NULL, NULL, MAILER_TLS, "cannot read the client's certificate from"},
        {"client.pem", NULL, NULL, NULL, MAILER_TLS, "cannot read the client's key from"},
        {"client.pem", "empty", NULL, NULL, MAILER_TLS, "cannot read the client's key from"},
        {"client.pem", "foreign.key", NULL, NULL, MAILER_TLS, "does not belong to"},
        {"client.pem", "rsa.key", NULL, NULL, MAILER_TLS, "does not belong to"},
        {"secret.p12", "plain.key", "hunter2", NULL, MAILER_TLS, "a key of its own"},
        {"client.pem", "secret.key", "wrong", NULL, MAILER_TLS, "is the pass phrase right?"},
        {"client.pem", "secret.key", NULL, "wrong", MAILER_TLS, "is the pass phrase right?"},
        {"client.pem", "secret.key", NULL, NULL, MAILER_CANCELLED, "cannot be had"},
        {"secret.p12", NULL, "wrong", NULL, MAILER_TLS, "is the pass phrase right?"},
        {"secret.p12", NULL, NULL, NULL, MAILER_CANCELLED, "cannot be had"},
        {"keyless.p12", NULL, "hunter2", NULL, MAILER_TLS, "no certificate with its key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *say = cases[i].answer;
        const struct net_tls_identity identity = {
            .certificate_file = path_of(cases[i].certificate),
            .key_file = cases[i].key != NULL ? path_of(cases[i].key) : NULL,
            .password = cases[i].password,
            .ask = answer,
            .ask_context = &say};
        const struct net_tls_options options = {.server_name = "localhost", .identity = &identity};
        struct net_tls_context *context = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(net_tls_context_new(&context, &options, &error), cases[i].result);
        assert_null(context);
        expect_text(&error, cases[i].text);
        assert_null(strstr(error.text, "hunter2"));
        assert_int_equal(ERR_peek_error(), 0);
    }
}

static void a_pass_phrase_that_nobody_can_give_is_told(void **state)
{
    (void)state;
    char endless[NET_TLS_PASSWORD_SIZE + 1];
    memset(endless, 'x', sizeof endless);
    endless[NET_TLS_PASSWORD_SIZE] = '\0';
    for (int i = 0; i < 2; i++) {
        const struct net_tls_identity identity = {.certificate_file = path_of("client.pem"),
                                                  .key_file = path_of("secret.key"),
                                                  .password = i == 0 ? NULL : endless};
        const struct net_tls_options options = {.server_name = "localhost", .identity = &identity};
        struct net_tls_context *context = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(net_tls_context_new(&context, &options, &error), MAILER_TLS);
        expect_text(&error, i == 0 ? "none is given" : "too long");
    }
}

static void a_bag_in_an_old_cipher_is_told_with_what_to_do(void **state)
{
    (void)state;
    bool made = write_old_bag("old.p12");
    const struct net_tls_identity identity = {.certificate_file = path_of("old.p12"),
                                              .password = "hunter2"};
    const struct net_tls_options options = {.server_name = "localhost", .identity = &identity};
    struct net_tls_context *context = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = made ? net_tls_context_new(&context, &options, &error) : MAILER_TLS;
    unlink(path_of("old.p12"));
    if (!made)
        skip();
    assert_int_equal(result, MAILER_TLS);
    expect_text(&error, "too old for OpenSSL, make a PEM file of it by openssl pkcs12 -legacy");
    assert_int_equal(ERR_peek_error(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_shown_from_pem_and_from_pkcs_12),
        cmocka_unit_test(a_server_that_wants_one_is_told_of),
        cmocka_unit_test(what_cannot_be_used_is_told_in_words),
        cmocka_unit_test(a_pass_phrase_that_nobody_can_give_is_told),
        cmocka_unit_test(a_bag_in_an_old_cipher_is_told_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
