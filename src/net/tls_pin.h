/* SPDX-License-Identifier: ISC */
/**
 * @file tls_pin.h
 * Pins: the SHA-256 of a server's public key, or of its certificate, that the user knows.
 */
#ifndef NET_TLS_PIN_H
#define NET_TLS_PIN_H

#include "error.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

enum { NET_TLS_DIGEST_SIZE = 32 };

struct net_tls_pin {
    bool of_certificate; /**< else of the key: DER of SubjectPublicKeyInfo (RFC 7469 2.4) */
    unsigned char digest[NET_TLS_DIGEST_SIZE];
};

struct net_tls_pins {
    struct net_tls_pin *pins;
    size_t count; /**< 0: none is asked for */
};

/**
 * Reads pins: "sha256:DIGEST" of the key, "cert-sha256:DIGEST" of the certificate; the digest in 64
 * hexadecimal digits, with colons between octets or not, or in base64.
 * @param texts  each one pin, or several with commas between.
 * @return 0, MAILER_USAGE for what is no pin, or MAILER_MEMORY.
 */
int net_tls_pins_read(struct net_tls_pins *pins, const char *const *texts, size_t count,
                      struct mailer_error *error);

void net_tls_pins_free(struct net_tls_pins *pins);

/** Whether a certificate fits one of them. */
bool net_tls_pins_fit(const struct net_tls_pins *pins, const X509 *certificate);

enum { NET_TLS_PIN_TEXT = 12 + 64 + 1 };

/** The pin of a certificate's key, or of itself, as it is given. "" when there is no memory. */
void net_tls_pin_text(const X509 *certificate, bool of_certificate,
                      char text[static NET_TLS_PIN_TEXT]);

#endif
