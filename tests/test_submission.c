/* SPDX-License-Identifier: ISC */
#include "harness/smtp_server.h"

#include "submission.h"

#include <fcntl.h>
#include <mailer/send.h>

#define OPENING                                                                                    \
    "EHLO me\r\nMAIL FROM:<ann@x.test>\r\nRCPT TO:<bob@y.test>\r\nRCPT TO:<c@y.test>\r\n"
#define MESSAGE "DATA\r\nSubject: Hi\r\n\r\n..dot\r\n.\r\n"

struct talk {
    struct smtp_server server;
    struct problem problem;
    int result;
    char replies[8192];
};

/* The first of the message's codes that the server of the test says in place of 250. */
static const char *at_recipient, *at_end, *at_sender, *at_greeting;

static const char *answer(struct smtp_server *server, enum smtp_server_moment moment,
                          const char *line)
{
    (void)server;
    switch (moment) {
    case AT_GREETING:
        return at_greeting;
    case AT_MAIL:
        return at_sender;
    case AT_RCPT:
        return strstr(line, "<c@") != NULL ? at_recipient : NULL;
    case AT_END:
        return at_end;
    default:
        return NULL;
    }
}

static void converse(struct talk *talk, const char *input, const char *domain)
{
    *talk = (struct talk){.server.answer = answer, .server.capabilities = "PIPELINING|8BITMIME"};
    smtp_server_start(&talk->server);
    char url[64];
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", talk->server.port);
    struct mailer_server server = MAILER_SERVER_INIT;
    server.url = url;
    struct submission submission = {&server, domain};
    FILE *in = tmpfile(), *out = tmpfile();
    assert_non_null(in);
    assert_non_null(out);
    fputs(input, in);
    rewind(in);
    talk->result = submission_serve(&submission, fileno(in), fileno(out), &talk->problem);
    rewind(out);
    talk->replies[fread(talk->replies, 1, sizeof talk->replies - 1, out)] = '\0';
    fclose(in);
    fclose(out);
    smtp_server_stop(&talk->server);
}

/* The client's next line after the first message gets that reply. */
static void assert_replies(const char *input, const char *expected, size_t mails)
{
    struct talk talk;
    converse(&talk, input, NULL);
    assert_int_equal(talk.result, 0);
    if (strstr(talk.replies, expected) == NULL)
        fail_msg("\"%s\" is not in: %s", expected, talk.replies);
    assert_int_equal(talk.server.mail_count, mails);
    smtp_server_free(&talk.server);
}

static int usual(void **state)
{
    (void)state;
    at_recipient = at_end = at_sender = at_greeting = NULL;
    return 0;
}

static void a_message_goes_to_the_server_before_it_is_accepted(void **state)
{
    (void)state;
    struct talk talk;
    at_end = "250 2.0.0 Ok: queued as 4BxyZ12345";
    converse(&talk, OPENING MESSAGE "QUIT\r\n", NULL);
    assert_int_equal(talk.result, 0);
    assert_memory_equal(talk.replies, "220 localhost ESMTP mailer -bs\r\n", 32);
    assert_non_null(strstr(talk.replies, "\r\n250 2.0.0 queued as 4BxyZ12345\r\n221 2.0.0 "));
    assert_int_equal(talk.server.mail_count, 1);
    assert_string_equal(talk.server.mails[0].recipients, "bob@y.test c@y.test ");
    buffer_append_char(&talk.server.mails[0].body, '\0');
    const char *body = talk.server.mails[0].body.bytes;
    assert_non_null(strstr(body, "Subject: Hi\r\n"));
    assert_non_null(strstr(body, "From: ann@x.test\r\n"));
    assert_non_null(strstr(body, "Message-ID: <"));
    assert_non_null(strstr(body, "\r\n\r\n.dot\r\n"));
    assert_null(strstr(body, "bob"));
    assert_non_null(strstr(talk.server.heard.bytes, "MAIL FROM:<ann@x.test>"));
    smtp_server_free(&talk.server);
}

static void several_messages_are_taken_until_the_input_ends(void **state)
{
    (void)state;
    at_end = "250 fine \xC3\xBC";
    assert_replies(OPENING MESSAGE OPENING "BDAT 14\r\nSubject: x\r\n\r\nBDAT 3 LAST\r\ny\r\n",
                   "250 2.0.0 accepted: ", 2);
    assert_replies(OPENING "DATA\r\nSubject: never ended\r\n", "354 ", 0);
    assert_replies("", "220 ", 0);
}

static void the_server_s_refusal_is_the_reply(void **state)
{
    (void)state;
    at_end = "554 5.7.1 looks like spam \xC3\xBC";
    assert_replies(OPENING MESSAGE "NOOP\r\n", "\r\n554 5.0.0 ", 0);
    assert_replies(OPENING MESSAGE, "looks like spam ", 0);
    at_end = "452 4.3.1 later";
    assert_replies(OPENING MESSAGE, "\r\n452 4.0.0 ", 0);
    at_end = NULL;
    at_sender = "550 5.7.1 not you";
    assert_replies(OPENING MESSAGE, "\r\n550 5.0.0 ", 0);
}

static void what_only_some_got_is_not_to_be_tried_again(void **state)
{
    (void)state;
    at_recipient = "450 4.2.1 not now";
    assert_replies(OPENING MESSAGE,
                   "\r\n554 5.0.0 sent to 1 of 2 recipients, not to the others: ", 1);
}

static void a_server_that_is_not_there_is_for_later(void **state)
{
    (void)state;
    at_greeting = "421 4.3.2 closing" THEN_CLOSE;
    assert_replies(OPENING MESSAGE, "\r\n451 4.0.0 ", 0);
}

static void what_may_have_been_delivered_is_not_to_be_tried_again(void **state)
{
    (void)state;
    at_end = THEN_CLOSE;
    struct talk talk;
    converse(&talk, OPENING MESSAGE, NULL);
    assert_non_null(strstr(talk.replies, "\r\n554 5.0.0 "));
    smtp_server_free(&talk.server);
}

static void a_message_that_cannot_be_sent_is_refused(void **state)
{
    (void)state;
    assert_replies("HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n\r\nx\r\n.\r\n",
                   "\r\n554 5.0.0 From is missing", 0);
}

static void names_without_a_domain_get_one(void **state)
{
    (void)state;
    struct talk talk;
    converse(
        &talk,
        "HELO me\r\nMAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\nFrom: root\r\n\r\nx\r\n.\r\n",
        "x.test");
    assert_int_equal(talk.server.mail_count, 1);
    assert_string_equal(talk.server.mails[0].recipients, "Postmaster@x.test ");
    assert_non_null(strstr(talk.server.heard.bytes, "MAIL FROM:<>"));
    smtp_server_free(&talk.server);
}

static void descriptors_that_fail_are_told(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct mailer_server server = MAILER_SERVER_INIT;
    struct submission submission = {&server, NULL};
    int null = open("/dev/null", O_RDWR), none = open("/dev/null", O_WRONLY);
    assert_int_equal(submission_serve(&submission, none, null, &problem), EXIT_CODE_IO);
    assert_non_null(strstr(problem.text, "standard input"));
    close(none);
    none = open("/dev/null", O_RDONLY);
    assert_int_equal(submission_serve(&submission, null, none, &problem), EXIT_CODE_IO);
    assert_non_null(strstr(problem.text, "standard output"));
    close(none);
    close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_message_goes_to_the_server_before_it_is_accepted, usual),
        cmocka_unit_test_setup(several_messages_are_taken_until_the_input_ends, usual),
        cmocka_unit_test_setup(the_server_s_refusal_is_the_reply, usual),
        cmocka_unit_test_setup(what_only_some_got_is_not_to_be_tried_again, usual),
        cmocka_unit_test_setup(a_server_that_is_not_there_is_for_later, usual),
        cmocka_unit_test_setup(what_may_have_been_delivered_is_not_to_be_tried_again, usual),
        cmocka_unit_test_setup(a_message_that_cannot_be_sent_is_refused, usual),
        cmocka_unit_test_setup(names_without_a_domain_get_one, usual),
        cmocka_unit_test_setup(descriptors_that_fail_are_told, usual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
