/* SPDX-License-Identifier: ISC */
/*
 * Servers that refuse, answer nonsense and break off by chance, against what must always hold: each
 * recipient has one fate; who was told to have the message has it once; who has it was told so, or
 * that it may be so; nobody gets it twice; and nothing hangs.
 */
#include "harness/send_client.h"

enum { SEEDS = 600, SEEDS_OF_OTHERS = 80, MESSAGES = 6, RECIPIENTS = 5 };

/* What stands at the other end. */
enum kind { SMTP = 0, LMTP, SOCKS_PROXY, HTTP_PROXY };

/* ---- The server ---- */

struct chance {
    uint64_t state;
    unsigned refusals; /* of 1,000 answers */
    unsigned losses;
    unsigned nonsense;
    bool cuts_sent; /* ends its side after some octets */
    bool cuts_received;
};

static bool happens(struct chance *chance, unsigned thousandths)
{
    return harness_random(&chance->state) % 1000 < thousandths;
}

static const char *refusal(struct chance *chance, enum smtp_server_moment moment)
{
    /* One that says 421 does hang up (RFC 5321 3.8). */
    static const char bye[] = "421 4.3.2 bye" THEN_CLOSE;
    static const char *const answers[] = {"550 5.1.1 no",       "450 4.2.0 later", bye,
                                          "452 4.5.3 too many", "552 too many",    "554 no"};
    if (moment == AT_QUIT || moment == AT_EHLO)
        return NULL;
    if (moment == AT_RCPT && happens(chance, 500))
        return "452 4.5.3 too many";
    return answers[harness_random(&chance->state) % 6];
}

static const char *answer_by_chance(struct smtp_server *server, enum smtp_server_moment moment,
                                    const char *line)
{
    (void)line;
    struct chance *chance = server->context;
    if (moment == AT_GREETING && chance->cuts_sent)
        server->send_limit = harness_random(&chance->state) % 1500 + 1;
    if (moment == AT_GREETING && chance->cuts_received)
        server->receive_limit = harness_random(&chance->state) % 60000 + 1;
    /* There is no single word on a message of LMTP. */
    if (moment == AT_BODY && server->lmtp)
        return NULL;
    bool is_wrong = !server->mail_open && moment > AT_MAIL && moment < AT_RSET;
    if (moment == AT_BODY ? !happens(chance, 20) : is_wrong)
        return NULL;
    if (happens(chance, chance->losses))
        return harness_random(&chance->state) % 2 ? THEN_CLOSE : THEN_RESET;
    if (happens(chance, chance->nonsense))
        return harness_random(&chance->state) % 2 ? "2what" : "what?";
    return happens(chance, chance->refusals) || moment == AT_BODY ? refusal(chance, moment) : NULL;
}

/* ---- The proxy before it ---- */

/* Takes so many octets, whatever they are. */
static void pass_over(struct smtp_server *server, size_t count)
{
    char octet;
    while (count > 0 && smtp_server_octet(server, &octet))
        count--;
}

/* Says it, or a part, or something else, by chance. */
static void say_by_chance(struct smtp_server *server, const char *bytes, size_t size)
{
    struct chance *chance = server->context;
    char octets[64];
    memcpy(octets, bytes, size);
    if (happens(chance, chance->losses))
        size = harness_random(&chance->state) % size;
    else if (happens(chance, 30))
        octets[harness_random(&chance->state) % size] = (char)harness_random(&chance->state);
    smtp_server_send(server, octets, size);
    if (happens(chance, chance->losses))
        smtp_server_close(server, harness_random(&chance->state) % 2);
}

static void be_a_socks_proxy(struct smtp_server *server)
{
    pass_over(server, 3);
    say_by_chance(server, "\5\0", 2);
    pass_over(server, 5 + strlen("mail.x.test") + 2);
    say_by_chance(server, "\5\0\0\1\0\0\0\0\0\0", 10);
}

static void be_an_http_proxy(struct smtp_server *server)
{
    static const char answer[] = "HTTP/1.1 200 Go on\r\nVia: x\r\n\r\n";
    struct buffer line = buffer_empty(SIZE_MAX);
    while (smtp_server_line(server, &line) && line.size > 0)
        ;
    buffer_free(&line);
    say_by_chance(server, answer, sizeof answer - 1);
}

static void write_capabilities(char text[static 128], struct chance *chance)
{
    static const char *const all[] = {"PIPELINING", "CHUNKING", "8BITMIME", "BINARYMIME", "SIZE"};
    text[0] = '\0';
    for (size_t i = 0; i < 5; i++)
        if (harness_random(&chance->state) % 2)
            strcat(strcat(text, text[0] != '\0' ? "|" : ""), all[i]);
}

/* ---- The client ---- */

struct run {
    uint64_t state;
    struct mailer_message *messages[MESSAGES];
    size_t count;
    size_t pulled;
    size_t reported;
    size_t recipients[MESSAGES];
    struct mailer_error fates[MESSAGES][RECIPIENTS];
};

static struct mailer_message *make(struct run *run, size_t number)
{
    char list[RECIPIENTS * 64] = "";
    run->recipients[number] = harness_random(&run->state) % RECIPIENTS + 1;
    for (size_t i = 0; i < run->recipients[number]; i++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%sm%zur%zu@x.test", i > 0 ? "," : "", number, i);
    }
    static const size_t sizes[] = {10, 200, 5000, 70 * 1000, 600 * 1000};
    return letter(list, sizes[harness_random(&run->state) % 5]);
}

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    (void)error;
    struct run *run = context;
    *message = NULL;
    if (run->pulled < run->count)
        *message = run->messages[run->pulled] = make(run, run->pulled);
    run->pulled += *message != NULL;
    return 0;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    (void)error;
    struct run *run = context;
    size_t number = run->reported++;
    assert_ptr_equal(message, run->messages[number]);
    assert_int_equal(mailer_result_count(result), run->recipients[number]);
    for (size_t i = 0; i < run->recipients[number]; i++) {
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        assert_int_equal(mailer_result_recipient(result, i, &recipient), 0);
        run->fates[number][i] = recipient.error;
    }
    mailer_message_free(run->messages[number]);
}

static void check_fates(const struct run *run, const struct smtp_server *server, uint64_t seed)
{
    for (size_t i = 0; i < run->reported; i++) {
        for (size_t j = 0; j < run->recipients[i]; j++) {
            char address[64];
            snprintf(address, sizeof address, "m%zur%zu@x.test", i, j);
            size_t copies = smtp_server_copies(server, address);
            const struct mailer_error *fate = &run->fates[i][j];
            bool ok = fate->error_class == MAILER_OK;
            bool perhaps =
                fate->error_class == MAILER_UNKNOWN ||
                (fate->error_class == MAILER_PROTOCOL && fate->stage == MAILER_STAGE_END);
            if (copies > 1 || (ok && copies == 0) || (copies == 1 && !ok && !perhaps))
                fail_msg("seed %u: %s has %zu copies, and it is said: %s, %s", (unsigned)seed,
                         address, copies, mailer_error_class_name(fate->error_class), fate->text);
        }
    }
}

static void settings_for_kind(struct settings *settings, const struct smtp_server *server,
                              enum kind kind, char proxy[static 64])
{
    settings_for(settings, server);
    settings->server.tls = MAILER_TLS_OFF;
    if (kind >= SOCKS_PROXY)
        settings->server.timeout_seconds = 1; /* a spoiled length leaves both waiting */
    snprintf(proxy, 64, "%s://127.0.0.1:%hu", kind == SOCKS_PROXY ? "socks5" : "http",
             server->port);
    if (kind == LMTP)
        snprintf(settings->url, sizeof settings->url, "lmtp://127.0.0.1:%hu", server->port);
    if (kind == SMTP || kind == LMTP)
        return;
    settings->server.proxy = proxy;
    snprintf(settings->url, sizeof settings->url, "smtp://mail.x.test");
}

static void play(enum kind kind, uint64_t seed, unsigned *delivered)
{
    struct chance chance = {.state = seed * 7919};
    chance.refusals = harness_random(&chance.state) % 3 * 100;
    chance.losses = harness_random(&chance.state) % 4 * 15;
    chance.nonsense = harness_random(&chance.state) % 3 * 10;
    chance.cuts_sent = harness_random(&chance.state) % 3 == 0;
    chance.cuts_received = harness_random(&chance.state) % 3 == 0;
    char capabilities[128];
    write_capabilities(capabilities, &chance);
    struct smtp_server server = {.capabilities = capabilities,
                                 .answer = answer_by_chance,
                                 .context = &chance,
                                 .lmtp = kind == LMTP,
                                 .prelude = kind == SOCKS_PROXY  ? be_a_socks_proxy
                                            : kind == HTTP_PROXY ? be_an_http_proxy
                                                                 : NULL,
                                 .receive_buffer = seed % 4 == 0 ? 8192 : 0,
                                 .send_piece = seed % 5 == 0};
    struct run run = {.state = seed, .count = seed % MESSAGES + 1};
    struct settings settings;
    char proxy[64];
    smtp_server_start(&server);
    settings_for_kind(&settings, &server, kind, proxy);
    int64_t start = clock_milliseconds();
    struct mailer_error error = MAILER_ERROR_INIT;
    int result = mailer_send_each(&settings.server, next, report, &run, &error);
    smtp_server_stop(&server);
    check_time(start);
    assert_int_equal(run.pulled, run.reported);
    assert_int_equal(result, error.error_class);
    assert_true(result != 0 || run.reported == run.count);
    assert_int_equal(server.bare_line_feeds, 0);
    check_fates(&run, &server, seed);
    *delivered += (unsigned)server.mail_count;
    smtp_server_free(&server);
}

static void what_is_told_is_what_became_of_it(void **state)
{
    (void)state;
    unsigned delivered = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        play(SMTP, seed, &delivered);
    /* Else the servers are too bad to prove anything. */
    assert_true(delivered > SEEDS);
}

static void so_it_is_with_lmtp_and_behind_proxies(void **state)
{
    (void)state;
    for (enum kind kind = LMTP; kind <= HTTP_PROXY; kind++) {
        unsigned delivered = 0;
        for (uint64_t seed = 1; seed <= SEEDS_OF_OTHERS; seed++)
            play(kind, seed, &delivered);
        assert_true(delivered > SEEDS_OF_OTHERS / 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_what_became_of_it),
        cmocka_unit_test(so_it_is_with_lmtp_and_behind_proxies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
