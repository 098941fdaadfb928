/* SPDX-License-Identifier: ISC */
/**
 * @file error.h
 * One error, in the caller's hands.
 *
 * Every function of libmailer that can fail returns an int: 0, or the negative class of the
 * error. Its last argument is a `struct mailer_error *`, which may be NULL, and which the caller
 * has set to zero (MAILER_ERROR_INIT). The first cause wins: a function that is handed an error
 * that is already set leaves it as it is. The struct owns no memory.
 */
#ifndef MAILER_ERROR_H
#define MAILER_ERROR_H

#include <mailer/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What kind of failure it is; it decides what a caller should do next. */
enum mailer_error_class {
    MAILER_OK = 0,
    MAILER_USAGE = -1,        /**< the caller broke a contract of this interface */
    MAILER_DATA = -2,         /**< an address, header or text that cannot be sent */
    MAILER_MEMORY = -3,       /**< no memory */
    MAILER_SOURCE = -4,       /**< a file or stream to be sent is missing, unfit, or changed */
    MAILER_SYSTEM = -5,       /**< the operating system refused something else */
    MAILER_RESOLVE = -6,      /**< the host's name has no address */
    MAILER_CONNECT = -7,      /**< no address of the host accepts a connection */
    MAILER_NETWORK = -8,      /**< the connection was lost or timed out */
    MAILER_TLS = -9,          /**< TLS is not to be had, or its certificate is not to be trusted */
    MAILER_AUTH = -10,        /**< the login was refused or cannot be done */
    MAILER_PROTOCOL = -11,    /**< the server does not speak SMTP; at MAILER_STAGE_END it was its
                                   answer to the message, which may have been delivered */
    MAILER_UNSUPPORTED = -12, /**< the message needs what this server does not offer */
    MAILER_TEMPORARY = -13,   /**< the server refused for now (4xx) */
    MAILER_PERMANENT = -14,   /**< the server refused for good (5xx) */
    MAILER_UNKNOWN = -15,  /**< the end was sent, the reply is lost: it may have been delivered */
    MAILER_CANCELLED = -16 /**< the caller asked to stop */
};

/** Where it failed. */
enum mailer_stage {
    MAILER_STAGE_NONE = 0,
    MAILER_STAGE_MESSAGE,   /**< while the message was built or read */
    MAILER_STAGE_RESOLVE,   /**< while the host's name was looked up */
    MAILER_STAGE_CONNECT,   /**< while the connection was made */
    MAILER_STAGE_GREETING,  /**< while waiting for the server's greeting */
    MAILER_STAGE_HELLO,     /**< at EHLO or HELO */
    MAILER_STAGE_TLS,       /**< at STARTTLS or in the handshake */
    MAILER_STAGE_AUTH,      /**< at AUTH */
    MAILER_STAGE_SENDER,    /**< at MAIL FROM */
    MAILER_STAGE_RECIPIENT, /**< at RCPT TO */
    MAILER_STAGE_BODY,      /**< at DATA or BDAT, or while the message was sent */
    MAILER_STAGE_END,       /**< after the end of the message was sent */
    MAILER_STAGE_RESET,     /**< at RSET */
    MAILER_STAGE_QUIT       /**< at QUIT */
};

struct mailer_error {
    enum mailer_error_class error_class; /**< MAILER_OK while nothing has failed */
    enum mailer_stage stage;
    int smtp_code;          /**< the server's reply code, 200 to 599, or 0 */
    char enhanced_code[12]; /**< RFC 3463, such as "5.1.1", or "" */
    int system_code;        /**< errno, or 0 */
    char text[512];         /**< one printable line in UTF-8: what failed, where, what to do */
};

#define MAILER_ERROR_INIT                                                                          \
    {                                                                                              \
        MAILER_OK, MAILER_STAGE_NONE, 0, {0}, 0,                                                   \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/** The name of a class, such as "TEMPORARY". Static; never NULL. */
MAILER_API const char *mailer_error_class_name(enum mailer_error_class error_class);

/** The name of a stage, such as "RECIPIENT". Static; never NULL. */
MAILER_API const char *mailer_stage_name(enum mailer_stage stage);

#ifdef __cplusplus
}
#endif
#endif
