/* SPDX-License-Identifier: ISC */
#include "channel.h"

#include "clock.h"

#include <pthread.h>
#include <sys/time.h>

static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static int library_status;

static void start_library(void)
{
    library_status = ares_library_init(ARES_LIB_INIT_ALL);
}

int net_channel_open(ares_channel *channel, const char *name_servers, const char *name,
                     struct mailer_error *error)
{
    *channel = NULL;
    pthread_once(&library_once, start_library);
    int status = library_status;
    if (status == ARES_SUCCESS)
        status = ares_init(channel);
    if (status == ARES_SUCCESS && name_servers != NULL)
        status = ares_set_servers_ports_csv(*channel, name_servers);
    if (status == ARES_ENOMEM)
        return error_set_memory(error);
    if (status != ARES_SUCCESS)
        return error_set(error, MAILER_SYSTEM, MAILER_STAGE_RESOLVE,
                         "cannot look up the host %s: %s", name, ares_strerror(status));
    return 0;
}

int net_channel_process(ares_channel channel, struct mailer_error *error)
{
    struct net_wait wait = net_wait_nothing();
    net_channel_wants(channel, &wait);
    wait.deadline = clock_milliseconds();
    int result = net_wait_poll(&wait, error);
    if (result != 0)
        return result;
    for (size_t i = 0; i < wait.count; i++) {
        const struct pollfd *ready = &wait.descriptors[i];
        short events = ready->revents;
        ares_process_fd(channel,
                        events & (POLLIN | POLLERR | POLLHUP) ? ready->fd : ARES_SOCKET_BAD,
                        events & POLLOUT ? ready->fd : ARES_SOCKET_BAD);
    }
    /* Its time limits, also when there is no descriptor. */
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    return 0;
}

void net_channel_wants(ares_channel channel, struct net_wait *wait)
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    int bits = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++) {
        unsigned set = (unsigned)bits >> i;
        bool readable = set & 1;
        bool writable = set >> ARES_GETSOCK_MAXNUM & 1;
        if (readable || writable)
            net_wait_add(wait, sockets[i],
                         (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0)));
    }
    struct timeval left;
    if (ares_timeout(channel, NULL, &left) != NULL)
        net_wait_until(wait, clock_milliseconds() + (int64_t)left.tv_sec * 1000 +
                                 left.tv_usec / 1000 + 1);
}
