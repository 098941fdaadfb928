/* SPDX-License-Identifier: ISC */
/** @file transaction.h  A message's way through one MAIL ... end of data, for some recipients. */
#ifndef CLIENT_TRANSACTION_H
#define CLIENT_TRANSACTION_H

#include "capabilities.h"
#include "delivery.h"
#include "tree/cursor.h"

/** Messages up to this size are read before MAIL, so that a broken source is known in time. */
enum { TRANSACTION_PREREAD_LIMIT = 64 * 1024 };

struct transaction {
    struct delivery *delivery;
    size_t first; /**< its recipients are those in [first, end) that were open at its beginning */
    size_t end;
    size_t count;     /**< how many that are */
    size_t submitted; /**< up to here they have been asked for */
    size_t accepted;  /**< RCPT replies that took the recipient */
    bool sender_refused;
    struct mime_plan *plan; /**< NULL once the body is written */
};

/**
 * Whether a server can do what the message asks for besides its delivery.
 * @param trusted    the connection goes by TLS, with a certificate that was found good.
 * @param logged_in  the server knows who we are.
 * @return 0, or MAILER_UNSUPPORTED.
 */
int transaction_check(const struct mailer_message *message, const struct smtp_capabilities *can,
                      bool trusted, bool logged_in, struct mailer_error *error);

/**
 * Lays a message out for what the server can do.
 * @param widest  the user's limit.
 * @return 0, MAILER_UNSUPPORTED when the server cannot take it (too large, SMTPUTF8 is missing), or
 * as mime_plan_new().
 */
int transaction_plan(struct mime_plan **plan, const struct mailer_message *message,
                     const struct smtp_capabilities *can, enum mailer_wire widest,
                     struct mailer_error *error);

#endif
