/* SPDX-License-Identifier: ISC */
#include "harness/engine_talk.h"

/* Brings a fresh dialogue to where a step of the kind is the next to be answered. */
static struct talk talk_to(enum smtp_step_kind kind)
{
    if (kind == SMTP_STEP_GREETING)
        return talk_new();
    if (kind == SMTP_STEP_LHLO) {
        struct talk talk = talk_new();
        smtp_engine_speak_lmtp(talk.engine);
        talk_say(&talk, "220 x\r\n");
        talk_sends(&talk, "LHLO me.example\r\n");
        return talk;
    }
    if (kind == SMTP_STEP_EHLO || kind == SMTP_STEP_HELO) {
        struct talk talk = talk_new();
        talk_say(&talk, "220 x\r\n");
        talk_sends(&talk, "EHLO me.example\r\n");
        if (kind == SMTP_STEP_HELO) {
            talk_say(&talk, "502 x\r\n");
            talk_sends(&talk, "HELO me.example\r\n");
        }
        return talk;
    }
    bool chunked = kind == SMTP_STEP_CHUNK || kind == SMTP_STEP_LAST_CHUNK;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    switch (kind) {
    case SMTP_STEP_STARTTLS:
        assert_int_equal(smtp_engine_starttls(talk.engine, NULL), 0);
        break;
    case SMTP_STEP_AUTH:
    case SMTP_STEP_AUTH_CANCEL:
        assert_int_equal(smtp_engine_auth(talk.engine, "LOGIN", NULL, NULL), 0);
        if (kind == SMTP_STEP_AUTH)
            break;
        talk_sends(&talk, "AUTH LOGIN\r\n");
        talk_say(&talk, "334 x\r\n");
        talk_events(&talk, "CHALLENGE");
        assert_int_equal(smtp_engine_auth_response(talk.engine, "*", NULL), 0);
        break;
    case SMTP_STEP_RSET:
        talk_reset(&talk);
        break;
    case SMTP_STEP_QUIT:
        talk_quit(&talk);
        break;
    default:
        talk_envelope(&talk, 1, chunked);
        if (chunked)
            talk_body(&talk, "a", kind == SMTP_STEP_LAST_CHUNK);
        break;
    }
    const char *bytes = NULL;
    smtp_engine_sent(talk.engine, smtp_engine_out(talk.engine, &bytes));
    if (kind >= SMTP_STEP_RCPT && kind <= SMTP_STEP_LAST_CHUNK)
        talk_say(&talk, "250 x\r\n");
    if (kind >= SMTP_STEP_DATA && kind <= SMTP_STEP_LAST_CHUNK)
        talk_say(&talk, "250 x\r\n");
    if (kind == SMTP_STEP_END) {
        talk_say(&talk, "354 x\r\n");
        talk_body(&talk, "a\r\n", true);
        talk_sends(&talk, "a\r\n.\r\n");
    }
    talk.events[0] = '\0';
    return talk;
}

/* What must come of a reply. */
struct consequence {
    const char *events;
    int result;
    const char *sends; /* at once, without another submit */
};

static const struct consequence protocol = {"", MAILER_PROTOCOL, ""};

static const struct {
    enum smtp_step_kind kind;
    enum mailer_stage stage;
    struct consequence of[4]; /* 2xx, 3xx, 4xx, 5xx; a NULL is a protocol error */
} expected[] = {
    {SMTP_STEP_GREETING,
     MAILER_STAGE_GREETING,
     {{"", 0, "EHLO me.example\r\n"},
      {NULL, 0, NULL},
      {"", MAILER_TEMPORARY, ""},
      {"", MAILER_PERMANENT, ""}}},
    {SMTP_STEP_EHLO,
     MAILER_STAGE_HELLO,
     {{"READY", 0, ""},
      {NULL, 0, NULL},
      {"", MAILER_TEMPORARY, ""},
      {"", 0, "HELO me.example\r\n"}}},
    {SMTP_STEP_HELO,
     MAILER_STAGE_HELLO,
     {{"READY", 0, ""}, {NULL, 0, NULL}, {"", MAILER_TEMPORARY, ""}, {"", MAILER_PERMANENT, ""}}},
    {SMTP_STEP_LHLO,
     MAILER_STAGE_HELLO,
     {{"READY", 0, ""}, {NULL, 0, NULL}, {"", MAILER_TEMPORARY, ""}, {"", MAILER_PERMANENT, ""}}},
    {SMTP_STEP_STARTTLS,
     MAILER_STAGE_TLS,
     {{"TLS", 0, ""},
      {"NO_TLS permanent", 0, ""},
      {"NO_TLS temporary", 0, ""},
      {"NO_TLS permanent", 0, ""}}},
    {SMTP_STEP_AUTH,
     MAILER_STAGE_AUTH,
     {{"LOGIN", 0, ""},
      {"CHALLENGE", 0, ""},
      {"LOGIN temporary", 0, ""},
      {"LOGIN permanent", 0, ""}}},
    {SMTP_STEP_AUTH_CANCEL,
     MAILER_STAGE_AUTH,
     {{NULL, 0, NULL}, {NULL, 0, NULL}, {"LOGIN temporary", 0, ""}, {"LOGIN permanent", 0, ""}}},
    {SMTP_STEP_MAIL,
     MAILER_STAGE_SENDER,
     {{"SENDER", 0, ""},
      {NULL, 0, NULL},
      {"SENDER temporary", 0, ""},
      {"SENDER permanent", 0, ""}}},
    {SMTP_STEP_RCPT,
     MAILER_STAGE_RECIPIENT,
     {{"RECIPIENT 0", 0, ""},
      {NULL, 0, NULL},
      {"RECIPIENT 0 temporary", 0, ""},
      {"RECIPIENT 0 permanent", 0, ""}}},
    {SMTP_STEP_DATA,
     MAILER_STAGE_BODY,
     {{NULL, 0, NULL},
      {"BODY", 0, ""},
      {"MESSAGE temporary", 0, ""},
      {"MESSAGE permanent", 0, ""}}},
    {SMTP_STEP_END,
     MAILER_STAGE_END,
     {{"MESSAGE", 0, ""},
      {NULL, 0, NULL},
      {"MESSAGE temporary", 0, ""},
      {"MESSAGE permanent", 0, ""}}},
    {SMTP_STEP_CHUNK,
     MAILER_STAGE_BODY,
     {{"", 0, ""}, {NULL, 0, NULL}, {"MESSAGE temporary", 0, ""}, {"MESSAGE permanent", 0, ""}}},
    {SMTP_STEP_LAST_CHUNK,
     MAILER_STAGE_END,
     {{"MESSAGE", 0, ""},
      {NULL, 0, NULL},
      {"MESSAGE temporary", 0, ""},
      {"MESSAGE permanent", 0, ""}}},
    {SMTP_STEP_RSET, MAILER_STAGE_RESET, {{"", 0, ""}, {NULL, 0, NULL}, {"", 0, ""}, {"", 0, ""}}},
    {SMTP_STEP_QUIT,
     MAILER_STAGE_QUIT,
     {{"GOODBYE", 0, ""}, {"GOODBYE", 0, ""}, {"GOODBYE", 0, ""}, {"GOODBYE", 0, ""}}},
};

/* Gives the reply to the step and sees that just this comes of it. */
static void assert_consequence(size_t row, int code, const struct consequence *wanted)
{
    struct talk talk = talk_to(expected[row].kind);
    assert_int_equal(smtp_engine_awaited(talk.engine), expected[row].kind);
    size_t unanswered = smtp_engine_unanswered(talk.engine);
    char reply[40];
    snprintf(reply, sizeof reply, "%d x\r\n", code);
    talk_say(&talk, reply);
    talk_events(&talk, wanted->events);
    talk_sends(&talk, wanted->sends);
    assert_int_equal(talk.result, wanted->result);
    assert_int_equal(talk.error.error_class, wanted->result);
    if (wanted->result != 0) {
        assert_int_equal(talk.error.stage, expected[row].stage);
        assert_int_equal(talk.error.smtp_code, code);
    } else {
        size_t added = wanted->sends[0] != '\0';
        assert_int_equal(smtp_engine_unanswered(talk.engine), unanswered - 1 + added);
    }
    smtp_engine_free(talk.engine);
}

static void every_rule_of_the_table_has_its_consequence(void **state)
{
    (void)state;
    assert_int_equal(sizeof expected / sizeof *expected, SMTP_STEP_KINDS);
    for (size_t row = 0; row < SMTP_STEP_KINDS; row++) {
        assert_int_equal(expected[row].kind, row);
        for (int class_of_code = 2; class_of_code <= 5; class_of_code++) {
            const struct consequence *wanted = &expected[row].of[class_of_code - 2];
            for (int code = class_of_code * 100; code < class_of_code * 100 + 100; code++) {
                bool special = code == 421 || (code == 220 && row == SMTP_STEP_EHLO) ||
                               (code == 220 && row == SMTP_STEP_HELO) ||
                               (code == 220 && row == SMTP_STEP_LHLO);
                if (!special)
                    assert_consequence(row, code, wanted->events != NULL ? wanted : &protocol);
            }
        }
    }
}

static void a_421_to_any_step_is_its_answer_and_closes(void **state)
{
    (void)state;
    for (size_t row = 0; row < SMTP_STEP_KINDS; row++) {
        struct talk talk = talk_to(expected[row].kind);
        talk_say(&talk, "421 4.3.2 going down\r\n");
        const struct consequence *wanted = &expected[row].of[2];
        talk_events(&talk, wanted->events);
        assert_int_equal(talk.result, wanted->result);
        assert_true(smtp_engine_is_closing(talk.engine));
        assert_false(smtp_engine_is_ready(talk.engine));
        assert_false(talk_wants_body(&talk));
        assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
        talk_sends(&talk, "");
        smtp_engine_free(talk.engine);
    }
}

/* ---- Envelopes ---- */

static void without_pipelining_each_command_waits_for_its_answer(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-8BITMIME\r\n");
    talk_mail(&talk, "");
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_sends(&talk, "MAIL FROM:<>\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_recipient(&talk, 4, "a@x");
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_sends(&talk, "RCPT TO:<a@x>\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_data(&talk, false);
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_sends(&talk, "DATA\r\n");
    talk_say(&talk, "354 go\r\n");
    talk_body(&talk, "a\r\n", true);
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_sends(&talk, "a\r\n.\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 4, BODY, MESSAGE");
    assert_true(smtp_engine_is_ready(talk.engine));
    talk_end(&talk);
}

static void mail_says_what_the_message_needs(void **state)
{
    (void)state;
    static const struct {
        struct smtp_mail mail;
        const char *line;
    } cases[] = {
        {{"a@x", 7, false, false, false, NULL, false}, "MAIL FROM:<a@x> SIZE=7\r\n"},
        {{"a@x", 7, true, false, false, NULL, false}, "MAIL FROM:<a@x> SIZE=7 BODY=8BITMIME\r\n"},
        {{"a@x", 7, true, true, false, NULL, false}, "MAIL FROM:<a@x> SIZE=7 BODY=BINARYMIME\r\n"},
        {{"", UINT64_MAX, true, false, true, NULL, false},
         "MAIL FROM:<> SIZE=18446744073709551615 BODY=8BITMIME SMTPUTF8\r\n"},
        {{"a@x", 7, false, false, true, " RET=FULL ENVID=x", false},
         "MAIL FROM:<a@x> SIZE=7 SMTPUTF8 RET=FULL ENVID=x\r\n"},
        {{"a@x", 7, false, false, true, " RET=FULL", true},
         "MAIL FROM:<a@x> SIZE=7 SMTPUTF8 PRDR RET=FULL\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct talk talk = talk_ready("250-SIZE 100\r\n");
        assert_int_equal(smtp_engine_mail(talk.engine, &cases[i].mail, NULL), 0);
        talk_sends(&talk, cases[i].line);
        talk_end(&talk);
    }
}

static void an_address_cannot_become_a_command(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    struct smtp_mail mail = {.sender = "a@x>\r\nRCPT TO:<b@x"};
    assert_int_equal(smtp_engine_mail(talk.engine, &mail, NULL), MAILER_DATA);
    mail = (struct smtp_mail){.sender = "a@x", .parameters = " RET=FULL\r\nDATA"};
    assert_int_equal(smtp_engine_mail(talk.engine, &mail, NULL), MAILER_DATA);
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_sends(&talk, "");
    talk_mail(&talk, "s@x");
    talk_sends(&talk, "MAIL FROM:<s@x>\r\n");
    assert_int_equal(smtp_engine_recipient(talk.engine, 0, "\"a\nDATA\"@x", NULL), MAILER_DATA);
    assert_int_equal(
        smtp_engine_recipient_with(talk.engine, 0, "a@x", " NOTIFY=NEVER\r\nDATA", NULL),
        MAILER_DATA);
    talk_sends(&talk, "");
    assert_int_equal(smtp_engine_recipient_with(talk.engine, 0, "a@x", " NOTIFY=NEVER", NULL), 0);
    talk_sends(&talk, "RCPT TO:<a@x> NOTIFY=NEVER\r\n");
    talk_end(&talk);
}

static void a_refused_sender_with_all_pipelined_behind_it(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 2, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n");
    talk_say(&talk, "451 later\r\n503 no\r\n250 sure\r\n503 no\r\n");
    talk_events(&talk, "SENDER temporary, MESSAGE permanent");
    assert_true(smtp_engine_needs_reset(talk.engine));
    talk_end(&talk);
}

static void a_refused_sender_yet_354_gets_a_lone_dot(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    talk_say(&talk, "550 no\r\n250 sure\r\n354 go\r\n");
    talk_events(&talk, "SENDER permanent");
    talk_sends(&talk, ".\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "MESSAGE permanent");
    talk_end(&talk);
}

static void a_sender_refused_alone_needs_no_reset(void **state)
{
    (void)state;
    struct talk talk = talk_ready("");
    talk_mail(&talk, "s@x");
    talk_sends(&talk, "MAIL FROM:<s@x>\r\n");
    talk_say(&talk, "550 no\r\n");
    talk_events(&talk, "SENDER permanent");
    smtp_engine_abandon(talk.engine);
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_mail(&talk, "t@x");
    talk_sends(&talk, "MAIL FROM:<t@x>\r\n");
    talk_say(&talk, "250 ok\r\n");
    talk_events(&talk, "SENDER");
    talk_end(&talk);
}

static void nobody_accepted_yet_354_gets_a_lone_dot(void **state)
{
    (void)state;
    static const char *const replies[] = {"554 nobody\r\n", "250 ok\r\n", "451 x\r\n"};
    for (size_t i = 0; i < 3; i++) {
        struct talk talk = talk_ready("250-PIPELINING\r\n");
        talk_envelope(&talk, 2, false);
        talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n");
        talk_say(&talk, "250 ok\r\n550 no\r\n450 no\r\n354 go\r\n");
        talk_events(&talk, "SENDER, RECIPIENT 0 permanent, RECIPIENT 1 temporary");
        assert_false(talk_wants_body(&talk));
        talk_sends(&talk, ".\r\n");
        assert_false(smtp_engine_is_ready(talk.engine));
        talk_say(&talk, replies[i]);
        talk_events(&talk, i == 2 ? "MESSAGE temporary" : "MESSAGE permanent");
        assert_false(smtp_engine_needs_reset(talk.engine));
        talk_end(&talk);
    }
}

static void nobody_accepted_and_data_refused_needs_a_reset(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    talk_say(&talk, "250 ok\r\n550 no\r\n503 nobody\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0 permanent, MESSAGE permanent");
    assert_true(smtp_engine_needs_reset(talk.engine));
    talk_reset(&talk);
    talk_sends(&talk, "RSET\r\n");
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_say(&talk, "250 ok\r\n");
    talk_mail(&talk, "t@x");
    talk_sends(&talk, "MAIL FROM:<t@x>\r\n");
    talk_end(&talk);
}

static void some_refused_and_the_rest_get_it(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 2, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n");
    talk_say(&talk, "250 ok\r\n550 no\r\n252 perhaps\r\n354 go\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0 permanent, RECIPIENT 1, BODY");
    talk_body(&talk, "a\r\n", true);
    talk_sends(&talk, "a\r\n.\r\n");
    talk_say(&talk, "251 ok\r\n");
    talk_events(&talk, "MESSAGE");
    talk_end(&talk);
}

static void more_recipients_than_the_ring_has_steps_wait_their_turn(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_mail(&talk, "s@x");
    size_t submitted = 0;
    size_t answered = 0;
    while (answered < 10000) {
        while (submitted < 10000 && smtp_engine_is_ready(talk.engine))
            talk_recipient(&talk, submitted++, "a@x");
        const char *bytes = NULL;
        smtp_engine_sent(talk.engine, smtp_engine_out(talk.engine, &bytes));
        assert_true(smtp_engine_unanswered(talk.engine) > 0);
        bool sender = smtp_engine_awaited(talk.engine) == SMTP_STEP_MAIL;
        char wanted[40] = "SENDER";
        if (!sender)
            snprintf(wanted, sizeof wanted, "RECIPIENT %zu", answered++);
        talk_say(&talk, "250 ok\r\n");
        talk_events(&talk, wanted);
    }
    talk_end(&talk);
}

/* ---- Several messages ---- */

static void the_end_of_one_message_and_the_next_envelope_go_out_together(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    talk_say(&talk, "250 ok\r\n250 ok\r\n354 go\r\n");
    talk_body(&talk, "1\r\n", true);
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "1\r\n.\r\nMAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    talk_say(&talk, "550 spam\r\n250 ok\r\n250 ok\r\n354 go\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, BODY, MESSAGE permanent, SENDER, RECIPIENT 0, BODY");
    talk_body(&talk, "2\r\n", true);
    talk_quit(&talk);
    talk_sends(&talk, "2\r\n.\r\nQUIT\r\n");
    talk_say(&talk, "250 ok\r\n221 bye\r\n");
    talk_events(&talk, "MESSAGE, GOODBYE");
    talk_end(&talk);
}

static struct talk talk_chunking(void)
{
    return talk_ready("250-PIPELINING\r\n250-CHUNKING\r\n");
}

/* Three messages by BDAT in one write. */
static void talk_three_by_chunks(struct talk *talk)
{
    for (size_t i = 0; i < 3; i++) {
        if (i > 0) {
            assert_true(smtp_engine_needs_reset(talk->engine));
            talk_reset(talk);
        }
        talk_mail(talk, "s@x");
        talk_recipient(talk, i, "a@x");
        talk_data(talk, true);
        talk_body(talk, "hi", true);
    }
    talk_sends(talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nBDAT 2 LAST\r\nhiRSET\r\n"
                     "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nBDAT 2 LAST\r\nhiRSET\r\n"
                     "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nBDAT 2 LAST\r\nhi");
    assert_int_equal(smtp_engine_ends_in_flight(talk->engine), 3);
}

static void messages_by_chunks_go_out_together_with_resets_between(void **state)
{
    (void)state;
    struct talk talk = talk_chunking();
    talk_three_by_chunks(&talk);
    talk_say(&talk, "250 ok\r\n250 ok\r\n250 ok\r\n250 reset\r\n250 ok\r\n250 ok\r\n");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 2);
    talk_say(&talk, "552 no\r\n250 reset\r\n250 ok\r\n550 no\r\n250 empty\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE, SENDER, RECIPIENT 1, MESSAGE permanent, "
                       "SENDER, RECIPIENT 2 permanent, MESSAGE permanent");
    assert_false(smtp_engine_needs_reset(talk.engine));
    talk_end(&talk);
}

static void a_421_between_messages_takes_back_those_behind_it(void **state)
{
    (void)state;
    struct talk talk = talk_chunking();
    talk_three_by_chunks(&talk);
    talk_say(&talk, "250 ok\r\n250 ok\r\n250 ok\r\n421 bye\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE");
    assert_true(smtp_engine_is_closing(talk.engine));
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 0);
    talk_end(&talk);
}

static void a_reset_refused_behind_a_refused_message_is_an_error(void **state)
{
    (void)state;
    struct talk talk = talk_chunking();
    talk_three_by_chunks(&talk);
    talk_say(&talk, "250 ok\r\n250 ok\r\n552 no\r\n500 what?\r\n250 ok\r\n250 ok\r\n250 ok\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE permanent");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_RESET, "does not forget");
    assert_int_equal(smtp_engine_ends_in_flight(talk.engine), 2);
    talk_end_failed(&talk);
}

static void a_reset_that_is_needed_is_waited_for(void **state)
{
    (void)state;
    struct talk talk = talk_chunking();
    talk_envelope(&talk, 1, true);
    talk_body(&talk, "hi", true);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nBDAT 2 LAST\r\nhi");
    talk_say(&talk, "250 ok\r\n250 ok\r\n552 no\r\n");
    talk_reset(&talk);
    talk_sends(&talk, "RSET\r\n");
    assert_false(smtp_engine_is_ready(talk.engine));
    talk_say(&talk, "500 what?\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0, MESSAGE permanent");
    talk_fails(&talk, MAILER_PROTOCOL, MAILER_STAGE_RESET, "does not forget");
    talk_end_failed(&talk);
}

static void a_reset_refused_with_nothing_open_does_no_harm(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    for (int i = 0; i < 2; i++) {
        talk_reset(&talk);
        talk_sends(&talk, "RSET\r\n");
        assert_true(smtp_engine_is_ready(talk.engine));
        talk_say(&talk, "500 what?\r\n");
        assert_true(smtp_engine_is_ready(talk.engine));
    }
    talk_mail(&talk, "s@x");
    talk_sends(&talk, "MAIL FROM:<s@x>\r\n");
    talk_end(&talk);
}

static void a_421_to_a_reset_with_a_message_open_only_closes(void **state)
{
    (void)state;
    struct talk talk = talk_ready("250-PIPELINING\r\n");
    talk_envelope(&talk, 1, false);
    talk_sends(&talk, "MAIL FROM:<s@x>\r\nRCPT TO:<a@x>\r\nDATA\r\n");
    talk_say(&talk, "250 ok\r\n550 no\r\n503 nobody\r\n");
    talk_reset(&talk);
    talk_sends(&talk, "RSET\r\n");
    talk_say(&talk, "421 bye\r\n");
    talk_events(&talk, "SENDER, RECIPIENT 0 permanent, MESSAGE permanent");
    assert_true(smtp_engine_is_closing(talk.engine));
    talk_end(&talk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_of_the_table_has_its_consequence),
        cmocka_unit_test(a_421_to_any_step_is_its_answer_and_closes),
        cmocka_unit_test(without_pipelining_each_command_waits_for_its_answer),
        cmocka_unit_test(mail_says_what_the_message_needs),
        cmocka_unit_test(an_address_cannot_become_a_command),
        cmocka_unit_test(a_refused_sender_with_all_pipelined_behind_it),
        cmocka_unit_test(a_refused_sender_yet_354_gets_a_lone_dot),
        cmocka_unit_test(a_sender_refused_alone_needs_no_reset),
        cmocka_unit_test(nobody_accepted_yet_354_gets_a_lone_dot),
        cmocka_unit_test(nobody_accepted_and_data_refused_needs_a_reset),
        cmocka_unit_test(some_refused_and_the_rest_get_it),
        cmocka_unit_test(more_recipients_than_the_ring_has_steps_wait_their_turn),
        cmocka_unit_test(the_end_of_one_message_and_the_next_envelope_go_out_together),
        cmocka_unit_test(messages_by_chunks_go_out_together_with_resets_between),
        cmocka_unit_test(a_421_between_messages_takes_back_those_behind_it),
        cmocka_unit_test(a_reset_refused_behind_a_refused_message_is_an_error),
        cmocka_unit_test(a_reset_that_is_needed_is_waited_for),
        cmocka_unit_test(a_reset_refused_with_nothing_open_does_no_harm),
        cmocka_unit_test(a_421_to_a_reset_with_a_message_open_only_closes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
