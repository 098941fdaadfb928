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

/* Waits for the answer. */
static int look_up(struct net_service *service, const struct server *domain,
                   struct mailer_error *error)
{
    int64_t deadline = clock_milliseconds() + domain->connect_timeout;
    int result = net_service_step(service, error);
    while (result == NET_WAITING) {
        struct net_wait wait = net_wait_nothing();
        net_service_wants(service, &wait);
        net_wait_until(&wait, deadline);
        result = net_wait_poll(&wait, error);
        if (result == 0)
            result = net_service_step(service, error);
        if (result == NET_WAITING && clock_milliseconds() >= deadline)
            result = error_set(error, MAILER_NETWORK, MAILER_STAGE_RESOLVE,
                               "the servers of %s could not be looked up in time", domain->host);
    }
    return result;
}

int discover(const struct server *domain, struct server **servers, size_t *count,
             struct mailer_error *error)
{
    struct net_service *service = NULL;
    *count = 0;
    *servers = calloc(2 * NET_SERVICE_LIMIT, sizeof **servers);
    if (*servers == NULL)
        return error_set_memory(error);
    int result = net_service_start(&service, domain->host, NULL, error);
    if (result == 0)
        result = look_up(service, domain, error);
    if (result == 0) {
        size_t target_count = 0;
        const struct net_service_target *targets = net_service_targets(service, &target_count);
        result = discover_servers(domain, targets, target_count, *servers, count, error);
    }
    net_service_free(service);
    if (result != 0) {
        free(*servers);
        *servers = NULL;
    }
    return result;
}
