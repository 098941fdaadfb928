/* SPDX-License-Identifier: ISC */
#include "catch_connection.h"

#include "catch_report.h"
#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How much of a message is looked at for its subject, and how long to wait for a client that has
 * been told goodbye: closing at once could destroy that reply on its way. */
enum { HEAD_SIZE = 8 * 1024, PARTING_MILLISECONDS = 2000 };

struct catch_connection {
    struct catch_house *house;
    int descriptor;
    struct catch_session *session;
    int64_t active; /* when something came or went */
    bool ended;     /* the client sends no more */
    bool parting;   /* this side sends no more */
    size_t head_size;
    struct buffer waiting; /* octets that the session could not take yet */
    char head[HEAD_SIZE];
    struct catch_file file;
};

bool catch_house_is_done(const struct catch_house *house)
{
    return house->wanted > 0 && house->caught >= house->wanted;
}

static enum catch_outcome begin(void *context)
{
    struct catch_connection *connection = context;
    connection->head_size = 0;
    if (catch_house_is_done(connection->house))
        return CATCH_CLOSED;
    return catch_file_begin(&connection->file);
}

static enum catch_outcome keep(void *context, const char *bytes, size_t size)
{
    struct catch_connection *connection = context;
    size_t room = HEAD_SIZE - connection->head_size;
    if (room > 0) {
        size_t part = size < room ? size : room;
        memcpy(connection->head + connection->head_size, bytes, part);
        connection->head_size += part;
    }
    return catch_file_write(&connection->file, bytes, size);
}

static enum catch_outcome commit(void *context, const struct catch_envelope *envelope,
                                 char name[static CATCH_NAME_SIZE])
{
    struct catch_connection *connection = context;
    struct catch_house *house = connection->house;
    if (catch_house_is_done(house)) {
        catch_file_abandon(&connection->file);
        return CATCH_CLOSED;
    }
    enum catch_outcome outcome = catch_file_commit(&connection->file, envelope, name);
    if (outcome != CATCH_KEPT)
        return outcome;
    house->caught++;
    if (!house->quiet) {
        char line[CATCH_REPORT_SIZE];
        catch_report(line, house->caught, envelope, connection->head, connection->head_size, name);
        puts(line);
        fflush(stdout);
    }
    return CATCH_KEPT;
}

static void discard(void *context)
{
    struct catch_connection *connection = context;
    catch_file_abandon(&connection->file);
}

struct catch_connection *catch_connection_new(struct catch_house *house, int descriptor)
{
    struct catch_connection *connection = malloc(sizeof *connection);
    if (connection == NULL) {
        close(descriptor);
        return NULL;
    }
    connection->house = house;
    connection->descriptor = descriptor;
    connection->active = clock_milliseconds();
    connection->ended = false;
    connection->parting = false;
    connection->head_size = 0;
    connection->waiting = buffer_empty(CATCH_READ_SIZE);
    catch_file_init(&connection->file, &house->store);
    const struct catch_sink sink = {begin, keep, commit, discard, connection, NULL, NULL};
    connection->session = catch_session_new(&sink, house->extensions, house->size_limit);
    if (connection->session == NULL) {
        catch_connection_free(connection);
        return NULL;
    }
    return connection;
}

void catch_connection_free(struct catch_connection *connection)
{
    if (connection == NULL)
        return;
    catch_session_free(connection->session);
    buffer_free(&connection->waiting);
    close(connection->descriptor);
    free(connection);
}

int catch_connection_descriptor(const struct catch_connection *connection)
{
    return connection->descriptor;
}

static bool has_output(const struct catch_connection *connection)
{
    size_t size = 0;
    catch_session_output(connection->session, &size);
    return size > 0;
}

short catch_connection_events(const struct catch_connection *connection)
{
    if (connection->parting)
        return POLLIN;
    bool reads = !connection->ended && connection->waiting.size == 0 &&
                 !catch_session_over(connection->session);
    return (short)((reads ? POLLIN : 0) | (has_output(connection) ? POLLOUT : 0));
}

int64_t catch_connection_deadline(const struct catch_connection *connection)
{
    return connection->active +
           (connection->parting ? PARTING_MILLISECONDS : connection->house->idle_milliseconds);
}

static bool would_block(int system_code)
{
    return system_code == EAGAIN || system_code == EWOULDBLOCK || system_code == EINTR;
}

/* Sends what can be sent now. */
static bool send_output(struct catch_connection *connection)
{
    size_t size = 0;
    const char *bytes = catch_session_output(connection->session, &size);
    while (size > 0) {
        ssize_t sent = send(connection->descriptor, bytes, size, MSG_NOSIGNAL);
        if (sent < 0)
            return would_block(errno);
        connection->active = clock_milliseconds();
        catch_session_sent(connection->session, (size_t)sent);
        bytes = catch_session_output(connection->session, &size);
    }
    return true;
}

/* Hands octets to the session as long as its replies go away; *taken says how far that went. */
static bool serve(struct catch_connection *connection, const char *bytes, size_t size,
                  size_t *taken)
{
    *taken = 0;
    do {
        *taken += catch_session_receive(connection->session, bytes + *taken, size - *taken);
        if (!send_output(connection))
            return false;
    } while (*taken < size && !has_output(connection));
    return true;
}

static bool read_some(struct catch_connection *connection)
{
    char *bytes = connection->house->read_buffer;
    ssize_t received = recv(connection->descriptor, bytes, CATCH_READ_SIZE, 0);
    if (received < 0)
        return would_block(errno);
    connection->ended = received == 0;
    if (connection->parting)
        return received > 0;
    connection->active = clock_milliseconds();
    size_t taken = 0;
    return serve(connection, bytes, (size_t)received, &taken) &&
           buffer_append(&connection->waiting, bytes + taken, (size_t)received - taken);
}

static bool serve_waiting(struct catch_connection *connection)
{
    size_t taken = 0;
    if (!serve(connection, connection->waiting.bytes, connection->waiting.size, &taken))
        return false;
    buffer_drop(&connection->waiting, taken);
    if (connection->waiting.size == 0)
        buffer_free(&connection->waiting);
    return true;
}

bool catch_connection_step(struct catch_connection *connection, short events)
{
    if ((events & (POLLERR | POLLNVAL)) != 0)
        return false;
    bool reads = (catch_connection_events(connection) & POLLIN) != 0;
    if (reads && (events & (POLLIN | POLLHUP)) != 0 && !read_some(connection))
        return false;
    if (connection->parting)
        return true;
    if (!send_output(connection))
        return false;
    if (connection->waiting.size > 0 && !has_output(connection) && !serve_waiting(connection))
        return false;
    if (has_output(connection) || connection->waiting.size > 0)
        return true;
    if (connection->ended)
        return false;
    if (catch_session_over(connection->session)) {
        connection->parting = true;
        return shutdown(connection->descriptor, SHUT_WR) == 0;
    }
    return true;
}

void catch_connection_dismiss(struct catch_connection *connection, const char *reason)
{
    catch_session_close(connection->session, reason);
    if (!connection->parting)
        send_output(connection);
}
