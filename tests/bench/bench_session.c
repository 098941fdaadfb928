/* SPDX-License-Identifier: ISC */
/*
 * How many small messages a second go through mailer_send_each over loopback to a server that only
 * counts them, in a process of its own; by DATA and by BDAT. Prints a line for each, with the
 * processor time that the sender took for a message.
 *
 *   bench_session [MESSAGES]   10,000 by default
 */
#include <mailer/mailer.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "bench_session: %s\n", why);
    exit(1);
}

/* ---- The server ---- */

struct sink {
    int descriptor;
    char in[256 * 1024];
    size_t size;
    size_t taken;
    char out[256 * 1024];
    size_t out_size;
};

static void say(struct sink *sink, const char *text)
{
    size_t size = strlen(text);
    if (sink->out_size + size > sizeof sink->out)
        stop("the server has too much to say");
    memcpy(sink->out + sink->out_size, text, size);
    sink->out_size += size;
}

/* Answers what was asked, and reads more behind what is left. */
static int fill(struct sink *sink)
{
    memmove(sink->in, sink->in + sink->taken, sink->size - sink->taken);
    sink->size -= sink->taken;
    sink->taken = 0;
    if (sink->out_size > 0 && send(sink->descriptor, sink->out, sink->out_size, MSG_NOSIGNAL) < 0)
        return 0;
    sink->out_size = 0;
    ssize_t count = recv(sink->descriptor, sink->in + sink->size, sizeof sink->in - sink->size, 0);
    if (count <= 0)
        return 0;
    sink->size += (size_t)count;
    return 1;
}

/* The next line, ended by LF; NULL at the end. */
static const char *next_line(struct sink *sink)
{
    for (;;) {
        char *line = sink->in + sink->taken;
        char *end = memchr(line, '\n', sink->size - sink->taken);
        if (end != NULL) {
            sink->taken = (size_t)(end + 1 - sink->in);
            return line;
        }
        if (!fill(sink))
            return NULL;
    }
}

static void skip(struct sink *sink, size_t size)
{
    while (size > 0) {
        size_t piece = sink->size - sink->taken;
        piece = piece < size ? piece : size;
        sink->taken += piece;
        size -= piece;
        if (size > 0 && !fill(sink))
            return;
    }
}

static void serve(struct sink *sink, const char *capabilities)
{
    const char *line;
    say(sink, "220 sink\r\n");
    while ((line = next_line(sink)) != NULL) {
        if (line[0] == 'E') {
            say(sink, capabilities);
        } else if (line[0] == 'D') {
            say(sink, "354 go\r\n");
            do
                line = next_line(sink);
            while (line != NULL && line[0] != '.');
            say(sink, "250 taken\r\n");
        } else if (line[0] == 'B') {
            skip(sink, strtoul(line + 5, NULL, 10));
            say(sink, "250 taken\r\n");
        } else {
            say(sink, "250 ok\r\n");
        }
    }
}

static void run_sink(int listener, const char *capabilities)
{
    static struct sink sink;
    const int on = 1;
    sink.descriptor = accept(listener, NULL, NULL);
    setsockopt(sink.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    serve(&sink, capabilities);
    close(sink.descriptor);
}

/* ---- The sender ---- */

/* Each message is made when it is asked for and freed when it is told of. */
struct work {
    size_t left;
    size_t sent;
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct work *work = context;
    *message = NULL;
    if (work->left == 0)
        return 0;
    work->left--;
    struct mailer_message *made = NULL;
    mailer_message_new(&made, error);
    mailer_message_set_from(made, "ann@example.test", error);
    mailer_message_add_to(made, "bob@example.test", error);
    mailer_message_set_subject(made, "One of many", error);
    mailer_message_set_text(made, "Hello Bob,\n\nthis is one of many.\n", error);
    *message = made;
    return mailer_message_seal(made, error);
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    (void)result;
    struct work *work = context;
    work->sent += error->error_class == MAILER_OK;
    mailer_message_free((struct mailer_message *)message);
}

/* The same one again and again, to leave the making of messages out. */
struct repeat {
    const struct mailer_message *message;
    struct work work;
};

static int next_same(void *context, const struct mailer_message **message,
                     struct mailer_error *error)
{
    (void)error;
    struct repeat *repeat = context;
    *message = repeat->work.left == 0 ? NULL : repeat->message;
    repeat->work.left -= repeat->work.left > 0;
    return 0;
}

static void report_same(void *context, const struct mailer_message *message,
                        const struct mailer_result *result, const struct mailer_error *error)
{
    (void)message;
    (void)result;
    struct repeat *repeat = context;
    repeat->work.sent += error->error_class == MAILER_OK;
}

static double wall(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double processor(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

static void measure(const char *name, const char *capabilities, size_t count, int makes_each)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        stop("no port to listen on");
    pid_t child = fork();
    if (child < 0)
        stop("no process for the server");
    if (child == 0) {
        run_sink(listener, capabilities);
        _exit(0);
    }
    close(listener);
    char url[64];
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", ntohs(address.sin_port));
    struct mailer_server server = MAILER_SERVER_INIT;
    server.url = url;
    struct mailer_error error = MAILER_ERROR_INIT;
    struct work one = {.left = 1};
    struct repeat repeat = {.work = {.left = count}};
    struct work work = {.left = count};
    if (next(&one, &repeat.message, &error) != 0)
        stop(error.text);
    double start = wall();
    double busy = processor();
    int result = makes_each ? mailer_send_each(&server, next, report, &work, &error)
                            : mailer_send_each(&server, next_same, report_same, &repeat, &error);
    busy = processor() - busy;
    start = wall() - start;
    if (result != 0 || (makes_each ? work.sent : repeat.work.sent) != count)
        stop(error.text);
    printf("%-34s %8.0f messages/s %8.2f us of processor time each\n", name, (double)count / start,
           busy * 1e6 / (double)count);
    mailer_message_free((struct mailer_message *)repeat.message);
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
    static const char by_data[] = "250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n";
    static const char by_bdat[] = "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n";
    for (int round = 0; round < 3; round++) {
        measure("by DATA, one message again", by_data, count, 0);
        measure("by BDAT, one message again", by_bdat, count, 0);
        measure("by DATA, each message made", by_data, count, 1);
        measure("by BDAT, each message made", by_bdat, count, 1);
    }
    return 0;
}
