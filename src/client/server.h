/* SPDX-License-Identifier: ISC */
/** @file server.h  Where to connect and how, from what the caller gave. */
#ifndef CLIENT_SERVER_H
#define CLIENT_SERVER_H

#include "error.h"
#include "proxy.h"

#include <mailer/send.h>

enum { SERVER_PORT_SUBMISSIONS = 465 }; /* RFC 8314 */

/** A server's settings with every default in place. Strings are owned or borrowed as said. */
struct server {
    char host[256]; /**< a name in ASCII or an address, without brackets */
    unsigned short port;
    char path[108]; /**< of a local socket; then host is how to call it, and port is 0 */
    bool lmtp;
    bool is_domain; /**< host is a mail domain, whose servers are to be looked up */
    enum mailer_family family;
    struct proxy proxy;
    enum mailer_tls_mode tls;   /**< never MAILER_TLS_DEFAULT */
    char user[256];             /**< "": do not log in */
    struct mailer_server given; /**< the caller's strings, borrowed */
    int64_t reply_timeout;      /**< milliseconds; the longest of them are given by session.c */
    int64_t connect_timeout;
    unsigned window; /**< messages on the way over a connection; 0: as many as a session can */
};

/**
 * Reads the options, which must outlive the server.
 * @param url  in place of that of the options, or NULL.
 * @return 0, or MAILER_USAGE for a URL, host, port or combination that cannot be; the text names
 * it.
 */
int server_read(struct server *server, const struct mailer_server *given, const char *url,
                struct mailer_error *error);

/** The further URLs of the options, ended by NULL; NULL: none, as in a struct from before. */
const char *const *server_further_urls(const struct mailer_server *given);

/** Wipes the secrets of a server that was read. */
void server_wipe(struct server *server);

#endif
