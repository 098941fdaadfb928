/* SPDX-License-Identifier: ISC */
/*
 * Sending with little memory: the n-th allocation of the sender fails, for every n. This program is
 * linked so that the library's allocations come by here.
 */
#include "harness/certificate.h"
#include "harness/failing_memory.h"
#include "harness/send_client.h"
#include "harness/smtp_script.h"

/* ---- Sendings ---- */

struct variant {
    const char *capabilities;
    size_t size;
    bool tls;
    const char *user;
};

enum { MESSAGES = 3 };

struct run {
    struct mailer_message *messages[MESSAGES];
    size_t pulled;
    size_t reported;
    bool taken[MESSAGES]; /* the fate of the last recipient is OK */
    bool perhaps[MESSAGES];
};

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    (void)error;
    struct run *run = context;
    *message = run->pulled < MESSAGES ? run->messages[run->pulled++] : NULL;
    return 0;
}

static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    (void)error;
    struct run *run = context;
    assert_ptr_equal(message, run->messages[run->reported]);
    struct mailer_recipient_result last = MAILER_RECIPIENT_RESULT_INIT;
    assert_int_equal(mailer_result_recipient(result, 1, &last), 0);
    run->taken[run->reported] = last.error.error_class == MAILER_OK;
    run->perhaps[run->reported++] = last.error.error_class == MAILER_UNKNOWN;
}

static SSL_CTX *server_settings;

static void check_run(const struct run *run, const struct smtp_server *server)
{
    /* A message that was given but could not be kept ends the sending unreported. */
    assert_true(run->reported == run->pulled ||
                (memory.fails_at != 0 && run->reported + 1 == run->pulled));
    for (size_t i = 0; i < MESSAGES; i++) {
        char address[64];
        snprintf(address, sizeof address, "good%zu@x.test", i);
        size_t copies = smtp_server_copies(server, address);
        assert_true(copies <= 1);
        assert_true(!run->taken[i] || copies == 1);
        assert_true(copies == 0 || run->taken[i] || run->perhaps[i]);
    }
}

/* Sends with the n-th allocation failing. Gives how many there were. */
static size_t send_with(struct run *run, const struct variant *variant, size_t fails_at,
                        bool fails_on)
{
    struct script script = {.sayings = {{AT_RCPT, 0, "550 5.1.1 no", "<bad"}}};
    struct smtp_server server = {.capabilities = variant->capabilities,
                                 .tls = server_settings,
                                 .answer = answer_by_script,
                                 .context = &script};
    struct settings settings;
    struct mailer_error error = MAILER_ERROR_INIT;
    smtp_server_start(&server);
    settings_for(&settings, &server);
    if (variant->tls)
        settings.server.tls = MAILER_TLS_REQUIRED;
    settings.server.tls_no_verify = true;
    settings.server.user = variant->user;
    settings.server.password = variant->user;
    memory.allocations = memory.live = memory.most = 0;
    memory.fails_at = fails_at;
    memory.fails_on = fails_on;
    run->pulled = run->reported = 0;
    memset(run->taken, 0, sizeof run->taken);
    memset(run->perhaps, 0, sizeof run->perhaps);
    memory.armed = true;
    int result = mailer_send_each(&settings.server, next, report, run, &error);
    memory.armed = false;
    smtp_server_stop(&server);
    assert_int_equal(memory.live, 0);
    assert_int_equal(result, error.error_class);
    assert_int_not_equal(result, MAILER_OK);
    check_run(run, &server);
    smtp_server_free(&server);
    return memory.allocations;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const struct variant variants[] = {{"", 100, false, NULL},
                                              {"PIPELINING", 100 * 1000, false, NULL},
                                              {"PIPELINING|CHUNKING", 100, false, NULL},
                                              {"PIPELINING|CHUNKING", 300 * 1000, false, NULL},
                                              {"STARTTLS|PIPELINING", 100, true, NULL},
                                              {"STARTTLS|PIPELINING|AUTH PLAIN", 100, true, "ann"}};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct run run = {0};
        for (size_t j = 0; j < MESSAGES; j++) {
            char list[64];
            snprintf(list, sizeof list, "bad%zu@x.test,good%zu@x.test", j, j);
            run.messages[j] = letter(list, variants[i].size);
        }
        size_t total = send_with(&run, &variants[i], 0, false);
        assert_int_equal(run.reported, MESSAGES);
        assert_true(run.taken[0] && run.taken[1] && run.taken[2]);
        for (size_t n = 1; n <= total; n++) {
            send_with(&run, &variants[i], n, false);
            send_with(&run, &variants[i], n, true);
        }
        for (size_t j = 0; j < MESSAGES; j++)
            mailer_message_free(run.messages[j]);
    }
}

/* ---- Many recipients ---- */

enum { MANY = 100 * 1000 };

static struct mailer_message *letter_to_many(void)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_message *message = NULL;
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@client.test", &error);
    for (size_t i = 0; i < MANY; i++) {
        char address[64];
        snprintf(address, sizeof address, "a%zu@x.test", i);
        mailer_message_add_bcc(message, address, &error);
    }
    mailer_message_set_text(message, "hello\n", &error);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static size_t octets_for(const struct mailer_message *message, const char *answer, int expected)
{
    struct script script = {.sayings = {{AT_RCPT, 0, answer, NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    struct settings settings;
    struct mailer_result *result = NULL;
    smtp_server_start(&server);
    settings_for(&settings, &server);
    memory.live = memory.most = memory.fails_at = 0;
    memory.armed = true;
    assert_int_equal(mailer_send(&settings.server, message, &result, NULL), expected);
    memory.armed = false;
    smtp_server_stop(&server);
    assert_int_equal(mailer_result_count(result), MANY);
    assert_int_equal(mailer_result_accepted(result), expected == 0 ? MANY : 0);
    assert_int_equal(server.mail_count, expected == 0 ? MANY / 100 : 0);
    mailer_result_free(result);
    smtp_server_free(&server);
    return memory.most;
}

static void a_hundred_thousand_recipients_cost_some_octets_each(void **state)
{
    (void)state;
    struct mailer_message *message = letter_to_many();
    size_t taken = octets_for(message, "250 ok", 0);
    size_t refused = octets_for(message, "550 5.1.1 <somebody@example.test>: no such user here",
                                MAILER_PERMANENT);
    print_message("most memory: %zu KiB when all are taken, %zu KiB when all are refused\n",
                  taken / 1024, refused / 1024);
    assert_true(taken < 2 * 1024 * 1024);
    assert_true(refused < 48 * 1024 * 1024);
    mailer_message_free(message);
}

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "x", .names = "IP:127.0.0.1"};
    struct certificate certificate = certificate_make(&wish, NULL);
    server_settings = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(server_settings, certificate.x509);
    SSL_CTX_use_PrivateKey(server_settings, certificate.key);
    certificate_free(&certificate);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    SSL_CTX_free(server_settings);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_hundred_thousand_recipients_cost_some_octets_each),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
