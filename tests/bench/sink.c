/* SPDX-License-Identifier: ISC */
/*
 * A server for measuring: takes whatever mail comes over its connections from this machine and
 * throws it away, faster than any client sends. Then it says what it has seen, and ends.
 *
 *   sink [--no EXTENSION]... [--certificate FILE --key FILE [--implicit yes]] [--login yes]
 *        [--delay MILLISECONDS] [--clients N]
 *
 * Prints "PORT\n" when it listens on 127.0.0.1, and in the end one line of JSON: messages, octets
 * of messages as they came (after dot-stuffing), reads, and turns: how often it answered after
 * having read. STARTTLS is announced when it has a certificate, unless TLS is implicit; AUTH with
 * --login, and any password is right. With --delay each answer is that late, as by a line with such
 * a round trip; what comes meanwhile is read. It ends when N clients (1 if not given) have gone;
 * each has a process.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    INPUT_SIZE = 1024 * 1024,
    OUTPUT_SIZE = 1024 * 1024,
    LONGEST_REPLY = 512,
    FLIGHTS = 4096,
    CLIENTS_LIMIT = 256
};

enum state { COMMAND, DATA, CHUNK, CLOSED };

static struct {
    const char *keyword;
    bool off;
} extensions[] = {
    {"PIPELINING", false}, {"SIZE", false},       {"8BITMIME", false}, {"SMTPUTF8", false},
    {"CHUNKING", false},   {"BINARYMIME", false}, {"STARTTLS", false},
};

enum { EXTENSIONS = sizeof extensions / sizeof *extensions, STARTTLS = EXTENSIONS - 1 };

struct sight {
    long long messages;
    long long octets;
    long long reads;
    long long turns;
};

static struct sight seen;

/* Answers on their way: each is the next octets of the output. */
static struct {
    double due;
    size_t size;
} flights[FLIGHTS];

static size_t first_flight, flight_count, octets_in_flight;
static double delay; /* in seconds */

static bool implicit_tls;
static bool has_login;
static int login_lines; /* of a login that are still to come */
static long clients = 1;
static int listener;
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

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void write_out(size_t size)
{
    size_t sent = 0;
    while (sent < size) {
        ssize_t count = ssl != NULL ? SSL_write(ssl, output + sent, (int)(size - sent))
                                    : send(descriptor, output + sent, size - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            state = CLOSED;
            break;
        }
        sent += (size_t)count;
    }
    pending -= size;
    memmove(output, output + size, pending);
}

/* Waits until the first answer is due. */
static void land_first(void)
{
    double left = flights[first_flight].due - now();
    if (left > 0)
        nanosleep(&(struct timespec){.tv_nsec = (long)(left * 1e9)}, NULL);
    write_out(flights[first_flight].size);
    octets_in_flight -= flights[first_flight].size;
    first_flight = (first_flight + 1) % FLIGHTS;
    flight_count--;
}

static void send_replies(void)
{
    size_t size = pending - octets_in_flight;
    if (size == 0)
        return;
    seen.turns++;
    if (delay <= 0) {
        write_out(size);
        return;
    }
    if (flight_count == FLIGHTS)
        land_first();
    size_t place = (first_flight + flight_count++) % FLIGHTS;
    flights[place].due = now() + delay;
    flights[place].size = size;
    octets_in_flight += size;
}

static void land_all(void)
{
    while (flight_count > 0)
        land_first();
}

/* Whether there is something to read before the first answer is due. */
static bool comes_first(void)
{
    if (flight_count == 0 || (ssl != NULL && SSL_has_pending(ssl)))
        return true;
    double left = flights[first_flight].due - now();
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    return poll(&wait, 1, left > 0.001 ? (int)(left * 1e3) : 0) > 0 && left > 0;
}

static void reply(const char *line)
{
    if (pending + LONGEST_REPLY > sizeof output) {
        send_replies();
        land_all();
    }
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
    if (has_login)
        reply("250-AUTH PLAIN LOGIN");
    reply("250 HELP");
}

/* Takes a login by PLAIN or LOGIN, a line at a time. */
static void go_on_with_login(void)
{
    reply(login_lines > 0 ? "334 VXNlcm5hbWU6" : "235 in");
}

static void begin_login(const char *mechanism)
{
    bool has_first = strchr(mechanism, ' ') != NULL;
    login_lines = (strncasecmp(mechanism, "PLAIN", 5) == 0 ? 1 : 2) - has_first;
    go_on_with_login();
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
    if (login_lines > 0) {
        login_lines--;
        go_on_with_login();
    } else if (is(line, "BDAT ")) {
        begin_chunk(line + 5);
    } else if (is(line, "DATA")) {
        reply("354 go");
        state = DATA;
        line_start = true;
    } else if (is(line, "EHLO")) {
        greet();
    } else if (is(line, "AUTH ") && has_login) {
        begin_login(line + 5);
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
    land_all();
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
        else if (strcmp(arguments[i], "--implicit") == 0)
            implicit_tls = true;
        else if (strcmp(arguments[i], "--login") == 0)
            has_login = true;
        else if (strcmp(arguments[i], "--delay") == 0)
            delay = strtod(arguments[i + 1], NULL) / 1e3;
        else if (strcmp(arguments[i], "--clients") == 0)
            clients = strtol(arguments[i + 1], NULL, 10);
        else if (strcmp(arguments[i], "--no") == 0)
            for (size_t k = 0; k < EXTENSIONS; k++)
                extensions[k].off |= strcmp(extensions[k].keyword, arguments[i + 1]) == 0;
    }
}

static void begin_listening(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, CLIENTS_LIMIT) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        stop("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
}

static void wait_for_client(void)
{
    descriptor = accept(listener, NULL, NULL);
    const int on = 1;
    if (descriptor < 0 || setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        stop("accept");
}

static void serve(void)
{
    reply("220 sink");
    if (implicit_tls)
        secure();
    while (state != CLOSED) {
        send_replies();
        if (secure_next)
            secure();
        if (state == CLOSED)
            break;
        if (!comes_first()) {
            land_first();
            continue;
        }
        read_more();
        while (take())
            continue;
    }
    land_all();
    close(descriptor);
}

/* Serves each client in a process of its own, and adds up what they have seen. */
static void serve_many(void)
{
    struct sight *sights = mmap(NULL, (size_t)clients * sizeof *sights, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (sights == MAP_FAILED)
        stop("mmap");
    for (long i = 0; i < clients; i++) {
        wait_for_client();
        pid_t child = fork();
        if (child < 0)
            stop("fork");
        if (child == 0) {
            serve();
            sights[i] = seen;
            _exit(EXIT_SUCCESS);
        }
        close(descriptor);
    }
    while (wait(NULL) > 0)
        continue;
    for (long i = 0; i < clients; i++) {
        seen.messages += sights[i].messages;
        seen.octets += sights[i].octets;
        seen.reads += sights[i].reads;
        seen.turns += sights[i].turns;
    }
}

int main(int count, char **arguments)
{
    signal(SIGPIPE, SIG_IGN);
    read_arguments(count, arguments);
    /* Paid for now, not while a client is measured. */
    memset(input, 0, sizeof input);
    memset(output, 0, sizeof output);
    begin_listening();
    if (clients > 1) {
        serve_many();
    } else {
        wait_for_client();
        serve();
    }
    printf("{\"messages\": %lld, \"octets\": %lld, \"reads\": %lld, \"turns\": %lld}\n",
           seen.messages, seen.octets, seen.reads, seen.turns);
    return EXIT_SUCCESS;
}
