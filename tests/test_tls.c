/* SPDX-License-Identifier: ISC */
#include "harness/tls_pair.h"

#include "memory_connection.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

static struct certificate authority;
static char authority_file[] = "/tmp/mailer-test-tls-XXXXXX";

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "Test authority", .authority = true};
    authority = certificate_make(&wish, NULL);
    certificate_write(&authority, authority_file);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(authority_file);
    certificate_free(&authority);
    return 0;
}

static const struct net_tls_options good_options = {
    .server_name = "localhost", .verify = true, .ca_file = authority_file};

static void open_good_pair(struct pair *pair)
{
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    struct certificate certificate = certificate_make(&wish, &authority);
    open_pair(pair, &good_options, &certificate);
    certificate_free(&certificate);
    assert_int_equal(shaken(pair, NULL), NET_READY);
    assert_true(net_connection_is_secure(pair->client));
}

/* Shakes hands with a certificate by wish; text is part of the error's, NULL: it must be good. */
static void check_certificate(const struct certificate_wish *wish, const char *host,
                              const char *text)
{
    struct certificate certificate = certificate_make(wish, &authority);
    struct net_tls_options options = good_options;
    options.server_name = host;
    struct pair pair;
    struct mailer_error error = MAILER_ERROR_INIT;
    open_pair(&pair, &options, &certificate);
    int result = shaken(&pair, &error);
    if (text == NULL && result != NET_READY)
        fail_msg("%s with %s: %s", host, wish->names, error.text);
    assert_int_equal(net_connection_is_secure(pair.client), text == NULL);
    if (text != NULL) {
        assert_int_equal(result, MAILER_TLS);
        assert_int_equal(error.stage, MAILER_STAGE_TLS);
        expect_text(&error, text);
    }
    close_pair(&pair);
    certificate_free(&certificate);
}

static void a_certificate_is_good_for_the_names_it_has(void **state)
{
    (void)state;
    static const struct {
        const char *names;
        const char *host;
        const char *text;
    } cases[] = {
        {"DNS:localhost", "localhost", NULL},
        {"DNS:localhost", "LocalHost", NULL},
        {"DNS:mail.example", "mail.example.", NULL},
        {"DNS:other.example,DNS:mail.example", "mail.example", NULL},
        {"DNS:*.example.org", "mail.example.org", NULL},
        {"IP:127.0.0.1", "127.0.0.1", NULL},
        {"IP:::1", "::1", NULL},
        {"IP:fe80::1", "fe80::1%lo", NULL},
        {"DNS:other.example,DNS:www.example", "localhost",
         "the certificate of localhost is not for this name, it is for other.example, www.example"},
        {"IP:192.0.2.1,IP:2001:db8::1", "localhost", "is for 192.0.2.1, 2001:db8::1"},
        {"DNS:a,DNS:b,DNS:c,DNS:d,DNS:e,DNS:f", "localhost", "is for a, b, c, d and 2 more"},
        {"email:a@localhost", "localhost", "is for no host name"},
        {"DNS:*.example.org", "example.org", "is for *.example.org"},
        {"DNS:*.example.org", "a.b.example.org", "is for"},
        {"DNS:*", "localhost", "is for *"},
        {"DNS:*.", "mail.", "is for"},
        {"DNS:local*", "localhost", "is for local*"},
        {"DNS:*host.example.org", "localhost.example.org", "is for"},
        {"DNS:m*l.example.org", "mail.example.org", "is for"},
        {"DNS:127.0.0.1", "127.0.0.1", "is for 127.0.0.1"},
        {"IP:127.0.0.2", "127.0.0.1", "is for 127.0.0.2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* The common name never counts, be it right or not. */
        const struct certificate_wish wish = {.common_name = "localhost", .names = cases[i].names};
        check_certificate(&wish, cases[i].host, cases[i].text);
    }
}

static void a_common_name_does_not_count(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "localhost"};
    check_certificate(&wish, "localhost", "is for no host name");
}

static void a_name_with_a_nul_in_it_is_not_cut_there(void **state)
{
    (void)state;
    const struct certificate_wish wish = {
        .common_name = "x", .raw_name = "localhost\0.evil.example", .raw_size = 23};
    check_certificate(&wish, "localhost", "is for localhost\\x00.evil.example");
}

static void a_certificate_counts_between_its_dates_only(void **state)
{
    (void)state;
    struct certificate_wish wish = {
        .common_name = "x", .names = "DNS:localhost", .from_days = -20, .to_days = -1};
    check_certificate(&wish, "localhost", "has expired on 2");
    wish.from_days = 1;
    wish.to_days = 3;
    check_certificate(&wish, "localhost", "is not valid before 2");
}

static void a_certificate_must_be_made_for_servers(void **state)
{
    (void)state;
    struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    wish.usage = "serverAuth,clientAuth";
    check_certificate(&wish, "localhost", NULL);
    wish.usage = "clientAuth";
    check_certificate(&wish, "localhost", "is not made for servers");
}

static void the_authority_must_be_trusted(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    const struct certificate_wish authority_wish = {.common_name = "Another", .authority = true};
    struct certificate own = certificate_make(&wish, NULL);
    struct certificate another = certificate_make(&authority_wish, NULL);
    struct certificate foreign = certificate_make(&wish, &another);
    char own_file[] = "/tmp/mailer-test-tls-XXXXXX";
    certificate_write(&own, own_file);
    const struct {
        const struct certificate *certificate;
        const char *ca_file;
        bool verify;
        const char *text;
    } cases[] = {
        {&own, authority_file, true,
         "localhost is self-signed: if you trust it, pass it as ca_file"},
        {&foreign, authority_file, true, "signed by no trusted authority"},
        {&own, own_file, true, NULL},
        {&own, NULL, true, "localhost is self-signed"},
        {&own, authority_file, false, NULL},
        {&foreign, NULL, false, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct net_tls_options options = {
            .server_name = "localhost", .verify = cases[i].verify, .ca_file = cases[i].ca_file};
        struct pair pair;
        struct mailer_error error = MAILER_ERROR_INIT;
        open_pair(&pair, &options, cases[i].certificate);
        assert_int_equal(shaken(&pair, &error), cases[i].text == NULL ? NET_READY : MAILER_TLS);
        expect_text(&error, cases[i].text == NULL ? "" : cases[i].text);
        close_pair(&pair);
    }
    unlink(own_file);
    certificate_free(&own);
    certificate_free(&another);
    certificate_free(&foreign);
}

static void authorities_may_lie_in_a_directory_of_hashed_names(void **state)
{
    (void)state;
    char directory[] = "/tmp/mailer-test-tls-XXXXXX";
    assert_non_null(mkdtemp(directory));
    struct net_tls_options options = good_options;
    options.ca_file = directory;
    struct net_tls_context *context = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(net_tls_context_new(&context, &options, &error), MAILER_TLS);
    expect_text(&error, "has no certificates under hashed names");

    char path[64];
    snprintf(path, sizeof path, "%s/%08lx.0", directory, X509_subject_name_hash(authority.x509));
    assert_int_equal(symlink(authority_file, path), 0);
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    struct certificate certificate = certificate_make(&wish, &authority);
    struct pair pair;
    open_pair(&pair, &options, &certificate);
    assert_int_equal(shaken(&pair, NULL), NET_READY);
    close_pair(&pair);
    certificate_free(&certificate);
    unlink(path);
    rmdir(directory);
}

static void what_cannot_be_used_is_told_when_the_context_is_made(void **state)
{
    (void)state;
    static const struct {
        const char *server_name;
        const char *ca_file;
        const char *text;
    } cases[] = {
        {"localhost", "/nonexistent/file", "/nonexistent/file: No such file"},
        {"localhost", "/dev/null", "cannot read certificates of authorities from /dev/null"},
        {"", authority_file, "no name to check"},
        {".", authority_file, "no name to check"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct net_tls_options options = {
            .server_name = cases[i].server_name, .verify = true, .ca_file = cases[i].ca_file};
        struct net_tls_context *context = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(net_tls_context_new(&context, &options, &error), MAILER_TLS);
        assert_null(context);
        expect_text(&error, cases[i].text);
        assert_int_equal(ERR_peek_error(), 0);
    }
}

static void tls_1_1_is_too_old(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    struct certificate certificate = certificate_make(&wish, &authority);
    struct pair pair;
    struct mailer_error error = MAILER_ERROR_INIT;
    open_pair(&pair, &good_options, &certificate);
    SSL_set_cipher_list(pair.server, "ALL@SECLEVEL=0");
    SSL_set_min_proto_version(pair.server, TLS1_VERSION);
    SSL_set_max_proto_version(pair.server, TLS1_1_VERSION);
    assert_int_equal(shaken(&pair, &error), MAILER_TLS);
    expect_text(&error, "localhost offers no TLS 1.2");
    close_pair(&pair);
    certificate_free(&certificate);
}

static int asked_name(SSL *server, int *alert, void *name)
{
    (void)alert;
    const char *asked = SSL_get_servername(server, TLSEXT_NAMETYPE_host_name);
    snprintf(name, 64, "%s", asked != NULL ? asked : "");
    return SSL_TLSEXT_ERR_OK;
}

static void both_versions_shake_hands_and_names_are_sent(void **state)
{
    (void)state;
    static const struct {
        int version;
        const char *host;
        const char *described;
        const char *asked;
    } cases[] = {
        {TLS1_2_VERSION, "localhost", "TLSv1.2 ECDHE-", "localhost"},
        {TLS1_3_VERSION, "localhost.", "TLSv1.3 TLS_AES_", "localhost"},
        {TLS1_3_VERSION, "127.0.0.1", "TLSv1.3 TLS_AES_", ""},
        {TLS1_3_VERSION, "::1", "TLSv1.3 TLS_AES_", ""},
    };
    const struct certificate_wish wish = {.common_name = "x",
                                          .names = "DNS:localhost,IP:127.0.0.1,IP:::1"};
    struct certificate certificate = certificate_make(&wish, &authority);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct net_tls_options options = good_options;
        options.server_name = cases[i].host;
        struct pair pair;
        open_pair(&pair, &options, &certificate);
        char asked[64] = "nothing";
        SSL_CTX_set_tlsext_servername_callback(pair.settings, asked_name);
        SSL_CTX_set_tlsext_servername_arg(pair.settings, asked);
        SSL_set_max_proto_version(pair.server, cases[i].version);
        assert_int_equal(shaken(&pair, NULL), NET_READY);
        char text[96];
        net_tls_describe(pair.client, text);
        assert_memory_equal(text, cases[i].described, strlen(cases[i].described));
        assert_string_equal(asked, cases[i].asked);
        close_pair(&pair);
    }
    certificate_free(&certificate);
}

static void clear_text_in_place_of_tls_is_told(void **state)
{
    (void)state;
    static const char *const greetings[] = {
        "220 mail.example ESMTP\r\n", "HTTP/1.0 400 Bad Request\r\n", "2", "\x1B[2J\r\n",
        "500 5.5.1 a line that is longer than what is kept\r\n"};
    static const char *const shown[] = {"\"220 mail.example ESMTP\"",
                                        "\"HTTP/1.0 400 Bad Request\"", "\"2\"", "\"\\x1B[2J\"",
                                        "\"500 5.5.1 a line that is longer than wha\""};
    for (size_t i = 0; i < sizeof greetings / sizeof *greetings; i++) {
        struct pair pair;
        struct mailer_error error = MAILER_ERROR_INIT;
        open_sockets(&pair, &good_options);
        assert_true(write(pair.descriptor, greetings[i], strlen(greetings[i])) > 0);
        close(pair.descriptor);
        pair.descriptor = -1;
        int result = NET_WAITING;
        for (int tries = 0; tries < 10 && result == NET_WAITING; tries++)
            result = net_tls_handshake(pair.client, &error);
        assert_int_equal(result, MAILER_TLS);
        expect_text(&error, "localhost does not speak TLS on this port, it said ");
        expect_text(&error, shown[i]);
        close_pair(&pair);
    }
}

static void a_connection_lost_in_the_handshake_is_a_network_error(void **state)
{
    (void)state;
    for (size_t kept = 0; kept < 200; kept += 7) {
        const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
        struct certificate certificate = certificate_make(&wish, &authority);
        struct pair pair;
        struct mailer_error error = MAILER_ERROR_INIT;
        open_sockets(&pair, &good_options);
        assert_int_equal(net_tls_handshake(pair.client, &error), NET_WAITING);
        /* The first octets of a record of the handshake, and then nothing. */
        static const unsigned char start[] = {22, 3, 3, 0, 250, 2, 0, 0, 246, 3, 3};
        char octets[200] = {0};
        memcpy(octets, start, sizeof start);
        char hello[4096];
        assert_true(read(pair.descriptor, hello, sizeof hello) > 0);
        assert_int_equal(write(pair.descriptor, octets, kept), kept);
        close(pair.descriptor);
        pair.descriptor = -1;
        assert_int_equal(net_tls_handshake(pair.client, &error), MAILER_NETWORK);
        assert_int_equal(error.stage, MAILER_STAGE_TLS);
        expect_text(&error, "localhost closed the connection in the TLS handshake");
        close_pair(&pair);
        certificate_free(&certificate);
    }
}

static void a_reset_in_the_handshake_keeps_its_code(void **state)
{
    (void)state;
    struct pair pair;
    struct mailer_error error = MAILER_ERROR_INIT;
    open_sockets(&pair, &good_options);
    assert_int_equal(net_tls_handshake(pair.client, NULL), NET_WAITING);
    close(pair.descriptor); /* what it has not read makes it a reset */
    pair.descriptor = -1;
    assert_int_equal(net_tls_handshake(pair.client, &error), MAILER_NETWORK);
    assert_int_equal(error.system_code, ECONNRESET);
    assert_int_equal(error.stage, MAILER_STAGE_TLS);
    close_pair(&pair);
}

static char octet_at(size_t position)
{
    return (char)(position * 7 + position / 251);
}

/* One direction of a transfer. */
enum { TRANSFER = 20 * 1000 * 1000, PIECE = 300000 };

struct transfer {
    size_t written;
    size_t read;
    char *copies[2]; /* taken in turns, so that what is written again lies elsewhere */
    int turn;
};

static void fill(struct transfer *transfer, size_t size)
{
    transfer->turn = !transfer->turn;
    for (size_t i = 0; i < size; i++)
        transfer->copies[transfer->turn][i] = octet_at(transfer->written + i);
}

static void check(struct transfer *transfer, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != octet_at(transfer->read + i))
            fail_msg("octet %zu is wrong", transfer->read + i);
    transfer->read += size;
}

static size_t left_to_write(const struct transfer *transfer, uint64_t *seed)
{
    size_t left = TRANSFER - transfer->written;
    size_t wanted = harness_random(seed) % PIECE + 1;
    return left < wanted ? left : wanted;
}

static void octets_survive_narrow_sockets_both_ways(void **state)
{
    (void)state;
    struct pair pair;
    open_good_pair(&pair);
    const int narrow = 1;
    setsockopt(pair.client->descriptor, SOL_SOCKET, SO_SNDBUF, &narrow, sizeof narrow);
    setsockopt(pair.descriptor, SOL_SOCKET, SO_SNDBUF, &narrow, sizeof narrow);
    struct transfer up = {.copies = {malloc(PIECE), malloc(PIECE)}};
    struct transfer down = {.copies = {malloc(PIECE), malloc(PIECE)}};
    char *bytes = malloc(PIECE);
    uint64_t seed = 1;
    size_t pending = 0;
    fill(&down, PIECE);
    size_t down_size = PIECE;
    while (up.read < TRANSFER || down.read < TRANSFER) {
        if (up.written < TRANSFER) {
            /* At least what was not taken, at another address, now and then with more behind. */
            size_t size = left_to_write(&up, &seed);
            size = size < pending ? pending : size;
            fill(&up, size);
            size_t taken = 0;
            int result = net_connection_write(pair.client, up.copies[up.turn], size, &taken, NULL);
            assert_true(result == NET_READY ? taken > 0 && taken <= size
                                            : result == NET_WAITING && taken == 0);
            up.written += taken;
            pending = size - taken;
            struct net_wait wait = net_wait_nothing();
            net_connection_wants(pair.client, false, &wait);
            assert_true(wait.descriptors[0].events & POLLIN);
            if (result == NET_WAITING)
                assert_true(wait.descriptors[0].events & POLLOUT);
        }
        size_t got = 0;
        if (SSL_read_ex(pair.server, bytes, PIECE, &got))
            check(&up, bytes, got);
        /* An answer to octets that do not count as taken would look like one sent ahead. */
        assert_true(up.read <= up.written);
        if (down.written < TRANSFER) {
            size_t taken = 0;
            if (SSL_write_ex(pair.server, down.copies[down.turn], down_size, &taken)) {
                down.written += taken;
                down_size = TRANSFER - down.written < PIECE ? TRANSFER - down.written : PIECE;
                fill(&down, down_size);
            }
        }
        ERR_clear_error();
        int result = net_connection_read(pair.client, bytes, PIECE, &got, NULL);
        assert_true(result == NET_READY || result == NET_WAITING);
        check(&down, bytes, got);
    }
    for (int i = 0; i < 2; i++) {
        free(up.copies[i]);
        free(down.copies[i]);
    }
    free(bytes);
    close_pair(&pair);
}

static int below_writes;
static struct net_connection_methods counting_methods;
static const struct net_connection_methods *counted_methods;

static int counted_write(struct net_connection *connection, const void *bytes, size_t size,
                         size_t *taken, struct mailer_error *error)
{
    below_writes++;
    return counted_methods->write(connection, bytes, size, taken, error);
}

static void records_are_gathered(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "DNS:localhost"};
    struct certificate certificate = certificate_make(&wish, &authority);
    struct pair pair;
    open_pair(&pair, &good_options, &certificate);
    const int wide = 1 << 20;
    setsockopt(pair.client->descriptor, SOL_SOCKET, SO_SNDBUF, &wide, sizeof wide);
    counted_methods = pair.client->tls->below;
    counting_methods = *counted_methods;
    counting_methods.write = counted_write;
    pair.client->tls->below = &counting_methods;
    assert_int_equal(shaken(&pair, NULL), NET_READY);

    below_writes = 0;
    char *bytes = calloc(1, 128 * 1024);
    size_t taken = 0;
    assert_int_equal(net_connection_write(pair.client, bytes, 128 * 1024, &taken, NULL), NET_READY);
    assert_int_equal(taken, 128 * 1024);
    assert_int_equal(below_writes, 1);
    free(bytes);
    close_pair(&pair);
    certificate_free(&certificate);
}

static size_t room_below;

/* Takes what there is room for, then the connection is lost. */
static int write_some(struct net_connection *connection, const void *bytes, size_t size,
                      size_t *taken, struct mailer_error *error)
{
    if (room_below == 0)
        return error_set(error, MAILER_NETWORK, MAILER_STAGE_NONE, "lost");
    size_t piece = size < room_below ? size : room_below;
    int result = counted_methods->write(connection, bytes, piece, taken, error);
    room_below -= *taken;
    return result;
}

static void records_that_went_out_before_a_failure_count_as_taken(void **state)
{
    (void)state;
    for (size_t records = 0; records < 3; records++) {
        struct pair pair;
        open_good_pair(&pair);
        counted_methods = pair.client->tls->below;
        counting_methods = *counted_methods;
        counting_methods.write = write_some;
        pair.client->tls->below = &counting_methods;
        char *bytes = calloc(1, 40000);
        size_t taken = 0;
        room_below = records * (16384 + 22) + 100;
        int result = net_connection_write(pair.client, bytes, 40000, &taken, NULL);
        assert_int_equal(result, records == 0 ? MAILER_NETWORK : NET_READY);
        assert_int_equal(taken, records * 16384);
        if (records > 0)
            assert_int_equal(net_connection_write(pair.client, bytes, 40000, &taken, NULL),
                             NET_CLOSED);
        free(bytes);
        close_pair(&pair);
    }
}

static void an_end_with_close_notify_is_told_from_one_without(void **state)
{
    (void)state;
    for (int notify = 0; notify <= 1; notify++) {
        struct pair pair;
        open_good_pair(&pair);
        size_t count = 0;
        assert_true(SSL_write_ex(pair.server, "bye", 3, &count));
        if (notify)
            SSL_shutdown(pair.server);
        shutdown(pair.descriptor, SHUT_WR);
        char bytes[16];
        size_t got = 0;
        assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &got, NULL),
                         NET_READY);
        assert_int_equal(got, 3);
        for (int i = 0; i < 2; i++) {
            assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &got, NULL),
                             NET_CLOSED);
            assert_int_equal(got, 0);
            assert_int_equal(net_connection_was_truncated(pair.client), !notify);
        }
        close_pair(&pair);
    }
}

static void closing_says_close_notify(void **state)
{
    (void)state;
    struct pair pair;
    open_good_pair(&pair);
    net_connection_close(pair.client);
    pair.client = NULL;
    char byte;
    assert_int_equal(SSL_read(pair.server, &byte, 1), 0);
    assert_int_equal(SSL_get_error(pair.server, 0), SSL_ERROR_ZERO_RETURN);
    close_pair(&pair);
}

static void input_in_the_buffer_of_tls_is_told(void **state)
{
    (void)state;
    struct pair pair;
    open_good_pair(&pair);
    assert_false(net_connection_has_input(pair.client));
    size_t count = 0;
    assert_true(SSL_write_ex(pair.server, "abc", 3, &count));
    assert_true(SSL_write_ex(pair.server, "def", 3, &count));
    char byte = 0;
    size_t got = 0;
    for (const char *expected = "abcdef"; *expected != '\0'; expected++) {
        assert_int_equal(net_connection_read(pair.client, &byte, 1, &got, NULL), NET_READY);
        assert_int_equal(byte, *expected);
        assert_int_equal(net_connection_has_input(pair.client), expected[1] != '\0');
    }
    assert_int_equal(net_connection_read(pair.client, &byte, 1, &got, NULL), NET_WAITING);
    close_pair(&pair);
}

/* A server that has one more ticket whenever it is read from. */
static struct {
    SSL *server;
    const struct net_connection_methods *below;
    size_t left;
} endless;

static int read_and_hand_out(struct net_connection *connection, void *bytes, size_t room,
                             size_t *got, struct mailer_error *error)
{
    if (endless.left > 0) {
        endless.left--;
        assert_true(SSL_new_session_ticket(endless.server));
        assert_int_equal(SSL_do_handshake(endless.server), 1);
    }
    return endless.below->read(connection, bytes, room, got, error);
}

/* Tickets are no octets for the reader, who has to look at the clock now and then. */
static void a_server_that_sends_tickets_without_end_holds_nobody(void **state)
{
    (void)state;
    enum { TICKETS = 3000 };
    struct pair pair;
    open_good_pair(&pair);
    assert_int_equal(shaken(&pair, NULL), NET_READY);
    SSL_do_handshake(pair.server);
    struct net_connection_methods methods = *pair.client->tls->below;
    endless.below = pair.client->tls->below;
    endless.server = pair.server;
    endless.left = TICKETS;
    methods.read = read_and_hand_out;
    pair.client->tls->below = &methods;
    char octet = 'x';
    size_t got = 0;
    assert_int_equal(net_connection_read(pair.client, &octet, 1, &got, NULL), NET_WAITING);
    assert_in_range(endless.left, TICKETS / 2, TICKETS - 1);
    assert_false(net_connection_has_input(pair.client));
    endless.left = 0;
    assert_int_equal(SSL_write(pair.server, "y", 1), 1);
    int result = NET_WAITING;
    for (int i = 0; i < 10 && result == NET_WAITING; i++)
        result = net_connection_read(pair.client, &octet, 1, &got, NULL);
    assert_int_equal(result, NET_READY);
    assert_int_equal(octet, 'y');
    close_pair(&pair);
}

static void half_a_record_is_no_input(void **state)
{
    (void)state;
    struct pair pair;
    open_good_pair(&pair);
    char byte;
    size_t got = 0;
    assert_int_equal(net_connection_read(pair.client, &byte, 1, &got, NULL), NET_WAITING);
    /* A server's record by way of memory, so that it can be cut. */
    BIO *memory = BIO_new(BIO_s_mem());
    BIO_up_ref(memory);
    SSL_set0_wbio(pair.server, memory);
    assert_true(SSL_write_ex(pair.server, "abc", 3, &got));
    char *record = NULL;
    long size = BIO_get_mem_data(memory, &record);
    for (long i = 0; i < size; i++) {
        assert_int_equal(net_connection_read(pair.client, &byte, 1, &got, NULL), NET_WAITING);
        assert_false(net_connection_has_input(pair.client));
        assert_int_equal(write(pair.descriptor, record + i, 1), 1);
    }
    assert_int_equal(net_connection_read(pair.client, &byte, 1, &got, NULL), NET_READY);
    assert_true(net_connection_has_input(pair.client));
    BIO_free(memory);
    close_pair(&pair);
}

static void after_a_failed_write_the_last_words_can_be_read(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_DFL);
    struct pair pair;
    open_good_pair(&pair);
    size_t count = 0;
    assert_true(SSL_write_ex(pair.server, "554 no\r\n", 8, &count));
    close(pair.descriptor);
    pair.descriptor = -1;
    assert_int_equal(net_connection_write(pair.client, "MAIL", 4, &count, NULL), NET_CLOSED);
    assert_int_equal(net_connection_write(pair.client, "MAIL", 4, &count, NULL), NET_CLOSED);
    assert_int_equal(count, 0);
    char bytes[16];
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                     NET_READY);
    assert_int_equal(count, 8);
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &count, NULL),
                     NET_CLOSED);
    signal(SIGPIPE, SIG_IGN);
    close_pair(&pair);
}

static void a_spoiled_record_is_a_tls_error(void **state)
{
    (void)state;
    struct pair pair;
    struct mailer_error error = MAILER_ERROR_INIT;
    open_good_pair(&pair);
    static const char record[] = "\x17\x03\x03\x00\x20spoiled spoiled spoiled spoiled.";
    char bytes[16];
    size_t got = 0;
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &got, NULL),
                     NET_WAITING);
    assert_int_equal(write(pair.descriptor, record, sizeof record - 1), sizeof record - 1);
    assert_int_equal(net_connection_read(pair.client, bytes, sizeof bytes, &got, &error),
                     MAILER_TLS);
    expect_text(&error, "TLS with localhost broke off: ");
    close_pair(&pair);
}

int main(void)
{
    /* The servers of the tests write by OpenSSL's own means. */
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_good_for_the_names_it_has),
        cmocka_unit_test(a_common_name_does_not_count),
        cmocka_unit_test(a_name_with_a_nul_in_it_is_not_cut_there),
        cmocka_unit_test(a_certificate_counts_between_its_dates_only),
        cmocka_unit_test(a_certificate_must_be_made_for_servers),
        cmocka_unit_test(the_authority_must_be_trusted),
        cmocka_unit_test(authorities_may_lie_in_a_directory_of_hashed_names),
        cmocka_unit_test(what_cannot_be_used_is_told_when_the_context_is_made),
        cmocka_unit_test(tls_1_1_is_too_old),
        cmocka_unit_test(both_versions_shake_hands_and_names_are_sent),
        cmocka_unit_test(clear_text_in_place_of_tls_is_told),
        cmocka_unit_test(a_connection_lost_in_the_handshake_is_a_network_error),
        cmocka_unit_test(a_reset_in_the_handshake_keeps_its_code),
        cmocka_unit_test(octets_survive_narrow_sockets_both_ways),
        cmocka_unit_test(records_are_gathered),
        cmocka_unit_test(records_that_went_out_before_a_failure_count_as_taken),
        cmocka_unit_test(an_end_with_close_notify_is_told_from_one_without),
        cmocka_unit_test(closing_says_close_notify),
        cmocka_unit_test(input_in_the_buffer_of_tls_is_told),
        cmocka_unit_test(a_server_that_sends_tickets_without_end_holds_nobody),
        cmocka_unit_test(half_a_record_is_no_input),
        cmocka_unit_test(after_a_failed_write_the_last_words_can_be_read),
        cmocka_unit_test(a_spoiled_record_is_a_tls_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
