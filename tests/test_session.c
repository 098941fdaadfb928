/* SPDX-License-Identifier: ISC */
/* Who was accepted and who was not, by what a server says at each step. */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

static const char *const kinds[] = {"", "PIPELINING", "CHUNKING", "PIPELINING|CHUNKING",
                                    "PIPELINING|8BITMIME|CHUNKING|BINARYMIME|SMTPUTF8|SIZE"};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void every_mix_of_recipients_gets_its_fates(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *fate;
    } answers[] = {{"250 ok", "OK"},
                   {"252 cannot verify", "OK"},
                   {"450 later", "TEMPORARY"},
                   {"550 5.1.1 no", "PERMANENT"},
                   {"452 4.5.3 too many", "TEMPORARY"}};
    static const char *const names[] = {"a@x.test", "b@x.test", "c@x.test"};
    for (size_t mix = 0; mix < 125 * KINDS; mix++) {
        const size_t chosen[] = {mix % 5, mix / 5 % 5, mix / 25 % 5};
        struct script script = {0};
        char expected[64] = "";
        for (size_t i = 0; i < 3; i++) {
            script.sayings[i] = (struct saying){AT_RCPT, 0, answers[chosen[i]].text, names[i]};
            strcat(strcat(expected, i > 0 ? " " : ""), answers[chosen[i]].fate);
        }
        struct smtp_server server = {
            .capabilities = kinds[mix / 125], .answer = answer_by_script, .context = &script};
        struct sending sending = send_letter(&server, "a@x.test,b@x.test,c@x.test", 100);
        assert_string_equal(sending.fates, expected);
        bool all = strcmp(expected, "OK OK OK") == 0;
        assert_int_equal(sending.result == 0, all);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(smtp_server_copies(&server, names[i]), chosen[i] < 2);
        assert_int_equal(server.bare_line_feeds, 0);
        smtp_server_free(&server);
    }
}

static void goodbye_among_the_recipients_leaves_only_the_refused_ones_refused(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct script script = {
            .sayings = {{AT_RCPT, 1, "550 no", NULL}, {AT_RCPT, 3, "421 bye" THEN_CLOSE, NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[kind], .answer = answer_by_script, .context = &script};
        struct sending sending = send_letter(&server, "a@x.test,b@x.test,c@x.test,d@x.test", 100);
        assert_string_equal(sending.fates, "PERMANENT TEMPORARY TEMPORARY TEMPORARY");
        assert_int_equal(sending.result, MAILER_PERMANENT);
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

static void a_refusal_at_any_step_is_told_with_its_class_and_stage(void **state)
{
    (void)state;
    static const struct {
        enum smtp_server_moment moment;
        const char *text;
        enum mailer_error_class error_class;
        enum mailer_stage stage;
        int code;
    } cases[] = {
        {AT_GREETING, "421 busy", MAILER_TEMPORARY, MAILER_STAGE_GREETING, 421},
        {AT_GREETING, "450 busy", MAILER_TEMPORARY, MAILER_STAGE_GREETING, 450},
        {AT_GREETING, "554 5.7.1 go away", MAILER_PERMANENT, MAILER_STAGE_GREETING, 554},
        {AT_GREETING, "354 go on", MAILER_PROTOCOL, MAILER_STAGE_GREETING, 354},
        {AT_GREETING, "HTTP/1.1 400 Bad Request", MAILER_PROTOCOL, MAILER_STAGE_GREETING, 0},
        {AT_EHLO, "421 busy", MAILER_TEMPORARY, MAILER_STAGE_HELLO, 421},
        {AT_EHLO, "451 busy", MAILER_TEMPORARY, MAILER_STAGE_HELLO, 451},
        {AT_EHLO, "220 again", MAILER_PROTOCOL, MAILER_STAGE_HELLO, 220},
        {AT_EHLO, "250_x", MAILER_PROTOCOL, MAILER_STAGE_HELLO, 0},
        {AT_MAIL, "421 bye", MAILER_TEMPORARY, MAILER_STAGE_NONE, 421},
        {AT_MAIL, "451 4.3.0 later", MAILER_TEMPORARY, MAILER_STAGE_SENDER, 451},
        {AT_MAIL, "550 5.7.1 no", MAILER_PERMANENT, MAILER_STAGE_SENDER, 550},
        {AT_RCPT, "421 bye", MAILER_TEMPORARY, MAILER_STAGE_NONE, 421},
        {AT_RCPT, "451 later", MAILER_TEMPORARY, MAILER_STAGE_RECIPIENT, 451},
        {AT_RCPT, "552 5.2.2 full", MAILER_PERMANENT, MAILER_STAGE_RECIPIENT, 552},
        {AT_RCPT, "553 no", MAILER_PERMANENT, MAILER_STAGE_RECIPIENT, 553},
        {AT_END, "451 4.3.0 later", MAILER_TEMPORARY, MAILER_STAGE_END, 451},
        {AT_END, "421 bye", MAILER_TEMPORARY, MAILER_STAGE_END, 421},
        {AT_END, "554 5.6.0 spam", MAILER_PERMANENT, MAILER_STAGE_END, 554},
    };
    for (size_t i = 0; i < KINDS * (sizeof cases / sizeof *cases); i++) {
        size_t n = i / KINDS;
        struct script script = {.sayings = {{cases[n].moment, 0, cases[n].text, NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        struct played played = play_letter(&server, "a@x.test", 100, 20000);
        assert_int_equal(played.fate.error_class, cases[n].error_class);
        assert_int_equal(played.fate.stage, cases[n].stage);
        assert_int_equal(played.fate.smtp_code, cases[n].code);
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

static void a_refusal_of_data_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *fates;
        enum mailer_stage stage;
    } cases[] = {{"451 4.3.0 later", "TEMPORARY TEMPORARY", MAILER_STAGE_END},
                 {"554 5.7.1 no", "PERMANENT PERMANENT", MAILER_STAGE_END},
                 {"421 bye", "TEMPORARY TEMPORARY", MAILER_STAGE_END},
                 {"250 what?", "PROTOCOL PROTOCOL", MAILER_STAGE_BODY}};
    for (size_t i = 0; i < 8; i++) {
        struct script script = {.sayings = {{AT_DATA, 0, cases[i / 2].text, NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % 2], .answer = answer_by_script, .context = &script};
        struct played played = play_letter(&server, "a@x.test,b@x.test", 100, 20000);
        assert_string_equal(played.fates, cases[i / 2].fates);
        assert_int_equal(played.fate.stage, cases[i / 2].stage);
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

static void nonsense_in_answer_to_the_end_may_mean_that_it_was_delivered(void **state)
{
    (void)state;
    static const char *const answers[] = {"2",         "25 ok",          "999 ok", "ok",
                                          "354 go on", "250-ok\n550 no", "150 hm"};
    for (size_t i = 0; i < KINDS * 7; i++) {
        struct script script = {.sayings = {{AT_END, 0, answers[i / KINDS], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        struct played played = play_letter(&server, "a@x.test", 100, 20000);
        assert_int_equal(played.fate.error_class, MAILER_PROTOCOL);
        assert_int_equal(played.fate.stage, MAILER_STAGE_END);
        assert_non_null(strstr(played.fate.text, "may have been delivered"));
        smtp_server_free(&server);
    }
}

static void nonsense_before_the_end_is_no_delivery(void **state)
{
    (void)state;
    static const enum smtp_server_moment moments[] = {AT_MAIL, AT_RCPT, AT_DATA};
    static const char *const answers[] = {"999 ok", "ok", "350 hm", "250-ok\n550 no"};
    for (size_t i = 0; i < 2 * 3 * 4; i++) {
        if (i / 2 % 3 == 2 && i / 6 == 2)
            continue; /* 350 is a good answer to DATA */
        struct script script = {.sayings = {{moments[i / 2 % 3], 0, answers[i / 6], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % 2], .answer = answer_by_script, .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_string_equal(sending.fates, "PROTOCOL");
        assert_int_equal(server.mail_count, 0);
        smtp_server_free(&server);
    }
}

static void good_answers_in_odd_clothes_are_understood(void **state)
{
    (void)state;
    static const struct saying odd[] = {{AT_GREETING, 0, "220-one\n220-two\n220 three", NULL},
                                        {AT_GREETING, 0, "220 \033[2J\xff\x15\x03", NULL},
                                        {AT_GREETING, 0, "220", NULL},
                                        {AT_EHLO, 0, "250", NULL},
                                        {AT_EHLO, 0, "500 what?", NULL},
                                        {AT_EHLO, 0, "250-x\n250-pipelining\n250 chunking", NULL},
                                        {AT_END, 0, "251 forwarded", NULL},
                                        {AT_END, 0, "250 \033[2J", NULL},
                                        {AT_QUIT, 0, "", NULL},
                                        {AT_QUIT, 0, "500 no", NULL},
                                        {AT_QUIT, 0, "nonsense", NULL},
                                        {AT_QUIT, 0, THEN_RESET, NULL}};
    for (size_t i = 0; i < KINDS * 12 * 2; i++) {
        struct script script = {.sayings = {odd[i / KINDS % 12]}};
        struct smtp_server server = {.capabilities = kinds[i % KINDS],
                                     .answer = answer_by_script,
                                     .context = &script,
                                     .send_piece = i / (KINDS * 12)};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        if (sending.result != 0)
            fail_msg("%zu: %s", i, sending.error.text);
        assert_string_equal(sending.fates, "OK");
        assert_int_equal(server.mail_count, 1);
        smtp_server_free(&server);
    }
}

static void replies_sent_ahead_are_not_taken_for_answers(void **state)
{
    (void)state;
    struct script script = {
        .sayings = {
            {AT_GREETING, 0, "220 hi\n250 ok\n250 ok\n250 ok\n354 go\n250 taken\n221 bye", NULL}}};
    struct smtp_server server = {
        .capabilities = "", .answer = answer_by_script, .context = &script};
    struct sending sending = send_letter(&server, "a@x.test", 100);
    assert_int_equal(sending.result, MAILER_PROTOCOL);
    assert_int_equal(server.mail_count, 0);
    smtp_server_free(&server);
}

static void what_was_accepted_stays_accepted_whatever_follows(void **state)
{
    (void)state;
    static const char *const endings[] = {"250 ok" THEN_CLOSE, "250 ok" THEN_RESET,
                                          "250 ok\n421 bye" THEN_CLOSE, "250 ok\n421 bye",
                                          "250 ok\nnonsense"};
    /* Several times, since much of it is a matter of chance. */
    for (size_t i = 0; i < KINDS * 5 * 4; i++) {
        struct script script = {.sayings = {{AT_END, 0, endings[i / KINDS % 5], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        /* The line that follows is one of its own. */
        struct sending sending = send_letter(&server, "a@x.test", 100);
        if (sending.result != 0)
            fail_msg("%zu: %s", i, sending.error.text);
        assert_string_equal(sending.fates, "OK");
        smtp_server_free(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mix_of_recipients_gets_its_fates),
        cmocka_unit_test(goodbye_among_the_recipients_leaves_only_the_refused_ones_refused),
        cmocka_unit_test(a_refusal_at_any_step_is_told_with_its_class_and_stage),
        cmocka_unit_test(a_refusal_of_data_is_told),
        cmocka_unit_test(nonsense_in_answer_to_the_end_may_mean_that_it_was_delivered),
        cmocka_unit_test(nonsense_before_the_end_is_no_delivery),
        cmocka_unit_test(good_answers_in_odd_clothes_are_understood),
        cmocka_unit_test(replies_sent_ahead_are_not_taken_for_answers),
        cmocka_unit_test(what_was_accepted_stays_accepted_whatever_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
