/* SPDX-License-Identifier: ISC */
#include "service.h"

#include "channel.h"
#include "random.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOMAIN_LIMIT = 230, SRV = 33, IN = 1 };

/* One of the two services. */
struct question {
    bool implicit;
    bool done;
    int status; /* of c-ares */
    size_t count;
    struct net_service_target targets[NET_SERVICE_LIMIT];
};

struct net_service {
    ares_channel channel;
    char domain[DOMAIN_LIMIT + 1];
    struct question questions[2]; /* _submissions, _submission */
    bool collected;
    size_t count;
    struct net_service_target targets[2 * NET_SERVICE_LIMIT];
};

/* Where a target of a priority is kept; NULL when there are enough that come before it. */
static struct net_service_target *place_for(struct question *question, unsigned short priority)
{
    if (question->count < NET_SERVICE_LIMIT)
        return &question->targets[question->count++];
    struct net_service_target *last = question->targets;
    for (size_t i = 1; i < question->count; i++)
        if (question->targets[i].priority > last->priority)
            last = &question->targets[i];
    return priority < last->priority ? last : NULL;
}

static void keep(struct question *question, const struct ares_srv_reply *record)
{
    size_t length = strlen(record->host);
    /* "." says that there is decidedly no such service (RFC 2782). */
    if (length == 0 || strcmp(record->host, ".") == 0 || record->port == 0)
        return;
    struct net_service_target target = {.port = record->port,
                                        .implicit = question->implicit,
                                        .priority = record->priority,
                                        .weight = record->weight};
    if (length >= sizeof target.host)
        return;
    memcpy(target.host, record->host, length + 1);
    struct net_service_target *place = place_for(question, record->priority);
    if (place != NULL)
        *place = target;
}

static void answered(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
    (void)timeouts;
    struct question *question = context;
    struct ares_srv_reply *found = NULL;
    if (status == ARES_SUCCESS)
        status = ares_parse_srv_reply(bytes, size, &found);
    for (const struct ares_srv_reply *record = found; record != NULL; record = record->next)
        keep(question, record);
    if (found != NULL)
        ares_free_data(found);
    question->done = true;
    question->status = status;
}

int net_service_start(struct net_service **service, const char *domain, const char *name_servers,
                      struct mailer_error *error)
{
    *service = NULL;
    struct net_service *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    int result = 0;
    if (strlen(domain) > DOMAIN_LIMIT)
        result = error_set(error, MAILER_USAGE, MAILER_STAGE_RESOLVE,
                           "the domain %.80s is too long", domain);
    if (result == 0)
        result = net_channel_open(&made->channel, name_servers, domain, error);
    if (result != 0) {
        net_service_free(made);
        return result;
    }
    memcpy(made->domain, domain, strlen(domain) + 1);
    for (size_t i = 0; i < 2; i++) {
        char name[DOMAIN_LIMIT + 32];
        snprintf(name, sizeof name, i == 0 ? "_submissions._tcp.%s" : "_submission._tcp.%s",
                 made->domain);
        made->questions[i].implicit = i == 0;
        ares_query(made->channel, name, IN, SRV, answered, &made->questions[i]);
    }
    *service = made;
    return 0;
}

void net_service_order(struct net_service_target *targets, size_t count,
                       unsigned (*draw)(unsigned limit, void *context), void *context)
{
    for (size_t place = 0; place < count; place++) {
        unsigned lowest = targets[place].priority;
        for (size_t i = place; i < count; i++)
            lowest = targets[i].priority < lowest ? targets[i].priority : lowest;
        /* One more than its weight for each, so that those of weight 0 have a small chance. */
        unsigned sum = 0;
        for (size_t i = place; i < count; i++)
            sum += targets[i].priority == lowest ? targets[i].weight + 1u : 0;
        unsigned drawn = draw(sum, context);
        size_t chosen = place;
        for (size_t i = place; i < count; i++) {
            if (targets[i].priority != lowest)
                continue;
            chosen = i;
            if (drawn < targets[i].weight + 1u)
                break;
            drawn -= targets[i].weight + 1u;
        }
        struct net_service_target taken = targets[chosen];
        memmove(&targets[place + 1], &targets[place], (chosen - place) * sizeof *targets);
        targets[place] = taken;
    }
}

static unsigned draw_by_chance(unsigned limit, void *context)
{
    (void)context;
    char text[RANDOM_TEXT_SIZE] = "";
    /* Without chance the order of the DNS will do. */
    if (random_text(text, NULL) != 0)
        return 0;
    unsigned number = 0;
    for (size_t i = 0; i < 6; i++)
        number =
            number * 36 + (unsigned)(text_is_digit(text[i]) ? text[i] - '0' : text[i] - 'a' + 10);
    return number % limit;
}

/* Puts the targets of both services into the order in which to try them. */
static void collect(struct net_service *service)
{
    for (size_t i = 0; i < 2; i++) {
        struct question *question = &service->questions[i];
        net_service_order(question->targets, question->count, draw_by_chance, NULL);
        memcpy(&service->targets[service->count], question->targets,
               question->count * sizeof *question->targets);
        service->count += question->count;
    }
    service->collected = true;
}

/* Whether it is known that there is nothing, be it because there can be no such name. */
static bool is_answered(int status)
{
    return status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND ||
           status == ARES_EBADNAME;
}

static int tell(struct net_service *service, struct mailer_error *error)
{
    if (!service->collected)
        collect(service);
    if (service->count > 0)
        return NET_READY;
    if (!is_answered(service->questions[0].status) || !is_answered(service->questions[1].status))
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_RESOLVE,
                         "cannot look up the mail servers of %s: no name server answers",
                         service->domain);
    return error_set(error, MAILER_RESOLVE, MAILER_STAGE_RESOLVE,
                     "%s names no server for sending (SRV records of _submissions, _submission): "
                     "give one, such as smtp://mail.%s",
                     service->domain, service->domain);
}

int net_service_step(struct net_service *service, struct mailer_error *error)
{
    int result = net_channel_process(service->channel, error);
    if (result != 0)
        return result;
    bool done = service->questions[0].done && service->questions[1].done;
    return done ? tell(service, error) : NET_WAITING;
}

void net_service_wants(const struct net_service *service, struct net_wait *wait)
{
    net_channel_wants(service->channel, wait);
}

const struct net_service_target *net_service_targets(const struct net_service *service,
                                                     size_t *count)
{
    *count = service->count;
    return service->targets;
}

void net_service_free(struct net_service *service)
{
    if (service == NULL)
        return;
    if (service->channel != NULL)
        ares_destroy(service->channel);
    free(service);
}
