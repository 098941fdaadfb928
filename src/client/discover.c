/* SPDX-License-Identifier: ISC */
#include "discover.h"

#include "clock.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static bool is_in_domain(const char *host, const char *domain)
{
    size_t host_size = strlen(host);
    size_t domain_size = strlen(domain);
    if (host_size < domain_size ||
        !text_same_bytes(host + host_size - domain_size, domain_size, domain))
        return false;
    return host_size == domain_size || host[host_size - domain_size - 1] == '.';
}

int discover_servers(const struct server *domain, const struct net_service_target *targets,
                     size_t target_count, struct server *servers, size_t *count,
                     struct mailer_error *error)
{
    *count = 0;
    enum mailer_tls_mode asked = domain->given.tls;
    bool other_mode = false;
    for (size_t i = 0; i < target_count; i++) {
        const struct net_service_target *target = &targets[i];
        enum mailer_tls_mode tls = target->implicit ? MAILER_TLS_IMPLICIT : MAILER_TLS_REQUIRED;
        const char *at = target->host;
        char host[URL_HOST_SIZE];
        bool is_host = url_host(&at, host) == NULL && *at == '\0';
        if (!is_host || !is_in_domain(host, domain->host))
            continue;
        if (asked != MAILER_TLS_DEFAULT && asked != tls) {
            other_mode = true;
            continue;
        }
        struct server *server = &servers[(*count)++];
        *server = *domain;
        server->is_domain = false;
        memcpy(server->host, host, sizeof server->host);
        server->port = target->port;
        server->tls = tls;
    }
    if (*count > 0 || target_count == 0)
        return 0;
    if (other_mode)
        return error_set(error, MAILER_TLS, MAILER_STAGE_RESOLVE,
                         "%s has no server for the TLS mode asked for, only for the other one",
                         domain->host);
    return error_set(error, MAILER_TLS, MAILER_STAGE_RESOLVE,
                     "the DNS says that %s is a server of %s, which anybody in between could have "
                     "said: give %s://%s:%u if it is",
                     targets[0].host, domain->host, targets[0].implicit ? "smtps" : "smtp",
                     targets[0].host, (unsigned)targets[0].port);
}

struct discovery {
    struct server domain;
    struct net_service *service;
    int64_t deadline;
};

int discovery_start(struct discovery **discovery, const struct server *domain,
                    struct mailer_error *error)
{
    *discovery = NULL;
    struct discovery *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->domain = *domain;
    made->deadline = clock_milliseconds() + domain->connect_timeout;
    int result = net_service_start(&made->service, domain->host, NULL, error);
    if (result != 0) {
        discovery_free(made);
        return result;
    }
    *discovery = made;
    return 0;
}

int discovery_step(struct discovery *discovery, struct server servers[static DISCOVERY_LIMIT],
                   size_t *count, struct mailer_error *error)
{
    const struct server *domain = &discovery->domain;
    *count = 0;
    int result = net_service_step(discovery->service, error);
    if (result == NET_WAITING && clock_milliseconds() >= discovery->deadline)
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_RESOLVE,
                         "the servers of %s could not be looked up in time", domain->host);
    if (result != NET_READY)
        return result;
    size_t target_count = 0;
    const struct net_service_target *targets =
        net_service_targets(discovery->service, &target_count);
    return discover_servers(domain, targets, target_count, servers, count, error);
}

void discovery_wants(const struct discovery *discovery, struct net_wait *wait)
{
    net_service_wants(discovery->service, wait);
    net_wait_until(wait, discovery->deadline);
}

void discovery_free(struct discovery *discovery)
{
    if (discovery == NULL)
        return;
    net_service_free(discovery->service);
    server_wipe(&discovery->domain);
    free(discovery);
}
