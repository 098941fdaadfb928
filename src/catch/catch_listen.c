/* SPDX-License-Identifier: ISC */
#include "catch_listen.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int catch_prepare_descriptor(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0)
        return -1;
    return fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

/* Cuts "host:port" or "[host]:port" in two. */
static int split(const char *address, char *host, size_t room, const char **port)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL)
        return -1;
    size_t size = (size_t)(colon - address);
    bool bracketed = size > 2 && *address == '[' && colon[-1] == ']';
    if (bracketed) {
        address++;
        size -= 2;
    }
    if (size >= room || colon[1] == '\0' || (!bracketed && memchr(address, ':', size) != NULL))
        return -1;
    snprintf(host, room, "%.*s", (int)size, size > 0 ? address : "");
    if (size == 0)
        snprintf(host, room, "127.0.0.1");
    *port = colon + 1;
    /* Not every getaddrinfo() refuses a port past the last one. */
    return strspn(*port, "0123456789") == strlen(*port) && strtoul(*port, NULL, 10) <= UINT16_MAX
               ? 0
               : -1;
}

static void show(int descriptor, char shown[static CATCH_ADDRESS_SIZE])
{
    struct sockaddr_storage bound;
    socklen_t size = sizeof bound;
    char host[CATCH_ADDRESS_SIZE - 16];
    char port[8];
    *shown = '\0';
    if (getsockname(descriptor, (struct sockaddr *)&bound, &size) == 0 &&
        getnameinfo((struct sockaddr *)&bound, size, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        snprintf(shown, CATCH_ADDRESS_SIZE, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host,
                 port);
}

static int open_listener(const struct addrinfo *where)
{
    int descriptor = socket(where->ai_family, SOCK_STREAM, 0);
    if (descriptor < 0)
        return -1;
    int yes = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(descriptor, where->ai_addr, where->ai_addrlen) == 0 &&
        listen(descriptor, SOMAXCONN) == 0 && catch_prepare_descriptor(descriptor) == 0)
        return descriptor;
    int system_code = errno;
    close(descriptor);
    errno = system_code;
    return -1;
}

int catch_listen(const char *address, char shown[static CATCH_ADDRESS_SIZE],
                 struct mailer_error *error)
{
    char host[CATCH_ADDRESS_SIZE - 16];
    const char *port = NULL;
    struct addrinfo *where = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    if (split(address, host, sizeof host, &port) != 0 ||
        getaddrinfo(host, port, &hints, &where) != 0)
        return error_set(error, MAILER_USAGE, MAILER_STAGE_NONE,
                         "\"%.80s\" is no address to listen on; one is such as 127.0.0.1:1025, "
                         "[::1]:1025, or :0 for a free port",
                         address);
    int descriptor = open_listener(where);
    int system_code = errno;
    freeaddrinfo(where);
    if (descriptor < 0)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, system_code,
                                "cannot listen on %s", address);
    show(descriptor, shown);
    return descriptor;
}
