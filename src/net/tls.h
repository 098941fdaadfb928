/* SPDX-License-Identifier: ISC */
/**
 * @file tls.h
 * TLS over a connection, by OpenSSL: 1.2 and newer, the certificate checked against the name that
 * the user gave (RFC 9525: subjectAltName only, no partial wildcards, addresses by iPAddress),
 * purpose "sslserver", SNI.
 *
 * The system's authorities are looked up one by one in OpenSSL's directory of hashed names; the
 * bundle, which costs 30 ms to load, is read only where there is no such directory.
 */
#ifndef NET_TLS_H
#define NET_TLS_H

#include "connection.h"
#include "tls_identity.h"

struct net_tls_options {
    const char *server_name; /**< as the user gave it: a host name or an address */
    bool verify;
    const char *ca_file;     /**< PEM file or hashed directory in place of the system's; or NULL */
    const char *const *pins; /**< as in net_tls_pins_read(). Where there are some, one must fit, and
                                  that is all: name, dates and authority count only with ca_file */
    size_t pin_count;
    bool only_1_3;       /**< no TLS 1.2 */
    const char *ciphers; /**< as OpenSSL has them, with colons between: those of TLS 1.3 begin with
                              TLS_; where none of a version is named, its default holds; those
                              that prove or hide nothing are left out. Or NULL */
    const struct net_tls_identity *identity; /**< NULL: none is shown */
};

/**
 * What several connections to one server share: settings, authorities, and the session that the
 * next one resumes, for which no certificate is sent or checked again.
 */
struct net_tls_context;

/**
 * Makes one. The options are copied.
 * @return 0, MAILER_TLS (a file is unreadable), MAILER_USAGE (what is no pin, no cipher),
 * MAILER_MEMORY, or as net_tls_identity_use().
 */
int net_tls_context_new(struct net_tls_context **context, const struct net_tls_options *options,
                        struct mailer_error *error);

/** NULL is fine; no connection may use it any more. */
void net_tls_context_free(struct net_tls_context *context);

/** Puts TLS over a plain connection; then call net_tls_handshake(). @return 0 or MAILER_MEMORY. */
int net_tls_start(struct net_connection *connection, struct net_tls_context *context,
                  struct mailer_error *error);

/**
 * Goes on with the handshake.
 * @return NET_READY once it is done and the certificate has been found good, NET_WAITING,
 *         MAILER_TLS (the text says what is wrong with the certificate, for which name, and what to
 * do; or that the other end does not speak TLS), or MAILER_NETWORK when the connection was lost.
 */
int net_tls_handshake(struct net_connection *connection, struct mailer_error *error);

/** What is this connection's alone, so that a login can be bound to it. */
struct net_tls_binding {
    bool is_exporter;        /**< tls-exporter (RFC 9266), of TLS 1.3; else tls-unique (RFC 5929) */
    size_t size;             /**< 0: there is none */
    unsigned char bytes[64]; /**< no secret: EVP_MAX_MD_SIZE at most */
};

/**
 * The binding of a connection whose handshake is done. There is none without TLS, and none in TLS
 * 1.2 without the extended master secret (RFC 7627), where it would not tell connections apart.
 */
struct net_tls_binding net_tls_binding(const struct net_connection *connection);

/** Whether TLS has a certificate of ours to show to the server. */
bool net_tls_shows_certificate(const struct net_connection *connection);

/** Version and cipher, such as "TLSv1.3 TLS_AES_256_GCM_SHA384", and "resumed"; text of 96. */
void net_tls_describe(const struct net_connection *connection, char text[static 96]);

#endif
