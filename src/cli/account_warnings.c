/* SPDX-License-Identifier: ISC */
#include "account_warnings.h"

#include "provider.h"
#include "sender.h"
#include "server_address.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Days before its end at which a certificate should have been renewed. */
enum { SOON = 14, SECONDS_A_DAY = 86400, PORT_SMTP = 25 };

__attribute__((format(printf, 2, 3))) static void warn(struct account_warnings *warnings,
                                                       const char *format, ...)
{
    if (warnings->count == ACCOUNT_WARNINGS)
        return;
    char raw[ACCOUNT_WARNING_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(raw, sizeof raw, format, arguments);
    va_end(arguments);
    text_printable(warnings->lines[warnings->count++], ACCOUNT_WARNING_SIZE, raw, strlen(raw));
}

/* ---- Sender and user ---- */

static void compare_domains(struct account_warnings *warnings, const char *address,
                            const char *user)
{
    const char *of_user = strrchr(user, '@');
    if (of_user != NULL && !text_same(strrchr(address, '@'), of_user))
        warn(warnings,
             "the sender's domain differs from the user's (%.100s, %.100s): many servers refuse "
             "such mail or write the user's address in its place; give a --from in %.100s",
             address, user, of_user + 1);
}

/* A provider's rules. @return whether they settle the matter. */
static bool check_provider(struct account_warnings *warnings, const struct provider *here,
                           const char *address, const char *user)
{
    if (strchr(user, '@') == NULL) {
        if (here->domains != NULL)
            warn(warnings, "%.40s wants the full address as the user: give --user %.100s@DOMAIN",
                 here->name, user);
        return false;
    }
    const struct provider *of_sender = NULL;
    struct problem ignored = {0};
    if (address[0] == '\0' || text_same(address, user) ||
        provider_by_domain(strrchr(address, '@') + 1, &of_sender, &ignored) != 0)
        return false;
    bool is_other = !text_same(strrchr(address, '@'), strrchr(user, '@'));
    bool foreign = of_sender == here || (of_sender == NULL && here->domains != NULL && is_other);
    if (foreign)
        warn(warnings,
             "%.40s lets %.100s send as %.100s only where that address is set up there as one of "
             "the account's own: else give --from %.100s",
             here->name, user, address, user);
    return foreign;
}

void account_warnings_of_sender(struct account_warnings *warnings, const char *host,
                                const char *sender, const char *user)
{
    char address[SENDER_ADDRESS_SIZE] = "";
    const struct provider *here = provider_by_host(host), *of_sender = NULL;
    struct problem ignored = {0};
    bool has_address = sender != NULL && sender_address(sender, address);
    if (!has_address)
        address[0] = '\0';
    bool logs_in = user != NULL && *user != '\0';
    bool settled = logs_in && here != NULL && check_provider(warnings, here, address, user);
    if (!has_address || settled)
        return;
    if (provider_by_domain(strrchr(address, '@') + 1, &of_sender, &ignored) == 0 &&
        of_sender != NULL && of_sender != here && of_sender->servers.count > 0) {
        warn(warnings,
             "mail from %.100s is expected from the servers of %.40s, others' is often taken for "
             "forged (SPF, DMARC): use --server %.40s, or another --from",
             address, of_sender->name, of_sender->name);
        return;
    }
    if (logs_in)
        compare_domains(warnings, address, user);
}

/* ---- The connection ---- */

static void check_trust(struct account_warnings *warnings, const struct mailer_check_facts *facts,
                        const struct server_address *address)
{
    bool is_near = server_address_is_loopback(address) || address->is_socket;
    if (facts->trust == MAILER_TRUST_NO_TLS && facts->is_ready && !is_near)
        warn(warnings, "the connection is not encrypted: anyone on the way can read what is sent; "
                       "leave --tls out, or give --tls required");
    if (facts->trust == MAILER_TRUST_NOT_CHECKED)
        warn(warnings, "the certificate is not checked: anyone on the way may be the server; "
                       "leave out --tls-verify no and --tls opportunistic");
    if (facts->port == PORT_SMTP && !is_near)
        warn(warnings, "port 25 is for servers among themselves, and many networks block it: try "
                       "587 (smtp://) or 465 (smtps://)");
}

static void check_expiry(struct account_warnings *warnings, const struct mailer_check *check,
                         time_t now)
{
    struct mailer_certificate certificate = MAILER_CERTIFICATE_INIT;
    for (size_t i = 0; mailer_check_certificate(check, i, &certificate) == 0; i++) {
        int64_t left = certificate.not_after - now;
        if (certificate.not_after != 0 && left >= 0 && left < (int64_t)SOON * SECONDS_A_DAY)
            warn(warnings,
                 "the certificate of %.150s is good for %d days only: the server's administrator "
                 "should "
                 "renew it now",
                 certificate.subject, (int)(left / SECONDS_A_DAY));
    }
}

static void check_login(struct account_warnings *warnings, const struct send_options *options,
                        const struct mailer_check_facts *facts,
                        const struct server_address *address)
{
    const struct provider *provider = provider_by_host(facts->host);
    bool is_near = server_address_is_loopback(address) || address->is_socket;
    if (facts->user[0] == '\0' && facts->mechanisms[0] != '\0' && !is_near)
        warn(warnings, "the server offers a login and none was asked for: most servers send only "
                       "for users that log in; give --user NAME");
    if (provider != NULL && provider->only_oauth && facts->user[0] != '\0' && options->auth == NULL)
        warn(warnings, "%.40s takes no passwords: give --auth XOAUTH2 with a token",
             provider->name);
}

static const char *sender_of(const struct send_options *options)
{
    const char *envelope = options->envelope_sender;
    if (options->from != NULL)
        return options->from;
    return envelope != NULL && strchr(envelope, '@') != NULL ? envelope : options->user;
}

void account_warnings_find(struct account_warnings *warnings, const struct send_options *options,
                           const struct mailer_server *server, const struct mailer_check *check,
                           time_t now)
{
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    if (mailer_check_facts(check, &facts) != 0)
        return;
    struct server_address address = {.port = (int)facts.port,
                                     .is_socket = facts.port == 0 && facts.address[0] != '\0'};
    snprintf(address.host, sizeof address.host, "%s", facts.host);
    /* Behind a proxy no address is this machine's. */
    if (server->proxy != NULL)
        address = (struct server_address){0};
    account_warnings_of_sender(warnings, facts.host, sender_of(options), facts.user);
    bool is_near = server_address_is_loopback(&address) || address.is_socket;
    if (sender_of(options) == NULL && facts.user[0] == '\0' && !is_near)
        warn(warnings, "no sender is known: give --from ADDR, or set from in the account");
    check_login(warnings, options, &facts, &address);
    check_trust(warnings, &facts, &address);
    check_expiry(warnings, check, now);
}
