/* SPDX-License-Identifier: ISC */
/**
 * @file send.h
 * Sending messages to a server.
 *
 *     struct mailer_server server = MAILER_SERVER_INIT;
 *     server.url = "smtp://smtp.example.org";
 *     server.user = "ann";
 *     server.password = password;
 *     if (mailer_send(&server, message, NULL, &error) != 0) ...
 *
 * The library reads no configuration file and no environment variable.
 */
#ifndef MAILER_SEND_H
#define MAILER_SEND_H

#include <mailer/error.h>
#include <mailer/message.h>
#include <mailer/trace.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** When the connection is encrypted. */
enum mailer_tls_mode {
    MAILER_TLS_DEFAULT = 0, /**< by the URL: smtp://, lmtp:// STARTTLS required, smtps:// implicit;
                                 off for a local socket, a loopback address or "localhost" but
                                 with smtps:// */
    MAILER_TLS_REQUIRED,    /**< STARTTLS (RFC 3207), or nothing is sent */
    MAILER_TLS_IMPLICIT,    /**< from the first octet on (RFC 8314) */
    MAILER_TLS_OPPORTUNISTIC, /**< STARTTLS where it is offered; the certificate is not
                                   checked, so that a login goes to whoever answers */
    MAILER_TLS_OFF
};

/**
 * Asks for a pass phrase.
 * @param password  room octets for it and a NUL; wiped after use.
 * @return 0, or a negative class, which ends the sending.
 */
typedef int (*mailer_password_function)(void *context, char *password, size_t room,
                                        struct mailer_error *error);

/**
 * Told how far the message on its way has got, as often as ten times a second, also while there is
 * nothing new, and once more when it has gone whole; of many small messages that go together, not
 * of each. It is the place to notice that a signal has come or a button was pressed.
 * @param sent   octets of the message that the system has taken for the connection; it falls when
 *               the message has to go over another connection.
 * @param total  octets of the message as the server gets it; 0 while there is no connection that is
 *               ready for it.
 * @return 0 to go on. Anything else calls the sending off: the connection is closed without the end
 *         of a message that is not whole. Messages that are not settled fail with
 *         MAILER_CANCELLED, and those whose end was sent with MAILER_UNKNOWN.
 */
typedef int (*mailer_progress_function)(void *context, uint64_t sent, uint64_t total);

/** Which addresses of a host are tried. */
enum mailer_family { MAILER_FAMILY_ANY = 0, MAILER_FAMILY_IPV4, MAILER_FAMILY_IPV6 };

/** A server and how to talk to it. Make one with MAILER_SERVER_INIT; NULL or 0: the default. */
struct mailer_server {
    size_t struct_size; /**< set by MAILER_SERVER_INIT */
    const char *url;    /**< smtp://[user@]host[:port], smtps://..., lmtp://... (RFC 2033), host
                             or host:port; lmtp+unix:/path or smtp+unix:/path for a local socket.
                             srv:[user@]domain for the servers that a mail domain names in the
                             DNS (RFC 6186, 8314), of which only those in that domain are taken.
                             Ports by default: 587, 465, 24; 25 for smtp to a loopback host */
    enum mailer_tls_mode tls;
    bool tls_no_verify;        /**< accept any certificate: anyone in between can read along */
    const char *ca_file;       /**< PEM file or hashed directory trusted in place of the system's */
    const char *user;          /**< log in as; by default the URL's user */
    const char *password;      /**< octets of UTF-8, or with XOAUTH2 and OAUTHBEARER the token;
                                    never sent without TLS, unless... */
    bool allow_clear_password; /**< ...the caller insists */
    const char *auth_mechanisms;  /**< SASL names with commas between, the only ones allowed;
                                       XOAUTH2, OAUTHBEARER, GSSAPI, NTLM are used only by name */
    const char *hello_name;       /**< the argument of EHLO; by default the connection's own address
                                       as a literal (RFC 5321 4.1.3), so that no host name leaks */
    unsigned timeout_seconds;     /**< the wait for one reply; by default as RFC 5321 4.5.3.2 */
    enum mailer_wire widest_wire; /**< use no more than this, whatever the server offers */
    mailer_trace_function trace;
    void *trace_context;
    const char *const *tls_pins; /**< the server's key must be one of these: "sha256:DIGEST" of the
                                      public key (SPKI), "cert-sha256:DIGEST" of the certificate;
                                      DIGEST in 64 hexadecimal digits or in base64. Then the
                                      certificate's name, dates and authority do not matter,
                                      unless ca_file is given as well: then both must be right */
    size_t tls_pin_count;
    const char *client_cert; /**< file with the certificate to show: PEM, its chain behind it, or
                                  PKCS#12 (.p12, .pfx) */
    const char *client_key;  /**< PEM file with its key; NULL: it is in that of the certificate */
    const char *client_key_password; /**< of that key; NULL: ask_client_key_password is called,
                                          once and only when there is a pass phrase */
    mailer_password_function ask_client_key_password;
    void *ask_context;
    bool tls_only_1_3;         /**< no TLS 1.2 either; older ones never are */
    const char *tls_ciphers;   /**< as OpenSSL names them, with colons between: those of TLS 1.3
                                    begin with TLS_; where none of a version is named, its default
                                    holds */
    const char *source;        /**< connect from this address of this machine, IPv4 or IPv6; then
                                    only the server's addresses of its family are tried */
    enum mailer_family family; /**< try these addresses only */
    const char *proxy;         /**< connect through socks5://[user:password@]host[:port] (1080) or
                                    http://... (CONNECT, 8080), which looks the server's name up.
                                    No host counts as loopback behind it. Its own password is sent
                                    to it in clear, as these protocols have it */
    const char *const *further_urls;  /**< tried in turn after url, ended by NULL: what could not
                                           be sent because a server cannot be reached, is not to be
                                           trusted or turns us away, goes to the next one, and so
                                           does the last message where a server does not offer what
                                           it needs; never after a refused login, nor what may have
                                           been delivered */
    unsigned messages_per_connection; /**< then a new one is made; 0: as many as the server takes */
    mailer_progress_function progress; /**< called by mailer_send(), mailer_send_each() and
                                            mailer_sender_send(), not by a batch */
    void *progress_context;
};

#define MAILER_SERVER_INIT                                                                         \
    {                                                                                              \
        sizeof(struct mailer_server), NULL, MAILER_TLS_DEFAULT, false, NULL, NULL, NULL, false,    \
            NULL, NULL, 0, MAILER_WIRE_BINARY, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL,  \
            false, NULL, NULL, MAILER_FAMILY_ANY, NULL, NULL, 0, NULL, NULL                        \
    }

/** What became of a recipient, in the fewest words. */
enum mailer_fate {
    MAILER_FATE_ACCEPTED = 0, /**< the server took the message for it */
    MAILER_FATE_REFUSED,      /**< not sent, and another try will fail as well until something is
                                   changed */
    MAILER_FATE_TRY_AGAIN,    /**< not sent; a later try may succeed */
    MAILER_FATE_UNKNOWN       /**< it may have been delivered: a further try may deliver it twice */
};

/** The fate that an error comes to, by its class and stage. */
MAILER_API enum mailer_fate mailer_fate_of(const struct mailer_error *error);

/** "accepted", "refused", "try_again" or "unknown". Static; never NULL. */
MAILER_API const char *mailer_fate_name(enum mailer_fate fate);

/** Room for a queue id, and for the NUL. */
enum { MAILER_QUEUE_ID_SIZE = 104 };

/** What became of one recipient. Make one with MAILER_RECIPIENT_RESULT_INIT. */
struct mailer_recipient_result {
    size_t struct_size;        /**< set by MAILER_RECIPIENT_RESULT_INIT */
    const char *address;       /**< as in RCPT TO; borrowed from the message */
    struct mailer_error error; /**< MAILER_OK: the server took the message for this recipient. Then
                                    smtp_code, enhanced_code and text are of its last reply */
    enum mailer_fate fate;     /**< what the error comes to */
    const char *host;          /**< the server that said so, or that it was tried with; "" when
                                    there was none, or several. Borrowed from the result */
    char queue_id[MAILER_QUEUE_ID_SIZE]; /**< the name by which the server's logs know the message,
                                              where its reply names one in a way that is known;
                                              else "" */
};

#define MAILER_RECIPIENT_RESULT_INIT                                                               \
    {                                                                                              \
        sizeof(struct mailer_recipient_result), NULL, MAILER_ERROR_INIT, MAILER_FATE_ACCEPTED,     \
            NULL,                                                                                  \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/** What became of a message: one entry a recipient, in the order of the envelope. */
struct mailer_result;

/** How many recipients there are. */
MAILER_API size_t mailer_result_count(const struct mailer_result *result);

/**
 * What became of one recipient.
 * @param recipient  made with MAILER_RECIPIENT_RESULT_INIT; receives it, and can be used again.
 * @return 0, or MAILER_USAGE past the end, or for a struct that was not made so.
 */
MAILER_API int mailer_result_recipient(const struct mailer_result *result, size_t index,
                                       struct mailer_recipient_result *recipient);

/** How many recipients the server took the message for. */
MAILER_API size_t mailer_result_accepted(const struct mailer_result *result);

/** Frees a result. NULL is fine. */
MAILER_API void mailer_result_free(struct mailer_result *result);

/**
 * Sends one sealed message over a connection of its own, and waits for the outcome.
 * @param result  receives the fate of each recipient, also after failure; free it with
 *                mailer_result_free(). May be NULL. NULL is received when nothing could be
 *                tried (MAILER_USAGE, MAILER_MEMORY).
 * @return 0 when all recipients were accepted, else the class of the first failure; ask the result
 *         who was accepted all the same. Nothing is ever sent again by itself after MAILER_UNKNOWN.
 */
MAILER_API int mailer_send(const struct mailer_server *server, const struct mailer_message *message,
                           struct mailer_result **result, struct mailer_error *error);

/** What a mailer_next_function may say where it is asked again (mailer/batch.h). */
enum { MAILER_NEXT_LATER = 1 };

/**
 * Gives the next message to send.
 * @param message  to be set to a sealed message, which stays alive until its result has been
 *                 reported, or to NULL at the end.
 * @return 0; a negative class, which ends the sending as NULL does and is passed on; or
 *         MAILER_NEXT_LATER: there is none now, but this is not the end.
 */
typedef int (*mailer_next_function)(void *context, const struct mailer_message **message,
                                    struct mailer_error *error);

/**
 * Told what became of a message, in the order in which they were given.
 * @param result  borrowed for the call.
 * @param error   the first failure among the recipients; error_class is MAILER_OK without any.
 */
typedef void (*mailer_result_function)(void *context, const struct mailer_message *message,
                                       const struct mailer_result *result,
                                       const struct mailer_error *error);

/**
 * Sends any number of messages over one connection, several on the way at a time where the server
 * allows it (PIPELINING, CHUNKING). A message is pulled when there is room for it, so memory does
 * not grow with their number. The connection is made once there is a message. One that the server
 * closes between two messages is made anew; when that fails, the messages given so far are reported
 * with that failure, and no further ones are asked for. A message that is not sealed, has no
 * recipient, or finds no memory ends the sending and is not reported.
 * @param next    is asked for the messages; not NULL.
 * @param report  is told of each; may be NULL.
 * @return 0 when every recipient of every message was accepted, else the first failure's class.
 */
MAILER_API int mailer_send_each(const struct mailer_server *server, mailer_next_function next,
                                mailer_result_function report, void *context,
                                struct mailer_error *error);

#ifdef __cplusplus
}
#endif
#endif
