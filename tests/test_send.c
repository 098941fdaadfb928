/* SPDX-License-Identifier: ISC */
#include "harness/certificate.h"
#include "harness/send_client.h"
#include "harness/smtp_script.h"

#include "transaction.h"

#include <sys/stat.h>

static const char *const kinds[] = {"", "PIPELINING", "CHUNKING", "PIPELINING|CHUNKING"};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* ---- Many messages, made when they are asked for ---- */

struct run {
    size_t count;      /* how many messages there are */
    size_t recipients; /* of each */
    size_t size;
    const char *path; /* an attachment of the second message, or NULL */
    int ends_with;    /* what next gives in place of the last but one message; or 0 */

    struct mailer_message *alive[4096];
    size_t pulled;
    size_t reported;
    size_t most; /* messages pulled and not reported, at most */
    char fates[16384];
    struct mailer_error error;
    int result;
};

static struct mailer_message *make(const struct run *run, size_t number)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    char text[64];
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@client.test", &error);
    for (size_t i = 0; i < run->recipients; i++) {
        snprintf(text, sizeof text, "m%zur%zu@x.test", number, i);
        mailer_message_add_bcc(message, text, &error);
    }
    snprintf(text, sizeof text, "Message %zu", number);
    mailer_message_set_subject(message, text, &error);
    char *body = calloc(1, run->size + 1);
    memset(body, 'x', run->size);
    for (size_t i = 60; i < run->size; i += 61)
        body[i] = '\n';
    mailer_message_set_text(message, body, &error);
    free(body);
    if (run->path != NULL && number == 1)
        mailer_message_attach_file(message, run->path, NULL, &error);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static int next(void *context, const struct mailer_message **message, struct mailer_error *error)
{
    struct run *run = context;
    if (run->ends_with != 0 && run->pulled + 1 == run->count)
        return error_set(error, (enum mailer_error_class)run->ends_with, MAILER_STAGE_MESSAGE,
                         "row %zu is broken", run->pulled);
    *message = NULL;
    if (run->pulled == run->count)
        return 0;
    run->alive[run->pulled] = make(run, run->pulled);
    *message = run->alive[run->pulled++];
    size_t unreported = run->pulled - run->reported;
    run->most = unreported > run->most ? unreported : run->most;
    return 0;
}

/* Frees the message, as a caller may from then on. */
static void report(void *context, const struct mailer_message *message,
                   const struct mailer_result *result, const struct mailer_error *error)
{
    struct run *run = context;
    assert_ptr_equal(message, run->alive[run->reported]);
    assert_int_equal(mailer_result_count(result), run->recipients);
    bool all = mailer_result_accepted(result) == run->recipients;
    assert_int_equal(error->error_class == MAILER_OK, all);
    size_t used = strlen(run->fates);
    if (used < sizeof run->fates - 1000) {
        snprintf(run->fates + used, 3, "%s", used > 0 ? ", " : "");
        fates_in_words(result, run->fates + strlen(run->fates), 1000);
    }
    mailer_message_free(run->alive[run->reported]);
    run->alive[run->reported++] = NULL;
}

static void send_run(struct run *run, struct smtp_server *server)
{
    struct settings settings;
    int64_t start = clock_milliseconds();
    smtp_server_start(server);
    run->result = mailer_send_each(settings_for(&settings, server), next, report, run, &run->error);
    smtp_server_stop(server);
    check_time(start);
    assert_int_equal(run->reported, run->pulled);
}

/* Each recipient of the first count messages must have got so many copies. */
static void check_copies(const struct run *run, const struct smtp_server *server, size_t count,
                         size_t copies)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < run->recipients; j++) {
            char address[64];
            snprintf(address, sizeof address, "m%zur%zu@x.test", i, j);
            if (smtp_server_copies(server, address) != copies)
                fail_msg("%s got %zu copies", address, smtp_server_copies(server, address));
        }
    }
}

static void ten_messages_arrive_in_order_over_one_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS * 3; i++) {
        static const size_t sizes[] = {10, 3000, TRANSACTION_PREREAD_LIMIT + 1000};
        struct run run = {.count = 10, .recipients = 2, .size = sizes[i / KINDS]};
        struct smtp_server server = {.capabilities = kinds[i % KINDS]};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%s", run.error.text);
        assert_int_equal(run.reported, 10);
        assert_int_equal(server.connections, 1);
        assert_int_equal(server.mail_count, 10);
        for (size_t j = 0; j < 10; j++) {
            char recipients[64];
            snprintf(recipients, sizeof recipients, "m%zur0@x.test m%zur1@x.test ", j, j);
            assert_string_equal(server.mails[j].recipients, recipients);
            snprintf(recipients, sizeof recipients, "Subject: Message %zu\r\n", j);
            buffer_append_char(&server.mails[j].body, '\0');
            assert_non_null(strstr(server.mails[j].body.bytes, recipients));
            assert_int_equal(server.mails[j].by_chunks, i % KINDS >= 2);
        }
        smtp_server_free(&server);
    }
}

static void no_messages_make_no_connection(void **state)
{
    (void)state;
    struct run run = {0};
    struct smtp_server server = {.capabilities = ""};
    send_run(&run, &server);
    assert_int_equal(run.result, 0);
    assert_int_equal(server.connections, 0);
    smtp_server_free(&server);
}

/* The server answers only once the client has said nothing more for a while. */
static void nobody_waits_more_often_than_the_protocol_makes_him(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        size_t count;
        size_t turns;
    } cases[] = {
        {"PIPELINING", 1, 4},           /* greeting, EHLO, envelope, end */
        {"PIPELINING|CHUNKING", 1, 3},  /* greeting, EHLO, the message */
        {"PIPELINING", 10, 4 + 9},      /* and each end with the next envelope */
        {"PIPELINING|CHUNKING", 10, 3}, /* and all the others along with it */
        {"", 1, 6},                     /* greeting, EHLO, MAIL, RCPT, DATA, end */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run run = {.count = cases[i].count, .recipients = 1, .size = 100};
        struct smtp_server server = {.capabilities = cases[i].capabilities, .patience = 40};
        send_run(&run, &server);
        assert_int_equal(run.result, 0);
        assert_int_equal(server.turns, cases[i].turns);
        smtp_server_free(&server);
    }
}

static void quit_is_said_and_not_waited_for(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_QUIT, 0, "", NULL}}};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    assert_int_equal(send_letter(&server, "a@x.test", 10).result, 0);
    assert_int_equal(script.counts[AT_QUIT], 1);
    smtp_server_free(&server);
}

static void messages_are_pulled_as_there_is_room_for_them(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct run run = {.count = 1000, .recipients = 1, .size = 40};
        struct smtp_server server = {.capabilities = kinds[kind]};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%s", run.error.text);
        assert_int_equal(server.mail_count, 1000);
        assert_int_equal(server.connections, 1);
        /* By DATA one is on the way, another is begun; by BDAT no more than the ring holds. */
        assert_true(run.most <= (kind == 3 ? 513 : 3));
        smtp_server_free(&server);
    }
}

static void a_server_that_closes_after_each_message_gets_all_of_them_once(void **state)
{
    (void)state;
    static const char *const endings[] = {"250 ok\n421 bye" THEN_CLOSE, "250 ok" THEN_CLOSE};
    for (size_t i = 0; i < 6; i++) {
        struct run run = {.count = 10, .recipients = 1, .size = 100};
        struct script script = {.sayings = {{AT_END, 0, endings[i / 3], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % 3], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%zu: %s", i, run.error.text);
        check_copies(&run, &server, 10, 1);
        assert_int_equal(server.connections, 10);
        smtp_server_free(&server);
    }
}

static void a_server_that_says_421_after_each_message_gets_all_of_them_once(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct run run = {.count = 5, .recipients = 1, .size = 100};
        struct script script = {.sayings = {{AT_MAIL, 2, "421 bye" THEN_CLOSE, NULL},
                                            {AT_MAIL, 4, "421 bye" THEN_CLOSE, NULL},
                                            {AT_MAIL, 6, "421 bye" THEN_CLOSE, NULL},
                                            {AT_MAIL, 8, "421 bye" THEN_CLOSE, NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[kind], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%s", run.error.text);
        check_copies(&run, &server, 5, 1);
        smtp_server_free(&server);
    }
}

/* By BDAT the next messages are on the way when the server closes without a word: nobody knows. */
static void messages_on_the_way_when_the_server_closes_are_unknown_and_not_sent_again(void **state)
{
    (void)state;
    struct run run = {.count = 10, .recipients = 1, .size = 100};
    struct script script = {.sayings = {{AT_END, 3, "250 ok" THEN_CLOSE, NULL}}};
    struct smtp_server server = {
        .capabilities = kinds[3], .answer = answer_by_script, .context = &script, .patience = 40};
    send_run(&run, &server);
    assert_int_equal(run.result, MAILER_UNKNOWN);
    assert_string_equal(run.fates, "OK, OK, OK, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, "
                                   "UNKNOWN, UNKNOWN");
    check_copies(&run, &server, 3, 1);
    assert_int_equal(server.mail_count, 3);
    smtp_server_free(&server);
}

static void a_server_that_is_not_there_any_more_ends_the_sending(void **state)
{
    (void)state;
    struct run run = {.count = 10, .recipients = 1, .size = 100};
    struct script script = {.sayings = {{AT_END, 2, "250 ok" THEN_CLOSE, NULL},
                                        {AT_GREETING, 2, "421 too many connections", NULL}}};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    send_run(&run, &server);
    assert_int_equal(run.result, MAILER_TEMPORARY);
    /* One more may have been made while the third was on its way. */
    if (strcmp(run.fates, "OK, OK, TEMPORARY, TEMPORARY") != 0)
        assert_string_equal(run.fates, "OK, OK, TEMPORARY");
    smtp_server_free(&server);
}

static void a_refused_reset_leads_to_another_connection_and_nothing_is_lost(void **state)
{
    (void)state;
    /* Not with both PIPELINING and CHUNKING, where RSET goes along without waiting. */
    for (size_t kind = 0; kind < KINDS - 1; kind++) {
        struct run run = {.count = 3, .recipients = 1, .size = 100};
        struct script script = {
            .sayings = {{AT_RSET, 0, "500 no", NULL}, {AT_RCPT, 0, "550 no", "m1r0"}}};
        struct smtp_server server = {
            .capabilities = kinds[kind], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        assert_string_equal(run.fates, "OK, PERMANENT, OK");
        assert_int_equal(run.result, MAILER_PERMANENT);
        assert_int_equal(server.mail_count, 2);
        assert_string_equal(server.mails[1].recipients, "m2r0@x.test ");
        smtp_server_free(&server);
    }
}

static void recipients_of_a_refused_message_never_ride_on_the_next(void **state)
{
    (void)state;
    static const struct saying refusals[] = {{AT_RCPT, 0, "550 no", "m1r1"},
                                             {AT_MAIL, 2, "550 no", NULL},
                                             {AT_DATA, 2, "451 no", NULL},
                                             {AT_END, 2, "451 no", NULL},
                                             {AT_CHUNK, 2, "451 no", NULL}};
    static const char *const fates[] = {
        "OK OK, OK PERMANENT, OK OK", "OK OK, PERMANENT PERMANENT, OK OK",
        "OK OK, TEMPORARY TEMPORARY, OK OK", "OK OK, TEMPORARY TEMPORARY, OK OK",
        "OK OK, TEMPORARY TEMPORARY, OK OK"};
    for (size_t i = 0; i < KINDS * 5; i++) {
        bool chunking = i % KINDS >= 2;
        enum smtp_server_moment moment = refusals[i / KINDS].moment;
        if (chunking ? moment == AT_DATA : moment == AT_CHUNK)
            continue;
        /* Large enough for one chunk that is not the last. */
        struct run run = {
            .count = 3, .recipients = 2, .size = moment == AT_CHUNK ? 400 * 1000 : 100};
        struct script script = {.sayings = {refusals[i / KINDS]}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        assert_string_equal(run.fates, fates[i / KINDS]);
        assert_string_equal(server.mails[server.mail_count - 1].recipients,
                            "m2r0@x.test m2r1@x.test ");
        assert_int_equal(smtp_server_copies(&server, "m1r1@x.test"), 0);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static void a_message_for_which_all_are_refused_does_not_stop_the_next(void **state)
{
    (void)state;
    static const char *const data[] = {NULL, "354 go on all the same"};
    for (size_t i = 0; i < KINDS * 2; i++) {
        struct run run = {.count = 4, .recipients = 2, .size = 100};
        struct script script = {.sayings = {{AT_RCPT, 0, "550 no", "m1r"},
                                            {AT_RCPT, 0, "450 no", "m2r"},
                                            {AT_DATA, 2, data[i / KINDS], NULL}}};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        assert_string_equal(run.fates, "OK OK, PERMANENT PERMANENT, TEMPORARY TEMPORARY, OK OK");
        assert_int_equal(server.mail_count, 2);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static void an_error_of_next_ends_the_sending_and_comes_back(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct run run = {.count = 4, .recipients = 1, .size = 100, .ends_with = MAILER_SOURCE};
        struct smtp_server server = {.capabilities = kinds[kind]};
        send_run(&run, &server);
        assert_int_equal(run.result, MAILER_SOURCE);
        assert_string_equal(run.error.text, "row 3 is broken");
        assert_string_equal(run.fates, "OK, OK, OK");
        assert_int_equal(server.mail_count, 3);
        smtp_server_free(&server);
    }
}

/* ---- More recipients than fit into a transaction ---- */

static size_t words(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == ' ';
    return count;
}

static void many_recipients_go_in_transactions_of_a_hundred(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct run run = {.count = 2, .recipients = 250, .size = 100};
        struct smtp_server server = {.capabilities = kinds[kind]};
        send_run(&run, &server);
        assert_int_equal(run.result, 0);
        assert_int_equal(server.mail_count, 6);
        static const size_t counts[] = {100, 100, 50};
        for (size_t i = 0; i < 6; i++)
            assert_int_equal(words(server.mails[i].recipients), counts[i % 3]);
        check_copies(&run, &server, 2, 1);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static const char *too_many_after_two(struct smtp_server *server, enum smtp_server_moment moment,
                                      const char *line)
{
    (void)line;
    return moment == AT_RCPT && server->accepted == 2 ? server->context : NULL;
}

static void those_who_are_too_many_go_in_further_transactions(void **state)
{
    (void)state;
    static const char *const answers[] = {"452 4.5.3 too many", "552 too many"};
    for (size_t i = 0; i < KINDS * 2; i++) {
        char answer[32];
        strcpy(answer, answers[i / KINDS]);
        struct run run = {.count = 2, .recipients = 5, .size = 100};
        struct smtp_server server = {
            .capabilities = kinds[i % KINDS], .answer = too_many_after_two, .context = answer};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%s", run.error.text);
        check_copies(&run, &server, 2, 1);
        assert_int_equal(server.mail_count, 6);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
}

static void nobody_who_has_the_message_is_asked_for_again_when_others_were_too_many(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct script script = {.sayings = {{AT_RCPT, 2, "452 4.5.3 too many", NULL},
                                            {AT_RCPT, 4, "452 4.5.3 too many", NULL}}};
        struct run run = {.count = 1, .recipients = 5, .size = 100};
        struct smtp_server server = {
            .capabilities = kinds[kind], .answer = answer_by_script, .context = &script};
        send_run(&run, &server);
        assert_string_equal(run.fates, "OK OK OK OK OK");
        check_copies(&run, &server, 1, 1);
        assert_int_equal(script.counts[AT_RCPT], 7);
        smtp_server_free(&server);
    }
}

/* ---- A source that breaks ---- */

/* Cuts the attachment once its body is on the way. */
static const char *cut_the_file(struct smtp_server *server, enum smtp_server_moment moment,
                                const char *line)
{
    (void)line;
    bool is_second = server->mail_count == 1;
    bool cut = is_second && (moment == AT_BODY || moment == AT_CHUNK) &&
               truncate(server->context, 1000) == 0;
    (void)cut;
    return NULL;
}

static void a_source_that_breaks_in_the_middle_spoils_its_own_message_only(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        char path[] = "/tmp/mailer-test-send-XXXXXX";
        int descriptor = mkstemp(path);
        assert_int_equal(ftruncate(descriptor, 30 * 1000 * 1000), 0);
        close(descriptor);
        struct run run = {.count = 4, .recipients = 2, .size = 100, .path = path};
        struct smtp_server server = {.capabilities = kinds[kind],
                                     .answer = cut_the_file,
                                     .context = path,
                                     .receive_buffer = 64 * 1024};
        send_run(&run, &server);
        assert_string_equal(run.fates, "OK OK, SOURCE SOURCE, OK OK, OK OK");
        assert_int_equal(run.result, MAILER_SOURCE);
        assert_int_equal(server.mail_count, 3);
        check_copies(&run, &server, 1, 1);
        /* By DATA only hanging up keeps the half from being taken for the whole. */
        assert_int_equal(server.connections, kind < 2 ? 2 : 1);
        smtp_server_free(&server);
        unlink(path);
    }
}

static void a_source_that_is_broken_before_it_is_begun_does_not_reach_the_server(void **state)
{
    (void)state;
    for (size_t kind = 0; kind < KINDS; kind++) {
        char path[] = "/tmp/mailer-test-send-XXXXXX";
        int descriptor = mkstemp(path);
        assert_int_equal(ftruncate(descriptor, 3000), 0);
        struct mailer_message *message = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        mailer_message_new(&message, &error);
        mailer_message_set_from(message, "ann@client.test", &error);
        mailer_message_add_to(message, "a@x.test", &error);
        mailer_message_attach_file(message, path, NULL, &error);
        assert_int_equal(mailer_message_seal(message, &error), 0);
        assert_int_equal(ftruncate(descriptor, 1000), 0);
        close(descriptor);
        struct smtp_server server = {.capabilities = kinds[kind]};
        struct settings settings;
        struct mailer_result *result = NULL;
        smtp_server_start(&server);
        assert_int_equal(mailer_send(settings_for(&settings, &server), message, &result, &error),
                         MAILER_SOURCE);
        smtp_server_stop(&server);
        assert_null(strstr(server.heard.bytes, "MAIL"));
        assert_int_equal(mailer_result_count(result), 1);
        mailer_result_free(result);
        mailer_message_free(message);
        smtp_server_free(&server);
        unlink(path);
    }
}

static void what_a_server_cannot_take_is_not_offered_to_it(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING|SIZE 1000"};
    struct sending sending = send_letter(&server, "a@x.test,b@x.test", 5000);
    assert_string_equal(sending.fates, "UNSUPPORTED UNSUPPORTED");
    assert_null(strstr(server.heard.bytes, "MAIL"));
    smtp_server_free(&server);
}

/* ---- One message ---- */

static void what_cannot_be_tried_has_no_result(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test", 1);
    struct mailer_server server = MAILER_SERVER_INIT;
    struct mailer_result *result = (struct mailer_result *)&server;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_send(&server, message, &result, &error), MAILER_USAGE);
    assert_null(result);
    struct mailer_message *unsealed = NULL;
    assert_int_equal(mailer_message_new(&unsealed, NULL), 0);
    server.url = "smtp://127.0.0.1:1";
    assert_int_equal(mailer_send(&server, unsealed, &result, NULL), MAILER_USAGE);
    assert_null(result);
    assert_int_equal(mailer_send(&server, unsealed, NULL, NULL), MAILER_USAGE);
    server.url = "smtp://";
    assert_int_equal(mailer_send_each(&server, next, NULL, NULL, NULL), MAILER_USAGE);
    mailer_message_free(unsealed);
    mailer_message_free(message);
}

static void nobody_listening_is_told_for_each_recipient(void **state)
{
    (void)state;
    struct smtp_server nobody = {0};
    smtp_server_start(&nobody);
    smtp_server_stop(&nobody);
    struct settings settings;
    struct mailer_message *message = letter("a@x.test,b@x.test", 1);
    struct mailer_result *result = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    settings_for(&settings, &nobody);
    assert_int_equal(mailer_send(&settings.server, message, &result, &error), MAILER_CONNECT);
    char fates[64];
    fates_in_words(result, fates, sizeof fates);
    assert_string_equal(fates, "CONNECT CONNECT");
    mailer_result_free(result);
    mailer_message_free(message);
    struct run run = {.count = 3, .recipients = 1};
    assert_int_equal(mailer_send_each(&settings.server, next, report, &run, &run.error),
                     MAILER_CONNECT);
    assert_string_equal(run.fates, "CONNECT");
    smtp_server_free(&nobody);
}

static void a_hello_name_is_said_and_a_wrong_one_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"client.test", "a b", "a\r\nRSET", ""};
    for (size_t i = 0; i < 4; i++) {
        struct smtp_server server = {0};
        struct settings settings;
        struct mailer_message *message = letter("a@x.test", 1);
        smtp_server_start(&server);
        settings_for(&settings, &server)->hello_name = names[i];
        int result = mailer_send(&settings.server, message, NULL, NULL);
        smtp_server_stop(&server);
        assert_int_equal(result, i == 0 ? 0 : MAILER_DATA);
        assert_true(i > 0 ? server.heard.size == 1
                          : strncmp(server.heard.bytes, "EHLO client.test\n", 17) == 0);
        mailer_message_free(message);
        smtp_server_free(&server);
    }
}

/* ---- Over TLS, with little room in between ---- */

static SSL_CTX *make_settings(void)
{
    const struct certificate_wish wish = {.common_name = "x", .names = "IP:127.0.0.1"};
    struct certificate certificate = certificate_make(&wish, NULL);
    SSL_CTX *settings = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(settings, certificate.x509);
    SSL_CTX_use_PrivateKey(settings, certificate.key);
    certificate_free(&certificate);
    return settings;
}

static void trust_anybody(struct mailer_server *server)
{
    server->tls = MAILER_TLS_REQUIRED;
    server->tls_no_verify = true;
}

static void messages_pass_a_narrow_connection_with_tls(void **state)
{
    (void)state;
    SSL_CTX *settings = make_settings();
    adapt_settings = trust_anybody;
    for (size_t i = 0; i < 2; i++) {
        struct run run = {.count = 60, .recipients = 1, .size = 50 * 1000};
        struct smtp_server server = {.capabilities =
                                         i ? "STARTTLS|PIPELINING|CHUNKING" : "STARTTLS|PIPELINING",
                                     .tls = settings,
                                     .receive_buffer = 4096,
                                     .read_delay = 100};
        send_run(&run, &server);
        if (run.result != 0)
            fail_msg("%s", run.error.text);
        check_copies(&run, &server, 60, 1);
        assert_int_equal(server.connections, 1);
        smtp_server_free(&server);
    }
    adapt_settings = NULL;
    SSL_CTX_free(settings);
}

static void a_body_wanted_for_nobody_gets_one_lone_dot(void **state)
{
    (void)state;
    struct script script = {.sayings = {{AT_RCPT, 0, "550 5.1.1 no", NULL},
                                        {AT_DATA, 0, "354 go", NULL},
                                        {AT_END, 0, "554 5.5.1 nobody", NULL}}};
    struct smtp_server server = {
        .capabilities = "PIPELINING", .answer = answer_by_script, .context = &script};
    struct sending sending = send_letter(&server, "a@x.test,b@x.test", 100);
    assert_string_equal(sending.fates, "PERMANENT PERMANENT");
    assert_int_equal(script.counts[AT_DATA], 1);
    assert_int_equal(script.counts[AT_END], 1);
    smtp_server_free(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_messages_arrive_in_order_over_one_connection),
        cmocka_unit_test(no_messages_make_no_connection),
        cmocka_unit_test(nobody_waits_more_often_than_the_protocol_makes_him),
        cmocka_unit_test(quit_is_said_and_not_waited_for),
        cmocka_unit_test(messages_are_pulled_as_there_is_room_for_them),
        cmocka_unit_test(a_server_that_closes_after_each_message_gets_all_of_them_once),
        cmocka_unit_test(a_server_that_says_421_after_each_message_gets_all_of_them_once),
        cmocka_unit_test(messages_on_the_way_when_the_server_closes_are_unknown_and_not_sent_again),
        cmocka_unit_test(a_server_that_is_not_there_any_more_ends_the_sending),
        cmocka_unit_test(a_refused_reset_leads_to_another_connection_and_nothing_is_lost),
        cmocka_unit_test(recipients_of_a_refused_message_never_ride_on_the_next),
        cmocka_unit_test(a_message_for_which_all_are_refused_does_not_stop_the_next),
        cmocka_unit_test(an_error_of_next_ends_the_sending_and_comes_back),
        cmocka_unit_test(many_recipients_go_in_transactions_of_a_hundred),
        cmocka_unit_test(those_who_are_too_many_go_in_further_transactions),
        cmocka_unit_test(nobody_who_has_the_message_is_asked_for_again_when_others_were_too_many),
        cmocka_unit_test(a_source_that_breaks_in_the_middle_spoils_its_own_message_only),
        cmocka_unit_test(a_source_that_is_broken_before_it_is_begun_does_not_reach_the_server),
        cmocka_unit_test(what_a_server_cannot_take_is_not_offered_to_it),
        cmocka_unit_test(what_cannot_be_tried_has_no_result),
        cmocka_unit_test(a_body_wanted_for_nobody_gets_one_lone_dot),
        cmocka_unit_test(nobody_listening_is_told_for_each_recipient),
        cmocka_unit_test(a_hello_name_is_said_and_a_wrong_one_refused),
        cmocka_unit_test(messages_pass_a_narrow_connection_with_tls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
