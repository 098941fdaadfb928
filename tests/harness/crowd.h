/* SPDX-License-Identifier: ISC */
/**
 * @file crowd.h
 * A server in a thread of the test that serves many connections at a time, and counts how often
 * each message to m0@x.test, m1@x.test ... has come. By itself it takes everything.
 *
 * What it has seen may be read after crowd_stop() only.
 */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H

#include "harness/harness.h"

#include "clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CROWD_CONNECTIONS = 1100, CROWD_MESSAGES = 20 * 1000, CROWD_LINE = 1024 };

struct crowd_guest {
    int descriptor;
    size_t number; /* in the order of coming, from 0 */
    bool in_body;
    bool closing;
    size_t messages;
    int recipient;
    int64_t answer_at; /* the end of a message waits for its answer until then; 0: it does not */
    char line[CROWD_LINE];
    size_t length;
};

struct crowd {
    /* What it is to do; set before crowd_start(). */

    size_t most;           /**< connections at a time; further ones are told 421. 0: any number */
    size_t messages_each;  /**< a connection's next MAIL is told 421. 0: any number */
    size_t most_messages;  /**< in all: then it closes everything and listens no more. 0: none */
    int slow_answer;       /**< milliseconds until the first connection's messages are answered */
    int patience;          /**< milliseconds until any message is answered */
    _Atomic bool hangs_up; /**< closes all connections there are, once */
    bool shy;              /**< the second connection is told 421, further ones nothing */
    bool only_first;       /**< MAIL is told 421 but over the first connection */
    bool silent_end;       /**< never answers the end of a message */

    /* What it has seen. */

    unsigned short port;
    size_t connections;
    size_t refused;
    size_t open;
    size_t most_open;
    size_t goodbyes;
    size_t messages;
    size_t messages_of_first;
    unsigned char copies[CROWD_MESSAGES];

    /* Its inside. */

    int listener;
    int stop[2];
    pthread_t thread;
    struct crowd_guest guests[CROWD_CONNECTIONS];
    size_t guest_count;
};

static inline void crowd_say(struct crowd_guest *guest, const char *text)
{
    char line[256];
    int size = snprintf(line, sizeof line, "%s\r\n", text);
    if (send(guest->descriptor, line, (size_t)size, MSG_NOSIGNAL) != size)
        guest->closing = true;
}

static inline void crowd_end(struct crowd *crowd, struct crowd_guest *guest)
{
    crowd->messages++;
    crowd->messages_of_first += guest->number == 0;
    crowd->copies[guest->recipient]++;
    guest->messages++;
    if (!crowd->silent_end)
        crowd_say(guest, "250 2.0.0 taken");
}

static inline void crowd_obey(struct crowd *crowd, struct crowd_guest *guest)
{
    const char *line = guest->line;
    if (guest->in_body) {
        guest->in_body = strcmp(line, ".") != 0;
        if (guest->in_body)
            return;
        int delay =
            guest->number == 0 && crowd->slow_answer > 0 ? crowd->slow_answer : crowd->patience;
        if (delay > 0)
            guest->answer_at = clock_milliseconds() + delay;
        else
            crowd_end(crowd, guest);
    } else if (strncmp(line, "EHLO ", 5) == 0) {
        crowd_say(guest, "250-x.test\r\n250 PIPELINING");
    } else if (strncmp(line, "MAIL ", 5) == 0) {
        guest->closing = (crowd->messages_each > 0 && guest->messages == crowd->messages_each) ||
                         (crowd->only_first && guest->number > 0);
        crowd_say(guest, guest->closing ? "421 4.7.0 enough" : "250 ok");
    } else if (sscanf(line, "RCPT TO:<m%d@", &guest->recipient) == 1) {
        crowd_say(guest, "250 ok");
    } else if (strcmp(line, "DATA") == 0) {
        guest->in_body = true;
        crowd_say(guest, "354 go on");
    } else if (strcmp(line, "QUIT") == 0) {
        crowd->goodbyes++;
        crowd_say(guest, "221 bye");
        guest->closing = true;
    } else {
        crowd_say(guest, "500 what?");
    }
}

static inline void crowd_read(struct crowd *crowd, struct crowd_guest *guest)
{
    char bytes[16 * 1024];
    /* What stands behind the end of a message must stay where it is until that is answered. */
    bool is_slow = crowd->patience > 0 || (crowd->slow_answer > 0 && guest->number == 0);
    ssize_t count = recv(guest->descriptor, bytes, is_slow ? 1 : sizeof bytes, MSG_DONTWAIT);
    if (count <= 0)
        guest->closing = true;
    for (ssize_t i = 0; i < count && !guest->closing; i++) {
        if (bytes[i] == '\n') {
            guest->line[guest->length - (guest->length > 0)] = '\0';
            guest->length = 0;
            crowd_obey(crowd, guest);
        } else if (guest->length < CROWD_LINE - 1) {
            guest->line[guest->length++] = bytes[i];
        }
    }
}

static inline void crowd_accept(struct crowd *crowd)
{
    const int on = 1;
    int descriptor = accept(crowd->listener, NULL, NULL);
    if (descriptor < 0)
        return;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct crowd_guest guest = {.descriptor = descriptor, .number = crowd->connections};
    bool refused = crowd->guest_count == CROWD_CONNECTIONS ||
                   (crowd->most > 0 && crowd->guest_count >= crowd->most) ||
                   (crowd->shy && crowd->connections == 1 && crowd->refused == 0);
    if (refused || !crowd->shy || crowd->connections == 0)
        crowd_say(&guest, refused ? "421 4.7.0 too many connections" : "220 x.test");
    if (refused) {
        crowd->refused++;
        close(descriptor);
        return;
    }
    crowd->connections++;
    crowd->guests[crowd->guest_count++] = guest;
    if (crowd->guest_count > crowd->most_open)
        crowd->most_open = crowd->guest_count;
}

static inline void crowd_serve(struct crowd *crowd, struct pollfd *wanted)
{
    int64_t now = clock_milliseconds();
    bool over = crowd->most_messages > 0 && crowd->messages >= crowd->most_messages;
    bool hangs_up = atomic_exchange(&crowd->hangs_up, false) || over;
    for (size_t i = 0; i < crowd->guest_count; i++) {
        struct crowd_guest *guest = &crowd->guests[i];
        if (guest->answer_at > 0 && now >= guest->answer_at) {
            guest->answer_at = 0;
            crowd_end(crowd, guest);
        }
        if (wanted[i + 2].revents != 0)
            crowd_read(crowd, guest);
        guest->closing |= hangs_up;
    }
    size_t kept = 0;
    for (size_t i = 0; i < crowd->guest_count; i++) {
        if (crowd->guests[i].closing)
            close(crowd->guests[i].descriptor);
        else
            crowd->guests[kept++] = crowd->guests[i];
    }
    crowd->guest_count = kept;
    if (over && crowd->listener >= 0) {
        close(crowd->listener);
        crowd->listener = -1;
    }
}

static inline void *crowd_run(void *context)
{
    struct crowd *crowd = context;
    static struct pollfd wanted[CROWD_CONNECTIONS + 2];
    bool stopping = false;
    while (!stopping || crowd->guest_count > 0) {
        wanted[0] = (struct pollfd){.fd = crowd->stop[0], .events = POLLIN};
        wanted[1] = (struct pollfd){.fd = crowd->listener, .events = POLLIN};
        bool waits = false;
        for (size_t i = 0; i < crowd->guest_count; i++) {
            bool slow = crowd->guests[i].answer_at > 0;
            waits |= slow;
            wanted[i + 2] = (struct pollfd){.fd = crowd->guests[i].descriptor,
                                            .events = (short)(slow ? 0 : POLLIN)};
        }
        poll(wanted, (nfds_t)(crowd->guest_count + 2), waits ? 1 : 1000);
        char octet;
        if (wanted[0].revents != 0 && read(crowd->stop[0], &octet, 1) == 1)
            stopping = octet == 's';
        crowd_serve(crowd, wanted);
        if (wanted[1].revents & POLLIN && crowd->listener >= 0)
            crowd_accept(crowd);
    }
    return NULL;
}

static inline void crowd_start(struct crowd *crowd)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    crowd->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(crowd->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(crowd->listener, 1024), 0);
    getsockname(crowd->listener, (struct sockaddr *)&address, &size);
    crowd->port = ntohs(address.sin_port);
    assert_int_equal(pipe(crowd->stop), 0);
    assert_int_equal(pthread_create(&crowd->thread, NULL, crowd_run, crowd), 0);
}

/** Makes the server look at what has been set since. */
static inline void crowd_nudge(struct crowd *crowd)
{
    assert_int_equal(write(crowd->stop[1], "n", 1), 1);
}

/** Stops it once all its guests are gone. */
static inline void crowd_stop(struct crowd *crowd)
{
    assert_int_equal(write(crowd->stop[1], "s", 1), 1);
    pthread_join(crowd->thread, NULL);
    if (crowd->listener >= 0)
        close(crowd->listener);
    close(crowd->stop[0]);
    close(crowd->stop[1]);
}

#endif
