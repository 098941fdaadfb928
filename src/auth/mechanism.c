/* SPDX-License-Identifier: ISC */
#include "mechanism.h"

#include "buffer.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/*
 * The best first:
 * - SCRAM-...-PLUS: nobody in between can pass the login on, not even one with a certificate that
 *   is trusted, as the proof is for this TLS connection alone.
 * - SCRAM: the server learns nothing with which it could log in elsewhere, and proves itself.
 * - PLAIN and LOGIN before the digests: inside TLS these gain next to nothing, as who breaks the
 *   one guesses the password from the other; servers can check them only where they keep the
 *   password itself (RFC 6331 tells more), and many offer them to users for whom they do not. So
 *   they are for where there is no TLS; there whatever reveals the password is not even looked at
 *   as long as another one is there.
 * - DIGEST-MD5 before CRAM-MD5: the client has a part in its challenge, and the server proves
 *   itself.
 * - EXTERNAL is for those who gave a certificate and no password.
 * - The rest is used only by name: NTLM's answer gives the password away to anyone with some hours
 *   of computing (it counts as revealing), GSSAPI wants a ticket, and a token is no password: only
 *   the caller knows which of the two was given.
 */
static const struct auth_mechanism mechanisms[] = {
    {"SCRAM-SHA-256-PLUS", .client_first = true, .salted = true, .binds = true},
    {"SCRAM-SHA-1-PLUS", .client_first = true, .salted = true, .binds = true},
    {"SCRAM-SHA-256", .client_first = true, .salted = true},
    {"SCRAM-SHA-1", .client_first = true, .salted = true},
    {"PLAIN", .reveals = true, .client_first = true},
    {"LOGIN", .reveals = true},
    {"DIGEST-MD5", .proof = AUTH_BY_PASSWORD},
    {"CRAM-MD5", .proof = AUTH_BY_PASSWORD},
    {"EXTERNAL", AUTH_BY_CERTIFICATE, .client_first = true},
    {"OAUTHBEARER", AUTH_BY_TOKEN, .reveals = true, .client_first = true, .when_named = true},
    {"XOAUTH2", AUTH_BY_TOKEN, .reveals = true, .client_first = true, .when_named = true},
    {"GSSAPI", AUTH_BY_TICKET, .client_first = true, .when_named = true},
    {"NTLM", .reveals = true, .client_first = true, .when_named = true},
};

enum { COUNT = sizeof mechanisms / sizeof *mechanisms };

/* Whether a list of names, with any of the separators between, holds a name. */
static bool lists(const char *list, const char *separators, const char *name)
{
    while (list != NULL && *list != '\0') {
        list += strspn(list, separators);
        size_t length = strcspn(list, separators);
        if (length > 0 && text_same_bytes(list, length, name))
            return true;
        list += length;
    }
    return false;
}

static bool is_named(const struct auth_mechanism *mechanism,
                     const struct auth_sasl_options *options)
{
    return lists(options->allowed, ", ", mechanism->name);
}

/* Whether the caller does not rule it out. */
static bool is_allowed(const struct auth_mechanism *mechanism,
                       const struct auth_sasl_options *options)
{
    if (is_named(mechanism, options))
        return true;
    return options->allowed == NULL && !mechanism->when_named;
}

/* Whether there is what it proves the user with. */
static bool has_proof(const struct auth_mechanism *mechanism,
                      const struct auth_sasl_options *options)
{
    switch (mechanism->proof) {
    case AUTH_BY_CERTIFICATE:
        return is_named(mechanism, options) || (options->certificate && options->password == NULL);
    case AUTH_BY_TICKET:
        return true;
    case AUTH_BY_PASSWORD:
    case AUTH_BY_TOKEN:
        break;
    }
    return options->password != NULL;
}

static bool is_candidate(const struct auth_mechanism *mechanism,
                         const struct auth_sasl_options *options, const char *offered)
{
    return lists(offered, " ", mechanism->name) && is_allowed(mechanism, options) &&
           !lists(options->refused, " ", mechanism->name) &&
           !(mechanism->reveals && options->needs_stronger) &&
           (!mechanism->binds || options->binding_size > 0);
}

const struct auth_mechanism *auth_mechanism_choose(const struct auth_sasl_options *options,
                                                   const char *offered,
                                                   auth_supports_function *supports, void *context)
{
    bool may_reveal = options->secure || options->allow_clear;
    /* Without TLS, one that reveals the password comes behind all that do not. */
    for (int revealing = options->secure; revealing <= may_reveal; revealing++)
        for (size_t i = 0; i < COUNT; i++)
            if (is_candidate(&mechanisms[i], options, offered) &&
                has_proof(&mechanisms[i], options) && (revealing || !mechanisms[i].reveals) &&
                supports(context, mechanisms[i].name))
                return &mechanisms[i];
    return NULL;
}

/* The names of those that fit, with " and " between; NULL when memory ran out. */
static char *names_of(bool (*fits)(const struct auth_mechanism *, const struct auth_sasl_options *,
                                   const char *),
                      const struct auth_sasl_options *options, const char *offered)
{
    struct buffer names = buffer_empty(256);
    for (size_t i = 0; i < COUNT; i++)
        if (fits(&mechanisms[i], options, offered))
            buffer_append_format(&names, "%s%s", names.size > 0 ? " and " : "", mechanisms[i].name);
    return buffer_take_string(&names);
}

static bool lacks_secret(const struct auth_mechanism *mechanism,
                         const struct auth_sasl_options *options, const char *offered)
{
    return is_candidate(mechanism, options, offered) && !has_proof(mechanism, options) &&
           mechanism->proof != AUTH_BY_CERTIFICATE;
}

static bool would_reveal(const struct auth_mechanism *mechanism,
                         const struct auth_sasl_options *options, const char *offered)
{
    return mechanism->reveals && !options->secure && !options->allow_clear &&
           is_candidate(mechanism, options, offered);
}

static bool wants_a_name(const struct auth_mechanism *mechanism,
                         const struct auth_sasl_options *options, const char *offered)
{
    return mechanism->when_named && options->allowed == NULL &&
           lists(offered, " ", mechanism->name);
}

/* Why none was chosen, with the names that the reasons are about. */
static int explain(const struct auth_sasl_options *options, const char *offered,
                   const char *without_secret, const char *revealing, const char *unnamed,
                   struct mailer_error *error)
{
    const enum mailer_stage stage = MAILER_STAGE_AUTH;
    if (without_secret[0] != '\0')
        return error_set(error, MAILER_AUTH, stage,
                         "a user was given to log in, but no password or token");
    if (revealing[0] != '\0')
        return error_set(error, MAILER_AUTH, stage,
                         "the server offers only %s to log in, which would send the password in "
                         "clear: require TLS, or allow a clear password",
                         revealing);
    if (options->allowed != NULL)
        return error_set(error, MAILER_AUTH, stage,
                         "the server offers %s to log in, and only %s is allowed", offered,
                         options->allowed);
    if (unnamed[0] != '\0')
        return error_set(error, MAILER_AUTH, stage,
                         "the server offers %s to log in, of which %s would do, but only when it "
                         "is chosen by name",
                         offered, unnamed);
    return error_set(error, MAILER_AUTH, stage,
                     "the server offers %s to log in, of which none is known here", offered);
}

int auth_mechanism_explain(const struct auth_sasl_options *options, const char *offered,
                           struct mailer_error *error)
{
    char *without_secret = names_of(lacks_secret, options, offered);
    char *revealing = names_of(would_reveal, options, offered);
    char *unnamed = names_of(wants_a_name, options, offered);
    int result = 0;
    if (without_secret == NULL || revealing == NULL || unnamed == NULL)
        result = error_set_memory(error);
    else
        result = explain(options, offered, without_secret, revealing, unnamed, error);
    free(without_secret);
    free(revealing);
    free(unnamed);
    return result;
}
