/* SPDX-License-Identifier: ISC */
/** @file tls_identity.h  What a client shows of itself: a certificate, and that it has its key. */
#ifndef NET_TLS_IDENTITY_H
#define NET_TLS_IDENTITY_H

#include "error.h"

#include <openssl/ssl.h>
#include <stddef.h>

enum { NET_TLS_PASSWORD_SIZE = 1024 };

struct net_tls_identity {
    const char *certificate_file; /**< PEM, the chain behind the certificate; or PKCS#12 */
    const char *key_file;         /**< PEM; NULL: the key is in certificate_file */
    const char *password;         /**< of the key; NULL: ask for it */
    /** Asked when the key has a pass phrase; as mailer_password_function. May be NULL. */
    int (*ask)(void *context, char *password, size_t room, struct mailer_error *error);
    void *ask_context;
};

/**
 * Makes connections show it to servers that want one.
 * @return 0, MAILER_MEMORY, MAILER_TLS (the text says which file, and what is wrong with it), or
 *         what ask returns.
 */
int net_tls_identity_use(SSL_CTX *settings, const struct net_tls_identity *identity,
                         struct mailer_error *error);

#endif
