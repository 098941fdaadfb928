/* SPDX-License-Identifier: ISC */
#include "sasl.h"

#include "buffer.h"
#include "library.h"
#include "mask.h"
#include "mechanism.h"
#include "text.h"
#include "token.h"

#include <gsasl.h>
#include <stdlib.h>
#include <string.h>

/* What is used of libgsasl. */
struct functions {
    __typeof__(gsasl_init) *init;
    __typeof__(gsasl_done) *done;
    __typeof__(gsasl_client_support_p) *client_support_p;
    __typeof__(gsasl_client_start) *client_start;
    __typeof__(gsasl_property_set) *property_set;
    __typeof__(gsasl_property_fast) *property_fast;
    __typeof__(gsasl_step) *step;
    __typeof__(gsasl_finish) *finish;
    __typeof__(gsasl_base64_to) *base64_to;
    __typeof__(gsasl_base64_from) *base64_from;
    __typeof__(gsasl_strerror) *strerror;
    __typeof__(gsasl_free) *free;
};

static const struct library_symbol symbols[] = {
    {"gsasl_init", offsetof(struct functions, init)},
    {"gsasl_done", offsetof(struct functions, done)},
    {"gsasl_client_support_p", offsetof(struct functions, client_support_p)},
    {"gsasl_client_start", offsetof(struct functions, client_start)},
    {"gsasl_property_set", offsetof(struct functions, property_set)},
    {"gsasl_property_fast", offsetof(struct functions, property_fast)},
    {"gsasl_step", offsetof(struct functions, step)},
    {"gsasl_finish", offsetof(struct functions, finish)},
    {"gsasl_base64_to", offsetof(struct functions, base64_to)},
    {"gsasl_base64_from", offsetof(struct functions, base64_from)},
    {"gsasl_strerror", offsetof(struct functions, strerror)},
    {"gsasl_free", offsetof(struct functions, free)},
};

/* Rounds of hashing that a server may ask for: fewer make a stolen proof easy to guess (RFC 7677
 * 4), more are an attack on our time. */
enum { FEWEST_ROUNDS = 4096, MOST_ROUNDS = 1000000 };

/* The least that has all that is answered: name, type, target, flags, and eight octets. */
enum { NTLM_CHALLENGE_SIZE = 32 };

struct auth_sasl {
    struct functions library;
    struct auth_sasl_options options;
    const struct auth_mechanism *mechanism;
    Gsasl *context;
    Gsasl_session *session;
    bool done;       /**< the mechanism has seen all it needs */
    bool begun;      /**< the mechanism has said something */
    bool may_repeat; /**< all that was said is the initial response */
    char reason[AUTH_SASL_REASON_SIZE];
};

static bool is_supported(void *context, const char *name)
{
    const struct auth_sasl *sasl = context;
    bool by_token = strcmp(name, "OAUTHBEARER") == 0 || strcmp(name, "XOAUTH2") == 0;
    return by_token || sasl->library.client_support_p(sasl->context, name);
}

static bool is_by_token(const struct auth_sasl *sasl)
{
    return sasl->mechanism->proof == AUTH_BY_TOKEN;
}

/* Ends the mechanism's session and wipes the secrets in it. */
static void end(struct auth_sasl *sasl)
{
    /* libgsasl frees its copies without wiping them. */
    static const Gsasl_property secrets[] = {GSASL_PASSWORD, GSASL_SCRAM_SALTED_PASSWORD,
                                             GSASL_DIGEST_MD5_HASHED_PASSWORD};
    if (sasl->session == NULL)
        return;
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        char *secret = (char *)sasl->library.property_fast(sasl->session, secrets[i]);
        if (secret != NULL)
            explicit_bzero(secret, strlen(secret));
    }
    sasl->library.finish(sasl->session);
    sasl->session = NULL;
}

/* Gives libgsasl what this login is bound to, in base64, where the mechanism is of that kind. */
static bool set_binding(const struct auth_sasl *sasl, Gsasl_session *session)
{
    const struct auth_sasl_options *options = &sasl->options;
    if (!sasl->mechanism->binds)
        return true;
    char *encoded = NULL;
    if (sasl->library.base64_to(options->binding, options->binding_size, &encoded, NULL) !=
        GSASL_OK)
        return false;
    bool set = sasl->library.property_set(session,
                                          options->binding_is_exporter ? GSASL_CB_TLS_EXPORTER
                                                                       : GSASL_CB_TLS_UNIQUE,
                                          encoded) == GSASL_OK;
    sasl->library.free(encoded);
    return set;
}

/* A property that is left out where there is none. */
static bool set(const struct auth_sasl *sasl, Gsasl_session *session, Gsasl_property property,
                const char *value)
{
    return value == NULL || sasl->library.property_set(session, property, value) == GSASL_OK;
}

/* Begins the mechanism, or begins it anew. */
static int begin(struct auth_sasl *sasl, struct mailer_error *error)
{
    const struct auth_sasl_options *options = &sasl->options;
    /* Without a secret the user is whom to act as, and who that is the server knows. */
    bool is_secret = sasl->mechanism->proof == AUTH_BY_PASSWORD;
    Gsasl_session *session = NULL;
    end(sasl);
    sasl->begun = false;
    if (is_by_token(sasl))
        return 0;
    int status = sasl->library.client_start(sasl->context, sasl->mechanism->name, &session);
    sasl->session = session;
    bool begun = status == GSASL_OK &&
                 set(sasl, session, is_secret ? GSASL_AUTHID : GSASL_AUTHZID, options->user) &&
                 set(sasl, session, GSASL_PASSWORD, is_secret ? options->password : NULL) &&
                 set(sasl, session, GSASL_SERVICE, "smtp") &&
                 set(sasl, session, GSASL_HOSTNAME, options->host) && set_binding(sasl, session);
    return begun ? 0 : error_set_memory(error);
}

static int start_session(struct auth_sasl *sasl, const char *offered, struct mailer_error *error)
{
    int result = library_load("libgsasl.so.18", symbols, sizeof symbols / sizeof *symbols,
                              &sasl->library, error);
    if (result != 0)
        return result;
    if (sasl->library.init(&sasl->context) != GSASL_OK)
        return error_set_memory(error);
    sasl->mechanism = auth_mechanism_choose(&sasl->options, offered, is_supported, sasl);
    if (sasl->mechanism == NULL)
        return auth_mechanism_explain(&sasl->options, offered, error);
    return begin(sasl, error);
}

int auth_sasl_start(struct auth_sasl **sasl, const struct auth_sasl_options *options,
                    const char *offered, struct mailer_error *error)
{
    *sasl = NULL;
    if (offered == NULL || offered[strspn(offered, " ")] == '\0')
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server offers no login, but a user was given to log in");
    struct auth_sasl *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->options = *options;
    int result = start_session(made, offered, error);
    if (result != 0) {
        auth_sasl_free(made);
        return result;
    }
    *sasl = made;
    return 0;
}

const char *auth_sasl_mechanism(const struct auth_sasl *sasl)
{
    return sasl->mechanism->name;
}

bool auth_sasl_client_first(const struct auth_sasl *sasl)
{
    return sasl->mechanism->client_first;
}

/* Strictly as RFC 4648 4 has it. */
static bool is_base64(const char *text)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t digits = strspn(text, alphabet);
    size_t padding = strspn(text + digits, "=");
    return text[digits + padding] == '\0' && padding <= 2 && (digits + padding) % 4 == 0;
}

/* Whether SCRAM's "i=" (RFC 5802 5.1), where a message has one, is within bounds. */
static bool rounds_are_fit(const char *message, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && message[i - 1] != ',')
            continue;
        if (size - i < 2 || memcmp(message + i, "i=", 2) != 0)
            continue;
        long rounds = 0;
        for (i += 2; i < size && message[i] != ','; i++) {
            if (!text_is_digit(message[i]) || rounds > MOST_ROUNDS)
                return false;
            rounds = rounds * 10 + (message[i] - '0');
        }
        if (rounds < FEWEST_ROUNDS || rounds > MOST_ROUNDS)
            return false;
    }
    return true;
}

static int step_failed(const struct auth_sasl *sasl, int status, struct mailer_error *error)
{
    if (status == GSASL_MALLOC_ERROR)
        return error_set_memory(error);
    if (status == GSASL_SASLPREP_ERROR)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the user name or the password has characters that %s cannot carry",
                         sasl->mechanism->name);
    return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                     "the server does not keep to the login by %s: %s", sasl->mechanism->name,
                     sasl->library.strerror(status));
}

/* Puts octets in base64 into the caller's room. */
static int put_base64(const struct auth_sasl *sasl, const char *bytes, size_t size,
                      char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    char *encoded = NULL;
    size_t length = 0;
    if (size > AUTH_SASL_RESPONSE_SIZE / 4 * 3 - 3)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the user name or the password is too long");
    if (sasl->library.base64_to(bytes, size, &encoded, &length) != GSASL_OK)
        return error_set_memory(error);
    memcpy(response, encoded, length);
    response[length] = '\0';
    explicit_bzero(encoded, length);
    sasl->library.free(encoded);
    return 0;
}

/* A step of a login by token: there is one message, and behind a refusal an acknowledgement. */
static int token_step(struct auth_sasl *sasl, const char *message, size_t size,
                      char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    const char *name = sasl->mechanism->name;
    if (size > 0) {
        auth_token_reason(message, size, sasl->reason);
        sasl->done = false;
        const char *acknowledgement = auth_token_acknowledgement(name);
        return put_base64(sasl, acknowledgement, strlen(acknowledgement), response, error);
    }
    struct buffer first;
    int result = auth_token_message(&first, name, &sasl->options, error);
    if (result == 0)
        result = put_base64(sasl, first.bytes, first.size, response, error);
    sasl->done = result == 0;
    if (first.bytes != NULL)
        explicit_bzero(first.bytes, first.size);
    buffer_free(&first);
    return result;
}

/* Refuses what libgsasl would not. */
static int check_challenge(const struct auth_sasl *sasl, const char *message, size_t size,
                           struct mailer_error *error)
{
    static const char ntlm_head[] = "NTLMSSP\0\x02\0\0";
    if (sasl->mechanism->salted && !rounds_are_fit(message, size))
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server asks for fewer than %d or more than %d rounds of hashing",
                         FEWEST_ROUNDS, MOST_ROUNDS);
    /* It would answer a shorter one with what happens to lie in memory. */
    bool is_ntlm = strcmp(sasl->mechanism->name, "NTLM") == 0;
    if (is_ntlm && sasl->begun &&
        (size < NTLM_CHALLENGE_SIZE || memcmp(message, ntlm_head, sizeof ntlm_head) != 0))
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server's challenge is none of NTLM");
    return 0;
}

/* One step of the mechanism, from octets to base64. */
static int step(struct auth_sasl *sasl, const char *message, size_t size,
                char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (is_by_token(sasl))
        return token_step(sasl, message, size, response, error);
    int unfit = check_challenge(sasl, message, size, error);
    if (unfit != 0)
        return unfit;
    sasl->begun = true;
    /* Not NULL for an empty challenge: DIGEST-MD5 would read from there. */
    const char *input = message != NULL ? message : "";
    int status = sasl->library.step(sasl->session, input, size, &bytes, &length);
    if (status != GSASL_OK && status != GSASL_NEEDS_MORE)
        return step_failed(sasl, status, error);
    sasl->done = status == GSASL_OK;
    int result = put_base64(sasl, bytes, length, response, error);
    if (bytes != NULL) {
        explicit_bzero(bytes, length);
        sasl->library.free(bytes);
    }
    return result;
}

/* Whether there is no answer to a challenge. To a token's message there is one challenge at most,
 * which gives the reason why it is refused. */
static bool is_over(const struct auth_sasl *sasl, const char *challenge)
{
    if (!is_by_token(sasl))
        return sasl->done;
    return sasl->reason[0] != '\0' || (sasl->done && challenge[0] == '\0');
}

int auth_sasl_respond(struct auth_sasl *sasl, const char *challenge,
                      char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    response[0] = '\0';
    bool is_repeated = sasl->may_repeat && challenge != NULL && challenge[0] == '\0';
    sasl->may_repeat = challenge == NULL && sasl->mechanism->proof != AUTH_BY_TICKET;
    if (challenge == NULL) {
        int result = step(sasl, NULL, 0, response, error);
        if (result == 0 && response[0] == '\0')
            memcpy(response, "=", sizeof "=");
        return result;
    }
    if (!is_base64(challenge))
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_AUTH,
                         "the server's challenge is not base64");
    /* Some servers take AUTH PLAIN line by line only: they pass over the initial response, and ask
     * for it with an empty challenge. */
    if (is_repeated) {
        int result = begin(sasl, error);
        return result != 0 ? result : step(sasl, NULL, 0, response, error);
    }
    if (is_over(sasl, challenge))
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server asks for more than the login by %s has",
                         sasl->mechanism->name);
    char *message = NULL;
    size_t size = 0;
    if (challenge[0] != '\0' &&
        sasl->library.base64_from(challenge, strlen(challenge), &message, &size) != GSASL_OK)
        return error_set_memory(error);
    /* Its reason for a refusal is shown. */
    if (is_by_token(sasl) && message != NULL)
        size = mask_secret(message, size, sasl->options.password, strlen(sasl->options.password));
    int result = step(sasl, message, size, response, error);
    if (message != NULL)
        sasl->library.free(message);
    return result;
}

int auth_sasl_finish(struct auth_sasl *sasl, struct mailer_error *error)
{
    if (sasl->done)
        return 0;
    return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                     "the server ended the login by %s too early: it has not proved who it is",
                     sasl->mechanism->name);
}

const char *auth_sasl_reason(const struct auth_sasl *sasl)
{
    return sasl->reason;
}

void auth_sasl_free(struct auth_sasl *sasl)
{
    if (sasl == NULL)
        return;
    end(sasl);
    if (sasl->context != NULL)
        sasl->library.done(sasl->context);
    free(sasl);
}
