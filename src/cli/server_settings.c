/* SPDX-License-Identifier: ISC */
#include "server_settings.h"

#include "provider.h"
#include "sender.h"
#include "trust.h"

#include <string.h>

/* A name that may be a provider's: no URL, host or address. */
static bool may_be_provider(const char *server)
{
    struct server_address address = server_address_of(server);
    return strpbrk(server, "/:@[") == NULL && !server_address_is_loopback(&address);
}

static int add_provider(struct send_options *options, const struct provider *provider,
                        struct problem *problem)
{
    int result = 0;
    if (provider->servers.count == 0)
        return problem_set(problem, EXIT_CODE_CONFIGURATION, "%s: %s", provider->name,
                           provider->login_advice != NULL ? provider->login_advice
                                                          : "it has no server of that name");
    for (size_t i = 0; i < provider->servers.count && result == 0; i++)
        result = text_list_add(&options->server_urls, provider->servers.items[i], problem);
    return result;
}

static int add_server(struct send_options *options, const char *server, struct problem *problem)
{
    const struct provider *provider = NULL;
    int result = may_be_provider(server) ? provider_by_name(server, &provider, problem) : 0;
    if (result == 0 && provider != NULL)
        return add_provider(options, provider, problem);
    return result != 0 ? result : text_list_add(&options->server_urls, server, problem);
}

/* An address alone says where its provider is, and who logs in there. */
static int add_server_of_sender(struct send_options *options, struct problem *problem)
{
    char address[SENDER_ADDRESS_SIZE];
    const struct provider *provider = NULL;
    const char *sender = options->from != NULL ? options->from : options->user;
    if (sender == NULL || !sender_address(sender, address))
        return 0;
    int result = provider_by_domain(strrchr(address, '@') + 1, &provider, problem);
    if (result != 0 || provider == NULL)
        return result;
    if (options->user == NULL) {
        options->user = options->sender_address = strdup(address);
        if (options->user == NULL)
            return problem_set_memory(problem);
    }
    return add_provider(options, provider, problem);
}

static enum mailer_tls_mode tls_mode(unsigned tls)
{
    static const enum mailer_tls_mode modes[] = {
        [TLS_NOT_GIVEN] = MAILER_TLS_DEFAULT, [TLS_REQUIRED] = MAILER_TLS_REQUIRED,
        [TLS_IMPLICIT] = MAILER_TLS_IMPLICIT, [TLS_OPPORTUNISTIC] = MAILER_TLS_OPPORTUNISTIC,
        [TLS_OFF] = MAILER_TLS_OFF,
    };
    return modes[tls];
}

enum mailer_wire server_settings_wire(const struct send_options *options, enum mailer_wire fallback)
{
    switch (options->wire) {
    case WIRE_7BIT:
        return MAILER_WIRE_7BIT;
    case WIRE_8BIT:
        return MAILER_WIRE_8BIT;
    case WIRE_BINARY:
        return MAILER_WIRE_BINARY;
    default:
        return fallback;
    }
}

/* The URLs of all servers, and NULL. */
static int find_urls(struct send_options *options, struct problem *problem)
{
    const struct text_list *servers = &options->servers;
    int result = 0;
    for (size_t i = 0; i < servers->count && result == 0; i++)
        result = add_server(options, servers->items[i], problem);
    /* A dry run needs none. */
    if (servers->count == 0 && !options->dry_run)
        result = add_server_of_sender(options, problem);
    return result != 0 ? result : text_list_add(&options->server_urls, NULL, problem);
}

int server_settings(struct send_options *options, struct mailer_server *server,
                    struct server_address *address, struct problem *problem)
{
    *server = (struct mailer_server)MAILER_SERVER_INIT;
    *address = (struct server_address){0};
    int result = find_urls(options, problem);
    if (result != 0)
        return result;
    server->url = options->server_urls.items[0];
    server->further_urls = server->url != NULL ? options->server_urls.items + 1 : NULL;
    server->tls = tls_mode(options->tls);
    server->tls_no_verify = options->tls_verify == VERIFY_NO;
    server->tls_pins = (const char *const *)options->tls_pins.items;
    server->tls_pin_count = options->tls_pins.count;
    server->tls_only_1_3 = options->tls_minimum == MINIMUM_1_3;
    server->tls_ciphers = options->tls_ciphers;
    /* Beside a pin authorities count only where they are asked for. */
    bool by_authority = options->ca_file == NULL && server->tls_pin_count == 0;
    server->ca_file = by_authority ? trust_from_environment() : options->ca_file;
    server->user = options->user;
    server->allow_clear_password = options->allow_clear_password;
    server->auth_mechanisms = options->auth;
    server->hello_name = options->hello_name;
    server->proxy = options->proxy.text;
    server->source = options->source;
    server->family = options->ipv4_only   ? MAILER_FAMILY_IPV4
                     : options->ipv6_only ? MAILER_FAMILY_IPV6
                                          : MAILER_FAMILY_ANY;
    server->timeout_seconds = (unsigned)options->timeout_seconds;
    server->widest_wire = server_settings_wire(options, MAILER_WIRE_BINARY);
    if (server->url == NULL) {
        if (options->dry_run)
            return 0;
        return problem_set(problem, EXIT_CODE_CONFIGURATION,
                           "no server: give --server HOST or set MAILER_SERVER "
                           "(\"mailer catch\" is a server for trying things out)");
    }
    *address = server_address_of(server->url);
    if (address->implicit && options->tls != TLS_NOT_GIVEN && options->tls != TLS_IMPLICIT)
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--tls contradicts smtps://, which is encrypted from the start; "
                           "write smtp://");
    if (options->tls == TLS_OFF && (options->ca_file != NULL || options->tls_verify == VERIFY_YES ||
                                    options->tls_pins.count > 0))
        return problem_set(problem, EXIT_CODE_USAGE,
                           "--tls off leaves no certificate to check by --ca-file, --tls-pin or "
                           "--tls-verify");
    /* One in the environment may be for other servers. */
    bool password_given = option_group_given(&send_option_set, &options->state, GROUP_PASSWORD);
    if (password_given && options->user == NULL && !address->has_user)
        return problem_set(problem, EXIT_CODE_USAGE, "a password needs a user: give --user NAME");
    return 0;
}
