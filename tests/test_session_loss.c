/* SPDX-License-Identifier: ISC */
/* Connections that are lost, or fall silent, at every moment. */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

static const char *const kinds[] = {"", "PIPELINING", "CHUNKING", "PIPELINING|CHUNKING"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The server ends its side after n octets, for all n, and hears the client out: so what the client
 * has given to the connection is known for certain. */
static void a_connection_that_ends_at_any_octet_is_told_as_what_it_was(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct smtp_server whole = {.capabilities = kinds[kind]};
        assert_int_equal(send_letter(&whole, "a@x.test,b@x.test", 100).result, 0);
        size_t told = whole.told;
        smtp_server_free(&whole);
        for (size_t n = 1; n <= told + 3; n++) {
            struct smtp_server server = {.capabilities = kinds[kind], .send_limit = n};
            struct sending sending = send_letter(&server, "a@x.test,b@x.test", 100);
            const char *expected = n >= told               ? "OK OK"
                                   : server.mail_count > 0 ? "UNKNOWN UNKNOWN"
                                                           : "NETWORK NETWORK";
            if (strcmp(sending.fates, expected) != 0)
                fail_msg("%s, octet %zu of %zu: %s", kinds[kind], n, told, sending.fates);
            assert_int_equal(server.connections, 1);
            smtp_server_free(&server);
        }
    }
}

/* The server closes once it has read n octets, which may be a reset. What the client could still
 * write is a matter of chance, but not what it may say. */
static void a_server_that_hangs_up_at_any_octet_is_never_a_success_without_its_word(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct smtp_server whole = {.capabilities = kinds[kind]};
        assert_int_equal(send_letter(&whole, "a@x.test", 100).result, 0);
        size_t total = whole.received;
        smtp_server_free(&whole);
        for (size_t n = 1; n <= total; n++) {
            struct smtp_server server = {.capabilities = kinds[kind], .receive_limit = n};
            struct sending sending = send_letter(&server, "a@x.test", 100);
            bool ok = strcmp(sending.fates, "OK") == 0;
            bool unknown = strcmp(sending.fates, "UNKNOWN") == 0;
            bool network = strcmp(sending.fates, "NETWORK") == 0;
            assert_true(server.mail_count == 0 ? unknown || network : ok || unknown);
            assert_true(ok || unknown || network);
            smtp_server_free(&server);
        }
    }
}

static void a_connection_closed_or_reset_at_any_step_is_a_lost_one(void **state)
{
    (void)state;
    static const enum smtp_server_moment moments[] = {AT_GREETING, AT_EHLO, AT_MAIL,
                                                      AT_RCPT,     AT_DATA, AT_END};
    for (size_t i = 0; i < KINDS * 6 * 2; i++) {
        enum smtp_server_moment moment = moments[i / KINDS % 6];
        bool chunking = i % KINDS >= 2;
        if (chunking && moment == AT_DATA)
            continue;
        struct script script = {
            .sayings = {{moment, 0, i / KINDS < 6 ? THEN_CLOSE : THEN_RESET, NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        bool end_is_out = moment == AT_END || (i % KINDS == 3 && moment >= AT_MAIL);
        /* A reset may come before the connection is seen to be there. */
        if (moment != AT_GREETING || sending.result != MAILER_CONNECT)
            assert_string_equal(sending.fates, end_is_out ? "UNKNOWN" : "NETWORK");
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static void silence_at_any_step_ends_at_the_deadline(void **state)
{
    (void)state;
    /* Milliseconds: what a busy machine may take for an answer that does come. */
    enum { DEADLINE = 100 };
    static const struct {
        enum smtp_server_moment moment;
        enum mailer_stage stage;
    } cases[] = {{AT_GREETING, MAILER_STAGE_GREETING}, {AT_EHLO, MAILER_STAGE_HELLO},
                 {AT_MAIL, MAILER_STAGE_SENDER},       {AT_RCPT, MAILER_STAGE_RECIPIENT},
                 {AT_DATA, MAILER_STAGE_BODY},         {AT_END, MAILER_STAGE_END}};
    for (size_t i = 0; i < KINDS * 6; i++) {
        enum smtp_server_moment moment = cases[i / KINDS].moment;
        if (i % KINDS >= 2 && moment == AT_DATA)
            continue;
        struct script script = {.sayings = {{moment, 0, "", NULL}}, .silent_afterwards = true};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        struct played played = play_letter(&server, "a@x.test", 100, DEADLINE);
        assert_int_equal(played.result, MAILER_NETWORK);
        assert_int_equal(played.error.stage, cases[i / KINDS].stage);
        bool end_is_out = moment == AT_END || (i % KINDS == 3 && moment >= AT_MAIL);
        assert_string_equal(played.fates, end_is_out ? "UNKNOWN" : "NETWORK");
        /* RFC 5321 4.5.3.2: the word on the message may take twice as long. */
        assert_true(played.milliseconds >= (moment == AT_END ? 2 * DEADLINE : DEADLINE));
        assert_true(played.milliseconds < 5000);
        /* Nothing spins while it waits. */
        assert_true(played.steps < 25);
        smtp_server_free(&server);
    }
}

static bool drips;

static const char *drip(struct smtp_server *server, enum smtp_server_moment moment,
                        const char *line)
{
    (void)line;
    if (moment != AT_GREETING)
        return NULL;
    for (int i = 0; i < 1000 && !server->over; i++) {
        smtp_server_send(server, i % 7 == 6 ? "\n" : &"220-x\r"[i % 7], 1);
        usleep(10 * 1000);
    }
    drips = !server->over;
    return "220 at last";
}

static void octets_that_drip_in_do_not_move_the_deadline(void **state)
{
    (void)state;
    struct smtp_server server = {.answer = drip};
    struct played played = play_letter(&server, "a@x.test", 100, 100);
    assert_string_equal(played.fates, "NETWORK");
    assert_int_equal(played.error.stage, MAILER_STAGE_GREETING);
    assert_non_null(strstr(played.error.text, "did not answer within"));
    assert_true(played.milliseconds >= 100 && played.milliseconds < 8000);
    assert_false(drips);
    smtp_server_free(&server);
}

static void a_server_that_reads_slowly_has_time_while_it_reads(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind += 3) {
        struct smtp_server server = {
            .capabilities = kinds[kind], .receive_buffer = 64 * 1024, .read_delay = 4000};
        struct played played = play_letter(&server, "a@x.test", 4 * 1024 * 1024, 60);
        if (played.result != 0)
            fail_msg("%s", played.error.text);
        assert_string_equal(played.fates, "OK");
        assert_true(played.milliseconds > 180);
        smtp_server_free(&server);
    }
}

static const char *stop_in_the_body(struct smtp_server *server, enum smtp_server_moment moment,
                                    const char *line)
{
    (void)line;
    (void)server;
    if (moment == AT_BODY)
        usleep(400 * 1000);
    return moment == AT_BODY ? THEN_CLOSE : NULL;
}

static void a_server_that_stops_reading_is_given_up(void **state)
{
    (void)state;
    struct smtp_server server = {.answer = stop_in_the_body, .receive_buffer = 64 * 1024};
    struct played played = play_letter(&server, "a@x.test", 14 * 1024 * 1024, 60);
    assert_string_equal(played.fates, "NETWORK");
    assert_int_equal(played.fate.stage, MAILER_STAGE_BODY);
    assert_true(played.milliseconds < 5000);
    smtp_server_free(&server);
}

static void
what_the_server_says_in_the_middle_of_a_body_is_told_and_not_the_broken_pipe(void **state)
{
    (void)state;
    static const char *const answers[] = {"552 5.3.4 too big" THEN_CLOSE,
                                          "552 5.3.4 too big" THEN_RESET, "552 5.3.4 too big"};
    for (size_t i = 0; i < 3 * 5; i++) {
        struct script script = {
            .sayings = {{AT_BODY, 0, answers[i % 3], NULL}, {AT_END, 0, "554 and no", NULL}}};
        struct smtp_server server = {.capabilities = kinds[i % 2],
                                     .answer = answer_by_script,
                                     .context = &script,
                                     .receive_buffer = 64 * 1024};
        struct played played = play_letter(&server, "a@x.test", 8 * 1024 * 1024, 20000);
        /* A reset may overtake the reply in the server's own system. */
        bool overtaken = i % 3 == 1 && played.fate.error_class == MAILER_NETWORK;
        if (!overtaken)
            assert_int_equal(played.fate.smtp_code, 552);
        if (!overtaken)
            assert_int_equal(played.fate.error_class, MAILER_PERMANENT);
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

static void a_refused_chunk_is_the_fate_of_the_message(void **state)
{
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        struct script script = {
            .sayings = {{AT_CHUNK, i / 4 + 1,
                         i % 4 < 2 ? "552 5.3.4 too big" : "451 disk" THEN_CLOSE, NULL}}};
        struct smtp_server server = {.capabilities = kinds[2 + i % 2],
                                     .answer = answer_by_script,
                                     .context = &script,
                                     .receive_buffer = 64 * 1024};
        struct played played = play_letter(&server, "a@x.test", 4 * 1024 * 1024, 20000);
        assert_string_equal(played.fates, i % 4 < 2 ? "PERMANENT" : "TEMPORARY");
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

/* A listener that accepts and waits for a ClientHello, as at port 465. */
static void nothing_but_a_deadline_tells_a_server_that_waits_for_tls(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_GREETING, 0, "", NULL}}, .silent_afterwards = true};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    struct played played = play_letter(&server, "a@x.test", 10, 30);
    assert_null(strstr(played.error.text, "smtps://"));
    smtp_server_free(&server);
    script.silent = false;
    struct smtp_server other = {.answer = answer_by_script, .context = &script, .shown_port = 465};
    played = play_letter(&other, "a@x.test", 10, 30);
    assert_int_equal(played.result, MAILER_NETWORK);
    assert_non_null(strstr(played.error.text, "use smtps://"));
    smtp_server_free(&other);
}

static void a_server_that_speaks_tls_at_once_is_told_as_such(void **state)
{
    (void)state;
    static const char *const greetings[] = {"\x15\x03\x01", "\x16\x03\x03 hello"};
    for (size_t i = 0; i < 4; i++) {
        struct script script = {.sayings = {{AT_GREETING, 0, greetings[i % 2], NULL}}};
        struct smtp_server server = {
            .answer = answer_by_script, .context = &script, .send_piece = i / 2};
        struct sending sending = send_letter(&server, "a@x.test", 10);
        assert_int_equal(sending.result, MAILER_TLS);
        assert_non_null(strstr(sending.error.text, "use smtps://"));
        smtp_server_free(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_that_ends_at_any_octet_is_told_as_what_it_was),
        cmocka_unit_test(a_server_that_hangs_up_at_any_octet_is_never_a_success_without_its_word),
        cmocka_unit_test(a_connection_closed_or_reset_at_any_step_is_a_lost_one),
        cmocka_unit_test(silence_at_any_step_ends_at_the_deadline),
        cmocka_unit_test(octets_that_drip_in_do_not_move_the_deadline),
        cmocka_unit_test(a_server_that_reads_slowly_has_time_while_it_reads),
        cmocka_unit_test(a_server_that_stops_reading_is_given_up),
        cmocka_unit_test(
            what_the_server_says_in_the_middle_of_a_body_is_told_and_not_the_broken_pipe),
        cmocka_unit_test(a_refused_chunk_is_the_fate_of_the_message),
        cmocka_unit_test(nothing_but_a_deadline_tells_a_server_that_waits_for_tls),
        cmocka_unit_test(a_server_that_speaks_tls_at_once_is_told_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
