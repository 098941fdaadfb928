/* SPDX-License-Identifier: ISC */
/**
 * @file sasl.h
 * Logging in (SASL, RFC 4422), by libgsasl, which is loaded when the first login starts.
 *
 * Only what the dialogue of RFC 4954 carries: base64 text in and out.
 */
#ifndef AUTH_SASL_H
#define AUTH_SASL_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

struct auth_sasl;

struct auth_sasl_options {
    const char *user;     /**< UTF-8 */
    const char *password; /**< UTF-8; for OAUTHBEARER and XOAUTH2 the token; NULL: none was given */
    const char *host;     /**< the server, as the user gave it */
    unsigned short port;
    bool secure;         /**< TLS protects the connection */
    bool certificate;    /**< TLS has a certificate of ours for the server */
    bool allow_clear;    /**< mechanisms that reveal the password are allowed without TLS too */
    const char *allowed; /**< the only mechanisms to use, with commas between; NULL: any, but for
                              those that are used only by name: tokens, GSSAPI, NTLM */
    const char *refused; /**< mechanisms that the server does not do after all, with spaces between;
                              NULL: none */
    bool needs_stronger; /**< the server wants none that reveals the password */
    const void *binding; /**< what is this TLS connection's alone (RFC 5929, RFC 9266) */
    size_t binding_size; /**< 0: nothing, and so no mechanism that ends in -PLUS */
    bool binding_is_exporter; /**< tls-exporter; else tls-unique */
};

/** Room for the server's reason for a refusal, in octets, with its NUL. */
enum { AUTH_SASL_REASON_SIZE = 512 };

/** The longest response in base64, in octets, with its NUL (RFC 4954 4: lines of 12,288). */
enum { AUTH_SASL_RESPONSE_SIZE = 12288 };

/**
 * Chooses the strongest mechanism that both sides know and that may be used, and starts it. What
 * the options point to must outlive it.
 * @param offered  what the server's AUTH capability lists, with spaces between; NULL: no AUTH.
 * @return 0, or MAILER_AUTH: nothing is offered; nothing offered is known or allowed, and why, and
 * what to do (for example that the password would go in clear); MAILER_MEMORY, MAILER_SYSTEM.
 */
int auth_sasl_start(struct auth_sasl **sasl, const struct auth_sasl_options *options,
                    const char *offered, struct mailer_error *error);

/** The mechanism's name as in the AUTH command, such as "PLAIN". */
const char *auth_sasl_mechanism(const struct auth_sasl *sasl);

/** Whether it can send an initial response with the AUTH command (RFC 4954 4). */
bool auth_sasl_client_first(const struct auth_sasl *sasl);

/**
 * Answers a challenge.
 * @param challenge  base64 text of a 334 reply, "" for an empty one, or NULL to get the initial
 *                   response.
 * @param response   receives base64 text; "=" for an empty initial response. Wipe it after use.
 * @return 0, MAILER_PROTOCOL when the challenge is not base64, MAILER_AUTH when the server does not
 *         keep to the mechanism. After a failure cancel the exchange with "*".
 */
int auth_sasl_respond(struct auth_sasl *sasl, const char *challenge,
                      char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error);

/**
 * Whether the mechanism is content that the server may say 235 now (SCRAM: its signature was
 * right).
 * @return 0 or MAILER_AUTH.
 */
int auth_sasl_finish(struct auth_sasl *sasl, struct mailer_error *error);

/** The reason that the server gave within the mechanism (RFC 7628 3.2.2), printable; or "". */
const char *auth_sasl_reason(const struct auth_sasl *sasl);

/** Wipes and frees. NULL is fine. */
void auth_sasl_free(struct auth_sasl *sasl);

#endif
