/* SPDX-License-Identifier: ISC */
/* Guards of the session that no other test would miss: see tests/guards. */
#include "harness/send_client.h"
#include "harness/smtp_script.h"

#include "connection_private.h"
#include "session_private.h"

/* Sends a message that is made by the caller. */
static int send_it(struct smtp_server *server, struct mailer_message *message,
                   struct mailer_error *error)
{
    struct settings settings;
    assert_int_equal(mailer_message_seal(message, NULL), 0);
    smtp_server_start(server);
    int result = mailer_send(settings_for(&settings, server), message, NULL, error);
    smtp_server_stop(server);
    mailer_message_free(message);
    return result;
}

static struct mailer_message *to_bob(const char *text)
{
    struct mailer_message *message = NULL;
    mailer_message_new(&message, NULL);
    mailer_message_set_from(message, "ann@client.test", NULL);
    mailer_message_add_to(message, "bob@x.test", NULL);
    mailer_message_set_text(message, text, NULL);
    return message;
}

static void the_size_announced_is_that_of_the_form_that_is_sent(void **state)
{
    (void)state;
    static const char *const offers[] = {"SIZE 100000", "SIZE 100000|8BITMIME",
                                         "SIZE 100000|8BITMIME|CHUNKING|BINARYMIME"};
    size_t sizes[3];
    for (size_t i = 0; i < 3; i++) {
        struct smtp_server server = {.capabilities = offers[i]};
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(send_it(&server, to_bob("Gr\xC3\xBC\xC3\x9F\x65\n\xE2\x82\xAC\n"), &error),
                         0);
        const char *announced = strstr(server.heard.bytes, " SIZE=");
        assert_non_null(announced);
        assert_int_equal(server.mail_count, 1);
        sizes[i] = server.mails[0].body.size;
        assert_int_equal(strtoul(announced + 6, NULL, 10), sizes[i]);
        smtp_server_free(&server);
    }
    assert_true(sizes[0] != sizes[1]);
}

static void hidden_recipients_stand_in_the_envelope_alone(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING"};
    struct mailer_message *message = to_bob("x\n");
    struct mailer_error error = MAILER_ERROR_INIT;
    mailer_message_add_bcc(message, "Hidden <hidden@x.test>", NULL);
    mailer_message_add_bcc(message, "other@x.test", NULL);
    assert_int_equal(send_it(&server, message, &error), 0);
    assert_int_equal(server.mail_count, 1);
    assert_non_null(strstr(server.mails[0].recipients, "hidden@x.test"));
    assert_non_null(strstr(server.mails[0].recipients, "other@x.test"));
    buffer_append_char(&server.mails[0].body, '\0');
    static const char *const words[] = {"hidden", "Hidden", "other@", "Bcc"};
    for (size_t i = 0; i < 4; i++)
        assert_null(strstr(server.mails[0].body.bytes, words[i]));
    smtp_server_free(&server);
}

/* A challenge of octets that no C string holds. */
static const char *say_challenge(struct smtp_server *server, enum smtp_server_moment moment,
                                 const char *line)
{
    (void)line;
    const struct buffer *challenge = server->context;
    if (moment != AT_AUTH)
        return NULL;
    smtp_server_send(server, challenge->bytes, challenge->size);
    return "";
}

static void log_in_as_ann(struct mailer_server *server)
{
    server->user = "ann";
    server->password = "hunter2";
    server->allow_clear_password = true;
}

static void a_challenge_with_a_nul_or_too_long_is_nonsense(void **state)
{
    (void)state;
    adapt_settings = log_in_as_ann;
    for (int i = 0; i < 2; i++) {
        struct buffer challenge = buffer_empty(100000);
        buffer_append_string(&challenge, "334 VXNl");
        for (int k = 0; i == 1 && k < 5000; k++)
            buffer_append_string(&challenge, "VXNl");
        if (i == 0)
            buffer_append(&challenge, "\0cm5h", 5);
        buffer_append_string(&challenge, "\r\n");
        struct smtp_server server = {
            .capabilities = "AUTH LOGIN", .answer = say_challenge, .context = &challenge};
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(send_it(&server, to_bob("x\n"), &error), MAILER_PROTOCOL);
        assert_non_null(strstr(error.text, "too long or has a NUL"));
        assert_null(strstr(server.heard.bytes, "YW5u"));
        smtp_server_free(&server);
        buffer_free(&challenge);
    }
    adapt_settings = NULL;
}

static void a_server_without_ehlo_is_told_to_log_nobody_in(void **state)
{
    (void)state;
    adapt_settings = log_in_as_ann;
    struct script script = {.sayings = {{AT_EHLO, 0, "502 what?", NULL}}};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(send_it(&server, to_bob("x\n"), &error), MAILER_AUTH);
    assert_non_null(strstr(error.text, "speaks only HELO"));
    smtp_server_free(&server);
    adapt_settings = NULL;
}

/* The connection, until a body is written: then it is as if the server had refused it and gone. */
static const struct net_connection_methods *real;
static const char *last_words;

static int write_but_no_body(struct net_connection *connection, const void *bytes, size_t size,
                             size_t *taken, struct mailer_error *error)
{
    if (real == NULL || size > 8192) {
        real = NULL;
        return NET_CLOSED;
    }
    return real->write(connection, bytes, size, taken, error);
}

static int read_last_words(struct net_connection *connection, void *bytes, size_t room, size_t *got,
                           struct mailer_error *error)
{
    if (real != NULL)
        return real->read(connection, bytes, room, got, error);
    *got = strlen(last_words);
    memcpy(bytes, last_words, *got);
    last_words = "";
    return *got > 0 ? NET_READY : NET_CLOSED;
}

static void what_the_server_said_is_read_when_writing_fails(void **state)
{
    (void)state;
    struct smtp_server smtp = {.capabilities = "PIPELINING"};
    struct settings settings;
    struct server server;
    struct net_tls_context *tls_context = NULL;
    static struct mime_scratch scratch;
    struct session *session = NULL;
    struct mailer_result *result = NULL;
    struct delivery_queue queue = {.exhausted = true, .kept = &result};
    struct mailer_message *message = letter("a@x.test", 100000);
    struct net_connection_methods methods;
    smtp_server_start(&smtp);
    assert_int_equal(server_read(&server, settings_for(&settings, &smtp), NULL, NULL), 0);
    assert_int_equal(delivery_queue_add(&queue, message, NULL), 0);
    assert_int_equal(session_new(&session, &server, &tls_context, &scratch, &queue, NULL), 0);
    last_words = "552 5.3.4 too big\r\n";
    bool is_ours = false;
    for (int stepped = NET_WAITING; stepped == NET_WAITING;) {
        stepped = session_step(session, NULL);
        if (session->connection != NULL && !is_ours) {
            is_ours = true;
            real = session->connection->methods;
            methods = *real;
            methods.write = write_but_no_body;
            methods.read = read_last_words;
            session->connection->methods = &methods;
        }
        struct net_wait wait = net_wait_nothing();
        session_wants(session, &wait);
        if (stepped == NET_WAITING)
            assert_int_equal(net_wait_poll(&wait, NULL), 0);
    }
    session_free(session);
    net_tls_context_free(tls_context);
    char fates[256];
    fates_in_words(result, fates, sizeof fates);
    assert_string_equal(fates, "PERMANENT");
    smtp_server_stop(&smtp);
    mailer_result_free(result);
    mailer_message_free(message);
    smtp_server_free(&smtp);
}

static void no_more_recipients_than_the_server_takes_go_at_a_time(void **state)
{
    (void)state;
    static const char *const offers[] = {"LIMITS RCPTMAX=2", "PIPELINING|LIMITS RCPTMAX=2",
                                         "PIPELINING|CHUNKING|LIMITS RCPTMAX=2"};
    for (size_t i = 0; i < 3; i++) {
        struct smtp_server server = {.capabilities = offers[i]};
        struct sending sending =
            send_letter(&server, "a@x.test,b@x.test,c@x.test,d@x.test,e@x.test", 100);
        assert_string_equal(sending.fates, "OK OK OK OK OK");
        assert_int_equal(server.mail_count, 3);
        smtp_server_free(&server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_announced_is_that_of_the_form_that_is_sent),
        cmocka_unit_test(hidden_recipients_stand_in_the_envelope_alone),
        cmocka_unit_test(a_challenge_with_a_nul_or_too_long_is_nonsense),
        cmocka_unit_test(a_server_without_ehlo_is_told_to_log_nobody_in),
        cmocka_unit_test(what_the_server_said_is_read_when_writing_fails),
        cmocka_unit_test(no_more_recipients_than_the_server_takes_go_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
