/* SPDX-License-Identifier: ISC */
/** @file catch_connection.h  One client: its socket, its session, its message. */
#ifndef CATCH_CATCH_CONNECTION_H
#define CATCH_CATCH_CONNECTION_H

#include "catch_store.h"

enum { CATCH_READ_SIZE = 256 * 1024 };

/** What all connections have in common. */
struct catch_house {
    struct catch_store store;
    unsigned extensions;
    uint64_t size_limit;
    int64_t idle_milliseconds;
    size_t wanted; /**< messages, or 0 for any number */
    size_t caught;
    bool quiet;
    char *read_buffer; /**< of CATCH_READ_SIZE, for whoever reads just now */
};

struct catch_connection;

/** Takes a nonblocking socket over; it is closed when there is no memory (NULL). */
struct catch_connection *catch_connection_new(struct catch_house *house, int descriptor);

/** Closes it. NULL is allowed. */
void catch_connection_free(struct catch_connection *connection);

int catch_connection_descriptor(const struct catch_connection *connection);

/** The events of poll() it waits for. */
short catch_connection_events(const struct catch_connection *connection);

/** The moment (clock_milliseconds()) at which it should end if nothing happens. */
int64_t catch_connection_deadline(const struct catch_connection *connection);

/** Reads and writes what can be done without waiting. @return whether it goes on. */
bool catch_connection_step(struct catch_connection *connection, short events);

/** Tells the client why it ends, as far as that can be done without waiting. */
void catch_connection_dismiss(struct catch_connection *connection, const char *reason);

/** Whether no more messages are wanted. */
bool catch_house_is_done(const struct catch_house *house);

#endif
