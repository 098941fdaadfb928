/* SPDX-License-Identifier: ISC */
/**
 * @file witness.h
 * Who keeps what a session meets on its way to being ready, for those who only want to know that.
 * Texts are printable and bounded, whatever the server has said.
 */
#ifndef CLIENT_WITNESS_H
#define CLIENT_WITNESS_H

#include "capabilities.h"
#include "connection.h"
#include "server.h"
#include "tls_certificate.h"

#include <mailer/check.h>

enum { WITNESS_LINES = 64, WITNESS_LINE_SIZE = 256 };

/** Start from zero. */
struct witness {
    char host[256];
    unsigned short port;
    char address[64];
    bool by_proxy;
    char tls_version[48];
    char tls_cipher[48];
    enum mailer_trust trust;
    struct net_tls_certificate certificates[NET_TLS_CERTIFICATES];
    size_t certificate_count;
    bool extended;
    char lines[WITNESS_LINES][WITNESS_LINE_SIZE];
    size_t line_count;
    uint64_t size_limit;
    char mechanisms[SMTP_AUTH_LIST_SIZE];
    char user[256];
    char mechanism[32];
    bool logged_in;
    bool is_ready;
};

/* All of them do nothing for a witness of NULL: nobody wants to know. */

/** A server is going to be tried; what is known of others is forgotten. */
void witness_server(struct witness *witness, const struct server *server);

/** It is connected, be it through a proxy. */
void witness_connection(struct witness *witness, const struct net_connection *connection,
                        bool by_proxy);

/** The handshake is over, for good or not. */
void witness_tls(struct witness *witness, const struct server *server,
                 const struct net_connection *connection, bool good);

/** EHLO or HELO is answered. */
void witness_hello(struct witness *witness, const struct smtp_capabilities *capabilities,
                   const struct smtp_reply *reply);

/** A login by this mechanism begins. */
void witness_login(struct witness *witness, const char *mechanism);

/** Messages could go. @param logged_in  after a login. */
void witness_ready(struct witness *witness, bool logged_in);

#endif
