/* SPDX-License-Identifier: ISC */
/** @file send_client.h  Messages to send to an smtp_server, and what became of them in words. */
#ifndef TESTS_SEND_CLIENT_H
#define TESTS_SEND_CLIENT_H

#include "harness/smtp_server.h"

#include "clock.h"
#include "session.h"

#include <mailer/mailer.h>

/** A sealed message of about size octets; recipients with commas between. */
static inline struct mailer_message *letter(const char *recipients, size_t size)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_message *message = NULL;
    char *text = malloc(size + 1);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 64 == 63 ? '\n' : i % 64 == 0 ? '.' : 'x';
    text[size] = '\0';
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@client.test", &error);
    mailer_message_add_bcc(message, recipients, &error);
    mailer_message_set_subject(message, recipients[0] == '\0' ? "x" : "A letter", &error);
    mailer_message_set_text(message, text, &error);
    free(text);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

/** What test programs that need it set: it changes the settings for a server. */
static void (*adapt_settings)(struct mailer_server *server);

/** Seconds in which any test of this kind must be done: it fails if somebody waits to the end. */
enum { LONG_TIME = 20 };

static inline void check_time(int64_t start)
{
    assert_true(clock_milliseconds() - start < LONG_TIME * 1000);
}

/** Settings for a server; the URL lives in it. */
struct settings {
    struct mailer_server server;
    char url[64];
};

static inline struct mailer_server *settings_for(struct settings *settings,
                                                 const struct smtp_server *server)
{
    settings->server = (struct mailer_server)MAILER_SERVER_INIT;
    snprintf(settings->url, sizeof settings->url, "smtp://127.0.0.1:%hu", server->port);
    settings->server.url = settings->url;
    settings->server.timeout_seconds = LONG_TIME;
    if (adapt_settings != NULL)
        adapt_settings(&settings->server);
    return &settings->server;
}

/** The classes of a result's recipients with spaces between; text of the given size. */
static inline void fates_in_words(const struct mailer_result *result, char *text, size_t room)
{
    text[0] = '\0';
    for (size_t i = 0; result != NULL && i < mailer_result_count(result); i++) {
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        assert_int_equal(mailer_result_recipient(result, i, &recipient), 0);
        size_t used = strlen(text);
        snprintf(text + used, room - used, "%s%s", i > 0 ? " " : "",
                 mailer_error_class_name(recipient.error.error_class));
    }
}

/** Sends a message with default settings, and stops the server. */
struct sending {
    int result;
    char fates[4096];
    struct mailer_error error;
};

static inline struct sending send_letter(struct smtp_server *server, const char *recipients,
                                         size_t size)
{
    struct sending sending = {.error = MAILER_ERROR_INIT};
    struct settings settings;
    struct mailer_message *message = letter(recipients, size);
    struct mailer_result *result = NULL;
    int64_t start = clock_milliseconds();
    smtp_server_start(server);
    sending.result = mailer_send(settings_for(&settings, server), message, &result, &sending.error);
    smtp_server_stop(server);
    check_time(start);
    fates_in_words(result, sending.fates, sizeof sending.fates);
    mailer_result_free(result);
    mailer_message_free(message);
    return sending;
}

/** What a session does that is given less time than a second. */
struct played {
    int result; /* of the session */
    size_t steps;
    int64_t milliseconds;
    char fates[256];
    struct mailer_error error;
    struct mailer_error fate; /* of the first recipient */
};

/** As send_letter(), over one session with a time limit in milliseconds for each reply. */
static inline struct played play_letter(struct smtp_server *smtp, const char *recipients,
                                        size_t size, int64_t timeout)
{
    struct played played = {.error = MAILER_ERROR_INIT};
    struct settings settings;
    struct server server;
    struct net_tls_context *tls_context = NULL;
    static struct mime_scratch scratch;
    struct session *session = NULL;
    struct mailer_result *result = NULL;
    struct delivery_queue queue = {.exhausted = true, .kept = &result};
    struct mailer_message *message = letter(recipients, size);
    smtp_server_start(smtp);
    assert_int_equal(server_read(&server, settings_for(&settings, smtp), NULL, NULL), 0);
    server.reply_timeout = timeout;
    assert_int_equal(delivery_queue_add(&queue, message, NULL), 0);
    assert_int_equal(session_new(&session, &server, &tls_context, &scratch, &queue, NULL), 0);
    if (smtp->shown_port != 0)
        server.port = smtp->shown_port;
    int64_t start = clock_milliseconds();
    do {
        struct net_wait wait = net_wait_nothing();
        if (played.steps++ > 0) {
            session_wants(session, &wait);
            assert_int_equal(net_wait_poll(&wait, NULL), 0);
        }
        played.result = session_step(session, &played.error);
    } while (played.result == NET_WAITING);
    played.milliseconds = clock_milliseconds() - start;
    session_free(session);
    net_tls_context_free(tls_context);
    delivery_queue_restart(&queue);
    if (queue.first != NULL)
        delivery_queue_fail(&queue, &played.error);
    smtp_server_stop(smtp);
    fates_in_words(result, played.fates, sizeof played.fates);
    struct mailer_recipient_result first = MAILER_RECIPIENT_RESULT_INIT;
    assert_int_equal(mailer_result_recipient(result, 0, &first), 0);
    played.fate = first.error;
    mailer_result_free(result);
    mailer_message_free(message);
    return played;
}

#endif
