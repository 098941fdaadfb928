/* SPDX-License-Identifier: ISC */
/**
 * @file check.h
 * Trying a server out: connect, TLS, capabilities, login, and goodbye. Nothing is sent.
 *
 *     struct mailer_check *check = NULL;
 *     struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
 *     int result = mailer_check_server(&server, &check, &error);
 *     if (mailer_check_facts(check, &facts) == 0)
 *         printf("%s at %s: %s\n", facts.host, facts.address, facts.tls_version);
 *     mailer_check_free(check);
 */
#ifndef MAILER_CHECK_H
#define MAILER_CHECK_H

#include <mailer/send.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a check has found out. */
struct mailer_check;

/** Why the server's certificate was taken for right, or not. */
enum mailer_trust {
    MAILER_TRUST_NO_TLS = 0,   /**< there was none to check */
    MAILER_TRUST_FAILED,       /**< the handshake failed, by the certificate or otherwise */
    MAILER_TRUST_NOT_CHECKED,  /**< tls_no_verify, MAILER_TLS_OPPORTUNISTIC */
    MAILER_TRUST_BY_AUTHORITY, /**< its name, dates and authority are right */
    MAILER_TRUST_BY_PIN,       /**< its key is a pinned one, and nothing else was asked for */
    MAILER_TRUST_BY_BOTH
};

/** What is known of the connection. Make one with MAILER_CHECK_FACTS_INIT. Texts are borrowed from
 * the check, printable, and "" where there is nothing. */
struct mailer_check_facts {
    size_t struct_size;  /**< set by MAILER_CHECK_FACTS_INIT */
    const char *host;    /**< that was tried last; "" when none could be */
    unsigned port;       /**< 0: a local socket */
    const char *address; /**< "192.0.2.1:587", the proxy's where there is one; "": not connected */
    bool by_proxy;       /**< address is the proxy's */
    const char *tls_version; /**< such as "TLSv1.3" */
    const char *tls_cipher;  /**< such as "TLS_AES_256_GCM_SHA384" */
    enum mailer_trust trust;
    size_t certificate_count; /**< see mailer_check_certificate() */
    bool extended;            /**< EHLO was taken, and not only HELO */
    size_t line_count;        /**< see mailer_check_line() */
    uint64_t size_limit;      /**< octets of a message; 0: none is named */
    const char *mechanisms;   /**< to log in, as offered at last, with spaces between */
    const char *user;         /**< who was to log in */
    const char *mechanism;    /**< by which that was tried last */
    bool logged_in;
    bool is_ready; /**< a message could have been sent */
};

#define MAILER_CHECK_FACTS_INIT                                                                    \
    {                                                                                              \
        sizeof(struct mailer_check_facts), NULL, 0, NULL, false, NULL, NULL, MAILER_TRUST_NO_TLS,  \
            0, false, 0, 0, NULL, NULL, NULL, false, false                                         \
    }

/** A certificate that the server has shown. Make one with MAILER_CERTIFICATE_INIT. Texts as in
 * struct mailer_check_facts; they are what the certificate says, right or wrong. */
struct mailer_certificate {
    size_t struct_size;    /**< set by MAILER_CERTIFICATE_INIT */
    const char *subject;   /**< such as "CN=mail.example.org" */
    const char *issuer;    /**< who has signed it, the same way */
    const char *authority; /**< the issuer in short: organisation or common name */
    const char *names;     /**< hosts that it is for, with spaces between */
    int64_t not_before;    /**< seconds since 1970; 0: unreadable */
    int64_t not_after;
    const char *key_pin; /**< as tls_pins takes it: "sha256:..." */
    const char *own_pin; /**< the same of the certificate: "cert-sha256:..." */
};

#define MAILER_CERTIFICATE_INIT                                                                    \
    {                                                                                              \
        sizeof(struct mailer_certificate), NULL, NULL, NULL, NULL, 0, 0, NULL, NULL                \
    }

/**
 * Connects, secures, logs in and takes leave as mailer_send() would, and waits for it. Where there
 * are several servers, further ones are tried as by mailer_send(), until one would take messages.
 * @param check  receives what was found out, also after a failure, as far as it came; free it with
 *               mailer_check_free(). NULL is received after MAILER_USAGE and MAILER_MEMORY alone.
 * @return 0 when a message could have been sent, else as mailer_send().
 */
MAILER_API int mailer_check_server(const struct mailer_server *server, struct mailer_check **check,
                                   struct mailer_error *error);

/** What is known. @return 0, or MAILER_USAGE for a struct that was not made as above, or no check.
 */
MAILER_API int mailer_check_facts(const struct mailer_check *check,
                                  struct mailer_check_facts *facts);

/** The certificates, the server's own first. @return 0, or MAILER_USAGE past the end, too. */
MAILER_API int mailer_check_certificate(const struct mailer_check *check, size_t index,
                                        struct mailer_certificate *certificate);

/** What the server says that it can, a line of its answer to the last EHLO, such as "SIZE 1000";
 * NULL past the end. */
MAILER_API const char *mailer_check_line(const struct mailer_check *check, size_t index);

/** NULL is fine. */
MAILER_API void mailer_check_free(struct mailer_check *check);

#ifdef __cplusplus
}
#endif
#endif
