/* SPDX-License-Identifier: ISC */
/** @file name_server.h  A name server on a port of loopback, which a test drives by hand. */
#ifndef TESTS_NAME_SERVER_H
#define TESTS_NAME_SERVER_H

#include "harness/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/** What is known of a name. A name that is not listed does not exist. */
struct name_record {
    const char *name;
    const char *address; /**< IPv4 or IPv6, "srv 10 5 465 host.test" (priority, weight, port); NULL:
                              none, then the code counts */
    int code;            /**< DNS's response code, such as 2 for SERVFAIL; -1: no answer at all */
};

struct name_server {
    int descriptor;
    char address[32]; /**< "127.0.0.1:12345" */
    const struct name_record *records;
    size_t count;
};

static inline struct name_server name_server_open(const struct name_record *records, size_t count)
{
    struct name_server server = {.records = records, .count = count};
    server.descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    assert_int_equal(bind(server.descriptor, (struct sockaddr *)&address, length), 0);
    assert_int_equal(getsockname(server.descriptor, (struct sockaddr *)&address, &length), 0);
    snprintf(server.address, sizeof server.address, "127.0.0.1:%u",
             (unsigned)ntohs(address.sin_port));
    return server;
}

/** Reads the name of a query as text; gives the octet behind the question. */
static inline size_t name_server_question(const unsigned char *query, char name[static 256])
{
    size_t at = 12;
    size_t used = 0;
    while (query[at] != 0) {
        memcpy(name + used, query + at + 1, query[at]);
        used += query[at];
        at += query[at] + 1u;
        if (query[at] != 0)
            name[used++] = '.';
    }
    name[used] = '\0';
    return at + 5;
}

/** Writes what stands behind the length of a SRV record (RFC 2782); gives its size, 0 for none. */
static inline unsigned char name_server_service(const char *text, unsigned char *to)
{
    unsigned numbers[3];
    char host[200];
    if (sscanf(text, "srv %u %u %u %199s", &numbers[0], &numbers[1], &numbers[2], host) != 4)
        return 0;
    unsigned char size = 0;
    for (size_t i = 0; i < 3; i++) {
        to[size++] = (unsigned char)(numbers[i] >> 8);
        to[size++] = (unsigned char)numbers[i];
    }
    for (const char *label = host; *label != '\0' && strcmp(label, ".") != 0;) {
        unsigned char length = (unsigned char)strcspn(label, ".");
        to[size++] = length;
        memcpy(to + size, label, length);
        size = (unsigned char)(size + length);
        label += length + (label[length] == '.');
    }
    to[size++] = 0;
    return size;
}

/** Answers one query; gives the size of the answer, 0 for none. */
static inline size_t name_server_answer(const struct name_server *server, unsigned char *message)
{
    char name[256];
    size_t size = name_server_question(message, name);
    unsigned type = message[size - 3];
    int code = 3;
    unsigned answers = 0;
    for (size_t i = 0; i < server->count; i++) {
        const struct name_record *record = &server->records[i];
        if (strcmp(record->name, name) != 0)
            continue;
        code = record->code;
        unsigned char raw[256];
        unsigned char service =
            record->address != NULL && type == 33 ? name_server_service(record->address, raw) : 0;
        bool is_ipv6 = type == 28;
        if (record->address == NULL || type == 33
                ? service == 0
                : inet_pton(is_ipv6 ? AF_INET6 : AF_INET, record->address, raw) != 1)
            continue;
        unsigned char length = type == 33 ? service : is_ipv6 ? 16 : 4;
        const unsigned char fields[] = {0xC0, 12, 0,     (unsigned char)type, 0, 1, 0, 0, 0,
                                        60,   0,  length};
        memcpy(message + size, fields, sizeof fields);
        memcpy(message + size + sizeof fields, raw, length);
        size += sizeof fields + length;
        answers++;
    }
    if (code < 0)
        return 0;
    const unsigned char header[] = {
        0x81, (unsigned char)(0x80 | code), 0, 1, 0, (unsigned char)answers, 0, 0, 0, 0};
    memcpy(message + 2, header, sizeof header);
    return size;
}

/** Answers what has been asked so far. */
static inline void name_server_serve(const struct name_server *server)
{
    unsigned char message[4096];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    while (recvfrom(server->descriptor, message, 512, MSG_DONTWAIT, (struct sockaddr *)&from,
                    &length) > 12) {
        size_t size = name_server_answer(server, message);
        if (size > 0)
            sendto(server->descriptor, message, size, 0, (struct sockaddr *)&from, length);
    }
}

#endif
