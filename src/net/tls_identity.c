/* SPDX-License-Identifier: ISC */
#include "tls_identity.h"

#include "tls_private.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <stdio.h>
#include <string.h>

/* The pass phrase while it is needed, and how it was come by. */
struct asking {
    const struct net_tls_identity *identity;
    int result; /* of asking */
    bool asked;
    struct mailer_error *error;
    char password[NET_TLS_PASSWORD_SIZE];
};

/* Puts the pass phrase into place. @return whether there is one. */
static bool get_password(struct asking *asking)
{
    const struct net_tls_identity *identity = asking->identity;
    if (asking->asked)
        return asking->result == 0;
    asking->asked = true;
    if (identity->password != NULL && strlen(identity->password) < sizeof asking->password) {
        memcpy(asking->password, identity->password, strlen(identity->password) + 1);
    } else if (identity->password == NULL && identity->ask != NULL) {
        asking->result = identity->ask(identity->ask_context, asking->password,
                                       sizeof asking->password, asking->error);
        asking->password[sizeof asking->password - 1] = '\0';
        if (asking->result != 0)
            error_set(asking->error, (enum mailer_error_class)asking->result, MAILER_STAGE_TLS,
                      "the pass phrase of the client's key cannot be had");
    } else {
        asking->result = error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                                   identity->password != NULL
                                       ? "the pass phrase of the client's key is too long"
                                       : "the client's key has a pass phrase, and none is given");
    }
    return asking->result == 0;
}

/* As pem_password_cb. */
static int give_password(char *text, int room, int writing, void *context)
{
    (void)writing;
    struct asking *asking = context;
    if (!get_password(asking) || strlen(asking->password) >= (size_t)room)
        return -1;
    memcpy(text, asking->password, strlen(asking->password) + 1);
    return (int)strlen(text);
}

static int unreadable(struct asking *asking, const char *what, const char *file)
{
    char reason[TLS_REASON_SIZE];
    net_tls_reason(reason);
    if (asking->result != 0)
        return asking->result;
    return error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                     "cannot read the client's %s from %s: %s%s", what, file, reason,
                     asking->asked ? "; is the pass phrase right?" : "");
}

static bool is_of_another_certificate(int reason)
{
    return reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH;
}

/* A key of the same kind is checked against the certificate as it comes, one of another kind only
 * when that is asked for. */
static int use_pem(SSL_CTX *settings, struct asking *asking)
{
    const struct net_tls_identity *identity = asking->identity;
    const char *key_file =
        identity->key_file != NULL ? identity->key_file : identity->certificate_file;
    SSL_CTX_set_default_passwd_cb(settings, give_password);
    SSL_CTX_set_default_passwd_cb_userdata(settings, asking);
    int result = 0;
    bool is_foreign = false;
    if (!SSL_CTX_use_certificate_chain_file(settings, identity->certificate_file)) {
        result = unreadable(asking, "certificate", identity->certificate_file);
    } else if (SSL_CTX_use_PrivateKey_file(settings, key_file, SSL_FILETYPE_PEM)) {
        is_foreign = !SSL_CTX_check_private_key(settings);
    } else {
        is_foreign = is_of_another_certificate(ERR_GET_REASON(ERR_peek_last_error()));
        result = is_foreign ? 0 : unreadable(asking, "key", key_file);
    }
    if (is_foreign)
        result = error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                           "the client's key in %s does not belong to the certificate in %s",
                           key_file, identity->certificate_file);
    SSL_CTX_set_default_passwd_cb(settings, NULL);
    SSL_CTX_set_default_passwd_cb_userdata(settings, NULL);
    return result;
}

/* A pass phrase is asked for only where an empty one, or none, will not do. */
static int open_bag(struct asking *asking, PKCS12 *bag)
{
    if (PKCS12_verify_mac(bag, NULL, 0) || PKCS12_verify_mac(bag, "", 0))
        return 0;
    if (!get_password(asking))
        return asking->result;
    if (PKCS12_verify_mac(bag, asking->password, -1))
        return 0;
    return error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                     "cannot read the client's certificate from %s: is the pass phrase right?",
                     asking->identity->certificate_file);
}

/* What OpenSSL 1 and other programs have long written by default is RC2, of 40 bits. */
static bool wants_an_old_cipher(void)
{
    bool found = false;
    for (unsigned long code; !found && (code = ERR_get_error()) != 0;)
        found = ERR_GET_LIB(code) == ERR_LIB_EVP && ERR_GET_REASON(code) == ERR_R_UNSUPPORTED;
    return found;
}

static int unparsed(struct asking *asking)
{
    const char *file = asking->identity->certificate_file;
    if (!wants_an_old_cipher())
        return error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                         "cannot read the client's certificate from %s: it is spoiled", file);
    return error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                     "cannot read the client's certificate from %s: its cipher is too old for "
                     "OpenSSL, make a PEM file of it by openssl pkcs12 -legacy",
                     file);
}

static int use_bag(SSL_CTX *settings, struct asking *asking, PKCS12 *bag)
{
    EVP_PKEY *key = NULL;
    X509 *certificate = NULL;
    STACK_OF(X509) *chain = NULL;
    const char *file = asking->identity->certificate_file;
    if (asking->identity->key_file != NULL)
        return error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                         "%s (PKCS#12) has a key of its own: leave out %s", file,
                         asking->identity->key_file);
    int result = open_bag(asking, bag);
    if (result == 0 && !PKCS12_parse(bag, asking->password, &key, &certificate, &chain))
        result = unparsed(asking);
    if (result == 0 && (key == NULL || certificate == NULL))
        result = error_set(asking->error, MAILER_TLS, MAILER_STAGE_TLS,
                           "%s holds no certificate with its key", file);
    if (result == 0 && !SSL_CTX_use_cert_and_key(settings, certificate, key, chain, 1))
        result = unreadable(asking, "certificate", file);
    EVP_PKEY_free(key);
    X509_free(certificate);
    sk_X509_pop_free(chain, X509_free);
    return result;
}

int net_tls_identity_use(SSL_CTX *settings, const struct net_tls_identity *identity,
                         struct mailer_error *error)
{
    struct asking asking = {.identity = identity, .error = error};
    ERR_clear_error();
    BIO *file = BIO_new_file(identity->certificate_file, "rb");
    if (file == NULL)
        return error_set_system(error, MAILER_TLS, MAILER_STAGE_TLS, errno,
                                "cannot read the client's certificate from %s",
                                identity->certificate_file);
    PKCS12 *bag = d2i_PKCS12_bio(file, NULL);
    BIO_free(file);
    ERR_clear_error();
    int result = bag != NULL ? use_bag(settings, &asking, bag) : use_pem(settings, &asking);
    PKCS12_free(bag);
    explicit_bzero(asking.password, sizeof asking.password);
    ERR_clear_error();
    return result;
}
