/* SPDX-License-Identifier: ISC */
#include "tls_certificate.h"

#include "connection_private.h"
#include "text.h"
#include "tls_private.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A distinguished name in one line. */
static void show_name(const X509_NAME *name, char *text, size_t room)
{
    text[0] = '\0';
    BIO *memory = BIO_new(BIO_s_mem());
    char *bytes = NULL;
    /* Octets above 127 stay: they are made printable below. */
    unsigned long flags = (XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB & ~XN_FLAG_SPC_EQ);
    if (memory != NULL && X509_NAME_print_ex(memory, name, 0, flags) >= 0) {
        long size = BIO_get_mem_data(memory, &bytes);
        if (size > 0)
            text_printable(text, room, bytes, (size_t)size);
    }
    BIO_free(memory);
}

/* One attribute of a name. @return whether there is one. */
static bool show_attribute(const X509_NAME *name, int kind, char *text, size_t room)
{
    int index = X509_NAME_get_index_by_NID(name, kind, -1);
    if (index < 0)
        return false;
    unsigned char *utf8 = NULL;
    int size =
        ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
    if (size > 0)
        text_printable(text, room, (const char *)utf8, (size_t)size);
    OPENSSL_free(utf8);
    return size > 0;
}

static void show_hosts(const X509 *certificate, char *text, size_t room)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        char name[256];
        if (!net_tls_name_text(sk_GENERAL_NAME_value(names, i), name, sizeof name))
            continue;
        size_t size = strlen(name);
        if (used + size + 2 > room)
            break;
        used += (size_t)snprintf(text + used, room - used, "%s%s", used > 0 ? " " : "", name);
    }
    GENERAL_NAMES_free(names);
}

static int64_t seconds_of(const ASN1_TIME *moment)
{
    struct tm broken_down;
    if (!ASN1_TIME_to_tm(moment, &broken_down))
        return 0;
    return timegm(&broken_down);
}

static void read_certificate(struct net_tls_certificate *to, const X509 *from)
{
    *to = (struct net_tls_certificate){0};
    show_name(X509_get_subject_name(from), to->subject, sizeof to->subject);
    const X509_NAME *issuer = X509_get_issuer_name(from);
    show_name(issuer, to->issuer, sizeof to->issuer);
    if (!show_attribute(issuer, NID_organizationName, to->authority, sizeof to->authority))
        show_attribute(issuer, NID_commonName, to->authority, sizeof to->authority);
    show_hosts(from, to->names, sizeof to->names);
    to->not_before = seconds_of(X509_get0_notBefore(from));
    to->not_after = seconds_of(X509_get0_notAfter(from));
    net_tls_pin_text(from, false, to->key_pin);
    net_tls_pin_text(from, true, to->certificate_pin);
}

size_t net_tls_certificates(const struct net_connection *connection,
                            struct net_tls_certificate certificates[static NET_TLS_CERTIFICATES])
{
    if (connection->tls == NULL)
        return 0;
    const STACK_OF(X509) *chain = SSL_get_peer_cert_chain(connection->tls->ssl);
    size_t count = 0;
    for (int i = 0; i < sk_X509_num(chain) && count < NET_TLS_CERTIFICATES; i++)
        read_certificate(&certificates[count++], sk_X509_value(chain, i));
    ERR_clear_error();
    return count;
}
