/* SPDX-License-Identifier: ISC */
#include "wait.h"

#include "clock.h"

#include <errno.h>
#include <limits.h>

struct net_wait net_wait_nothing(void)
{
    return (struct net_wait){.deadline = INT64_MAX};
}

void net_wait_add(struct net_wait *wait, int descriptor, short events)
{
    for (size_t i = 0; i < wait->count; i++) {
        if (wait->descriptors[i].fd == descriptor) {
            wait->descriptors[i].events |= events;
            return;
        }
    }
    if (wait->count < NET_WAIT_DESCRIPTORS)
        wait->descriptors[wait->count++] = (struct pollfd){.fd = descriptor, .events = events};
}

void net_wait_until(struct net_wait *wait, int64_t moment)
{
    if (moment < wait->deadline)
        wait->deadline = moment;
}

int net_wait_poll(struct net_wait *wait, struct mailer_error *error)
{
    int milliseconds = -1;
    if (wait->deadline != INT64_MAX) {
        int64_t left = wait->deadline - clock_milliseconds();
        milliseconds = left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
    }
    if (poll(wait->descriptors, (nfds_t)wait->count, milliseconds) < 0 && errno != EINTR)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, errno,
                                "cannot wait for the connection");
    return 0;
}
