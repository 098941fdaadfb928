/* SPDX-License-Identifier: ISC */
/* A sender that keeps its connection from one message to the next. */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

static const char *const kinds[] = {"", "PIPELINING", "PIPELINING|CHUNKING"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* How often a line was heard. */
static size_t times_heard(const struct smtp_server *server, const char *line)
{
    size_t count = 0;
    for (const char *at = server->heard.bytes; (at = strstr(at, line)) != NULL; at++)
        count++;
    return count;
}

/* Sends messages to a0@x.test, a1@x.test ..., with pauses in which the server can hang up. */
static void send_slowly(struct smtp_server *server, size_t count, unsigned each, useconds_t pause,
                        const char *fates)
{
    struct settings settings;
    struct mailer_sender *sender = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    char said[256] = "";
    int64_t start = clock_milliseconds();
    smtp_server_start(server);
    settings_for(&settings, server)->messages_per_connection = each;
    assert_int_equal(mailer_sender_new(&sender, &settings.server, &error), 0);
    for (size_t i = 0; i < count; i++) {
        char address[64];
        struct mailer_result *result = NULL;
        struct mailer_error failure = MAILER_ERROR_INIT;
        snprintf(address, sizeof address, "a%zu@x.test", i);
        struct mailer_message *message = letter(address, 100);
        int failed = mailer_sender_send(sender, message, &result, &failure);
        assert_int_equal(failed, failure.error_class);
        assert_int_equal(mailer_result_accepted(result), failed == 0);
        mailer_result_free(result);
        mailer_message_free(message);
        size_t used = strlen(said);
        snprintf(said + used, sizeof said - used, "%s%s", i > 0 ? " " : "",
                 mailer_error_class_name((enum mailer_error_class)failed));
        usleep(pause);
    }
    mailer_sender_free(sender);
    smtp_server_stop(server);
    check_time(start);
    assert_string_equal(said, fates);
    for (size_t i = 0; i < count; i++) {
        char address[64];
        snprintf(address, sizeof address, "a%zu@x.test", i);
        assert_true(smtp_server_copies(server, address) <= 1);
    }
}

static void send_some(struct smtp_server *server, size_t count, unsigned each, const char *fates)
{
    send_slowly(server, count, each, 20 * 1000, fates);
}

static void three_messages_go_over_one_connection_which_is_ended_by_quit(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct smtp_server server = {.capabilities = kinds[kind]};
        send_some(&server, 3, 0, "OK OK OK");
        assert_int_equal(server.connections, 1);
        assert_int_equal(server.mail_count, 3);
        assert_int_equal(times_heard(&server, "QUIT\n"), 1);
        assert_int_equal(times_heard(&server, "RSET\n"), 0);
        smtp_server_free(&server);
    }
}

static void rset_is_said_only_behind_what_a_message_has_left(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_RCPT, 0, "550 no", "a1"}}};
    struct smtp_server server = {
        .capabilities = "", .answer = answer_by_script, .context = &script};
    send_some(&server, 4, 0, "OK PERMANENT OK OK");
    assert_int_equal(server.connections, 1);
    assert_int_equal(times_heard(&server, "RSET\n"), 1);
    smtp_server_free(&server);
}

static void a_connection_that_has_ended_between_two_messages_is_made_anew(void **state)
{
    (void)state;
    /* What is sent behind the answer to the end comes while nothing is asked. */
    static const char *const ends[] = {"250 taken" THEN_CLOSE, "250 taken\n421 idle" THEN_CLOSE,
                                       "250 taken\n421 idle", "250 taken" THEN_RESET,
                                       "250 taken\n250 unasked"};
    for (size_t i = 0; i < KINDS * 5; i++) {
        struct script script = {.sayings = {{AT_END, 1, ends[i / KINDS], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        send_some(&server, 3, 0, "OK OK OK");
        assert_int_equal(server.connections, 2);
        assert_int_equal(server.mail_count, 3);
        smtp_server_free(&server);
    }
}

static void a_goodbye_in_answer_to_the_next_message_sends_it_over_a_new_connection(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_MAIL, 2, "421 enough" THEN_CLOSE, NULL}}};
    struct smtp_server server = {
        .capabilities = "", .answer = answer_by_script, .context = &script};
    send_some(&server, 3, 0, "OK OK OK");
    assert_int_equal(server.connections, 2);
    smtp_server_free(&server);
}

/* As where a firewall has forgotten it, or the server hangs up at the same moment: all of a small
 * message would be on the way by then, and nobody could tell whether it was taken. */
static void a_connection_that_has_waited_for_long_is_tried_before_a_message_is_risked(void **state)
{
    (void)state;
    static const char *const ends[] = {THEN_CLOSE, THEN_RESET};
    for (size_t i = 0; i < 2; i++) {
        struct script script = {.sayings = {{AT_MAIL, 2, ends[i], NULL}}};
        struct smtp_server server = {
            .capabilities = "PIPELINING|CHUNKING", .answer = answer_by_script, .context = &script};
        send_slowly(&server, 2, 0, 1100 * 1000, "OK OK");
        assert_int_equal(server.connections, 2);
        smtp_server_free(&server);
    }
}

static void a_connection_has_no_more_messages_than_wanted(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        unsigned each;
        size_t connections;
    } cases[] = {{"PIPELINING", 2, 3},
                 {"PIPELINING|LIMITS MAILMAX=3", 0, 2},
                 {"PIPELINING|LIMITS MAILMAX=3", 1, 5},
                 {"PIPELINING|LIMITS MAILMAX=1", 3, 5}};
    for (size_t i = 0; i < 4; i++) {
        struct smtp_server server = {.capabilities = cases[i].capabilities};
        send_some(&server, 5, cases[i].each, "OK OK OK OK OK");
        assert_int_equal(server.connections, cases[i].connections);
        assert_int_equal(times_heard(&server, "QUIT\n"), cases[i].connections);
        smtp_server_free(&server);
    }
}

static void what_may_have_been_delivered_is_not_sent_again(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_END, 2, THEN_CLOSE, NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    send_some(&server, 3, 0, "OK UNKNOWN OK");
    assert_int_equal(server.connections, 2);
    smtp_server_free(&server);
}

static void a_failure_leaves_it_usable(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_GREETING, 1, "421 busy" THEN_CLOSE, NULL}}};
    struct smtp_server server = {
        .capabilities = "", .answer = answer_by_script, .context = &script};
    send_some(&server, 3, 0, "TEMPORARY OK OK");
    assert_int_equal(server.connections, 2);
    smtp_server_free(&server);
}

static void a_message_that_cannot_be_sent_at_all_changes_nothing(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = ""};
    struct settings settings;
    struct mailer_sender *sender = NULL;
    struct mailer_message *unsealed = NULL;
    struct mailer_message *good = letter("a@x.test", 10);
    smtp_server_start(&server);
    assert_int_equal(mailer_sender_new(&sender, settings_for(&settings, &server), NULL), 0);
    mailer_message_new(&unsealed, NULL);
    assert_int_equal(mailer_sender_send(sender, unsealed, NULL, NULL), MAILER_USAGE);
    assert_int_equal(mailer_sender_send(sender, good, NULL, NULL), 0);
    assert_int_equal(mailer_sender_send(sender, unsealed, NULL, NULL), MAILER_USAGE);
    assert_int_equal(mailer_sender_send(sender, good, NULL, NULL), 0);
    mailer_sender_free(sender);
    smtp_server_stop(&server);
    assert_int_equal(server.connections, 1);
    assert_int_equal(server.mail_count, 2);
    mailer_message_free(unsealed);
    mailer_message_free(good);
    smtp_server_free(&server);
}

static void a_sender_without_work_calls_nobody(void **state)
{
    (void)state;
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_sender *sender = NULL;
    assert_int_equal(mailer_sender_new(&sender, &server, NULL), MAILER_USAGE);
    assert_null(sender);
    server.url = "smtp://127.0.0.1:1";
    assert_int_equal(mailer_sender_new(&sender, &server, NULL), 0);
    mailer_sender_free(sender);
    mailer_sender_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_messages_go_over_one_connection_which_is_ended_by_quit),
        cmocka_unit_test(rset_is_said_only_behind_what_a_message_has_left),
        cmocka_unit_test(a_connection_that_has_ended_between_two_messages_is_made_anew),
        cmocka_unit_test(a_goodbye_in_answer_to_the_next_message_sends_it_over_a_new_connection),
        cmocka_unit_test(a_connection_that_has_waited_for_long_is_tried_before_a_message_is_risked),
        cmocka_unit_test(a_connection_has_no_more_messages_than_wanted),
        cmocka_unit_test(what_may_have_been_delivered_is_not_sent_again),
        cmocka_unit_test(a_failure_leaves_it_usable),
        cmocka_unit_test(a_message_that_cannot_be_sent_at_all_changes_nothing),
        cmocka_unit_test(a_sender_without_work_calls_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
