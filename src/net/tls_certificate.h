/* SPDX-License-Identifier: ISC */
/** @file tls_certificate.h  The certificates that a server has shown, for people. */
#ifndef NET_TLS_CERTIFICATE_H
#define NET_TLS_CERTIFICATE_H

#include "connection.h"
#include "tls_pin.h"

#include <stdint.h>

/** What one says of itself; printable, and cut where it is too long. */
struct net_tls_certificate {
    char subject[256];   /**< such as "CN=mail.example.org, O=Example" */
    char issuer[256];    /**< the same of who has signed it */
    char authority[128]; /**< the issuer in short: its organisation, or its common name */
    char names[512];     /**< hosts that it is for, with spaces between */
    int64_t not_before;  /**< seconds since 1970; 0: they cannot be read */
    int64_t not_after;
    char key_pin[NET_TLS_PIN_TEXT];         /**< as --tls-pin takes it; "" without memory */
    char certificate_pin[NET_TLS_PIN_TEXT]; /**< the same */
};

/** As many are told of; the chain of an honest server has two to four. */
enum { NET_TLS_CERTIFICATES = 8 };

/**
 * Reads those of a connection, also of a handshake that failed because of them.
 * @param certificates  the server's own first, then those that it sent along.
 * @return how many there are: 0 without TLS, and before the server has shown any.
 */
size_t net_tls_certificates(const struct net_connection *connection,
                            struct net_tls_certificate certificates[static NET_TLS_CERTIFICATES]);

#endif
