/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

#include "progress.h"

enum { LARGE = 8 * 1024 * 1024 };

/* What was told, and when to call the sending off. */
static struct witness {
    size_t calls;
    size_t whole;
    uint64_t last;
    uint64_t total;
    uint64_t stop_at; /* octets; UINT64_MAX: never */
    bool stop_at_whole;
    bool stop_at_once;
} witness;

static int see(void *context, uint64_t sent, uint64_t total)
{
    struct witness *seen = context;
    assert_true(sent <= total);
    seen->calls++;
    seen->whole += total > 0 && sent == total;
    seen->last = sent;
    seen->total = total > 0 ? total : seen->total;
    if (seen->stop_at_whole && total > 0 && sent == total)
        return 1;
    return seen->stop_at_once || sent >= seen->stop_at;
}

static void with_witness(struct mailer_server *server)
{
    server->progress = see;
    server->progress_context = &witness;
}

static struct sending watch(struct smtp_server *server, struct witness start, size_t size)
{
    witness = start;
    adapt_settings = with_witness;
    struct sending sending = send_letter(server, "a@x.test,b@x.test", size);
    adapt_settings = NULL;
    return sending;
}

static void a_message_is_told_when_it_has_gone_whole(void **state)
{
    (void)state;
    static const char *const kinds[] = {"", "PIPELINING", "PIPELINING|CHUNKING"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct smtp_server server = {.capabilities = kinds[i]};
        struct sending sending = watch(&server, (struct witness){.stop_at = UINT64_MAX}, 1000);
        assert_int_equal(sending.result, 0);
        assert_int_equal(witness.whole, 1);
        assert_true(witness.total > 1000 && witness.total < 3000);
        smtp_server_free(&server);
    }
}

static void a_long_transfer_is_told_now_and_then(void **state)
{
    (void)state;
    struct smtp_server server = {
        .capabilities = "CHUNKING", .receive_buffer = 4096, .read_delay = 4000};
    int64_t start = clock_milliseconds();
    struct sending sending = watch(&server, (struct witness){.stop_at = UINT64_MAX}, LARGE / 4);
    int64_t elapsed = clock_milliseconds() - start;
    assert_int_equal(sending.result, 0);
    assert_true(witness.whole >= 1);
    assert_true(witness.calls >= 2);
    assert_true(witness.calls <= (size_t)elapsed / 100 + 3);
    smtp_server_free(&server);
}

static void half_a_message_that_is_called_off_is_nobodys(void **state)
{
    (void)state;
    static const char *const kinds[] = {"", "PIPELINING|CHUNKING"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        /* So slowly that much is left when it is asked for the first time. */
        struct smtp_server server = {
            .capabilities = kinds[i], .receive_buffer = 4096, .read_delay = 4000};
        struct sending sending = watch(&server, (struct witness){.stop_at = 1000}, LARGE);
        assert_int_equal(sending.result, MAILER_CANCELLED);
        assert_string_equal(sending.fates, "CANCELLED CANCELLED");
        assert_true(witness.last < witness.total);
        assert_int_equal(server.mail_count, 0);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static void what_is_called_off_behind_its_end_may_have_been_delivered(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_END, 0, "", NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    struct sending sending =
        watch(&server, (struct witness){.stop_at = UINT64_MAX, .stop_at_whole = true}, 1000);
    assert_int_equal(sending.result, MAILER_UNKNOWN);
    assert_string_equal(sending.fates, "UNKNOWN UNKNOWN");
    assert_non_null(strstr(sending.error.text, "called off"));
    smtp_server_free(&server);
}

static void nobody_waits_for_a_server_that_says_nothing(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_GREETING, 0, "", NULL}}};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    int64_t start = clock_milliseconds();
    struct sending sending = watch(&server, (struct witness){.stop_at_once = true}, 1000);
    assert_true(clock_milliseconds() - start < 5000);
    assert_int_equal(sending.result, MAILER_CANCELLED);
    assert_int_equal(witness.total, 0);
    smtp_server_free(&server);
}

static void a_sender_goes_on_after_it_was_called_off(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING"};
    struct settings settings;
    struct mailer_sender *sender = NULL;
    struct mailer_message *message = letter("a@x.test", 100);
    smtp_server_start(&server);
    with_witness(settings_for(&settings, &server));
    assert_int_equal(mailer_sender_new(&sender, &settings.server, NULL), 0);
    witness = (struct witness){.stop_at_once = true};
    assert_int_equal(mailer_sender_send(sender, message, NULL, NULL), MAILER_CANCELLED);
    for (size_t i = 1; i <= 2; i++) {
        witness = (struct witness){.stop_at = UINT64_MAX};
        assert_int_equal(mailer_sender_send(sender, message, NULL, NULL), 0);
        assert_int_equal(witness.whole, 1);
    }
    mailer_sender_free(sender);
    smtp_server_stop(&server);
    assert_int_equal(server.mail_count, 2);
    mailer_message_free(message);
    smtp_server_free(&server);
}

static void an_older_caller_is_told_nothing(void **state)
{
    (void)state;
    struct mailer_server given = MAILER_SERVER_INIT;
    with_witness(&given);
    assert_non_null(progress_start(&given).function);
    given.struct_size = offsetof(struct mailer_server, progress);
    assert_null(progress_start(&given).function);
    assert_null(progress_start(NULL).function);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_told_when_it_has_gone_whole),
        cmocka_unit_test(a_long_transfer_is_told_now_and_then),
        cmocka_unit_test(half_a_message_that_is_called_off_is_nobodys),
        cmocka_unit_test(what_is_called_off_behind_its_end_may_have_been_delivered),
        cmocka_unit_test(nobody_waits_for_a_server_that_says_nothing),
        cmocka_unit_test(a_sender_goes_on_after_it_was_called_off),
        cmocka_unit_test(an_older_caller_is_told_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
