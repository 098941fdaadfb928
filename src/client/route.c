/* SPDX-License-Identifier: ISC */
#include "route.h"

#include <stdlib.h>

/* Puts a stop behind another one, or at the beginning. @return it, or NULL without memory. */
static struct stop *insert(struct stop **place)
{
    struct stop *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->next = *place;
    *place = made;
    return made;
}

int route_new(struct route **route, const struct mailer_server *given, struct mailer_error *error)
{
    struct route *made = calloc(1, sizeof *made);
    *route = NULL;
    if (made == NULL)
        return error_set_memory(error);
    const char *const *further = server_further_urls(given);
    const char *url = NULL;
    struct stop **place = &made->first;
    int result = 0;
    do {
        struct stop *stop = insert(place);
        result =
            stop == NULL ? error_set_memory(error) : server_read(&stop->server, given, url, error);
        if (result != 0) {
            route_free(made);
            return result;
        }
        place = &stop->next;
        url = further != NULL ? *further++ : NULL;
    } while (url != NULL);
    *route = made;
    return 0;
}

void route_set_window(struct route *route, unsigned window)
{
    for (struct stop *stop = route->first; stop != NULL; stop = stop->next)
        stop->server.window = window;
}

/* Puts the servers of a domain behind it. */
static int insert_servers(struct stop *stop, const struct server *servers, size_t count,
                          struct mailer_error *error)
{
    struct stop **place = &stop->next;
    for (size_t i = 0; i < count; i++) {
        struct stop *made = insert(place);
        if (made == NULL)
            return error_set_memory(error);
        made->server = servers[i];
        place = &made->next;
    }
    stop->looked_up = true;
    return 0;
}

int route_look_up(struct stop *stop, struct mailer_error *error)
{
    if (stop->looked_up)
        return NET_READY;
    int result = 0;
    if (stop->discovery == NULL)
        result = discovery_start(&stop->discovery, &stop->server, error);
    if (result != 0)
        return result;
    struct server *servers = calloc(DISCOVERY_LIMIT, sizeof *servers);
    size_t count = 0;
    result = servers == NULL ? error_set_memory(error)
                             : discovery_step(stop->discovery, servers, &count, error);
    if (result == NET_READY)
        result = insert_servers(stop, servers, count, error);
    for (size_t i = 0; i < count; i++)
        server_wipe(&servers[i]);
    free(servers);
    if (result == NET_WAITING)
        return result;
    discovery_free(stop->discovery);
    stop->discovery = NULL;
    return result;
}

void route_free(struct route *route)
{
    if (route == NULL)
        return;
    while (route->first != NULL) {
        struct stop *stop = route->first;
        route->first = stop->next;
        net_tls_context_free(stop->tls_context);
        discovery_free(stop->discovery);
        server_wipe(&stop->server);
        free(stop);
    }
    free(route);
}
