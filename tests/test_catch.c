/* SPDX-License-Identifier: ISC */
/* A real server in a process of its own, talked to over sockets. */
#include "harness/harness.h"

#include "buffer.h"
#include "catch.h"
#include "clock.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPENING "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<d@e>\r\n"

struct server {
    pid_t process;
    char folder[64];
    FILE *output;
    int port;
};

static void start(struct server *server, struct catch_options options)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    snprintf(server->folder, sizeof server->folder, "/tmp/test-catch-XXXXXX");
    assert_non_null(mkdtemp(server->folder));
    fflush(stdout);
    server->process = fork();
    assert_true(server->process >= 0);
    if (server->process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        options.listen = options.listen != NULL ? options.listen : ":0";
        options.directory = server->folder;
        _exit(-catch_run(&options, NULL));
    }
    close(ends[1]);
    server->output = fdopen(ends[0], "r");
    assert_non_null(server->output);
    char line[256];
    assert_non_null(fgets(line, sizeof line, server->output));
    const char *comma = strchr(line, ',');
    assert_non_null(comma);
    while (comma[-1] != ':')
        comma--;
    server->port = (int)strtol(comma, NULL, 10);
    assert_true(server->port > 0);
    assert_non_null(strstr(line, server->folder));
}

/* Counts the files with a suffix, "" for all but the hidden "." and "..". */
static size_t count_files(const struct server *server, const char *suffix, bool removed)
{
    DIR *folder = opendir(server->folder);
    assert_non_null(folder);
    size_t count = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        size_t length = strlen(entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            length < strlen(suffix) || strcmp(entry->d_name + length - strlen(suffix), suffix) != 0)
            continue;
        count++;
        char path[400];
        snprintf(path, sizeof path, "%s/%s", server->folder, entry->d_name);
        if (removed)
            unlink(path);
    }
    closedir(folder);
    return count;
}

/* Waits for the end of the server; with a signal above 0 it is told to end. */
static void finish(struct server *server, int signal_number, size_t messages)
{
    if (signal_number > 0)
        assert_int_equal(kill(server->process, signal_number), 0);
    int status = -1;
    assert_int_equal(waitpid(server->process, &status, 0), server->process);
    assert_int_equal(status, 0);
    assert_int_equal(count_files(server, "", false), messages * 2);
    assert_int_equal(count_files(server, ".eml", false), messages);
    count_files(server, "", true);
    assert_int_equal(rmdir(server->folder), 0);
    fclose(server->output);
}

static int connect_to(const struct server *server)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)server->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(client >= 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&address, sizeof address), 0);
    return client;
}

static void say(int client, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(client, bytes, size, MSG_NOSIGNAL);
        assert_true(sent > 0);
        bytes += sent;
        size -= (size_t)sent;
    }
}

static void say_text(int client, const char *text)
{
    say(client, text, strlen(text));
}

/* Reads until a line that begins with the reply has come; false at the end of the connection. */
static bool hear(int client, const char *wanted)
{
    char line[600];
    size_t used = 0;
    for (;;) {
        struct pollfd wait = {.fd = client, .events = POLLIN};
        if (poll(&wait, 1, 20000) != 1 || recv(client, line + used, 1, 0) != 1)
            return false;
        if (line[used++] != '\n')
            continue;
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            return true;
        used = 0;
    }
}

static bool is_closed(int client)
{
    char rest[4096];
    ssize_t size = 0;
    do {
        struct pollfd wait = {.fd = client, .events = POLLIN};
        if (poll(&wait, 1, 20000) != 1)
            return false;
        size = recv(client, rest, sizeof rest, 0);
    } while (size > 0);
    return true;
}

static void a_message_is_kept_shown_and_counted(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.count = 2});
    int client = connect_to(&server);
    assert_true(hear(client, "220"));
    say_text(client, OPENING "RCPT TO:<f@g>\r\nDATA\r\n");
    assert_true(hear(client, "354"));
    say_text(client, "From: x\r\nSUBJECT:  Hi \x1B[2J you\r\n\r\nSubject: no\r\n.\r\n");
    assert_true(hear(client, "250 2.0.0 2"));
    say_text(client, OPENING "BDAT 3 LAST\r\n\n\r\x01");
    assert_true(hear(client, "250 2.0.0 2"));
    say_text(client, OPENING "BDAT 1 LAST\r\nx");
    assert_true(hear(client, "421 4.3.2"));
    assert_true(is_closed(client));
    close(client);
    char line[1024];
    assert_non_null(fgets(line, sizeof line, server.output));
    static const char first[] =
        "1: 47 octets from <a@b> to <d@e> and 1 more, \"Hi \\x1B[2J you\", 2";
    assert_memory_equal(line, first, sizeof first - 1);
    assert_non_null(strstr(line, ".eml\n"));
    assert_non_null(fgets(line, sizeof line, server.output));
    static const char second[] = "2: 3 octets from <a@b> to <d@e>, \"\", 2";
    assert_memory_equal(line, second, sizeof second - 1);
    finish(&server, 0, 2);
}

static void both_signals_end_it_and_nothing_half_done_stays(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < 2; i++) {
        struct server server;
        start(&server, (struct catch_options){.quiet = true});
        int client = connect_to(&server);
        say_text(client, OPENING "DATA\r\n");
        assert_true(hear(client, "354"));
        say_text(client, "abc\r\n");
        finish(&server, signals[i], 0);
        assert_true(hear(client, "421"));
        close(client);
    }
}

static void a_connection_cut_in_the_middle_leaves_no_file(void **state)
{
    (void)state;
    static const char *const cuts[] = {OPENING "DATA\r\nabc\r\n.", OPENING "BDAT 10\r\nabc",
                                       OPENING "BDAT 3\r\nabc", OPENING};
    struct server server;
    start(&server, (struct catch_options){.quiet = true});
    for (size_t i = 0; i < 8; i++) {
        int client = connect_to(&server);
        assert_true(hear(client, "220"));
        say_text(client, cuts[i / 2]);
        assert_true(hear(client, "250 2.1.5"));
        if (i % 2 == 0) {
            const struct linger reset = {.l_onoff = 1, .l_linger = 0};
            setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        } else {
            shutdown(client, SHUT_WR);
            assert_true(is_closed(client));
        }
        close(client);
    }
    int client = connect_to(&server);
    say_text(client, "QUIT\r\nNOOP\r\n");
    assert_true(hear(client, "221"));
    assert_true(is_closed(client));
    close(client);
    finish(&server, SIGTERM, 0);
}

static void what_a_client_says_before_it_closes_is_answered(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.quiet = true, .listen = "127.0.0.1:0"});
    int client = connect_to(&server);
    say_text(client, OPENING "BDAT 3 LAST\r\nabcQUIT\r\nMAIL FROM:<a@b>\r\n");
    shutdown(client, SHUT_WR);
    assert_true(hear(client, "250 2.0.0 2"));
    assert_true(hear(client, "221"));
    assert_true(is_closed(client));
    close(client);
    finish(&server, SIGTERM, 1);
}

static void a_client_that_reads_late_gets_every_reply(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.quiet = true});
    int client = connect_to(&server);
    assert_int_equal(fcntl(client, F_SETFL, O_NONBLOCK), 0);
    enum { TIMES = 300000, LINE = 6, REPLY = 14 };
    static char commands[LINE * 5000];
    for (size_t i = 0; i < sizeof commands; i += LINE)
        memcpy(commands + i, "NOOP\r\n", LINE);
    /* Sends until the server stops reading, then reads everything. */
    size_t sent = 0;
    size_t received = 0;
    bool stuck = false;
    const size_t greeting = strlen("220 localhost ESMTP mailer catch\r\n");
    while (received < greeting + (size_t)TIMES * REPLY) {
        struct pollfd wait = {
            .fd = client,
            .events = (short)((stuck ? POLLIN : 0) | (sent < (size_t)TIMES * LINE ? POLLOUT : 0))};
        int ready = poll(&wait, 1, stuck ? 20000 : 200);
        assert_true(ready > 0 || !stuck);
        stuck = stuck || ready == 0 || sent == (size_t)TIMES * LINE;
        char replies[65536];
        ssize_t size = (wait.revents & POLLIN) ? recv(client, replies, sizeof replies, 0) : 0;
        assert_true(size >= 0);
        received += (size_t)size;
        if ((wait.revents & POLLOUT) == 0)
            continue;
        size_t from = sent % sizeof commands;
        size_t part = sizeof commands - from;
        if (part > (size_t)TIMES * LINE - sent)
            part = (size_t)TIMES * LINE - sent;
        size = send(client, commands + from, part, MSG_NOSIGNAL);
        assert_true(size > 0 || errno == EAGAIN);
        sent += size > 0 ? (size_t)size : 0;
    }
    assert_int_equal(received, greeting + (size_t)TIMES * REPLY);
    close(client);
    finish(&server, SIGTERM, 0);
}

static void connections_past_the_limit_are_turned_away(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.quiet = true});
    int clients[64];
    for (size_t i = 0; i < 64; i++) {
        clients[i] = connect_to(&server);
        assert_true(hear(clients[i], "220"));
    }
    for (size_t i = 0; i < 936; i++) {
        int client = connect_to(&server);
        assert_true(hear(client, "421"));
        assert_true(is_closed(client));
        close(client);
    }
    for (size_t i = 0; i < 64; i++) {
        say_text(clients[i], OPENING "BDAT 1 LAST\r\nx");
        assert_true(hear(clients[i], "250 2.0.0 2"));
        close(clients[i]);
    }
    int64_t until = clock_milliseconds() + 10000;
    bool welcome = false;
    while (!welcome && clock_milliseconds() < until) {
        int client = connect_to(&server);
        welcome = hear(client, "220");
        close(client);
    }
    assert_true(welcome);
    finish(&server, SIGTERM, 64);
}

static void a_silent_client_does_not_hold_up_others_and_is_closed(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.quiet = true, .idle_seconds = 1});
    int silent = connect_to(&server);
    say_text(silent, OPENING "DATA\r\nhalf a li");
    assert_true(hear(silent, "354"));
    int other = connect_to(&server);
    say_text(other, OPENING "BDAT 1 LAST\r\nxQUIT\r\n");
    assert_true(hear(other, "221"));
    close(other);
    assert_true(hear(silent, "421"));
    assert_true(is_closed(silent));
    close(silent);
    finish(&server, SIGTERM, 1);
}

static void a_large_message_comes_through_data(void **state)
{
    (void)state;
    struct server server;
    start(&server, (struct catch_options){.count = 1, .quiet = true});
    int client = connect_to(&server);
    say_text(client, OPENING "DATA\r\n");
    assert_true(hear(client, "354"));
    enum { TIMES = 2000 };
    static const char block[] = "..begins with a dot\r\nand another line of text\r\n\r\n..\r\n";
    struct buffer text = buffer_empty(1 << 20);
    for (int i = 0; i < TIMES; i++)
        buffer_append(&text, block, sizeof block - 1);
    for (int i = 0; i < 20; i++)
        say(client, text.bytes, text.size);
    say_text(client, ".\r\nQUIT\r\n");
    buffer_free(&text);
    char line[128];
    size_t used = 0;
    while (recv(client, line + used, 1, 0) == 1 && line[used] != '\n')
        used++;
    line[used - 1] = '\0';
    assert_true(hear(client, "221"));
    close(client);
    char path[256];
    snprintf(path, sizeof path, "%s/%s", server.folder, line + strlen("250 2.0.0 "));
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, (sizeof block - 3) * TIMES * 20);
    finish(&server, 0, 1);
}

static void wrong_options_are_told(void **state)
{
    (void)state;
    static const char *const addresses[] = {"",           "127.0.0.1", "::1:25",  "localhost:25",
                                            "127.0.0.1:", "1.2.3.4:x", "[::1:25", ":99999999"};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        const struct catch_options options = {.listen = addresses[i]};
        if (catch_run(&options, &error) != MAILER_USAGE)
            fail_msg("taken: %s", addresses[i]);
        assert_non_null(strstr(error.text, "address to listen on"));
    }
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(catch_run(&(struct catch_options){.listen = "192.0.2.1:0"}, &error),
                     MAILER_SYSTEM);
    assert_int_equal(catch_run(&(struct catch_options){.listen = ":0", .without = "X"}, NULL),
                     MAILER_USAGE);
    assert_int_equal(
        catch_run(&(struct catch_options){.listen = ":0", .directory = "/dev/null"}, NULL),
        MAILER_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_kept_shown_and_counted),
        cmocka_unit_test(both_signals_end_it_and_nothing_half_done_stays),
        cmocka_unit_test(a_connection_cut_in_the_middle_leaves_no_file),
        cmocka_unit_test(what_a_client_says_before_it_closes_is_answered),
        cmocka_unit_test(a_client_that_reads_late_gets_every_reply),
        cmocka_unit_test(connections_past_the_limit_are_turned_away),
        cmocka_unit_test(a_silent_client_does_not_hold_up_others_and_is_closed),
        cmocka_unit_test(a_large_message_comes_through_data),
        cmocka_unit_test(wrong_options_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
