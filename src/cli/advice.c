/* SPDX-License-Identifier: ISC */
#include "advice.h"

#include "provider.h"
#include "text.h"

#include <stddef.h>
#include <string.h>

enum { PORT_SMTP = 25, PORT_IMPLICIT = 465, PORT_SUBMISSION = 587 };

/* What a refused login means: the first row that fits. A host of NULL is any that
 * is no known provider's; what those mean by other codes stands in provider.c. */
static const struct {
    const char *host;
    const char *enhanced_code;
    const char *words;
} login_rows[] = {
    {"smtp.gmail.com", "5.7.9",
     "Gmail wants an app password, made in the account's security settings, or OAuth 2: --auth "
     "XOAUTH2 with a token as the password"},
    {"smtp.gmail.com", "5.7.14", "Gmail wants you to log in by a browser once, and then try again"},
    {"smtp.gmail.com", "5.7.8",
     "Gmail wants the full address as the user, and an app password, made in the account's "
     "security settings"},
    {"smtp.office365.com", "5.7.139",
     "Microsoft 365 has passwords switched off for this account: the administrator allows SMTP "
     "AUTH, or use --auth XOAUTH2 with a token as the password"},
    {"smtp.office365.com", "5.7.3",
     "Microsoft 365 wants the full address as the user; a token must be for SMTP.Send"},
    {"smtp-mail.outlook.com", "5.7.139",
     "Outlook.com takes no password from programs any more: use --auth XOAUTH2 with a token"},
    {NULL, "5.7.9", "this server wants a stronger way to log in, or an app password"},
    {NULL, "5.7.11", "this server wants TLS for a login"},
};

static const char *login_advice(const struct mailer_error *error,
                                const struct server_address *address)
{
    const struct provider *provider = provider_by_host(address->host);
    if (error->smtp_code < 500)
        return NULL;
    for (size_t i = 0; i < sizeof login_rows / sizeof *login_rows; i++) {
        const char *host = login_rows[i].host;
        bool is_host = host != NULL ? text_same(host, address->host) : provider == NULL;
        if (is_host && strcmp(login_rows[i].enhanced_code, error->enhanced_code) == 0)
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
    if (error->error_class == MAILER_UNKNOWN)
        return "look whether it has arrived before you send it again";
    return encryption_advice(error, server, address);
}
