/* SPDX-License-Identifier: ISC */
/** @file tls_private.h  What the files of TLS share: settings, and what a handshake met. */
#ifndef NET_TLS_PRIVATE_H
#define NET_TLS_PRIVATE_H

#include "buffer.h"
#include "tls.h"
#include "tls_pin.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct net_tls_context {
    SSL_CTX *settings;
    BIO_METHOD *transport; /**< OpenSSL's way to the octets below */
    char *server_name;     /**< without a dot at its end */
    bool is_address;
    struct net_tls_pins pins;
    bool only_pins;       /**< they alone decide */
    SSL_SESSION *session; /**< to resume with the next connection; or NULL */
};

/** So many of the first octets from the server are kept, to say what came if it was not TLS. */
enum { TLS_HEAD_SIZE = 40 };

/** A record that is not out yet, and so not taken. */
struct net_tls_record {
    size_t size; /**< octets of the caller */
    size_t end;  /**< where it ends among the gathered octets */
};

/** More records than are gathered at a time: each but the last is full. */
enum { TLS_RECORDS = 16 };

struct net_tls {
    struct net_tls_context *context;
    const struct net_connection_methods *below;
    SSL *ssl;
    struct buffer gathered; /**< records that have not been given to the system yet */
    size_t flushed;         /**< as many of their octets have been */
    struct net_tls_record records[TLS_RECORDS]; /**< those of the caller's octets among them */
    size_t record_count;
    size_t read_left; /**< octets that may still be read in this go */
    bool unwritable;  /**< writing has failed, what there is to write is thrown away */
    bool incomplete;  /**< what has been read is less than a record */
    int below_result; /**< of the last read or failed write below */
    struct mailer_error below_error;
    char head[TLS_HEAD_SIZE];
    size_t head_size;
    char certificate_problem[400]; /**< why the certificate is not trusted, or "" */
};

/** No connection resumes the session any more (RFC 5246 7.2: after a fatal alert). */
void net_tls_forget_session(struct net_tls_context *context);

/** How TLS reaches the connection below; made in tls.c. NULL when memory ran out. */
BIO_METHOD *net_tls_transport_new(void);

enum { TLS_REASON_SIZE = 128 };

/** The reason OpenSSL gives last, in words; empties OpenSSL's queue of errors. */
void net_tls_reason(char text[static TLS_REASON_SIZE]);

/** One subjectAltName for people; false for a kind that names no host. */
bool net_tls_name_text(const GENERAL_NAME *name, char *text, size_t room);

/** SSL_VERIFY_PEER's callback: puts into words what is wrong, for which name, and what to do. */
int net_tls_verified(int good, X509_STORE_CTX *store);

/** In place of OpenSSL's check of certificates: that of the pins of a struct net_tls_context. */
int net_tls_verify_pins(X509_STORE_CTX *store, void *context);

#endif
