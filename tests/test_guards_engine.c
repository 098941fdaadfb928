/* SPDX-License-Identifier: ISC */
/* Guards of the engine that no other test would miss: see tests/guards. */
#include "harness/engine_talk.h"

#include "engine_private.h"

static void hello_within_tls_knows_nothing_from_before(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-STARTTLS\r\n250-PIPELINING\r\n250-AUTH PLAIN\r\n");
    assert_int_equal(smtp_engine_starttls(talk.engine, &talk.error), 0);
    talk_sends(&talk, "STARTTLS\r\n");
    talk_say(&talk, "220 go\r\n");
    talk_events(&talk, "TLS");
    assert_int_equal(smtp_engine_secured(talk.engine, &talk.error), 0);
    talk_sends(&talk, "EHLO me.example\r\n");
    /* Only EHLO would tell what is offered. */
    talk_say(&talk, "502 what?\r\n");
    talk_sends(&talk, "HELO me.example\r\n");
    talk_say(&talk, "250 there\r\n");
    talk_events(&talk, "READY");
    struct smtp_capabilities none;
    memset(&none, 0, sizeof none);
    assert_memory_equal(smtp_engine_capabilities(talk.engine), &none, sizeof none);
    talk_end(&talk);
}

static void without_leave_nothing_is_secured(void **state)
{
    (void)state;
    static const char *const replies[] = {NULL, "454 later\r\n", "502 no\r\n", "354 go\r\n"};
    for (size_t i = 0; i < 4; i++) {
        struct talk talk = talk_ready("250-STARTTLS\r\n");
        assert_int_equal(smtp_engine_starttls(talk.engine, &talk.error), 0);
        talk_sends(&talk, "STARTTLS\r\n");
        if (replies[i] != NULL)
            talk_say(&talk, replies[i]);
        talk.events[0] = '\0';
        assert_int_equal(smtp_engine_secured(talk.engine, NULL), MAILER_TLS);
        talk_end(&talk);
    }
}

static void nothing_is_sent_once_the_connection_has_failed(void **state)
{
    (void)state;
    static const char *const nonsense[] = {"250 not asked\r\n", "hello\r\n"};
    for (size_t i = 0; i < 2; i++) {
        struct talk talk = talk_ready("250-PIPELINING\r\n");
        talk_mail(&talk, "s@x");
        talk_recipient(&talk, 0, "a@x");
        talk_say(&talk, nonsense[i]);
        talk_fails(&talk, MAILER_PROTOCOL, i == 0 ? MAILER_STAGE_NONE : MAILER_STAGE_SENDER, "");
        const char *bytes = NULL;
        assert_int_equal(smtp_engine_out(talk.engine, &bytes), 0);
        assert_true(smtp_engine_waits(talk.engine));
        talk_end_failed(&talk);
    }
}

static void an_unasked_reply_is_an_error_however_old_the_session(void **state)
{
    (void)state;
    struct talk talk = talk_ready("");
    /* What was said long ago must not be taken for what is answered. */
    for (size_t i = 0; i < 2 * SMTP_ENGINE_STEPS; i++) {
        talk_reset(&talk);
        talk_sends(&talk, "RSET\r\n");
        talk_say(&talk, "250 ok\r\n");
        talk_events(&talk, "");
    }
    talk_say(&talk, "250 ok\r\n");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_NONE, "what was not asked");
    talk_end_failed(&talk);
}

static void a_body_of_dots_fits_into_the_room_offered(void **state)
{
    (void)state;
    static const char dots[] = ".\r\n";
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    const char *bytes = NULL;
    smtp_engine_sent(talk.engine, smtp_engine_out(talk.engine, &bytes));
    talk_say(&talk, "250 ok\r\n250 ok\r\n354 go\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, BODY");
    size_t room = 0;
    char *to = smtp_engine_body_room(talk.engine, &room);
    assert_non_null(to);
    /* No more than this may be written, dots and the end included. */
    size_t lines = room / 3;
    assert_true(lines * 4 + 3 <= SMTP_ENGINE_OUT_SIZE);
    for (size_t i = 0; i < lines; i++)
        memcpy(to + i * 3, dots, 3);
    assert_int_equal(smtp_engine_body_filled(talk.engine, lines * 3, true, &talk.error), 0);
    assert_int_equal(smtp_engine_out(talk.engine, &bytes), lines * 4 + 3);
    for (size_t i = 0; i < lines; i++)
        assert_memory_equal(bytes + i * 4, "..\r\n", 4);
    assert_memory_equal(bytes + lines * 4, ".\r\n", 3);
    smtp_engine_sent(talk.engine, lines * 4 + 3);
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "MESSAGE");
    talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_within_tls_knows_nothing_from_before),
        cmocka_unit_test(without_leave_nothing_is_secured),
        cmocka_unit_test(nothing_is_sent_once_the_connection_has_failed),
        cmocka_unit_test(an_unasked_reply_is_an_error_however_old_the_session),
        cmocka_unit_test(a_body_of_dots_fits_into_the_room_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
