/* SPDX-License-Identifier: ISC */
#include "text.h"
#include "tls_private.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void net_tls_reason(char text[static TLS_REASON_SIZE])
{
    const char *words = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(text, TLS_REASON_SIZE, "%s", words != NULL ? words : "no reason given");
    ERR_clear_error();
}

bool net_tls_name_text(const GENERAL_NAME *name, char *text, size_t room)
{
    if (name->type == GEN_DNS) {
        text_printable(text, room, (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                       (size_t)ASN1_STRING_length(name->d.dNSName));
        return true;
    }
    if (name->type != GEN_IPADD)
        return false;
    int length = ASN1_STRING_length(name->d.iPAddress);
    if (length != 4 && length != 16)
        return false;
    return inet_ntop(length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name->d.iPAddress),
                     text, (socklen_t)room) != NULL;
}

/* "a.example, b.example and 7 more", or "no host name". */
static void names_of(const X509 *certificate, char *text, size_t room)
{
    enum { SHOWN = 4 };
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    int count = 0;
    size_t used = 0;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char name[64];
        if (!net_tls_name_text(sk_GENERAL_NAME_value(names, i), name, sizeof name))
            continue;
        if (count++ < SHOWN && used + sizeof name + 2 < room)
            used += (size_t)snprintf(text + used, room - used, "%s%s", count > 1 ? ", " : "", name);
    }
    if (count == 0)
        snprintf(text, room, "no host name");
    else if (count > SHOWN)
        snprintf(text + used, room - used, " and %d more", count - SHOWN);
    GENERAL_NAMES_free(names);
}

static void date_text(const ASN1_TIME *moment, char text[static 32])
{
    struct tm broken_down;
    if (!ASN1_TIME_to_tm(moment, &broken_down) ||
        strftime(text, 32, "%Y-%m-%d %H:%M UTC", &broken_down) == 0)
        snprintf(text, 32, "a date that cannot be read");
}

static void explain(struct net_tls *tls, X509_STORE_CTX *store)
{
    char *text = tls->certificate_problem;
    size_t room = sizeof tls->certificate_problem;
    const char *host = tls->context->server_name;
    int problem = X509_STORE_CTX_get_error(store);
    const X509 *culprit = X509_STORE_CTX_get_current_cert(store);
    const char *whose = X509_STORE_CTX_get_error_depth(store) > 0 ? "an authority's certificate for"
                                                                  : "the certificate of";
    char names[320];
    char date[32];

    switch (problem) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        names_of(X509_STORE_CTX_get0_cert(store), names, sizeof names);
        snprintf(text, room, "the certificate of %s is not for this name, it is for %s", host,
                 names);
        break;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        snprintf(text, room,
                 "the certificate of %s is self-signed: if you trust it, pass it as ca_file", host);
        break;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        snprintf(text, room,
                 "the certificate of %s is signed by no trusted authority: if you trust its "
                 "authority, pass that one's certificate as ca_file",
                 host);
        break;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        date_text(X509_get0_notAfter(culprit), date);
        snprintf(text, room, "%s %s has expired on %s: the server needs a new one", whose, host,
                 date);
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        date_text(X509_get0_notBefore(culprit), date);
        snprintf(text, room, "%s %s is not valid before %s: is this machine's clock right?", whose,
                 host, date);
        break;
    case X509_V_ERR_INVALID_PURPOSE:
        snprintf(text, room, "%s %s is not made for servers of TLS: the server needs another one",
                 whose, host);
        break;
    default:
        snprintf(text, room, "%s %s is not to be trusted: %s", whose, host,
                 X509_verify_cert_error_string(problem));
    }
}

int net_tls_verified(int good, X509_STORE_CTX *store)
{
    if (good)
        return 1;
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    explain(SSL_get_app_data(ssl), store);
    return 0;
}

static void explain_pins(struct net_tls *tls, const X509 *certificate)
{
    char of_key[NET_TLS_PIN_TEXT], of_certificate[NET_TLS_PIN_TEXT];
    net_tls_pin_text(certificate, false, of_key);
    net_tls_pin_text(certificate, true, of_certificate);
    snprintf(tls->certificate_problem, sizeof tls->certificate_problem,
             "%s has none of the pinned keys, it has %s (%s): pin that one only if you know from "
             "elsewhere that it is right",
             tls->context->server_name, of_key, of_certificate);
}

int net_tls_verify_pins(X509_STORE_CTX *store, void *context)
{
    const struct net_tls_context *settings = context;
    if (!settings->only_pins && X509_verify_cert(store) != 1)
        return 0;
    const X509 *certificate = X509_STORE_CTX_get0_cert(store);
    if (net_tls_pins_fit(&settings->pins, certificate)) {
        X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    explain_pins(SSL_get_app_data(ssl), certificate);
    X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}
