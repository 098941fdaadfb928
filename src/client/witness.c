/* SPDX-License-Identifier: ISC */
#include "witness.h"

#include "text.h"
#include "tls.h"

#include <stdio.h>
#include <string.h>

void witness_server(struct witness *witness, const struct server *server)
{
    if (witness == NULL)
        return;
    *witness = (struct witness){.port = server->port};
    text_printable(witness->host, sizeof witness->host, server->host, strlen(server->host));
    text_printable(witness->user, sizeof witness->user, server->user, strlen(server->user));
}

void witness_connection(struct witness *witness, const struct net_connection *connection,
                        bool by_proxy)
{
    if (witness == NULL)
        return;
    net_connection_peer(connection, witness->address);
    witness->by_proxy = by_proxy;
}

static enum mailer_trust trust_of(const struct server *server, bool good)
{
    const struct mailer_server *given = &server->given;
    bool verifies = !given->tls_no_verify && server->tls != MAILER_TLS_OPPORTUNISTIC;
    if (!good)
        return MAILER_TRUST_FAILED;
    if (given->tls_pin_count > 0)
        return verifies && given->ca_file != NULL ? MAILER_TRUST_BY_BOTH : MAILER_TRUST_BY_PIN;
    return verifies ? MAILER_TRUST_BY_AUTHORITY : MAILER_TRUST_NOT_CHECKED;
}

void witness_tls(struct witness *witness, const struct server *server,
                 const struct net_connection *connection, bool good)
{
    if (witness == NULL)
        return;
    char description[96];
    net_tls_describe(connection, description);
    size_t size = strcspn(description, " ");
    const char *cipher = description + size + (description[size] != '\0');
    /* Of a handshake that failed early there is no cipher, and its version means nothing. */
    if (good) {
        text_printable(witness->tls_version, sizeof witness->tls_version, description, size);
        text_printable(witness->tls_cipher, sizeof witness->tls_cipher, cipher,
                       strcspn(cipher, ","));
    }
    witness->trust = trust_of(server, good);
    witness->certificate_count = net_tls_certificates(connection, witness->certificates);
}

void witness_hello(struct witness *witness, const struct smtp_capabilities *capabilities,
                   const struct smtp_reply *reply)
{
    if (witness == NULL)
        return;
    witness->extended = capabilities->extended;
    witness->size_limit = capabilities->size_limit;
    snprintf(witness->mechanisms, sizeof witness->mechanisms, "%s", capabilities->auth_mechanisms);
    witness->line_count = 0;
    if (!capabilities->extended || reply == NULL || reply->text.size == 0)
        return;
    const char *end = reply->text.bytes + reply->text.size;
    /* The first line is the server's name. */
    const char *at = memchr(reply->text.bytes, '\n', reply->text.size);
    while (at != NULL && witness->line_count < WITNESS_LINES) {
        const char *line = at + 1;
        at = memchr(line, '\n', (size_t)(end - line));
        size_t size = (size_t)((at != NULL ? at : end) - line);
        if (size > 0)
            text_printable(witness->lines[witness->line_count++], WITNESS_LINE_SIZE, line, size);
    }
}

void witness_login(struct witness *witness, const char *mechanism)
{
    if (witness != NULL)
        snprintf(witness->mechanism, sizeof witness->mechanism, "%s", mechanism);
}

void witness_ready(struct witness *witness, bool logged_in)
{
    if (witness == NULL)
        return;
    witness->is_ready = true;
    witness->logged_in = logged_in;
}
