/* SPDX-License-Identifier: ISC */
/** @file capabilities.h  What a server says at EHLO that it can (RFC 5321 4.1.1.1). */
#ifndef SMTP_CAPABILITIES_H
#define SMTP_CAPABILITIES_H

#include "reply.h"

#include <stdbool.h>
#include <stdint.h>

/** Octets kept of the list behind AUTH. */
enum { SMTP_AUTH_LIST_SIZE = 1024 };

struct smtp_capabilities {
    bool extended;                             /**< EHLO was answered, not only HELO */
    bool starttls;                             /**< RFC 3207 */
    bool pipelining;                           /**< RFC 2920 */
    bool eight_bit_mime;                       /**< RFC 6152 */
    bool chunking;                             /**< RFC 3030 */
    bool binary_mime;                          /**< RFC 3030 */
    bool smtputf8;                             /**< RFC 6531 */
    bool dsn;                                  /**< RFC 3461 */
    bool future_release;                       /**< RFC 4865 */
    bool require_tls;                          /**< RFC 8689 */
    bool each_recipient;                       /**< PRDR (draft-hall-prdr) */
    bool deliver_by;                           /**< RFC 2852 */
    uint64_t deliver_by_least;                 /**< seconds; 0: none is named */
    bool mt_priority;                          /**< RFC 6710 */
    bool size;                                 /**< RFC 1870 */
    uint64_t size_limit;                       /**< octets; 0: none is named */
    uint64_t mail_limit;                       /**< LIMITS (RFC 9422): MAIL in a session; 0: none */
    uint64_t recipient_limit;                  /**< RCPT in a transaction; 0: none */
    uint64_t domain_limit;                     /**< domains of them; 0: none */
    bool auth;                                 /**< RFC 4954 */
    char auth_mechanisms[SMTP_AUTH_LIST_SIZE]; /**< names with spaces between, printable ASCII */
};

/** Reads the reply to EHLO. Keywords in any case; what is not known is passed over. */
struct smtp_capabilities smtp_capabilities_read(const struct smtp_reply *reply);

#endif
