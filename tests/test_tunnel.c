/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "memory_connection.h"
#include "tunnel.h"

#include <stdio.h>

/* What a proxy says and what it must be told, one after the other, beginning with the client. */
struct play {
    struct net_tunnel_options options;
    const char *lines[6]; /* client, proxy, client, proxy ... */
    size_t sizes[6];
    int result;
    const char *words; /* in the text of the error */
};

#define SAID(text) (sizeof(text) - 1)

static int hear(struct net_tunnel *tunnel, const char *bytes, size_t size, size_t piece,
                struct mailer_error *error)
{
    int result = NET_WAITING;
    for (size_t at = 0; at < size && result == NET_WAITING;) {
        size_t now = net_tunnel_room(tunnel);
        assert_true(now > 0);
        if (now > piece)
            now = piece;
        if (now > size - at)
            now = size - at;
        char *block = harness_exact(bytes + at, now);
        result = net_tunnel_receive(tunnel, block, now, error);
        free(block);
        at += now;
        if (result == NET_READY)
            assert_int_equal(at, size);
    }
    return result;
}

static void perform(const struct play *play, size_t piece)
{
    struct net_tunnel *tunnel = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_tunnel_new(&tunnel, &play->options, &error), 0);
    int result = NET_WAITING;
    for (size_t i = 0; i < 6 && play->lines[i] != NULL; i++) {
        assert_int_equal(result, NET_WAITING);
        if (i % 2 == 1) {
            result = hear(tunnel, play->lines[i], play->sizes[i], piece, &error);
            continue;
        }
        const char *bytes = NULL;
        assert_int_equal(net_tunnel_out(tunnel, &bytes), play->sizes[i]);
        assert_memory_equal(bytes, play->lines[i], play->sizes[i]);
        for (size_t at = 0; at < play->sizes[i];) {
            size_t now = piece < play->sizes[i] - at ? piece : play->sizes[i] - at;
            net_tunnel_sent(tunnel, now);
            at += now;
        }
    }
    const char *bytes = NULL;
    assert_int_equal(result, play->result);
    assert_int_equal(net_tunnel_out(tunnel, &bytes), 0);
    if (result == NET_READY || result < 0)
        assert_int_equal(net_tunnel_room(tunnel), 0);
    if (play->words != NULL) {
        assert_int_equal(error.stage, MAILER_STAGE_CONNECT);
        if (strstr(error.text, play->words) == NULL)
            fail_msg("\"%s\" lacks \"%s\"", error.text, play->words);
        assert_null(strstr(error.text, "s3cret"));
    }
    net_tunnel_free(tunnel);
}

#define SOCKS(given)                                                                               \
    {                                                                                              \
        NET_TUNNEL_SOCKS5, "p.test", given, 587, NULL, NULL                                        \
    }
#define SOCKS_LOGIN                                                                                \
    {                                                                                              \
        NET_TUNNEL_SOCKS5, "p.test", "a.test", 587, "ann", "s3cret"                                \
    }
#define HTTP(given)                                                                                \
    {                                                                                              \
        NET_TUNNEL_HTTP, "p.test", given, 587, NULL, NULL                                          \
    }
#define HTTP_LOGIN(password)                                                                       \
    {                                                                                              \
        NET_TUNNEL_HTTP, "p.test", "a.test", 25, "ann", password                                   \
    }
#define L(a)                                                                                       \
    {a},                                                                                           \
    {                                                                                              \
        SAID(a)                                                                                    \
    }
#define L2(a, b)                                                                                   \
    {a, b},                                                                                        \
    {                                                                                              \
        SAID(a), SAID(b)                                                                           \
    }
#define L4(a, b, c, d)                                                                             \
    {a, b, c, d},                                                                                  \
    {                                                                                              \
        SAID(a), SAID(b), SAID(c), SAID(d)                                                         \
    }
#define L6(a, b, c, d, e, f)                                                                       \
    {a, b, c, d, e, f},                                                                            \
    {                                                                                              \
        SAID(a), SAID(b), SAID(c), SAID(d), SAID(e), SAID(f)                                       \
    }
#define HELLO     "\5\1\0"
#define HELLO_TWO "\5\2\0\2"
#define ASK       "\5\1\0\3\6a.test\x02\x4b"
#define LOGIN     "\1\3ann\6s3cret"
#define REQUEST   "CONNECT a.test:587 HTTP/1.1\r\nHost: a.test:587\r\n\r\n"

static const struct play plays[] = {
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\1\1\2\3\4\5\6"), NET_READY, NULL},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\3\0\5\6"), NET_READY, NULL},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\3\4host\5\6"), NET_READY, NULL},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\4aaaaaaaaaaaaaaaa\5\6"), NET_READY, NULL},
    {SOCKS("192.0.2.1"), L4(HELLO, "\5\0", "\5\1\0\1\xc0\0\2\1\x02\x4b", "\5\0\0\1\1\2\3\4\5\6"),
     NET_READY, NULL},
    {SOCKS("2001:db8::1"),
     L4(HELLO, "\5\0", "\5\1\0\4\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x02\x4b",
        "\5\0\0\1\1\2\3\4\5\6"),
     NET_READY, NULL},
    {SOCKS_LOGIN, L6(HELLO_TWO, "\5\2", LOGIN, "\1\0", ASK, "\5\0\0\1\1\2\3\4\5\6"), NET_READY,
     NULL},
    {SOCKS_LOGIN, L4(HELLO_TWO, "\5\0", ASK, "\5\0\0\1\1\2\3\4\5\6"), NET_READY, NULL},
    {SOCKS_LOGIN, L4(HELLO_TWO, "\5\2", LOGIN, "\1\1"), MAILER_AUTH, "refuses the login of ann"},
    {SOCKS_LOGIN, L4(HELLO_TWO, "\5\2", LOGIN, "\5\0"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS_LOGIN, L2(HELLO_TWO, "\5\xff"), MAILER_AUTH, "logs nobody in"},
    {SOCKS("a.test"), L2(HELLO, "\5\xff"), MAILER_AUTH, "wants a login"},
    {SOCKS("a.test"), L2(HELLO, "\5\2"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L2(HELLO, "\5\1"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L2(HELLO, "\4\0"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L2(HELLO, "HT"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\2"), MAILER_CONNECT, "not allowed by its rules"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\4"), MAILER_CONNECT, "unreachable"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\5"), MAILER_CONNECT,
     "a.test, port 587: connection"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\x99"), MAILER_CONNECT,
     "no reason given (reply 153)"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\4\0"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\1\1\1"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\2\1"), MAILER_PROTOCOL, "SOCKS 5"},
    {SOCKS("a.test"), L4(HELLO, "\5\0", ASK, "\5\0\0\1\1\2\3\4\5"), NET_WAITING, NULL},

    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 200 OK\r\n\r\n"), NET_READY, NULL},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.0 299\n\n"), NET_READY, NULL},
    {HTTP("a.test"),
     L2(REQUEST, "HTTP/1.1 200 Connection established\r\nContent-Length: 5\r\nVia: x\r\n\r\n"),
     NET_READY, NULL},
    {HTTP("2001:db8::1"),
     L2("CONNECT [2001:db8::1]:587 HTTP/1.1\r\nHost: [2001:db8::1]:587\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\n\n"),
     NET_READY, NULL},
    /* RFC 7617 2: base64 of ann:s3cret, and its two other lengths. */
    {HTTP_LOGIN("s3cret"),
     L2("CONNECT a.test:25 HTTP/1.1\r\nHost: a.test:25\r\n"
        "Proxy-Authorization: Basic YW5uOnMzY3JldA==\r\n\r\n",
        "HTTP/1.1 407 No\r\n\r\n"),
     MAILER_AUTH, "refuses the login of ann: 407 No"},
    {HTTP_LOGIN("s3cret!"),
     L("CONNECT a.test:25 HTTP/1.1\r\nHost: a.test:25\r\n"
       "Proxy-Authorization: Basic YW5uOnMzY3JldCE=\r\n\r\n"),
     NET_WAITING, NULL},
    {HTTP_LOGIN("s3cret!!"),
     L("CONNECT a.test:25 HTTP/1.1\r\nHost: a.test:25\r\n"
       "Proxy-Authorization: Basic YW5uOnMzY3JldCEh\r\n\r\n"),
     NET_WAITING, NULL},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 407 Who\r\n\r\n"), MAILER_AUTH, "wants a login"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 403 \x1b[2JForbidden\r\nX: y\r\n\r\n"), MAILER_CONNECT,
     "p.test does not connect to a.test, port 587: 403 "},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 302\r\n\r\n"), MAILER_CONNECT, ": 302"},
    /* RFC 9110 15.2: whatever it is, the final one comes behind it. */
    {HTTP("a.test"),
     L2(REQUEST, "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 100\n\nHTTP/1.1 200 OK\r\n\r\n"),
     NET_READY, NULL},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 403 No\r\n\r\n"),
     MAILER_CONNECT, ": 403 No"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 100 Go on\r\n\r\n"), NET_WAITING, NULL},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 100 Go on\r\n\r\n220"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 101 To\r\n\r\n"), MAILER_PROTOCOL, "with 101"},
    {HTTP("a.test"), L2(REQUEST, "220 mail ESMTP"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/2.0 200 OK"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 2x0 OK"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 2000"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "\5"), MAILER_PROTOCOL, "HTTP proxy"},
    {HTTP("a.test"), L2(REQUEST, "HTTP/1.1 200 OK\r\n"), NET_WAITING, NULL},
};

static void every_dialogue_comes_to_its_end_at_all_splits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
        /* A dialogue that goes on behind a failure would not be noticed at coarser splits. */
        for (size_t piece = 1; piece <= 20; piece++)
            perform(&plays[i], piece);
        perform(&plays[i], SIZE_MAX);
    }
}

static void what_would_break_the_request_is_refused(void **state)
{
    (void)state;
    static char long_name[300];
    memset(long_name, 'a', 256);
    const struct net_tunnel_options cases[] = {
        {NET_TUNNEL_HTTP, "p", "a\r\nX: y", 25, NULL, NULL},
        {NET_TUNNEL_HTTP, "p", "a b", 25, NULL, NULL},
        {NET_TUNNEL_HTTP, "p", "a/b", 25, NULL, NULL},
        {NET_TUNNEL_HTTP, "p", "a:b", 25, NULL, NULL},
        {NET_TUNNEL_HTTP, "p", "", 25, NULL, NULL},
        {NET_TUNNEL_SOCKS5, "p", "a\nb", 25, NULL, NULL},
        {NET_TUNNEL_SOCKS5, "p", "fe80::1%lo", 25, NULL, NULL},
        {NET_TUNNEL_SOCKS5, "p", long_name, 25, NULL, NULL},
        {NET_TUNNEL_SOCKS5, "p", "a", 25, long_name, "b"},
        {NET_TUNNEL_SOCKS5, "p", "a", 25, "b", long_name},
        {NET_TUNNEL_HTTP, "p", "a", 25, "b\r\nX: y", "b"},
        {NET_TUNNEL_HTTP, "p", "a", 25, "b", "b\r\n"},
        {NET_TUNNEL_HTTP, "p", "a", 25, "b:c", "b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_tunnel *tunnel = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(net_tunnel_new(&tunnel, &cases[i], &error), MAILER_USAGE);
        assert_null(tunnel);
        assert_true(error.text[0] != '\0');
    }
}

static void the_longest_names_fit(void **state)
{
    (void)state;
    char host[256];
    char word[256];
    memset(host, 'h', 255);
    memset(word, 'w', 255);
    host[255] = word[255] = '\0';
    for (int kind = 0; kind < 2; kind++) {
        struct net_tunnel_options options = {
            (enum net_tunnel_kind)kind, "p", host, 65535, word, word};
        struct net_tunnel *tunnel = NULL;
        assert_int_equal(net_tunnel_new(&tunnel, &options, NULL), 0);
        if (kind == NET_TUNNEL_SOCKS5) {
            net_tunnel_sent(tunnel, 4);
            assert_int_equal(net_tunnel_receive(tunnel, "\5\2", 2, NULL), NET_WAITING);
        }
        const char *bytes = NULL;
        assert_true(net_tunnel_out(tunnel, &bytes) > 510);
        net_tunnel_free(tunnel);
    }
}

static void a_proxy_that_says_too_much_is_left(void **state)
{
    (void)state;
    struct net_tunnel_options options = HTTP("a.test");
    struct net_tunnel *tunnel = NULL;
    assert_int_equal(net_tunnel_new(&tunnel, &options, NULL), 0);
    int result = hear(tunnel, "HTTP/1.1 200 ", 13, 13, NULL);
    size_t said = 13;
    struct mailer_error error = MAILER_ERROR_INIT;
    for (; result == NET_WAITING && said < 1000000; said++)
        result = net_tunnel_receive(tunnel, "x", 1, &error);
    assert_int_equal(result, MAILER_PROTOCOL);
    assert_int_equal(said, 16 * 1024);
    net_tunnel_free(tunnel);
}

static void nothing_behind_the_answer_is_taken_from_the_connection(void **state)
{
    (void)state;
    static const char answer[] = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n220 there\r\n";
    for (size_t piece = 0; piece < 20; piece++) {
        struct net_memory_peer peer = {.to_client = buffer_empty(1000),
                                       .from_client = buffer_empty(1000),
                                       .read_piece = piece,
                                       .write_piece = piece};
        struct net_connection *connection = NULL;
        assert_int_equal(net_memory_connection_new(&connection, &peer, NULL), 0);
        struct net_tunnel_options options = HTTP("a.test");
        struct net_tunnel *tunnel = NULL;
        assert_int_equal(net_tunnel_new(&tunnel, &options, NULL), 0);
        assert_int_equal(net_tunnel_step(tunnel, connection, NULL), NET_WAITING);
        assert_int_equal(peer.from_client.size, SAID(REQUEST));
        buffer_append_string(&peer.to_client, answer);
        assert_int_equal(net_tunnel_step(tunnel, connection, NULL), NET_READY);
        assert_int_equal(peer.to_client.size, 11);
        net_tunnel_free(tunnel);
        net_connection_close(connection);
        buffer_free(&peer.to_client);
        buffer_free(&peer.from_client);
    }
}

static void a_lost_proxy_is_told(void **state)
{
    (void)state;
    struct net_memory_peer peer = {.to_client = buffer_empty(1000),
                                   .from_client = buffer_empty(1000)};
    struct net_connection *connection = NULL;
    assert_int_equal(net_memory_connection_new(&connection, &peer, NULL), 0);
    struct net_tunnel_options options = SOCKS("a.test");
    struct net_tunnel *tunnel = NULL;
    assert_int_equal(net_tunnel_new(&tunnel, &options, NULL), 0);
    assert_int_equal(net_tunnel_step(tunnel, connection, NULL), NET_WAITING);
    peer.closed = true;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_tunnel_step(tunnel, connection, &error), MAILER_NETWORK);
    assert_non_null(strstr(error.text, "the proxy p.test closed"));
    net_tunnel_free(tunnel);
    net_connection_close(connection);
    buffer_free(&peer.to_client);
    buffer_free(&peer.from_client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dialogue_comes_to_its_end_at_all_splits),
        cmocka_unit_test(what_would_break_the_request_is_refused),
        cmocka_unit_test(the_longest_names_fit),
        cmocka_unit_test(a_proxy_that_says_too_much_is_left),
        cmocka_unit_test(nothing_behind_the_answer_is_taken_from_the_connection),
        cmocka_unit_test(a_lost_proxy_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
