/* SPDX-License-Identifier: ISC */
#include "dial.h"

#include "clock.h"
#include "connection_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As many addresses are tried at a time; their descriptors must fit into a struct net_wait. */
enum { RUNNERS = 8 };

/* Milliseconds until a local socket is tried again whose queue is full. */
enum { LOCAL_PAUSE = 50 };

struct runner {
    int descriptor; /**< -1: none runs here */
    size_t index;   /**< of its address */
    int64_t deadline;
};

struct net_dial {
    struct net_resolve *resolve;
    char *host;
    unsigned short port;
    struct net_address source; /**< its length is 0 without one */
    int64_t connect_timeout;
    int64_t resolve_deadline;
    bool resolved;
    struct net_address local; /**< the only address, when it is a path */
    int64_t local_deadline;   /**< up to when it is tried again */
    const struct net_address *addresses;
    size_t count;
    size_t next;        /**< the address to be tried next */
    int64_t next_start; /**< when, if no try fails before */
    struct runner runners[RUNNERS];
    size_t running;
    size_t told; /**< the address whose failure is told: the first one that says something */
    int told_code;
};

/* There is nothing to look up. */
static int take_path(struct net_dial *dial, const char *path, struct mailer_error *error)
{
    if (!net_address_of_path(&dial->local, path))
        return error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                         "the path of %s is too long for a local socket", dial->host);
    dial->local_deadline = clock_milliseconds() + dial->connect_timeout;
    dial->addresses = &dial->local;
    dial->count = 1;
    dial->resolved = true;
    return 0;
}

int net_dial_start(struct net_dial **dial, const struct net_dial_options *options,
                   struct mailer_error *error)
{
    *dial = NULL;
    struct net_dial *made = calloc(1, sizeof *made);
    if (made == NULL)
        return error_set_memory(error);
    made->port = options->port;
    made->connect_timeout = options->connect_timeout;
    made->resolve_deadline = clock_milliseconds() + options->resolve_timeout;
    for (size_t i = 0; i < RUNNERS; i++)
        made->runners[i].descriptor = -1;
    made->host = strdup(options->host);
    int result = 0;
    if (made->host == NULL)
        result = error_set_memory(error);
    else if (options->source != NULL && !net_address_parse(&made->source, options->source, 0))
        result = error_set(error, MAILER_USAGE, MAILER_STAGE_CONNECT,
                           "the source \"%.80s\" is no address", options->source);
    else if (options->path != NULL)
        result = take_path(made, options->path, error);
    else
        result = net_resolve_start(&made->resolve, options->host, options->port, options->family,
                                   options->name_servers, error);
    if (result != 0) {
        net_dial_free(made);
        return result;
    }
    *dial = made;
    return 0;
}

static int look_up(struct net_dial *dial, int64_t now, struct mailer_error *error)
{
    int result = net_resolve_step(dial->resolve, error);
    if (result == NET_WAITING && now >= dial->resolve_deadline)
        return error_set_system(error, MAILER_NETWORK, MAILER_STAGE_RESOLVE, ETIMEDOUT,
                                "cannot look up the host %s", dial->host);
    if (result == NET_READY) {
        dial->addresses = net_resolve_addresses(dial->resolve, &dial->count);
        dial->next_start = now;
        dial->resolved = true;
    }
    return result;
}

/* Failures which only say that this machine has no such network, as many have no IPv6. */
static bool says_little(int code)
{
    return code == EAFNOSUPPORT || code == EADDRNOTAVAIL || code == ENETUNREACH;
}

static void note_failure(struct net_dial *dial, size_t index, int code, int64_t now)
{
    bool better = dial->told_code == 0 || (says_little(dial->told_code) && !says_little(code)) ||
                  (index < dial->told && says_little(dial->told_code) == says_little(code));
    if (better) {
        dial->told = index;
        dial->told_code = code;
    }
    dial->next_start = now;
}

static void stop(struct net_dial *dial, struct runner *runner)
{
    close(runner->descriptor);
    runner->descriptor = -1;
    dial->running--;
}

/*
 * A local socket whose queue is full says so at once, where TCP would wait for room: so does this.
 * @return 0, or why the try has failed.
 */
static int wait_for_room(struct net_dial *dial, int64_t now)
{
    if (now >= dial->local_deadline)
        return ETIMEDOUT;
    dial->next--;
    dial->next_start = now + LOCAL_PAUSE;
    if (dial->next_start > dial->local_deadline)
        dial->next_start = dial->local_deadline;
    return 0;
}

/* Starts a try with the next address. */
static void start_next(struct net_dial *dial, int64_t now)
{
    size_t index = dial->next++;
    const struct net_address *address = &dial->addresses[index];
    dial->next_start = now + NET_DIAL_STAGGER;
    int descriptor = socket(address->address.ss_family, SOCK_STREAM, 0);
    if (descriptor < 0) {
        note_failure(dial, index, errno, now);
        return;
    }
    int code = net_descriptor_prepare(descriptor);
    const struct net_address *source = &dial->source;
    if (code == 0 && source->length > 0 &&
        bind(descriptor, (const struct sockaddr *)&source->address, source->length) != 0)
        code = errno;
    if (code == 0 &&
        connect(descriptor, (const struct sockaddr *)&address->address, address->length) != 0)
        code = errno;
    /* An interrupted connect() goes on by itself. */
    if (code != 0 && code != EINPROGRESS && code != EINTR) {
        close(descriptor);
        if (code == EAGAIN && dial->addresses == &dial->local)
            code = wait_for_room(dial, now);
        if (code != 0)
            note_failure(dial, index, code, now);
        return;
    }
    struct runner *runner = dial->runners;
    while (runner->descriptor >= 0)
        runner++;
    *runner = (struct runner){
        .descriptor = descriptor, .index = index, .deadline = now + dial->connect_timeout};
    dial->running++;
}

/* How a try stands: 0 connected, EINPROGRESS, or why it failed. */
static int state_of(const struct runner *runner, int64_t now)
{
    struct pollfd ready = {.fd = runner->descriptor, .events = POLLOUT};
    if (poll(&ready, 1, 0) <= 0)
        return now >= runner->deadline ? ETIMEDOUT : EINPROGRESS;
    int code = 0;
    socklen_t size = sizeof code;
    return getsockopt(runner->descriptor, SOL_SOCKET, SO_ERROR, &code, &size) == 0 ? code : errno;
}

/* Looks after the tries under way. @return the one that is connected, or NULL. */
static struct runner *look_around(struct net_dial *dial, int64_t now)
{
    for (struct runner *runner = dial->runners; runner < dial->runners + RUNNERS; runner++) {
        if (runner->descriptor < 0)
            continue;
        int code = state_of(runner, now);
        if (code == 0)
            return runner;
        if (code != EINPROGRESS) {
            note_failure(dial, runner->index, code, now);
            stop(dial, runner);
        }
    }
    return NULL;
}

static int nobody_answers(const struct net_dial *dial, struct mailer_error *error)
{
    char address[NET_ADDRESS_TEXT_SIZE];
    net_address_text(&dial->addresses[dial->told], address);
    if (dial->addresses == &dial->local)
        return error_set_system(error, MAILER_CONNECT, MAILER_STAGE_CONNECT, dial->told_code,
                                "cannot connect to %s", dial->host);
    char source[NET_ADDRESS_TEXT_SIZE] = "";
    if (dial->source.length > 0)
        net_address_text(&dial->source, source);
    const char *from = dial->source.length > 0 ? " from " : "";
    if (dial->count == 1 && strcmp(dial->host, address) == 0)
        return error_set_system(error, MAILER_CONNECT, MAILER_STAGE_CONNECT, dial->told_code,
                                "cannot connect to %s, port %u%s%s", dial->host,
                                (unsigned)dial->port, from, source);
    if (dial->count == 1)
        return error_set_system(error, MAILER_CONNECT, MAILER_STAGE_CONNECT, dial->told_code,
                                "cannot connect to %s (%s), port %u%s%s", dial->host, address,
                                (unsigned)dial->port, from, source);
    return error_set_system(error, MAILER_CONNECT, MAILER_STAGE_CONNECT, dial->told_code,
                            "cannot connect to any of the %zu addresses of %s, port %u%s%s; to %s",
                            dial->count, dial->host, (unsigned)dial->port, from, source, address);
}

int net_dial_step(struct net_dial *dial, int64_t now, struct net_connection **connection,
                  struct mailer_error *error)
{
    *connection = NULL;
    if (!dial->resolved) {
        int result = look_up(dial, now, error);
        if (result != NET_READY)
            return result;
    }
    struct runner *winner = look_around(dial, now);
    while (winner == NULL && dial->next < dial->count && dial->running < RUNNERS &&
           now >= dial->next_start) {
        start_next(dial, now);
        winner = look_around(dial, now);
    }
    if (winner != NULL) {
        int descriptor = winner->descriptor;
        winner->descriptor = -1;
        dial->running--;
        return net_connection_adopt(connection, descriptor, error);
    }
    if (dial->running == 0 && dial->next == dial->count)
        return nobody_answers(dial, error);
    return NET_WAITING;
}

void net_dial_wants(const struct net_dial *dial, struct net_wait *wait)
{
    if (!dial->resolved) {
        net_resolve_wants(dial->resolve, wait);
        net_wait_until(wait, dial->resolve_deadline);
        return;
    }
    for (size_t i = 0; i < RUNNERS; i++) {
        if (dial->runners[i].descriptor >= 0) {
            net_wait_add(wait, dial->runners[i].descriptor, POLLOUT);
            net_wait_until(wait, dial->runners[i].deadline);
        }
    }
    if (dial->next < dial->count && dial->running < RUNNERS)
        net_wait_until(wait, dial->next_start);
}

void net_dial_free(struct net_dial *dial)
{
    if (dial == NULL)
        return;
    for (size_t i = 0; i < RUNNERS; i++)
        if (dial->runners[i].descriptor >= 0)
            stop(dial, &dial->runners[i]);
    net_resolve_free(dial->resolve);
    free(dial->host);
    free(dial);
}
