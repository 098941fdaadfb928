/* SPDX-License-Identifier: ISC */
/* TLS and logging in: what is said before, and what never is. */
#include "harness/certificate.h"
#include "harness/send_client.h"
#include "harness/smtp_script.h"

static struct certificate authority;
static struct certificate certificate;
static char authority_file[] = "/tmp/mailer-test-secure-XXXXXX";
static SSL_CTX *server_settings;

/* "\0ann\0hunter2", "ann" and "hunter2" in base64. */
static const char plain_response[] = "AGFubgBodW50ZXIy";
static const char user_response[] = "YW5u";
static const char password_response[] = "aHVudGVyMg==";

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish wish = {.common_name = "Test authority", .authority = true};
    const struct certificate_wish server = {.common_name = "x", .names = "IP:127.0.0.1"};
    authority = certificate_make(&wish, NULL);
    certificate = certificate_make(&server, &authority);
    certificate_write(&authority, authority_file);
    server_settings = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(server_settings, certificate.x509);
    SSL_CTX_use_PrivateKey(server_settings, certificate.key);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(authority_file);
    SSL_CTX_free(server_settings);
    certificate_free(&certificate);
    certificate_free(&authority);
    return 0;
}

/* What the settings of the next client are to be. */
static struct mailer_server wish;
static char trace[64 * 1024];

static void keep_trace(void *context, enum mailer_trace_kind kind, const char *line)
{
    (void)context;
    size_t used = strlen(trace);
    snprintf(trace + used, sizeof trace - used, "%c|%s\n", "ISRB"[kind], line);
}

static void adapt(struct mailer_server *server)
{
    const char *url = server->url;
    *server = wish;
    server->url = url;
    server->timeout_seconds = 20;
    server->trace = keep_trace;
    trace[0] = '\0';
}

/* A wish for TLS of a mode, and a user with a password if there is one. */
static void want(enum mailer_tls_mode mode, const char *user)
{
    wish = (struct mailer_server)MAILER_SERVER_INIT;
    wish.tls = mode;
    wish.ca_file = authority_file;
    wish.user = user;
    wish.password = user != NULL ? "hunter2" : NULL;
    adapt_settings = adapt;
}

/* The password must be nowhere but in TLS. */
static void check_secrecy(const struct sending *sending)
{
    static const char *const secrets[] = {"hunter2", plain_response, password_response};
    for (size_t i = 0; i < 3; i++) {
        assert_null(strstr(trace, secrets[i]));
        assert_null(strstr(sending->error.text, secrets[i]));
    }
}

/* What was heard, the EHLO's argument left out. */
static void check_heard(const struct smtp_server *server, const char *expected)
{
    char heard[4096] = "";
    for (const char *at = server->heard.bytes; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        size_t shown = strncmp(at, "EHLO ", 5) == 0 ? 4 : length;
        strncat(strncat(heard, at, shown), " ", 2);
        at += length + 1;
    }
    if (strncmp(heard, expected, strlen(expected)) != 0)
        fail_msg("\"%s\" does not begin with \"%s\"", heard, expected);
}

static void a_letter_goes_over_starttls_and_over_implicit_tls(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        bool implicit = i % 2 == 1;
        want(implicit ? MAILER_TLS_IMPLICIT : MAILER_TLS_REQUIRED, NULL);
        struct smtp_server server = {.capabilities = i < 2 ? "STARTTLS|PIPELINING" : "STARTTLS",
                                     .tls = server_settings,
                                     .implicit = implicit};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        if (sending.result != 0)
            fail_msg("%s", sending.error.text);
        check_heard(&server, implicit ? "EHLO MAIL FROM:<ann@client.test> RCPT"
                                      : "EHLO STARTTLS EHLO MAIL FROM:<ann@client.test> RCPT");
        assert_int_equal(server.mail_count, 1);
        smtp_server_free(&server);
    }
}

static void nothing_is_said_in_the_clear_when_tls_is_not_to_be_had(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        struct saying saying;
        const char *fate;
        const char *heard;
    } cases[] = {
        {"AUTH PLAIN", {AT_NONSENSE, 0, "500", NULL}, "TLS", "EHLO "},
        {"STARTTLS|AUTH PLAIN", {AT_EHLO, 0, "500 what?", NULL}, "TLS", "EHLO HELO "},
        {"STARTTLS|AUTH PLAIN", {AT_STARTTLS, 0, "454 later", NULL}, "TEMPORARY", "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN", {AT_STARTTLS, 0, "421 bye", NULL}, "TEMPORARY", "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN", {AT_STARTTLS, 0, "502 no", NULL}, "TLS", "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN", {AT_STARTTLS, 0, "354 hm", NULL}, "TLS", "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN",
         {AT_STARTTLS, 0, "220 go" THEN_CLOSE, NULL},
         "NETWORK",
         "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN",
         {AT_STARTTLS, 0, "220 go\n250 server.test", NULL},
         "TLS",
         "EHLO STARTTLS "},
        {"STARTTLS|AUTH PLAIN",
         {AT_STARTTLS, 0, "220 go\n250-server.test\n250 AUTH PLAIN\n235 in", NULL},
         "TLS",
         "EHLO STARTTLS "},
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        want(MAILER_TLS_REQUIRED, i % 2 ? "ann" : NULL);
        struct script script = {.sayings = {cases[i / 2].saying}};
        struct smtp_server server = {.capabilities = cases[i / 2].capabilities,
                                     .tls = server_settings,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_string_equal(sending.fates, cases[i / 2].fate);
        /* And not a word more. */
        size_t lines = 0;
        for (const char *c = cases[i / 2].heard; *c != '\0'; c++)
            lines += *c == ' ';
        size_t heard = 0;
        for (const char *c = server.heard.bytes; *c != '\0'; c++)
            heard += *c == '\n';
        assert_int_equal(heard, lines);
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

static const char *say_more_behind_starttls(struct smtp_server *server,
                                            enum smtp_server_moment moment, const char *line)
{
    (void)line;
    const char *text = server->context;
    if (moment != AT_STARTTLS)
        return moment == AT_NONSENSE ? "" : NULL;
    smtp_server_send(server, text, strlen(text));
    return "";
}

static void octets_behind_the_answer_to_starttls_are_not_trusted(void **state)
{
    (void)state;
    static const char *const texts[] = {"220 go\r\n2", "220 go\r\n250-AUTH PL", "220 go\r\n\r\n",
                                        "220 go\r\n250 x\r\n"};
    for (size_t i = 0; i < 4; i++) {
        want(MAILER_TLS_REQUIRED, "ann");
        char text[32];
        strcpy(text, texts[i]);
        struct smtp_server server = {
            .capabilities = "STARTTLS", .answer = say_more_behind_starttls, .context = text};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_int_equal(sending.result, MAILER_TLS);
        assert_non_null(strstr(sending.error.text, "not trusted"));
        smtp_server_free(&server);
    }
}

static void a_certificate_of_nobody_known_stops_it_unless_it_does_not_matter(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        want(i % 3 == 2 ? MAILER_TLS_OPPORTUNISTIC : MAILER_TLS_REQUIRED, NULL);
        wish.ca_file = NULL;
        wish.tls_no_verify = i % 3 == 1;
        struct smtp_server server = {.capabilities = "STARTTLS", .tls = server_settings};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_int_equal(sending.result, i % 3 == 0 ? MAILER_TLS : 0);
        assert_int_equal(server.mail_count, i % 3 != 0);
        check_heard(&server, i % 3 == 0 ? "EHLO STARTTLS " : "EHLO STARTTLS EHLO MAIL");
        smtp_server_free(&server);
    }
}

static void opportunistic_tls_does_without_where_it_is_not_to_be_had(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        want(MAILER_TLS_OPPORTUNISTIC, NULL);
        struct script script = {
            .sayings = {{AT_STARTTLS, 0, i == 1 ? "454 later" : "502 no", NULL}}};
        struct smtp_server server = {.capabilities = i == 0 ? "SIZE" : "STARTTLS|SIZE",
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_int_equal(sending.result, 0);
        check_heard(&server, i == 0 ? "EHLO MAIL" : "EHLO STARTTLS MAIL");
        smtp_server_free(&server);
    }
}

static void settings_of_tls_that_cannot_be_are_told_before_anybody_is_called(void **state)
{
    (void)state;
    static const enum mailer_tls_mode modes[] = {MAILER_TLS_REQUIRED, MAILER_TLS_IMPLICIT,
                                                 MAILER_TLS_OPPORTUNISTIC};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        want(modes[i], NULL);
        wish.tls_ciphers = "nonsense";
        struct smtp_server server = {.capabilities = "SIZE"};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_int_equal(sending.result, MAILER_USAGE);
        assert_int_equal(server.connections, 0);
        smtp_server_free(&server);
    }
}

static void a_silent_handshake_ends_at_the_deadline(void **state)
{
    (void)state;
    want(MAILER_TLS_REQUIRED, NULL);
    char text[] = "220 go\r\n";
    struct smtp_server server = {
        .capabilities = "STARTTLS", .answer = say_more_behind_starttls, .context = text};
    struct played played = play_letter(&server, "a@x.test", 100, 40);
    assert_int_equal(played.result, MAILER_NETWORK);
    assert_int_equal(played.error.stage, MAILER_STAGE_TLS);
    assert_true(played.steps < 20);
    smtp_server_free(&server);
}

/* Each answer comes in time, but there is no end of them. */
static void a_server_that_takes_its_time_with_each_answer_has_no_end_of_it(void **state)
{
    (void)state;
    want(MAILER_TLS_OFF, "ann");
    wish.allow_clear_password = true;
    struct script script = {.sayings = {{AT_AUTH, 0, "504 5.5.4 not that one", NULL}}};
    struct smtp_server server = {
        .capabilities = "AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 DIGEST-MD5 PLAIN LOGIN",
        .patience = 450,
        .answer = answer_by_script,
        .context = &script};
    struct played played = play_letter(&server, "a@x.test", 100, 700);
    assert_int_equal(played.result, MAILER_NETWORK);
    assert_int_equal(played.error.stage, MAILER_STAGE_AUTH);
    if (strstr(played.error.text, "to let us in") == NULL)
        fail_msg("%s", played.error.text);
    assert_true(played.milliseconds >= 3 * 700);
    smtp_server_free(&server);
}

static void logging_in_by_plain_and_by_login(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        struct saying saying;
        const char *heard;
    } cases[] = {
        {"AUTH PLAIN", {AT_NONSENSE, 0, "500", NULL}, "EHLO AUTH PLAIN AGFubgBodW50ZXIy MAIL"},
        {"AUTH LOGIN PLAIN",
         {AT_NONSENSE, 0, "500", NULL},
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy MAIL"},
        {"AUTH LOGIN", {AT_NONSENSE, 0, "500", NULL}, "EHLO AUTH LOGIN YW5u aHVudGVyMg== MAIL"},
        /* A server that passes over the initial response, and asks for it. */
        {"AUTH PLAIN",
         {AT_AUTH, 0, "334 ", NULL},
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy AGFubgBodW50ZXIy MAIL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        want(MAILER_TLS_IMPLICIT, "ann");
        struct script script = {.sayings = {cases[i].saying}};
        struct smtp_server server = {.capabilities = cases[i].capabilities,
                                     .tls = server_settings,
                                     .implicit = true,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        if (sending.result != 0)
            print_message("%s\n", sending.error.text);
        bool by_login = strstr(cases[i].heard, "AUTH LOGIN") != NULL;
        bool initial = strstr(server.heard.bytes, "AUTH LOGIN YW5u") != NULL;
        if (!by_login || !initial)
            check_heard(&server,
                        by_login ? "EHLO AUTH LOGIN YW5u aHVudGVyMg== MAIL" : cases[i].heard);
        assert_int_equal(sending.result, 0);
        assert_non_null(strstr(trace, "S|AUTH "));
        assert_non_null(strstr(trace, "****"));
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

static void a_login_that_cannot_be_done_sends_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        struct saying saying;
        const char *fate;
    } cases[] = {
        {"SIZE", {AT_NONSENSE, 0, "500", NULL}, "AUTH"},
        {"AUTH", {AT_NONSENSE, 0, "500", NULL}, "AUTH"},
        {"AUTH MAGIC-1", {AT_NONSENSE, 0, "500", NULL}, "AUTH"},
        {"AUTH PLAIN", {AT_EHLO, 0, "502 what?", NULL}, "AUTH"},
        {"AUTH PLAIN", {AT_AUTH, 0, "535 5.7.8 wrong", NULL}, "AUTH"},
        /* Servers that repeat what they were told. */
        {"AUTH PLAIN", {AT_AUTH, 0, "535 5.7.8 bad AGFubgBodW50ZXIy", NULL}, "AUTH"},
        {"AUTH PLAIN", {AT_AUTH, 0, "535-hunter2\n535 is not the password", NULL}, "AUTH"},
        {"AUTH PLAIN", {AT_AUTH, 0, "504 what is AGFubgBodW50ZXIy?", NULL}, "AUTH"},
        {"AUTH PLAIN", {AT_AUTH, 0, "AUTH PLAIN AGFubgBodW50ZXIy", NULL}, "PROTOCOL"},
        {"AUTH PLAIN", {AT_AUTH, 0, "334 AGFubgBodW50ZXIy", NULL}, "PROTOCOL"},
        {"AUTH PLAIN", {AT_AUTH, 0, "334 hunter2!", NULL}, "PROTOCOL"},
        {"AUTH LOGIN", {AT_RESPONSE, 2, "535 aHVudGVyMg== is wrong", NULL}, "AUTH"},
        {"AUTH LOGIN", {AT_RESPONSE, 2, "421 aHVudGVyMg== is wrong", NULL}, "TEMPORARY"},
        {"AUTH PLAIN", {AT_AUTH, 0, "454 4.7.0 later", NULL}, "TEMPORARY"},
        {"AUTH PLAIN", {AT_AUTH, 0, "421 bye", NULL}, "TEMPORARY"},
        {"AUTH PLAIN", {AT_AUTH, 0, "334 !not base64!", NULL}, "PROTOCOL"},
        {"AUTH PLAIN", {AT_AUTH, 0, "nonsense", NULL}, "PROTOCOL"},
        {"AUTH PLAIN", {AT_AUTH, 0, THEN_CLOSE, NULL}, "NETWORK"},
        {"AUTH LOGIN", {AT_RESPONSE, 1, "535 no", NULL}, "AUTH"},
        {"AUTH LOGIN", {AT_RESPONSE, 2, "535 no", NULL}, "AUTH"},
        {"AUTH LOGIN", {AT_RESPONSE, 2, "334 more", NULL}, "PROTOCOL"},
        {"AUTH SCRAM-SHA-256", {AT_AUTH, 0, "235 in already", NULL}, "AUTH"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        want(MAILER_TLS_IMPLICIT, "ann");
        struct script script = {.sayings = {cases[i].saying}};
        struct smtp_server server = {.capabilities = cases[i].capabilities,
                                     .tls = server_settings,
                                     .implicit = true,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        bool either = strcmp(cases[i].fate, "PROTOCOL") == 0 && sending.result == MAILER_AUTH;
        if (!either && strcmp(sending.fates, cases[i].fate) != 0)
            fail_msg("%zu: %s (%s)", i, sending.fates, sending.error.text);
        assert_null(strstr(server.heard.bytes, "MAIL"));
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

static void a_login_that_goes_wrong_on_this_side_is_taken_back(void **state)
{
    (void)state;
    static const char *const challenges[] = {"334 !not base64!", "334 dW5hc2tlZA=="};
    for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++) {
        want(MAILER_TLS_IMPLICIT, "ann");
        struct script script = {.sayings = {{AT_AUTH, 0, challenges[i], NULL}}};
        struct smtp_server server = {.capabilities = "AUTH PLAIN",
                                     .tls = server_settings,
                                     .implicit = true,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_true(sending.result == MAILER_PROTOCOL || sending.result == MAILER_AUTH);
        assert_non_null(strstr(trace, "S|*\n"));
        assert_null(strstr(trace, "QUIT"));
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

static void only_a_refused_mechanism_makes_it_try_another(void **state)
{
    (void)state;
    static const struct {
        const char *capabilities;
        struct saying sayings[2];
        const char *fate;
        int code;
        const char *heard; /**< all of it */
    } cases[] = {
        {"AUTH PLAIN LOGIN",
         {{AT_AUTH, 1, "504 5.5.4 not that", NULL}},
         "OK",
         250,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy AUTH LOGIN YW5u aHVudGVyMg== MAIL"},
        {"AUTH PLAIN LOGIN",
         {{AT_AUTH, 1, "535 5.7.8 wrong", NULL}},
         "AUTH",
         535,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy "},
        {"AUTH PLAIN LOGIN",
         {{AT_AUTH, 1, "454 4.7.0 later", NULL}},
         "TEMPORARY",
         454,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy "},
        {"AUTH PLAIN LOGIN",
         {{AT_AUTH, 1, "534 5.7.9 too weak", NULL}},
         "AUTH",
         534,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy "},
        {"AUTH PLAIN CRAM-MD5",
         {{AT_AUTH, 1, "534 5.7.9 too weak", NULL}, {AT_AUTH, 2, "535 5.7.8 wrong", NULL}},
         "AUTH",
         535,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy AUTH CRAM-MD5 "},
        {"AUTH PLAIN LOGIN",
         {{AT_AUTH, 1, "504 5.5.4 not that", NULL}, {AT_AUTH, 2, "504 5.5.4 nor that", NULL}},
         "AUTH",
         504,
         "EHLO AUTH PLAIN AGFubgBodW50ZXIy AUTH LOGIN "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        want(MAILER_TLS_IMPLICIT, "ann");
        struct script script = {.sayings = {cases[i].sayings[0], cases[i].sayings[1]}};
        struct smtp_server server = {.capabilities = cases[i].capabilities,
                                     .tls = server_settings,
                                     .implicit = true,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        if (strcmp(sending.fates, cases[i].fate) != 0)
            fail_msg("%zu: %s (%s)", i, sending.fates, sending.error.text);
        if (sending.result != 0)
            assert_int_equal(sending.error.smtp_code, cases[i].code);
        check_heard(&server, cases[i].heard);
        size_t heard = 0;
        for (const char *at = server.heard.bytes; (at = strstr(at, "AUTH ")) != NULL; at++)
            heard++;
        size_t expected = 0;
        for (const char *at = cases[i].heard; (at = strstr(at, "AUTH ")) != NULL; at++)
            expected++;
        assert_int_equal(heard, expected);
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

/* In TLS 1.3 the real binding is used: the mechanism and its header say so. */
static void a_login_is_bound_to_tls_where_the_server_can_do_it(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        want(i == 0 ? MAILER_TLS_IMPLICIT : MAILER_TLS_OFF, "ann");
        struct script script = {.sayings = {{AT_AUTH, 0, "535 5.7.8 no", NULL}}};
        struct smtp_server server = {.capabilities = "AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN",
                                     .tls = i == 0 ? server_settings : NULL,
                                     .implicit = i == 0,
                                     .answer = answer_by_script,
                                     .context = &script};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_string_equal(sending.fates, "AUTH");
        /* "p=tls-exporter,,n=ann" and "n,,n=ann" in base64. */
        check_heard(&server, i == 0 ? "EHLO AUTH SCRAM-SHA-256-PLUS cD10bHMtZXhwb3J0ZXIsLG49YW5u"
                                    : "EHLO AUTH SCRAM-SHA-256 biwsbj1hbm4s");
        smtp_server_free(&server);
    }
}

/* Offers logging in before TLS only. */
static const char *offer_before_tls(struct smtp_server *server, enum smtp_server_moment moment,
                                    const char *line)
{
    (void)line;
    bool inside = server->ssl != NULL;
    if (moment == AT_EHLO)
        return inside ? "250-server.test\n250 STARTTLS"
                      : "250-server.test\n250-AUTH PLAIN\n250 STARTTLS";
    return NULL;
}

static void what_was_offered_before_tls_is_forgotten(void **state)
{
    (void)state;
    want(MAILER_TLS_REQUIRED, "ann");
    struct smtp_server server = {.answer = offer_before_tls, .tls = server_settings};
    struct sending sending = send_letter(&server, "a@x.test", 100);
    assert_string_equal(sending.fates, "AUTH");
    assert_string_equal(strchr(server.heard.bytes, '\n') + 1,
                        strstr(server.heard.bytes, "STARTTLS\nEHLO"));
    smtp_server_free(&server);
    want(MAILER_TLS_REQUIRED, NULL);
    struct smtp_server other = {.answer = offer_before_tls, .tls = server_settings};
    sending = send_letter(&other, "a@x.test", 100);
    assert_string_equal(sending.fates, "OK");
    smtp_server_free(&other);
}

static void a_password_does_not_go_in_the_clear_unless_the_caller_insists(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        want(i < 2 ? MAILER_TLS_OFF : MAILER_TLS_OPPORTUNISTIC, "ann");
        wish.allow_clear_password = i % 2 == 1;
        struct smtp_server server = {.capabilities = "AUTH PLAIN LOGIN"};
        struct sending sending = send_letter(&server, "a@x.test", 100);
        assert_string_equal(sending.fates, i % 2 == 1 ? "OK" : "AUTH");
        assert_true((strstr(server.heard.bytes, plain_response) != NULL) == (i % 2 == 1));
        assert_null(strstr(server.heard.bytes, user_response));
        check_secrecy(&sending);
        smtp_server_free(&server);
    }
}

static void a_connection_that_ends_at_any_octet_within_tls_is_told_as_what_it_was(void **state)
{
    (void)state;
    static const char *const kinds[] = {"PIPELINING", "PIPELINING|CHUNKING"};
    for (size_t kind = 0; kind < 2; kind++) {
        want(MAILER_TLS_IMPLICIT, NULL);
        struct smtp_server whole = {
            .capabilities = kinds[kind], .tls = server_settings, .implicit = true};
        assert_int_equal(send_letter(&whole, "a@x.test", 100).result, 0);
        size_t told = whole.told;
        smtp_server_free(&whole);
        for (size_t n = 1; n <= told + 1; n++) {
            want(MAILER_TLS_IMPLICIT, NULL);
            struct smtp_server server = {.capabilities = kinds[kind],
                                         .tls = server_settings,
                                         .implicit = true,
                                         .send_limit = n};
            struct sending sending = send_letter(&server, "a@x.test", 100);
            const char *expected = n >= told ? "OK" : server.mail_count > 0 ? "UNKNOWN" : "NETWORK";
            assert_string_equal(sending.fates, expected);
            smtp_server_free(&server);
        }
    }
}

static void the_trace_shows_the_dialogue_in_the_order_of_the_wire(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        want(MAILER_TLS_OFF, NULL);
        struct smtp_server server = {.capabilities = i ? "PIPELINING|CHUNKING" : "PIPELINING"};
        assert_int_equal(send_letter(&server, "a@x.test", 3).result, 0);
        static const char *const by_data[] = {
            "I|connected", "R|220 ", "S|EHLO", "R|250-", "S|MAIL", "S|RCPT", "S|DATA", "R|250 ",
            "R|250 ",      "R|354 ", "B|",     "B|.xx",  "S|.",    "R|250 ", "S|QUIT"};
        static const char *const by_bdat[] = {"I|connected", "R|220 ", "S|EHLO", "R|250-", "S|MAIL",
                                              "S|RCPT",      "S|BDAT", "B|",     "B|.xx",  "R|250 ",
                                              "R|250 ",      "R|250 ", "S|QUIT"};
        const char *const *lines = i ? by_bdat : by_data;
        size_t count = i ? sizeof by_bdat / sizeof *by_bdat : sizeof by_data / sizeof *by_data;
        const char *at = trace;
        for (size_t j = 0; j < count; j++) {
            const char *found = strstr(at, lines[j]);
            if (found == NULL || (found != trace && found[-1] != '\n'))
                fail_msg("no %s in its place:\n%s", lines[j], trace);
            at = found + 1;
        }
        smtp_server_free(&server);
    }
}

struct letters {
    struct mailer_message *message;
    int left;
};

static int next_letter(void *context, const struct mailer_message **message,
                       struct mailer_error *error)
{
    (void)error;
    struct letters *letters = context;
    *message = letters->left-- > 0 ? letters->message : NULL;
    return 0;
}

static const char *hang_up_after_each(struct smtp_server *server, enum smtp_server_moment moment,
                                      const char *line)
{
    (void)server;
    (void)line;
    return moment == AT_END ? "250 2.0.0 taken" THEN_CLOSE : NULL;
}

static void connections_one_after_the_other_resume_the_session(void **state)
{
    (void)state;
    want(MAILER_TLS_IMPLICIT, NULL);
    struct smtp_server server = {
        .tls = server_settings, .implicit = true, .answer = hang_up_after_each};
    struct settings settings;
    struct letters letters = {letter("a@x.test", 100), 4};
    struct mailer_error error = MAILER_ERROR_INIT;
    smtp_server_start(&server);
    int result =
        mailer_send_each(settings_for(&settings, &server), next_letter, NULL, &letters, &error);
    smtp_server_stop(&server);
    if (result != 0)
        fail_msg("%s", error.text);
    assert_int_equal(server.connections, 4);
    size_t resumed = 0;
    for (const char *at = trace; (at = strstr(at, ", resumed")) != NULL; at++)
        resumed++;
    assert_int_equal(resumed, 3);
    mailer_message_free(letters.message);
    smtp_server_free(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_goes_over_starttls_and_over_implicit_tls),
        cmocka_unit_test(nothing_is_said_in_the_clear_when_tls_is_not_to_be_had),
        cmocka_unit_test(octets_behind_the_answer_to_starttls_are_not_trusted),
        cmocka_unit_test(a_certificate_of_nobody_known_stops_it_unless_it_does_not_matter),
        cmocka_unit_test(settings_of_tls_that_cannot_be_are_told_before_anybody_is_called),
        cmocka_unit_test(opportunistic_tls_does_without_where_it_is_not_to_be_had),
        cmocka_unit_test(a_silent_handshake_ends_at_the_deadline),
        cmocka_unit_test(a_server_that_takes_its_time_with_each_answer_has_no_end_of_it),
        cmocka_unit_test(logging_in_by_plain_and_by_login),
        cmocka_unit_test(a_login_that_cannot_be_done_sends_nothing),
        cmocka_unit_test(a_login_that_goes_wrong_on_this_side_is_taken_back),
        cmocka_unit_test(only_a_refused_mechanism_makes_it_try_another),
        cmocka_unit_test(a_login_is_bound_to_tls_where_the_server_can_do_it),
        cmocka_unit_test(what_was_offered_before_tls_is_forgotten),
        cmocka_unit_test(a_password_does_not_go_in_the_clear_unless_the_caller_insists),
        cmocka_unit_test(a_connection_that_ends_at_any_octet_within_tls_is_told_as_what_it_was),
        cmocka_unit_test(connections_one_after_the_other_resume_the_session),
        cmocka_unit_test(the_trace_shows_the_dialogue_in_the_order_of_the_wire),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
