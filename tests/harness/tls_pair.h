/* SPDX-License-Identifier: ISC */
/** @file tls_pair.h  A client of ours and a server of OpenSSL's, at the two ends of a pair of
 * sockets. */
#ifndef TESTS_TLS_PAIR_H
#define TESTS_TLS_PAIR_H

#include "harness/certificate.h"
#include "harness/harness.h"

#include "connection_private.h"
#include "tls_private.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    struct net_tls_context *context;
    struct net_connection *client;
    SSL_CTX *settings;
    SSL *server;
    int descriptor; /* the server's end; -1 once it is closed */
};

static inline void open_ends(struct pair *pair)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    *pair = (struct pair){.descriptor = ends[1]};
    assert_int_equal(net_descriptor_prepare(ends[1]), 0);
    assert_int_equal(net_connection_from_descriptor(&pair->client, ends[0], NULL), 0);
}

static inline void open_sockets(struct pair *pair, const struct net_tls_options *options)
{
    open_ends(pair);
    struct mailer_error error = MAILER_ERROR_INIT;
    if (net_tls_context_new(&pair->context, options, &error) != 0)
        fail_msg("%s", error.text);
    assert_false(net_connection_is_secure(pair->client));
    assert_int_equal(net_tls_start(pair->client, pair->context, NULL), 0);
    assert_false(net_connection_is_secure(pair->client));
}

static inline void accept_pair(struct pair *pair)
{
    pair->server = SSL_new(pair->settings);
    SSL_set_fd(pair->server, pair->descriptor);
    SSL_set_accept_state(pair->server);
}

static inline void open_pair(struct pair *pair, const struct net_tls_options *options,
                             const struct certificate *certificate)
{
    open_sockets(pair, options);
    pair->settings = SSL_CTX_new(TLS_server_method());
    assert_true(SSL_CTX_use_certificate(pair->settings, certificate->x509));
    assert_true(SSL_CTX_use_PrivateKey(pair->settings, certificate->key));
    SSL_CTX_set_mode(pair->settings,
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    accept_pair(pair);
}

/** A further connection between the two ends of first, which is to be closed later. */
static inline void open_next(struct pair *pair, const struct pair *first)
{
    open_ends(pair);
    pair->context = first->context;
    pair->settings = first->settings;
    assert_int_equal(net_tls_start(pair->client, pair->context, NULL), 0);
    accept_pair(pair);
}

static inline void close_next(struct pair *pair)
{
    net_connection_close(pair->client);
    SSL_free(pair->server);
    close(pair->descriptor);
}

static inline void close_pair(struct pair *pair)
{
    net_connection_close(pair->client);
    net_tls_context_free(pair->context);
    SSL_free(pair->server);
    SSL_CTX_free(pair->settings);
    if (pair->descriptor >= 0)
        close(pair->descriptor);
}

/** Lets both ends shake hands; gives what the client's end comes to. */
static inline int shaken(struct pair *pair, struct mailer_error *error)
{
    int result = NET_WAITING;
    for (int i = 0; i < 100 && result == NET_WAITING; i++) {
        result = net_tls_handshake(pair->client, error);
        SSL_do_handshake(pair->server);
        ERR_clear_error();
    }
    return result;
}

static inline void expect_text(const struct mailer_error *error, const char *text)
{
    if (strstr(error->text, text) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", error->text, text);
}

#endif
