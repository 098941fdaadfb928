/* SPDX-License-Identifier: ISC */
#include "harness/engine_talk.h"

/* ---- Greeting and hello ---- */

static void a_greeting_is_answered_by_ehlo_at_all_splits(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 12; piece++) {
        struct talk talk = talk_new();
        talk.piece = piece;
        assert_false(smtp_engine_is_ready(talk.engine));
        assert_int_equal(smtp_engine_awaited(talk.engine), SMTP_STEP_GREETING);
        talk_say(&talk, "220-there\r\n220-is more\r\n220 done\r\n");
        talk_sends(&talk, "EHLO me.example\r\n");
        assert_false(smtp_engine_is_ready(talk.engine));
        talk_say(&talk, "250-there\r\n250 pipelining\r\n");
        talk_events(&talk, "READY");
        assert_true(smtp_engine_is_ready(talk.engine));
        assert_true(smtp_engine_capabilities(talk.engine)->extended);
        assert_true(smtp_engine_capabilities(talk.engine)->pipelining);
        assert_int_equal(smtp_engine_awaited(talk.engine), SMTP_STEP_KINDS);
        assert_int_equal(smtp_engine_answered(talk.engine), 2);
        talk_end(&talk);
    }
}

static void a_server_without_ehlo_is_greeted_by_helo(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "220\r\n");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "500 what?\r\n");
    talk_events(&talk, "");
    talk_sends(&talk, "HELO me.example\r\n");
    talk_say(&talk, "250-not\r\n250 STARTTLS\r\n");
    talk_events(&talk, "READY");
    assert_false(smtp_engine_capabilities(talk.engine)->extended);
    assert_false(smtp_engine_capabilities(talk.engine)->starttls);
    talk_end(&talk);
}

static void a_bare_250_answers_ehlo(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "220 x\r\n");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "250\r\n");
    talk_events(&talk, "READY");
    assert_true(smtp_engine_capabilities(talk.engine)->extended);
    talk_end(&talk);
}

static void a_second_greeting_is_no_answer_to_ehlo(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "220 x\r\n");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "220 x\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_HELLO, "greets again");
    talk_end_failed(&talk);
}

static void a_server_that_turns_us_away_is_believed(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "554 5.7.1 not you\r\n");
    talk_fails(&talk, MAILER_PERMANENT, MAILER_STAGE_GREETING, "554 5.7.1 not you");
    assert_int_equal(talk.error.smtp_code, 554);
    assert_string_equal(talk.error.enhanced_code, "5.7.1");
    talk_end_failed(&talk);
    talk = talk_new();
    talk_say(&talk, "421 busy\r\n");
    talk_fails(&talk, MAILER_TEMPORARY, MAILER_STAGE_GREETING, "421 busy");
    talk_end_failed(&talk);
}

static void what_is_no_smtp_names_the_stage(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "HTTP/1.1 400 Bad Request\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_GREETING, "HTTP/1.1");
    talk_end_failed(&talk);
    talk = talk_ready("");
    talk_mail(&talk, "s@x");
    talk_sends(&talk, "MAIL FROM:<s@x>\r\n");
    talk_say(&talk, "thank you\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_SENDER, "thank you");
    talk_end_failed(&talk);
}

static void a_name_that_no_command_may_hold_is_refused(void **state)
{
    (void)state;
    char long_name[300];
    memset(long_name, 'a', sizeof long_name);
    long_name[299] = '\0';
    const char *const names[] = {"", "a b", "a\r\nRSET", "a\nb", long_name};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct smtp_engine *engine = NULL;
        assert_int_equal(smtp_engine_new(&engine, names[i], NULL), MAILER_DATA);
        assert_null(engine);
    }
    long_name[255] = '\0';
    struct smtp_engine *engine = NULL;
    assert_int_equal(smtp_engine_new(&engine, long_name, NULL), 0);
    smtp_engine_free(engine);
    smtp_engine_free(NULL);
}

/* ---- STARTTLS ---- */

static struct talk talk_starttls(void)
{
    struct talk talk = talk_ready("250-STARTTLS\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n");
    assert_int_equal(smtp_engine_starttls(talk.engine, &talk.error), 0);
    talk_sends(&talk, "STARTTLS\r\n");
    assert_false(smtp_engine_is_ready(talk.engine));
    return talk;
}

static void starttls_forgets_all_and_says_ehlo_again(void **state)
{
    (void)state;
    struct talk talk = talk_starttls();
    talk_say(&talk, "220 go\r\n");
    talk_events(&talk, "TLS");
    struct smtp_capabilities none;
    memset(&none, 0, sizeof none);
    assert_memory_equal(smtp_engine_capabilities(talk.engine), &none, sizeof none);
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_sends(&talk, "");
    assert_int_equal(smtp_engine_secured(talk.engine, &talk.error), 0);
    talk_sends(&talk, "EHLO me.example\r\n");
    assert_memory_equal(smtp_engine_capabilities(talk.engine), &none, sizeof none);
    talk_say(&talk, "250-there\r\n250 SIZE 5\r\n");
    talk_events(&talk, "READY");
    assert_false(smtp_engine_capabilities(talk.engine)->starttls);
    assert_false(smtp_engine_capabilities(talk.engine)->auth);
    assert_int_equal(smtp_engine_capabilities(talk.engine)->size_limit, 5);
    talk_end(&talk);
}

static void octets_behind_the_answer_to_starttls_are_not_trusted_at_any_split(void **state)
{
    (void)state;
    static const char *const injected[] = {"250-evil\r\n250 AUTH PLAIN\r\n", "250", "2", "\r",
                                           "421 bye\r\n"};
    for (size_t i = 0; i < sizeof injected / sizeof *injected; i++) {
        char text[100];
        snprintf(text, sizeof text, "220 go\r\n%s", injected[i]);
        for (size_t piece = 0; piece <= strlen(text); piece++) {
            struct talk talk = talk_starttls();
            talk.piece = piece;
            talk_say(&talk, text);
            talk_fails(&talk, MAILER_TLS, MAILER_STAGE_TLS, "STARTTLS");
            talk.events[0] = '\0';
            assert_int_not_equal(smtp_engine_secured(talk.engine, NULL), 0);
            talk_end_failed(&talk);
        }
    }
}

static void starttls_that_is_refused_is_told(void **state)
{
    (void)state;
    static const char *const replies[] = {"454 later\r\n", "502 no\r\n", "354 go\r\n"};
    static const char *const events[] = {"NO_TLS temporary", "NO_TLS permanent",
                                         "NO_TLS permanent"};
    for (size_t i = 0; i < 3; i++) {
        struct talk talk = talk_starttls();
        talk_say(&talk, replies[i]);
        talk_events(&talk, events[i]);
        assert_true(smtp_engine_is_ready(talk.engine));
        assert_true(smtp_engine_capabilities(talk.engine)->starttls);
        talk_end(&talk);
    }
}

/* ---- AUTH ---- */

static struct talk talk_auth(const char *mechanism, const char *initial_response)
{
    struct talk talk = talk_ready("250-PIPELINING\r\n250-AUTH PLAIN LOGIN\r\n");
    assert_int_equal(smtp_engine_auth(talk.engine, mechanism, initial_response, &talk.error), 0);
    assert_false(smtp_engine_is_ready(talk.engine));
    return talk;
}

static void talk_responds(struct talk *talk, const char *response)
{
    assert_true(smtp_engine_is_ready(talk->engine));
    assert_int_equal(smtp_engine_auth_response(talk->engine, response, &talk->error), 0);
    assert_false(smtp_engine_is_ready(talk->engine));
}

static void a_login_with_an_initial_response_takes_one_turn(void **state)
{
    (void)state;
    struct talk talk = talk_auth("PLAIN", "AGEAYg==");
    talk_sends(&talk, "AUTH PLAIN AGEAYg==\r\n");
    talk_say(&talk, "235 2.7.0 welcome\r\n");
    talk_events(&talk, "LOGIN");
    assert_true(smtp_engine_is_ready(talk.engine));
    talk_end(&talk);
}

static void a_server_may_ask_first(void **state)
{
    (void)state;
    struct talk talk = talk_auth("PLAIN", NULL);
    talk_sends(&talk, "AUTH PLAIN\r\n");
    talk_say(&talk, "334\r\n");
    talk_events(&talk, "CHALLENGE");
    talk_responds(&talk, "AGEAYg==");
    talk_sends(&talk, "AGEAYg==\r\n");
    talk_say(&talk, "235 welcome\r\n");
    talk_events(&talk, "LOGIN");
    talk_end(&talk);
}

static void two_challenges_are_answered_one_by_one(void **state)
{
    (void)state;
    struct talk talk = talk_auth("LOGIN", NULL);
    talk_sends(&talk, "AUTH LOGIN\r\n");
    talk_say(&talk, "334 VXNlcm5hbWU6\r\n");
    talk_events(&talk, "CHALLENGE");
    talk_responds(&talk, "YQ==");
    talk_sends(&talk, "YQ==\r\n");
    talk_say(&talk, "334 UGFzc3dvcmQ6\r\n");
    talk_events(&talk, "CHALLENGE");
    talk_responds(&talk, "Yg==");
    talk_sends(&talk, "Yg==\r\n");
    talk_say(&talk, "535 5.7.8 no\r\n");
    talk_events(&talk, "LOGIN permanent");
    assert_true(smtp_engine_is_ready(talk.engine));
    talk_end(&talk);
}

static void a_refused_login_leaves_the_connection_in_order(void **state)
{
    (void)state;
    struct talk talk = talk_auth("PLAIN", "=");
    talk_sends(&talk, "AUTH PLAIN =\r\n");
    talk_say(&talk, "454 later\r\n");
    talk_events(&talk, "LOGIN temporary");
    talk_quit(&talk);
    talk_sends(&talk, "QUIT\r\n");
    talk_say(&talk, "221 bye\r\n");
    talk_events(&talk, "GOODBYE");
    talk_end(&talk);
}

static void a_login_that_was_cancelled_cannot_go_on(void **state)
{
    (void)state;
    static const char *const replies[] = {"501 cancelled\r\n", "334 more\r\n", "235 welcome\r\n"};
    for (size_t i = 0; i < 3; i++) {
        struct talk talk = talk_auth("LOGIN", NULL);
        talk_sends(&talk, "AUTH LOGIN\r\n");
        talk_say(&talk, "334 ?\r\n");
        talk_events(&talk, "CHALLENGE");
        talk_responds(&talk, "*");
        talk_sends(&talk, "*\r\n");
        talk_say(&talk, replies[i]);
        if (i == 0) {
            talk_events(&talk, "LOGIN permanent");
            talk_end(&talk);
        } else {
            talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_AUTH, "what was not asked");
            talk_end_failed(&talk);
        }
    }
}

static bool holds(const char *bytes, size_t size, const char *wanted)
{
    size_t length = strlen(wanted);
    for (size_t i = 0; i + length <= size; i++)
        if (memcmp(bytes + i, wanted, length) == 0)
            return true;
    return false;
}

static void a_secret_is_wiped_as_soon_as_it_is_sent(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 30; piece++) {
        struct talk talk = talk_auth("PLAIN", "c2VjcmV0c2VjcmV0");
        const char *start = NULL;
        size_t size = smtp_engine_out(talk.engine, &start);
        assert_true(holds(start, size, "c2VjcmV0c2VjcmV0"));
        for (size_t at = 0; at < size; at += piece) {
            size_t now = piece < size - at ? piece : size - at;
            smtp_engine_sent(talk.engine, now);
            for (size_t i = 0; i < at + now; i++)
                assert_int_equal(start[i], 0);
        }
        assert_false(holds(start, size, "c"));
        talk_end(&talk);
    }
}

static void the_trace_shows_commands_but_no_secret(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    smtp_engine_keep_trace(talk.engine);
    talk_say(&talk, "220 x\r\n");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "250 x\r\n");
    assert_int_equal(smtp_engine_auth(talk.engine, "PLAIN", "c2VjcmV0", NULL), 0);
    talk_sends(&talk, "AUTH PLAIN c2VjcmV0\r\n");
    talk_say(&talk, "334 \r\n");
    talk_responds(&talk, "c2VjcmV0");
    talk_sends(&talk, "c2VjcmV0\r\n");
    talk_say(&talk, "334 \r\n");
    talk_responds(&talk, "*");
    talk_sends(&talk, "*\r\n");
    const char *lines = NULL;
    size_t size = smtp_engine_take_trace(talk.engine, &lines);
    const char *expected = "EHLO me.example\nAUTH PLAIN ****\n****\n*\n";
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(lines, expected, size);
    assert_int_equal(smtp_engine_take_trace(talk.engine, &lines), 0);
    talk_say(&talk, "501 \r\n");
    talk_events(&talk, "READY, CHALLENGE, CHALLENGE, LOGIN permanent");
    talk_end(&talk);
}

/* The text of the last reply, as it may be shown. */
static void check_shown(const struct talk *talk, const char *expected)
{
    char shown[256];
    assert_non_null(talk->last.reply);
    smtp_reply_show(talk->last.reply, shown, sizeof shown);
    assert_string_equal(shown, expected);
}

static void a_secret_that_the_server_repeats_is_not_shown(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-AUTH LOGIN\r\n");
    smtp_engine_hide(talk.engine, "secret word");
    assert_int_equal(smtp_engine_auth(talk.engine, "LOGIN", "dGlt", NULL), 0);
    talk_sends(&talk, "AUTH LOGIN dGlt\r\n");
    talk_say(&talk, "334 dGlt: secret word!\r\n");
    check_shown(&talk, "334 ****: ****!");
    assert_int_equal(talk.last.challenge_size, strlen("dGlt: secret word!"));
    assert_memory_equal(talk.last.challenge, "dGlt: secret word!", talk.last.challenge_size);
    talk_responds(&talk, "c2VjcmV0IHdvcmQ=");
    talk_sends(&talk, "c2VjcmV0IHdvcmQ=\r\n");
    talk_say(&talk, "535-5.7.8 c2VjcmV0IHdvcmQ=\r\n535 5.7.8 is secret word\r\n");
    check_shown(&talk, "535 5.7.8 **** is ****");
    /* The login is over: nothing is hidden, or kept, any more. */
    talk_events(&talk, "CHALLENGE, LOGIN permanent");
    talk_quit(&talk);
    talk_sends(&talk, "QUIT\r\n");
    talk_say(&talk, "221 secret word\r\n");
    check_shown(&talk, "221 secret word");
    talk_events(&talk, "GOODBYE");
    talk_end(&talk);
}

static void what_is_no_answer_to_a_login_is_not_repeated(void **state)
{
    (void)state;
    static const char *const answers[] = {"AUTH PLAIN c2VjcmV0\r\n", "235-c2VjcmV0\r\n334 ok\r\n",
                                          "600 c2VjcmV0\r\n"};
    for (size_t i = 0; i < 3; i++) {
        struct talk talk = talk_auth("PLAIN", "c2VjcmV0");
        talk_sends(&talk, "AUTH PLAIN c2VjcmV0\r\n");
        talk_say(&talk, answers[i]);
        assert_null(strstr(talk.error.text, "c2VjcmV0"));
        talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_AUTH, "does not speak SMTP");
        talk_end_failed(&talk);
    }
}

static void a_trace_that_nobody_takes_does_no_harm(void **state)
{
    (void)state;
    struct talk talk = talk_ready("");
    smtp_engine_keep_trace(talk.engine);
    const char *lines = NULL;
    char address[10000];
    memset(address, 'a', sizeof address);
    address[sizeof address - 1] = '\0';
    for (int i = 0; i < 300; i++) {
        assert_int_equal(smtp_engine_recipient(talk.engine, 0, address, NULL), 0);
        const char *bytes = NULL;
        smtp_engine_sent(talk.engine, smtp_engine_out(talk.engine, &bytes));
        if (i == 0)
            assert_true(smtp_engine_take_trace(talk.engine, &lines) > 0);
        talk_say(&talk, "550 no\r\n");
    }
    smtp_engine_take_trace(talk.engine, &lines);
    assert_int_equal(smtp_engine_take_trace(talk.engine, &lines), 0);
    talk_reset(&talk);
    assert_int_equal(smtp_engine_take_trace(talk.engine, &lines), 5);
    assert_memory_equal(lines, "RSET\n", 5);
    talk.events[0] = '\0';
    talk_sends(&talk, "RSET\r\n");
    talk_end(&talk);
}

/* ---- Out of step ---- */

static void replies_sent_ahead_are_no_answers(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 20; piece++) {
        struct talk talk = talk_new();
        talk.piece = piece;
        talk_say(&talk, "220 x\r\n250 ehlo\r\n250 mail\r\n250 rcpt\r\n354 go\r\n250 done\r\n");
        talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
        talk_end_failed(&talk);
    }
}

static void a_reply_that_began_before_the_command_was_sent_is_no_answer(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say(&talk, "220 x\r\n25");
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say(&talk, "0 ok\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
    talk_end_failed(&talk);
}

static void an_unasked_250_is_an_error(void **state)
{
    (void)state;
    static const char *const replies[] = {"250 ok\r\n", "354 go\r\n", "550 no\r\n", "450 no\r\n"};
    for (size_t i = 0; i < 4; i++) {
        struct talk talk = talk_ready("");
        talk_say(&talk, replies[i]);
        talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
        talk_end_failed(&talk);
    }
}

static void an_unasked_421_closes_without_an_error(void **state)
{
    (void)state;
    struct talk talk = talk_ready("");
    assert_false(smtp_engine_is_closing(talk.engine));
    talk_say(&talk, "421 4.4.2 idle\r\n");
    talk_events(&talk, "");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_end(&talk);
}

static void a_421_that_crosses_a_command_closes_without_an_error(void **state)
{
    (void)state;
    struct talk talk = talk_ready("");
    talk_mail(&talk, "s@x");
    talk_say(&talk, "421 idle\r\n");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    talk_end(&talk);
}

static void nul_and_8_bit_in_a_reply_do_not_cut_it(void **state)
{
    (void)state;
    struct talk talk = talk_new();
    talk_say_octets(&talk, "220 a\0b\xff\xfe\r\n", 11);
    talk_sends(&talk, "EHLO me.example\r\n");
    talk_say_octets(&talk, "250-\0\r\n250 PIPELINING\r\n", 23);
    talk_events(&talk, "READY");
    assert_true(smtp_engine_capabilities(talk.engine)->pipelining);
    talk_end(&talk);
}

static void quit_is_answered_by_anything(void **state)
{
    (void)state;
    static const char *const replies[] = {"221 bye\r\n", "250 ok\r\n", "354 x\r\n", "421 x\r\n",
                                          "500 what\r\n"};
    for (size_t i = 0; i < 5; i++) {
        struct talk talk = talk_ready("");
        talk_quit(&talk);
        talk_sends(&talk, "QUIT\r\n");
        assert_int_equal(smtp_engine_awaited(talk.engine), SMTP_STEP_QUIT);
        talk_say(&talk, replies[i]);
        talk_events(&talk, "GOODBYE");
        assert_true(smtp_engine_is_closing(talk.engine));
        assert_false(smtp_engine_is_ready(talk.engine));
        talk_end(&talk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_is_answered_by_ehlo_at_all_splits),
        cmocka_unit_test(a_server_without_ehlo_is_greeted_by_helo),
        cmocka_unit_test(a_bare_250_answers_ehlo),
        cmocka_unit_test(a_second_greeting_is_no_answer_to_ehlo),
        cmocka_unit_test(a_server_that_turns_us_away_is_believed),
        cmocka_unit_test(what_is_no_smtp_names_the_stage),
        cmocka_unit_test(a_name_that_no_command_may_hold_is_refused),
        cmocka_unit_test(starttls_forgets_all_and_says_ehlo_again),
        cmocka_unit_test(octets_behind_the_answer_to_starttls_are_not_trusted_at_any_split),
        cmocka_unit_test(starttls_that_is_refused_is_told),
        cmocka_unit_test(a_login_with_an_initial_response_takes_one_turn),
        cmocka_unit_test(a_server_may_ask_first),
        cmocka_unit_test(two_challenges_are_answered_one_by_one),
        cmocka_unit_test(a_refused_login_leaves_the_connection_in_order),
        cmocka_unit_test(a_login_that_was_cancelled_cannot_go_on),
        cmocka_unit_test(a_secret_is_wiped_as_soon_as_it_is_sent),
        cmocka_unit_test(the_trace_shows_commands_but_no_secret),
        cmocka_unit_test(a_secret_that_the_server_repeats_is_not_shown),
        cmocka_unit_test(what_is_no_answer_to_a_login_is_not_repeated),
        cmocka_unit_test(a_trace_that_nobody_takes_does_no_harm),
        cmocka_unit_test(replies_sent_ahead_are_no_answers),
        cmocka_unit_test(a_reply_that_began_before_the_command_was_sent_is_no_answer),
        cmocka_unit_test(an_unasked_250_is_an_error),
        cmocka_unit_test(an_unasked_421_closes_without_an_error),
        cmocka_unit_test(a_421_that_crosses_a_command_closes_without_an_error),
        cmocka_unit_test(nul_and_8_bit_in_a_reply_do_not_cut_it),
        cmocka_unit_test(quit_is_answered_by_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
