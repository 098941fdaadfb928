/* SPDX-License-Identifier: ISC */
/*
 * A server for measuring: takes whatever mail comes over one connection from this machine and
 * throws it away, faster than any client sends. Then it says what it has seen, and ends.
 *
 *   sink [--no EXTENSION]... [--certificate FILE --key FILE]
 *
 * Prints "PORT\n" when it listens on 127.0.0.1, and in the end one line of JSON: messages, octets
 * of messages as they came (after dot-stuffing), reads, and turns: how often it answered after
 * having read. STARTTLS is announced when it has a certificate.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { INPUT_SIZE = 1024 * 1024, OUTPUT_SIZE = 256 * 1024, LONGEST_REPLY = 512 };

enum state { COMMAND, DATA, CHUNK, CLOSED };

static struct {
    const char *keyword;
    bool off;
} extensions[] = {
    {"PIPELINING", false}, {"SIZE", false},       {"8BITMIME", false}, {"SMTPUTF8", false},
    {"CHUNKING", false},   {"BINARYMIME", false}, {"STARTTLS", false},
};

enum { EXTENSIONS = sizeof extensions / sizeof *extensions, STARTTLS = EXTENSIONS - 1 };

static struct {
    long long messages;
    long long octets;
    long long reads;
    long long turns;
} seen;

static int descriptor;
static SSL_CTX *settings;
static SSL *ssl;

static enum state state = COMMAND;
static bool line_start;   /* the next octet of the text begins a line */
static long long to_come; /* of a chunk */
static bool last_chunk;
static bool secure_next; /* a handshake follows the reply */

/* One octet more than is read, for the NUL behind a command. */
static char input[INPUT_SIZE + 1];
static size_t start, end;
static char output[OUTPUT_SIZE];
static size_t pending;

static _Noreturn void stop(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void send_replies(void)
{
    size_t sent = 0;
    while (sent < pending) {
        ssize_t count = ssl != NULL ? SSL_write(ssl, output + sent, (int)(pending - sent))
                                    : send(descriptor, output + sent, pending - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            state = CLOSED;
            break;
        }
        sent += (size_t)count;
    }
    seen.turns += pending > 0;
    pending = 0;
}

static void reply(const char *line)
{
    if (pending + LONGEST_REPLY > sizeof output)
        send_replies();
    pending += (size_t)snprintf(output + pending, sizeof output - pending, "%s\r\n", line);
}

static void greet(void)
{
    reply("250-sink");
    for (size_t i = 0; i < EXTENSIONS; i++) {
        char line[64];
        bool off = extensions[i].off || (i == STARTTLS && (settings == NULL || ssl != NULL));
        snprintf(line, sizeof line, "250-%s", extensions[i].keyword);
        if (!off)
            reply(line);
    }
    reply("250 HELP");
}

static void begin_chunk(const char *arguments)
{
    char *behind = NULL;
    to_come = strtoll(arguments, &behind, 10);
    last_chunk = strncasecmp(behind, " LAST", 5) == 0;
    state = CHUNK;
}

static bool is(const char *line, const char *verb)
{
    return strncasecmp(line, verb, strlen(verb)) == 0;
}

static void obey(const char *line)
{
    if (is(line, "BDAT ")) {
        begin_chunk(line + 5);
    } else if (is(line, "DATA")) {
        reply("354 go");
        state = DATA;
        line_start = true;
    } else if (is(line, "EHLO")) {
        greet();
    } else if (is(line, "STARTTLS") && settings != NULL) {
        reply("220 go");
        secure_next = true;
    } else if (is(line, "QUIT")) {
        reply("221 bye");
        send_replies();
        state = CLOSED;
    } else {
        reply("250 ok");
    }
}

/* Each takes what it can of the input; false: it needs more. */

static bool take_command(void)
{
    char *line = input + start;
    char *line_end = memchr(line, '\n', end - start);
    if (line_end == NULL)
        return false;
    *line_end = '\0';
    start += (size_t)(line_end + 1 - line);
    obey(line);
    return true;
}

static void end_message(size_t octets)
{
    seen.octets += (long long)octets;
    seen.messages++;
    reply("250 taken");
    state = COMMAND;
}

/* Looks for CR LF, dot, CR LF from dot to dot, as most mail has few. */
static bool take_text(void)
{
    for (size_t at = start; at < end; at++) {
        char *dot = memchr(input + at, '.', end - at);
        if (dot == NULL)
            break;
        at = (size_t)(dot - input);
        bool first = at == start ? line_start : input[at - 1] == '\n';
        if (first && end - at < 3) {
            /* What is behind the dot is still to come. */
            seen.octets += (long long)(at - start);
            start = at;
            line_start = true;
            return false;
        }
        if (first && memcmp(dot, ".\r\n", 3) == 0) {
            size_t octets = at - start;
            start = at + 3;
            end_message(octets);
            return true;
        }
    }
    seen.octets += (long long)(end - start);
    if (end > start)
        line_start = input[end - 1] == '\n';
    start = end;
    return false;
}

static bool take_chunk(void)
{
    size_t size = end - start;
    if ((long long)size > to_come)
        size = (size_t)to_come;
    start += size;
    to_come -= (long long)size;
    if (to_come > 0) {
        seen.octets += (long long)size;
        return false;
    }
    if (last_chunk) {
        end_message(size);
    } else {
        seen.octets += (long long)size;
        reply("250 go on");
        state = COMMAND;
    }
    return true;
}

static bool take(void)
{
    switch (state) {
    case COMMAND:
        return !secure_next && take_command();
    case DATA:
        return take_text();
    case CHUNK:
        return take_chunk();
    case CLOSED:
        break;
    }
    return false;
}

static void read_more(void)
{
    memmove(input, input + start, end - start);
    end -= start;
    start = 0;
    size_t room = INPUT_SIZE - end;
    ssize_t count = ssl != NULL ? SSL_read(ssl, input + end, (int)room)
                                : recv(descriptor, input + end, room, 0);
    if (count <= 0)
        state = CLOSED;
    else
        end += (size_t)count;
    seen.reads++;
}

static void secure(void)
{
    secure_next = false;
    ssl = SSL_new(settings);
    if (ssl == NULL || !SSL_set_fd(ssl, descriptor) || SSL_accept(ssl) != 1)
        state = CLOSED;
}

static void use_certificate(const char *certificate, const char *key)
{
    settings = SSL_CTX_new(TLS_server_method());
    if (settings == NULL || SSL_CTX_use_certificate_chain_file(settings, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(settings, key, SSL_FILETYPE_PEM) != 1)
        stop(certificate);
    SSL_CTX_set_read_ahead(settings, 1);
    SSL_CTX_set_default_read_buffer_len(settings, 256 * 1024);
}

static void read_arguments(int count, char **arguments)
{
    const char *certificate = NULL;
    for (int i = 1; i + 1 < count; i += 2) {
        if (strcmp(arguments[i], "--certificate") == 0)
            certificate = arguments[i + 1];
        else if (strcmp(arguments[i], "--key") == 0 && certificate != NULL)
            use_certificate(certificate, arguments[i + 1]);
        else if (strcmp(arguments[i], "--no") == 0)
            for (size_t k = 0; k < EXTENSIONS; k++)
                extensions[k].off |= strcmp(extensions[k].keyword, arguments[i + 1]) == 0;
    }
}

static void wait_for_client(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        stop("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    descriptor = accept(listener, NULL, NULL);
    const int on = 1;
    if (descriptor < 0 || setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        stop("accept");
}

int main(int count, char **arguments)
{
    signal(SIGPIPE, SIG_IGN);
    read_arguments(count, arguments);
    /* Paid for now, not while a client is measured. */
    memset(input, 0, sizeof input);
    memset(output, 0, sizeof output);
    wait_for_client();
    reply("220 sink");
    while (state != CLOSED) {
        send_replies();
        if (secure_next)
            secure();
        if (state == CLOSED)
            break;
        read_more();
        while (take())
            continue;
    }
    printf("{\"messages\": %lld, \"octets\": %lld, \"reads\": %lld, \"turns\": %lld}\n",
           seen.messages, seen.octets, seen.reads, seen.turns);
    return EXIT_SUCCESS;
}
