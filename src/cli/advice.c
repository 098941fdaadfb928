/* SPDX-License-Identifier: ISC */
#include "advice.h"

#include "provider.h"
#include "text.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

enum { PORT_SMTP = 25, PORT_IMPLICIT = 465, PORT_SUBMISSION = 587, PORT_PROTON_BRIDGE = 1025 };

/* What a refused login means: the first row that fits. A provider of NULL is any that is not known;
 * what those mean by other codes stands in providers.ini. */
static const struct {
    const char *provider;
    const char *enhanced_code;
    const char *says; /* and the reply has these words; NULL: whatever it has */
    const char *words;
} login_rows[] = {
    {"gmail", "5.7.9", NULL,
     "Gmail wants an app password, made in the account's security settings, or OAuth 2: --auth "
     "XOAUTH2 with a token as the password"},
    {"gmail", "5.7.14", NULL, "Gmail wants you to log in by a browser once, and then try again"},
    {"gmail", "5.7.8", NULL,
     "Gmail wants the full address as the user, and an app password, made in the account's "
     "security settings"},
    {"office365", "5.7.139", "credentials were incorrect",
     "Microsoft 365 wants the full address as the user; where second factors are in use, only "
     "--auth XOAUTH2 with a token"},
    {"office365", "5.7.139", NULL,
     "Microsoft 365 has passwords switched off for this account: the administrator allows SMTP "
     "AUTH, or use --auth XOAUTH2 with a token as the password"},
    {"office365", "5.7.3", NULL,
     "Microsoft 365 wants the full address as the user; a token must be for SMTP.Send"},
    {NULL, "5.7.9", NULL, "this server wants a stronger way to log in, or an app password"},
    {NULL, "5.7.11", NULL, "this server wants TLS for a login"},
};

static const char *login_advice(const struct mailer_error *error,
                                const struct server_address *address)
{
    const struct provider *provider = provider_by_host(address->host);
    const char *name = provider != NULL ? provider->name : "";
    if (error->smtp_code < 500)
        return NULL;
    if (address->port == PORT_PROTON_BRIDGE && server_address_is_loopback(address))
        return "Proton Mail Bridge has a user and a password of its own, which it shows";
    for (size_t i = 0; i < sizeof login_rows / sizeof *login_rows; i++) {
        const char *of = login_rows[i].provider;
        const char *says = login_rows[i].says;
        if (strcmp(of != NULL ? of : "", name) == 0 &&
            strcmp(login_rows[i].enhanced_code, error->enhanced_code) == 0 &&
            (says == NULL || strstr(error->text, says) != NULL))
            return login_rows[i].words;
    }
    return provider != NULL ? provider->login_advice : NULL;
}

/* What a wrong pair of port and kind of encryption looks like from here. */
static const char *encryption_advice(const struct mailer_error *error,
                                     const struct mailer_server *server,
                                     const struct server_address *address)
{
    bool implicit = address->implicit || server->tls == MAILER_TLS_IMPLICIT;
    bool broken = error->error_class == MAILER_NETWORK || error->error_class == MAILER_PROTOCOL;
    if (!implicit && address->port == PORT_IMPLICIT && broken &&
        error->stage == MAILER_STAGE_GREETING)
        return "port 465 is encrypted from the start: write smtps://";
    if (implicit && (address->port == PORT_SUBMISSION || address->port == PORT_SMTP) &&
        error->stage == MAILER_STAGE_TLS)
        return "this port begins in the clear: write smtp://";
    return NULL;
}

const char *advice_for(const struct mailer_error *error, const struct mailer_server *server,
                       const struct server_address *address)
{
    if (error->stage == MAILER_STAGE_AUTH &&
        (error->error_class == MAILER_AUTH || error->error_class == MAILER_PERMANENT ||
         error->error_class == MAILER_UNSUPPORTED))
        return login_advice(error, address);
    if (error->error_class == MAILER_CONNECT && address->port == PORT_SMTP &&
        !server_address_is_loopback(address))
        return "many networks let nobody out to port 25: try 587";
    if (error->error_class == MAILER_CONNECT && error->system_code == ECONNREFUSED)
        return "no server listens there: check its name and port";
    if (error->error_class == MAILER_UNKNOWN)
        return "look whether it has arrived before you send it again";
    return encryption_advice(error, server, address);
}
