/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"

#include "message_private.h"

/* A message that asks for something, as it is heard; expected: lines of the dialogue. */
static struct sending send_asking(const char *capabilities,
                                  const struct mailer_envelope_options *options, unsigned notify_b,
                                  const char *expected)
{
    struct sending sending = {.error = MAILER_ERROR_INIT};
    struct settings settings;
    struct mailer_message *message = NULL;
    struct smtp_server server = {.capabilities = capabilities};
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    mailer_message_set_from(message, "ann@client.test", NULL);
    mailer_message_add_bcc(message, "a@x.test, b@x.test", NULL);
    mailer_message_set_text(message, "Hello", NULL);
    assert_int_equal(mailer_message_set_envelope_options(message, options, NULL), 0);
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    if (notify_b != 0)
        assert_int_equal(mailer_message_set_recipient_notify(message, 1, notify_b, NULL), 0);
    smtp_server_start(&server);
    sending.result = mailer_send(settings_for(&settings, &server), message, NULL, &sending.error);
    smtp_server_stop(&server);
    if (expected == NULL)
        assert_null(strstr(server.heard.bytes, "MAIL"));
    else if (strstr(server.heard.bytes, expected) == NULL)
        fail_msg("\"%s\" is not in \"%s\": %s", expected, server.heard.bytes, sending.error.text);
    smtp_server_free(&server);
    mailer_message_free(message);
    return sending;
}

static void what_is_asked_for_is_said(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    assert_int_equal(send_asking("DSN", &options, 0,
                                 "MAIL FROM:<ann@client.test>\nRCPT TO:<a@x.test>\n"
                                 "RCPT TO:<b@x.test>\n")
                         .result,
                     0);
    options.notify = MAILER_NOTIFY_SUCCESS | MAILER_NOTIFY_DELAY;
    options.returned = MAILER_RETURN_HEADERS;
    options.envelope_id = "job 7";
    assert_int_equal(send_asking("DSN", &options, MAILER_NOTIFY_NEVER,
                                 "MAIL FROM:<ann@client.test> RET=HDRS ENVID=job+207\n"
                                 "RCPT TO:<a@x.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@x.test\n"
                                 "RCPT TO:<b@x.test> NOTIFY=NEVER ORCPT=rfc822;b@x.test\n")
                         .result,
                     0);
}

static void times_and_priorities_are_said(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    options.deliver_by = MAILER_DELIVER_BY_NOTIFY;
    options.deliver_by_seconds = 3600;
    options.deliver_by_trace = true;
    options.mt_priority = -3;
    assert_int_equal(send_asking("DELIVERBY|MT-PRIORITY", &options, 0,
                                 "MAIL FROM:<ann@client.test> BY=3600;NT MT-PRIORITY=-3\n")
                         .result,
                     0);
}

static void a_submitter_is_told_only_after_a_login(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    options.submitter = "ann@client.test";
    struct sending sending = send_asking("SIZE", &options, 0, NULL);
    assert_int_equal(sending.result, MAILER_UNSUPPORTED);
    assert_non_null(strstr(sending.error.text, "submitter"));
}

/* News name the address that was given first; where none are asked for, nothing is said. */
static void a_recipient_may_have_had_another_address(void **state)
{
    (void)state;
    char text[SMTP_PARAMETERS_SIZE];
    struct mailer_message *message = letter("a@x.test,b@x.test", 10);
    assert_int_equal(mailer_message_set_recipient_original(message, 1, "old+b@y.test", NULL), 0);
    message_recipient_parameters(message, 1, text);
    assert_string_equal(text, "");
    assert_int_equal(mailer_message_set_recipient_notify(message, 1, MAILER_NOTIFY_FAILURE, NULL),
                     0);
    message_recipient_parameters(message, 1, text);
    assert_string_equal(text, " NOTIFY=FAILURE ORCPT=rfc822;old+2Bb@y.test");
    message_recipient_parameters(message, 0, text);
    assert_string_equal(text, " ORCPT=rfc822;a@x.test");
    assert_int_equal(mailer_message_set_recipient_original(message, 1, "j\xc3\xbc@y", NULL), 0);
    message_recipient_parameters(message, 1, text);
    assert_string_equal(text, " NOTIFY=FAILURE ORCPT=utf-8;j\xc3\xbc@y");
    assert_int_equal(mailer_message_set_recipient_original(message, 1, NULL, NULL), 0);
    message_recipient_parameters(message, 1, text);
    assert_string_equal(text, " NOTIFY=FAILURE ORCPT=rfc822;b@x.test");
    static const char *const wrong[] = {"", "a\r\nb", "\xff"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(mailer_message_set_recipient_original(message, 0, wrong[i], NULL),
                         MAILER_DATA);
    assert_int_equal(mailer_message_set_recipient_original(message, 2, "a@x", NULL), MAILER_USAGE);
    mailer_message_free(message);
}

static void options_of_a_program_from_before_are_understood(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    struct mailer_message *message = NULL;
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    options.struct_size = offsetof(struct mailer_envelope_options, deliver_by);
    options.deliver_by = (enum mailer_deliver_by)77;
    options.mt_priority = 77;
    options.submitter = "no address";
    options.returned = MAILER_RETURN_FULL;
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), 0);
    assert_string_equal(message_sender_parameters(message), " RET=FULL");
    mailer_message_free(message);
}

static void a_server_that_does_not_offer_it_is_not_given_the_message(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    for (int i = 0; i < 4; i++) {
        options.notify = i == 0 ? MAILER_NOTIFY_NEVER : 0;
        options.envelope_id = i == 1 ? "x" : NULL;
        options.returned = i == 2 ? MAILER_RETURN_FULL : MAILER_RETURN_DEFAULT;
        struct sending sending =
            send_asking("SIZE", &options, i == 3 ? MAILER_NOTIFY_SUCCESS : 0, NULL);
        assert_int_equal(sending.result, MAILER_UNSUPPORTED);
        assert_non_null(strstr(sending.error.text, "DSN"));
    }
}

static void tls_all_the_way_needs_tls_to_begin_with(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    options.require_tls = true;
    struct sending sending = send_asking("REQUIRETLS", &options, 0, NULL);
    assert_int_equal(sending.result, MAILER_UNSUPPORTED);
    assert_non_null(strstr(sending.error.text, "TLS is required all the way"));
}

static void what_cannot_be_asked_for_is_refused(void **state)
{
    (void)state;
    struct mailer_envelope_options options = MAILER_ENVELOPE_OPTIONS_INIT;
    struct mailer_message *message = letter("a@x.test", 10);
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_recipient_notify(message, 1, 0, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_recipient_notify(message, 0, 3, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_recipient_notify(message, 0, 16, NULL), MAILER_USAGE);
    mailer_message_free(message);
    assert_int_equal(mailer_message_new(&message, NULL), 0);
    assert_int_equal(mailer_message_set_recipient_notify(message, 0, 1, NULL), MAILER_USAGE);
    assert_int_equal(mailer_message_set_envelope_options(message, NULL, NULL), MAILER_USAGE);
    options.notify = MAILER_NOTIFY_NEVER | MAILER_NOTIFY_DELAY;
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_USAGE);
    options.notify = 0;
    options.struct_size = 8;
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_USAGE);
    options.struct_size = sizeof options;
    options.deliver_by = (enum mailer_deliver_by)3;
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_USAGE);
    options.deliver_by = MAILER_DELIVER_ANY_TIME;
    options.envelope_id = "a\r\nRSET";
    assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_DATA);
    mailer_message_free(message);
    options.envelope_id = NULL;
    static const char *const submitters[] = {"a@x, b@x", "a@", "j\xc3\xbc@x.test", "a@x\r\nRSET"};
    for (size_t i = 0; i < sizeof submitters / sizeof *submitters; i++) {
        assert_int_equal(mailer_message_new(&message, NULL), 0);
        options.submitter = submitters[i];
        assert_int_equal(mailer_message_set_envelope_options(message, &options, NULL), MAILER_DATA);
        mailer_message_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_for_is_said),
        cmocka_unit_test(times_and_priorities_are_said),
        cmocka_unit_test(a_submitter_is_told_only_after_a_login),
        cmocka_unit_test(a_recipient_may_have_had_another_address),
        cmocka_unit_test(options_of_a_program_from_before_are_understood),
        cmocka_unit_test(a_server_that_does_not_offer_it_is_not_given_the_message),
        cmocka_unit_test(tls_all_the_way_needs_tls_to_begin_with),
        cmocka_unit_test(what_cannot_be_asked_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
