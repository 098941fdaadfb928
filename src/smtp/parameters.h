/* SPDX-License-Identifier: ISC */
/** @file parameters.h  What is said behind MAIL FROM and RCPT TO besides size and encoding. */
#ifndef SMTP_PARAMETERS_H
#define SMTP_PARAMETERS_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for them, and for the NUL. */
enum { SMTP_PARAMETERS_SIZE = 2048 };

/** The longest ENVID, encoded (RFC 3461 4.4), and ORCPT (4.2). */
enum { SMTP_ENVID_LIMIT = 100, SMTP_ORCPT_LIMIT = 500 };

/** The longest AUTH=, encoded (RFC 4954 5). */
enum { SMTP_SUBMITTER_LIMIT = 500 };

/** The seconds of BY have nine digits (RFC 2852 4). */
enum { SMTP_DELIVER_BY_LIMIT = 999999999 };

/** When the sender is told of a recipient's fate (RFC 3461 4.1); 0: as the server likes. */
enum {
    SMTP_NOTIFY_NEVER = 1,
    SMTP_NOTIFY_SUCCESS = 2,
    SMTP_NOTIFY_FAILURE = 4,
    SMTP_NOTIFY_DELAY = 8
};

enum smtp_return { SMTP_RETURN_DEFAULT = 0, SMTP_RETURN_FULL, SMTP_RETURN_HEADERS };

/** What becomes of a message that is late (RFC 2852 4): it is not delivered any more, or only told
 * of. */
enum smtp_deliver_by { SMTP_DELIVER_ANY_TIME = 0, SMTP_DELIVER_BY_RETURN, SMTP_DELIVER_BY_NOTIFY };

struct smtp_sender_parameters {
    enum smtp_return returned; /**< RET (RFC 3461 4.3) */
    const char *envelope_id;   /**< ENVID, printable US-ASCII; or NULL */
    bool require_tls;          /**< REQUIRETLS (RFC 8689) */
    int64_t hold_until;        /**< HOLDUNTIL (RFC 4865), in seconds since 1970; 0: do not hold */
    enum smtp_deliver_by deliver_by;
    int64_t deliver_by_seconds; /**< from now on; may be none left where it is only told of */
    bool deliver_by_trace;      /**< servers on the way tell too */
    int mt_priority;            /**< MT-PRIORITY (RFC 6710), -9 to 9; 0: as others */
    const char *submitter;      /**< AUTH (RFC 4954 5), printable US-ASCII; "": "<>"; or NULL */
};

/**
 * Writes the parameters of MAIL, each with a space before it.
 * @return 0, or MAILER_DATA for an envelope_id or a submitter that is too long or not printable
 *         US-ASCII, a moment that is before 1970 or after the year 9999, and seconds or a priority
 *         that cannot be said.
 */
int smtp_parameters_of_sender(char text[static SMTP_PARAMETERS_SIZE],
                              const struct smtp_sender_parameters *parameters,
                              struct mailer_error *error);

/**
 * Writes the parameters of RCPT: NOTIFY, if there is one, and ORCPT with the address as it was
 * given, unless that would be too long.
 */
void smtp_parameters_of_recipient(char text[static SMTP_PARAMETERS_SIZE], unsigned notify,
                                  const char *address);

#endif
