/* SPDX-License-Identifier: ISC */
/**
 * @file token.h
 * Logging in with a token of OAuth 2: OAUTHBEARER (RFC 7628) and XOAUTH2, which came before it and
 * stands in no RFC. Only for this box.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "buffer.h"
#include "sasl.h"

/**
 * Makes the only message of the client's that carries something.
 * @param message  receives it, in a buffer of its own that was not made bigger on the way, so that
 *                 its octets are the only copy.
 * @return 0, MAILER_AUTH when the token has octets that no token has (RFC 6750 2.1), MAILER_MEMORY.
 */
int auth_token_message(struct buffer *message, const char *mechanism,
                       const struct auth_sasl_options *options, struct mailer_error *error);

/** What the server is answered once it has told its reason: nothing, or 0x01 (RFC 7628 3.2.3). */
const char *auth_token_acknowledgement(const char *mechanism);

/**
 * The reason in words, from the JSON of the server: the values of "error" or "status",
 * "error_description" and "scope", each cut after some 100 octets.
 * @param words  receives printable text; what is no JSON is shown as it came.
 */
void auth_token_reason(const char *json, size_t size, char words[static AUTH_SASL_REASON_SIZE]);

#endif
