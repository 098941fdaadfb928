/* SPDX-License-Identifier: ISC */
#include "sasl.h"

#include "buffer.h"
#include "library.h"
#include "text.h"

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

struct mechanism {
    const char *name;
    bool reveals_password; /**< to everyone who reads along */
    bool client_first;
    bool salted; /**< the server says how many rounds of hashing it takes */
};

/* The strongest first. CRAM-MD5 comes last, as inside TLS it gains nothing, and servers offer it to
 * users whose passwords they keep in a form with which it cannot work. */
static const struct mechanism mechanisms[] = {
    {"SCRAM-SHA-256", false, true, true}, {"SCRAM-SHA-1", false, true, true},
    {"PLAIN", true, true, false},         {"LOGIN", true, false, false},
    {"CRAM-MD5", false, false, false},
};

enum { MECHANISMS = sizeof mechanisms / sizeof *mechanisms };

/* Rounds of hashing that a server may ask for: fewer make a stolen proof easy to guess (RFC 7677
 * 4), more are an attack on our time. */
enum { FEWEST_ROUNDS = 4096, MOST_ROUNDS = 1000000 };

struct auth_sasl {
    struct functions library;
    const struct mechanism *mechanism;
    Gsasl *context;
    Gsasl_session *session;
    bool done;     /**< the mechanism has seen all it needs */
    bool repeated; /**< the initial response was asked for again */
};

/* Whether a list of names, with one of the separators between, holds a name. */
static bool lists(const char *list, const char *separators, const char *name)
{
    while (*list != '\0') {
        list += strspn(list, separators);
        size_t length = strcspn(list, separators);
        if (length > 0 && text_same_bytes(list, length, name))
            return true;
        list += length;
    }
    return false;
}

/* Which mechanisms are offered and not ruled out by the caller. */
static bool is_candidate(const struct mechanism *mechanism, const struct auth_sasl_options *options,
                         const char *offered)
{
    return lists(offered, " ", mechanism->name) &&
           (options->allowed == NULL || lists(options->allowed, ", ", mechanism->name));
}

/* The strongest candidate that libgsasl can do. Only if there is none that keeps the password to
 * itself may one be used that reveals it without TLS, and only when the caller insists. */
static const struct mechanism *choose(const struct auth_sasl *sasl,
                                      const struct auth_sasl_options *options, const char *offered)
{
    for (int revealing = options->secure; revealing <= (options->secure || options->allow_clear);
         revealing++)
        for (const struct mechanism *mechanism = mechanisms; mechanism < mechanisms + MECHANISMS;
             mechanism++)
            if (is_candidate(mechanism, options, offered) &&
                (revealing || !mechanism->reveals_password) &&
                sasl->library.client_support_p(sasl->context, mechanism->name))
                return mechanism;
    return NULL;
}

/* Why none was chosen. */
static int explain(const struct auth_sasl_options *options, const char *offered,
                   struct mailer_error *error)
{
    struct buffer revealing = buffer_empty(256);
    for (const struct mechanism *mechanism = mechanisms; mechanism < mechanisms + MECHANISMS;
         mechanism++)
        if (mechanism->reveals_password && is_candidate(mechanism, options, offered))
            buffer_append_format(&revealing, "%s%s", revealing.size > 0 ? " and " : "",
                                 mechanism->name);
    if (revealing.size > 0) {
        char *names = buffer_take_string(&revealing);
        int result = names == NULL
                         ? error_set_memory(error)
                         : error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                                     "the server offers only %s to log in, which would send the "
                                     "password in clear: require TLS, or allow a clear password",
                                     names);
        free(names);
        return result;
    }
    buffer_free(&revealing);
    if (options->allowed != NULL)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server offers %s to log in, and only %s is allowed", offered,
                         options->allowed);
    return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                     "the server offers %s to log in, of which none is known here", offered);
}

/* Ends the mechanism's session and wipes the password in it. */
static void end(struct auth_sasl *sasl)
{
    if (sasl->session == NULL)
        return;
    /* libgsasl frees its copy without wiping it. */
    char *password = (char *)sasl->library.property_fast(sasl->session, GSASL_PASSWORD);
    if (password != NULL)
        explicit_bzero(password, strlen(password));
    sasl->library.finish(sasl->session);
    sasl->session = NULL;
}

/* Begins the mechanism, or begins it anew. */
static int begin(struct auth_sasl *sasl, const char *user, const char *password,
                 struct mailer_error *error)
{
    Gsasl_session *session = NULL;
    bool begun =
        sasl->library.client_start(sasl->context, sasl->mechanism->name, &session) == GSASL_OK &&
        sasl->library.property_set(session, GSASL_AUTHID, user) == GSASL_OK &&
        sasl->library.property_set(session, GSASL_PASSWORD, password) == GSASL_OK;
    end(sasl);
    sasl->session = session;
    return begun ? 0 : error_set_memory(error);
}

static int start_session(struct auth_sasl *sasl, const struct auth_sasl_options *options,
                         const char *offered, struct mailer_error *error)
{
    int result = library_load("libgsasl.so.18", symbols, sizeof symbols / sizeof *symbols,
                              &sasl->library, error);
    if (result != 0)
        return result;
    if (sasl->library.init(&sasl->context) != GSASL_OK)
        return error_set_memory(error);
    sasl->mechanism = choose(sasl, options, offered);
    if (sasl->mechanism == NULL)
        return explain(options, offered, error);
    return begin(sasl, options->user, options->password, error);
}

int auth_sasl_start(struct auth_sasl **sasl, const struct auth_sasl_options *options,
                    const char *offered, struct mailer_error *error)
{
    *sasl = NULL;
    if (offered == NULL || offered[strspn(offered, " ")] == '\0')
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server offers no login, but a user was given to log in");
    if (options->password == NULL)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "a user was given to log in, but no password");
    struct auth_sasl *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    int result = start_session(made, options, offered, error);
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

/* One step of the mechanism, from octets to base64. */
static int step(struct auth_sasl *sasl, const char *message, size_t size,
                char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    if (sasl->mechanism->salted && !rounds_are_fit(message, size))
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server asks for fewer than %d or more than %d rounds of hashing",
                         FEWEST_ROUNDS, MOST_ROUNDS);
    int status = sasl->library.step(sasl->session, message, size, &bytes, &length);
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

int auth_sasl_respond(struct auth_sasl *sasl, const char *challenge,
                      char response[static AUTH_SASL_RESPONSE_SIZE], struct mailer_error *error)
{
    response[0] = '\0';
    if (challenge == NULL) {
        int result = step(sasl, NULL, 0, response, error);
        if (result == 0 && response[0] == '\0')
            memcpy(response, "=", sizeof "=");
        return result;
    }
    if (!is_base64(challenge))
        return error_set(error, MAILER_PROTOCOL, MAILER_STAGE_AUTH,
                         "the server's challenge \"%.60s\" is not base64", challenge);
    /* Some servers take AUTH PLAIN line by line only: they pass over the initial response, and ask
     * for it with an empty challenge. */
    if (sasl->done && sasl->mechanism->client_first && challenge[0] == '\0' && !sasl->repeated) {
        sasl->repeated = true;
        int result = begin(sasl, sasl->library.property_fast(sasl->session, GSASL_AUTHID),
                           sasl->library.property_fast(sasl->session, GSASL_PASSWORD), error);
        return result != 0 ? result : step(sasl, NULL, 0, response, error);
    }
    if (sasl->done)
        return error_set(error, MAILER_AUTH, MAILER_STAGE_AUTH,
                         "the server asks for more than the login by %s has",
                         sasl->mechanism->name);
    char *message = NULL;
    size_t size = 0;
    if (challenge[0] != '\0' &&
        sasl->library.base64_from(challenge, strlen(challenge), &message, &size) != GSASL_OK)
        return error_set_memory(error);
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

void auth_sasl_free(struct auth_sasl *sasl)
{
    if (sasl == NULL)
        return;
    end(sasl);
    if (sasl->context != NULL)
        sasl->library.done(sasl->context);
    free(sasl);
}
