/* SPDX-License-Identifier: ISC */
#include "advice.h"

#include "provider.h"

#include <stddef.h>

enum { PORT_SMTP = 25, PORT_IMPLICIT = 465, PORT_SUBMISSION = 587 };

static const char *login_advice(const struct mailer_error *error,
                                const struct server_address *address)
{
    const struct provider *provider = provider_by_host(address->host);
    return error->smtp_code >= 500 && provider != NULL ? provider->login_advice : NULL;
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
