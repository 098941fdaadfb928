/* SPDX-License-Identifier: ISC */
#include "catch.h"

#include "catch_connection.h"
#include "catch_extension.h"
#include "catch_listen.h"
#include "clock.h"
#include "error.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTIONS = 64,
    /* After the last message that is wanted, its client may still say QUIT. */
    LAST_WORDS_MILLISECONDS = 1000,
    /* When there are no descriptors left, asking again at once would only burn time. */
    ACCEPT_PAUSE_MILLISECONDS = 100,
    IDLE_SECONDS = 300
};

enum { POLL_STOP, POLL_LISTENER, POLL_CONNECTIONS };

struct server {
    struct catch_house house;
    int listener;
    char address[CATCH_ADDRESS_SIZE];
    int stop_pipe[2];
    int64_t accept_after;
    int64_t last_moment; /* INT64_MAX until the last message has come */
    size_t count;
    struct catch_connection *connections[CONNECTIONS];
    struct pollfd waits[POLL_CONNECTIONS + CONNECTIONS];
};

/* A signal handler has no other way to know where to write. */
static volatile sig_atomic_t stop_descriptor = -1;

static void stop(int number)
{
    (void)number;
    int system_code = errno;
    /* When the pipe is full it has been told to stop before. */
    ssize_t written = write(stop_descriptor, "", 1);
    (void)written;
    errno = system_code;
}

static const int handled_signals[] = {SIGINT, SIGTERM, SIGXFSZ};
enum { HANDLED_SIGNALS = sizeof handled_signals / sizeof *handled_signals };

static void handle_signals(int descriptor, struct sigaction before[static HANDLED_SIGNALS])
{
    stop_descriptor = descriptor;
    for (size_t i = 0; i < HANDLED_SIGNALS; i++) {
        /* Without SIGXFSZ a limit on the size of files is an error of write(), as a full disk. */
        struct sigaction action = {.sa_handler = handled_signals[i] == SIGXFSZ ? SIG_IGN : stop,
                                   .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(handled_signals[i], &action, &before[i]);
    }
}

static void restore_signals(const struct sigaction before[static HANDLED_SIGNALS])
{
    for (size_t i = 0; i < HANDLED_SIGNALS; i++)
        sigaction(handled_signals[i], &before[i], NULL);
    stop_descriptor = -1;
}

static void turn_away(int descriptor)
{
    static const char words[] = "421 4.3.2 too many connections, try again later\r\n";
    send(descriptor, words, sizeof words - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(descriptor, SHUT_WR);
    close(descriptor);
}

static void welcome(struct server *server, int descriptor)
{
    int yes = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (server->count == CONNECTIONS || catch_prepare_descriptor(descriptor) != 0) {
        turn_away(descriptor);
        return;
    }
    struct catch_connection *connection = catch_connection_new(&server->house, descriptor);
    if (connection == NULL)
        return;
    if (catch_connection_step(connection, 0))
        server->connections[server->count++] = connection;
    else
        catch_connection_free(connection);
}

static void accept_some(struct server *server)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        int descriptor = accept(server->listener, NULL, NULL);
        if (descriptor >= 0) {
            welcome(server, descriptor);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            server->accept_after = clock_milliseconds() + ACCEPT_PAUSE_MILLISECONDS;
            return;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return;
        }
    }
}

/* Fills what poll() needs; gives how long it may wait. */
static int prepare_wait(struct server *server)
{
    int64_t now = clock_milliseconds();
    int64_t deadline = server->last_moment;
    bool accepts = now >= server->accept_after;
    if (!accepts && server->accept_after < deadline)
        deadline = server->accept_after;
    server->waits[POLL_STOP] = (struct pollfd){.fd = server->stop_pipe[0], .events = POLLIN};
    server->waits[POLL_LISTENER] =
        (struct pollfd){.fd = accepts ? server->listener : -1, .events = POLLIN};
    for (size_t i = 0; i < server->count; i++) {
        const struct catch_connection *connection = server->connections[i];
        server->waits[POLL_CONNECTIONS + i] =
            (struct pollfd){.fd = catch_connection_descriptor(connection),
                            .events = catch_connection_events(connection)};
        if (catch_connection_deadline(connection) < deadline)
            deadline = catch_connection_deadline(connection);
    }
    if (deadline == INT64_MAX)
        return -1;
    int64_t left = deadline - now;
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void serve_connections(struct server *server)
{
    size_t kept = 0;
    for (size_t i = 0; i < server->count; i++) {
        struct catch_connection *connection = server->connections[i];
        short events = server->waits[POLL_CONNECTIONS + i].revents;
        bool goes_on = events == 0 || catch_connection_step(connection, events);
        if (goes_on && clock_milliseconds() >= catch_connection_deadline(connection)) {
            catch_connection_dismiss(connection, "nothing came for too long");
            goes_on = false;
        }
        if (goes_on)
            server->connections[kept++] = connection;
        else
            catch_connection_free(connection);
    }
    server->count = kept;
}

static int loop(struct server *server, struct mailer_error *error)
{
    while (server->last_moment == INT64_MAX ||
           (server->count > 0 && clock_milliseconds() < server->last_moment)) {
        int milliseconds = prepare_wait(server);
        int ready = poll(server->waits, (nfds_t)(POLL_CONNECTIONS + server->count), milliseconds);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, errno,
                                    "cannot wait for connections");
        if (server->waits[POLL_STOP].revents != 0)
            return 0;
        serve_connections(server);
        if (server->waits[POLL_LISTENER].revents != 0)
            accept_some(server);
        if (server->last_moment == INT64_MAX && catch_house_is_done(&server->house)) {
            close(server->listener);
            server->listener = -1;
            server->last_moment = clock_milliseconds() + LAST_WORDS_MILLISECONDS;
        }
    }
    return 0;
}

static void announce(const char *address, const char *directory)
{
    char shown[512];
    text_printable(shown, sizeof shown, directory != NULL ? directory : "",
                   directory != NULL ? strlen(directory) : 0);
    printf("listening on %s, messages %s%s (end with Ctrl-C)\n", address,
           directory != NULL ? "go to " : "are discarded", shown);
    fflush(stdout);
}

static int prepare(struct server *server, const struct catch_options *options,
                   struct mailer_error *error)
{
    struct catch_house *house = &server->house;
    *house = (struct catch_house){
        .store.directory = -1,
        .extensions = CATCH_EVERY_EXTENSION,
        .size_limit = options->size_limit > 0 ? options->size_limit : CATCH_DEFAULT_SIZE_LIMIT,
        .idle_milliseconds =
            (int64_t)(options->idle_seconds > 0 ? options->idle_seconds : IDLE_SECONDS) * 1000,
        .wanted = options->count,
        .quiet = options->quiet};
    int result = catch_extensions_remove(&house->extensions, options->without, error);
    if (result != 0)
        return result;
    house->read_buffer = malloc(CATCH_READ_SIZE);
    if (house->read_buffer == NULL)
        return error_set_memory(error);
    server->listener = catch_listen(
        options->listen != NULL ? options->listen : CATCH_DEFAULT_LISTEN, server->address, error);
    if (server->listener < 0)
        return server->listener;
    result = catch_store_open(&house->store, options->directory, error);
    if (result != 0)
        return result;
    if (pipe(server->stop_pipe) != 0 || catch_prepare_descriptor(server->stop_pipe[0]) != 0 ||
        catch_prepare_descriptor(server->stop_pipe[1]) != 0)
        return error_set_system(error, MAILER_SYSTEM, MAILER_STAGE_NONE, errno,
                                "cannot make a pipe");
    return 0;
}

static void close_descriptor(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

int catch_run(const struct catch_options *options, struct mailer_error *error)
{
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return error_set_memory(error);
    server->listener = server->stop_pipe[0] = server->stop_pipe[1] = -1;
    server->last_moment = INT64_MAX;
    int result = prepare(server, options, error);
    if (result == 0) {
        struct sigaction before[HANDLED_SIGNALS];
        handle_signals(server->stop_pipe[1], before);
        announce(server->address, options->directory);
        result = loop(server, error);
        restore_signals(before);
    }
    for (size_t i = 0; i < server->count; i++) {
        catch_connection_dismiss(server->connections[i], "the server stops");
        catch_connection_free(server->connections[i]);
    }
    close_descriptor(server->listener);
    close_descriptor(server->stop_pipe[0]);
    close_descriptor(server->stop_pipe[1]);
    catch_store_close(&server->house.store);
    free(server->house.read_buffer);
    free(server);
    return result;
}
