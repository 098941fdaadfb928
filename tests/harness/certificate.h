/* SPDX-License-Identifier: ISC */
/** @file certificate.h  Certificates made to measure, for tests of TLS. */
#ifndef TESTS_CERTIFICATE_H
#define TESTS_CERTIFICATE_H

#include "harness/harness.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

struct certificate {
    X509 *x509;
    EVP_PKEY *key;
};

struct certificate_wish {
    const char *common_name;
    const char *names;    /**< subjectAltName such as "DNS:localhost,IP:127.0.0.1"; NULL: none */
    const char *raw_name; /**< one dNSName of raw_size octets in place of names */
    int raw_size;
    const char *usage; /**< extended key usage such as "serverAuth"; NULL: none */
    int from_days;     /**< valid from so many days from now */
    int to_days;       /**< and up to so many; 0: 30 */
    bool authority;
};

static inline void certificate_extend(X509 *x509, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    assert_non_null(extension);
    assert_true(X509_add_ext(x509, extension, -1));
    X509_EXTENSION_free(extension);
}

static inline void certificate_add_raw_name(X509 *x509, const char *bytes, int size)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();
    assert_true(ASN1_STRING_set(text, bytes, size));
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    assert_true(sk_GENERAL_NAME_push(names, name) > 0);
    assert_true(X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, 0));
    GENERAL_NAMES_free(names);
}

/** Makes a certificate, signed by issuer, or by itself when issuer is NULL. */
static inline struct certificate certificate_make(const struct certificate_wish *wish,
                                                  const struct certificate *issuer)
{
    static long serial = 1;
    struct certificate made = {X509_new(), EVP_EC_gen("P-256")};
    assert_non_null(made.x509);
    assert_non_null(made.key);
    X509 *x509 = made.x509;
    X509 *issuing = issuer != NULL ? issuer->x509 : x509;
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x509), (wish->from_days) * 86400L - 60);
    X509_gmtime_adj(X509_getm_notAfter(x509), (wish->to_days ? wish->to_days : 30) * 86400L);
    X509_set_pubkey(x509, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               (const unsigned char *)wish->common_name, -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(issuing));
    certificate_extend(x509, issuing, NID_basic_constraints,
                       wish->authority ? "critical,CA:TRUE" : "CA:FALSE");
    certificate_extend(x509, issuing, NID_subject_key_identifier, "hash");
    if (wish->names != NULL)
        certificate_extend(x509, issuing, NID_subject_alt_name, wish->names);
    if (wish->raw_name != NULL)
        certificate_add_raw_name(x509, wish->raw_name, wish->raw_size);
    if (wish->usage != NULL)
        certificate_extend(x509, issuing, NID_ext_key_usage, wish->usage);
    assert_true(X509_sign(x509, issuer != NULL ? issuer->key : made.key, EVP_sha256()) > 0);
    return made;
}

static inline void certificate_free(struct certificate *certificate)
{
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
}

/** Writes a certificate to a new file; path is a template for mkstemp(). */
static inline void certificate_write(const struct certificate *certificate, char *path)
{
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_true(PEM_write_X509(file, certificate->x509));
    assert_int_equal(fclose(file), 0);
}

#endif
