/* SPDX-License-Identifier: ISC */
#include "advice.h"
#include "harness/harness.h"
#include "provider.h"
#include "server_settings.h"

#include <stdio.h>

static void urls_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *host;
        int port;
        bool implicit, has_user, loopback;
    } cases[] = {
        {"smtp.example.org", "smtp.example.org", 0, false, false, false},
        {"127.0.0.1:1025", "127.0.0.1", 1025, false, false, true},
        {"smtp://ann@host:587/x", "host", 587, false, true, false},
        {"smtp://ann@x:pass@host:1?y", "host", 1, false, true, false},
        {"SMTPS://host:465", "host", 465, true, false, false},
        {"smtp://[::1]:25", "::1", 25, false, false, true},
        {"smtp://[2001:db8::1]", "2001:db8::1", 0, false, false, false},
        {"localhost", "localhost", 0, false, false, true},
        {"a.LOCALHOST:25", "a.LOCALHOST", 25, false, false, true},
        {"notlocalhost", "notlocalhost", 0, false, false, false},
        {"127.9.9.9", "127.9.9.9", 0, false, false, true},
        {"127.0.0.1.evil.example", "127.0.0.1.evil.example", 0, false, false, false},
        {"host:65536", "host", 0, false, false, false},
        {"host:25x", "host", 0, false, false, false},
        {"host:99999999999999999999", "host", 0, false, false, false},
        {"[::1", "", 0, false, false, false},
        {"[", "", 0, false, false, false},
        {"", "", 0, false, false, false},
        {"smtp://", "", 0, false, false, false},
        {"@", "", 0, false, false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i].url, strlen(cases[i].url) + 1);
        struct server_address address = server_address_of(exact);
        assert_string_equal(address.host, cases[i].host);
        assert_int_equal(address.port, cases[i].port);
        assert_int_equal(address.implicit, cases[i].implicit);
        assert_int_equal(address.has_user, cases[i].has_user);
        assert_int_equal(server_address_is_loopback(&address), cases[i].loopback);
        free(exact);
    }
    char *endless = malloc(1000);
    assert_non_null(endless);
    memset(endless, 'x', 999);
    endless[999] = '\0';
    assert_string_equal(server_address_of(endless).host, "");
    free(endless);
}

/* In place of the servers before. */
static void set_server(struct send_options *options, const char *server)
{
    options->servers.count = options->server_urls.count = 0;
    assert_int_equal(text_list_add(&options->servers, server, NULL), 0);
}

static int settings(struct send_options *options, struct mailer_server *server,
                    struct problem *problem)
{
    struct server_address address;
    *problem = (struct problem){0};
    options->server_urls.count = 0;
    return server_settings(options, server, &address, problem);
}

static void the_user_of_a_url_is_read_without_its_password(void **state)
{
    (void)state;
    assert_string_equal(server_address_of("smtp://ann%40b.example@host").user, "ann@b.example");
    assert_string_equal(server_address_of("smtp://ann:sesame@host").user, "ann");
    assert_string_equal(server_address_of("smtp://a%4@host").user, "a%4");
    assert_string_equal(server_address_of("smtp://host").user, "");
    char url[600] = "smtp://";
    memset(url + 7, 'x', 300);
    memcpy(url + 307, "@host", 6);
    assert_string_equal(server_address_of(url).user, "");
    assert_int_equal(strlen(server_address_of("smtp://x@host").user), 1);
}

static void options_become_a_server(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    struct mailer_server server;
    struct problem problem;
    set_server(&options, "gmail");
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_string_equal(server.url, "smtps://smtp.gmail.com:465");
    assert_int_equal(server.tls, MAILER_TLS_DEFAULT);
    assert_false(server.tls_no_verify);
    assert_int_equal(server.widest_wire, MAILER_WIRE_BINARY);
    set_server(&options, "host:26");
    options.tls = TLS_OPPORTUNISTIC;
    options.tls_verify = VERIFY_NO;
    options.wire = WIRE_8BIT;
    options.timeout_seconds = 9;
    options.hello_name = "me.example";
    options.user = "ann";
    options.allow_clear_password = true;
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_string_equal(server.url, "host:26");
    assert_int_equal(server.tls, MAILER_TLS_OPPORTUNISTIC);
    assert_true(server.tls_no_verify);
    assert_int_equal(server.widest_wire, MAILER_WIRE_8BIT);
    assert_int_equal(server.timeout_seconds, 9);
    assert_string_equal(server.hello_name, "me.example");
    assert_string_equal(server.user, "ann");
    assert_true(server.allow_clear_password);
    send_options_free(&options);
}

static void an_address_alone_finds_its_providers_servers(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    struct mailer_server server;
    struct problem problem;
    options.from = "Ann <ann@gmail.com>";
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_string_equal(server.url, "smtps://smtp.gmail.com:465");
    assert_string_equal(server.further_urls[0], "smtp://smtp.gmail.com:587");
    assert_null(server.further_urls[1]);
    assert_string_equal(server.user, "ann@gmail.com");
    send_options_free(&options);
    options.from = "ann@example.org";
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_CONFIGURATION);
    send_options_free(&options);
    set_server(&options, "ses");
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, "server of a region"));
    send_options_free(&options);
}

static void contradictions_and_gaps_are_refused(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    struct mailer_server server;
    struct problem problem;
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_CONFIGURATION);
    assert_non_null(strstr(problem.text, "MAILER_SERVER"));
    options.dry_run = true;
    assert_int_equal(settings(&options, &server, &problem), 0);
    static const int wrong[] = {TLS_OFF, TLS_REQUIRED, TLS_OPPORTUNISTIC};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong * 2; i++) {
        set_server(&options, i % 2 == 0 ? "smtps://host" : "submissions://host");
        options.tls = (unsigned)wrong[i / 2];
        assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_USAGE);
    }
    options.tls = TLS_IMPLICIT;
    assert_int_equal(settings(&options, &server, &problem), 0);
    set_server(&options, "smtp://host");
    options.tls = TLS_OFF;
    options.ca_file = "x.pem";
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_USAGE);
    const char *pin = "sha256:x";
    options.ca_file = NULL;
    assert_int_equal(text_list_add(&options.tls_pins, pin, NULL), 0);
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_USAGE);
    send_options_free(&options);
}

static void beside_a_pin_authorities_count_only_where_they_are_asked_for(void **state)
{
    (void)state;
    struct send_options options = send_options_empty();
    struct mailer_server server;
    struct problem problem;
    const char *pins[] = {"sha256:x", "cert-sha256:y"};
    unsetenv("SSL_CERT_DIR");
    setenv("SSL_CERT_FILE", "/some/file", 1);
    set_server(&options, "host");
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_string_equal(server.ca_file, "/some/file");
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(text_list_add(&options.tls_pins, pins[i], NULL), 0);
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_null(server.ca_file);
    assert_int_equal(server.tls_pin_count, 2);
    assert_string_equal(server.tls_pins[1], "cert-sha256:y");
    options.ca_file = "x.pem";
    assert_int_equal(settings(&options, &server, &problem), 0);
    assert_string_equal(server.ca_file, "x.pem");
    unsetenv("SSL_CERT_FILE");
    send_options_free(&options);
}

static void a_password_on_the_command_line_needs_a_user(void **state)
{
    (void)state;
    char *words[] = {(char *)"--password-file", (char *)"f", (char *)"--server", (char *)"host",
                     NULL};
    struct send_options options = send_options_empty();
    struct mailer_server server;
    struct problem problem = {0};
    assert_int_equal(send_options_read(&options, 4, words, &problem), 0);
    assert_int_equal(settings(&options, &server, &problem), EXIT_CODE_USAGE);
    set_server(&options, "smtp://ann@host");
    assert_int_equal(settings(&options, &server, &problem), 0);
    send_options_free(&options);
}

static void advice_is_given_where_it_helps(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum mailer_tls_mode tls;
        struct mailer_error error;
        const char *words;
    } cases[] = {
        {"smtps://smtp.gmail.com:465",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "", 0, ""},
         "app password"},
        {"smtps://smtp.example.org",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "", 0, ""},
         NULL},
        {"smtps://smtp.example.org",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 534, "5.7.9", 0, ""},
         "stronger way"},
        {"gmail", MAILER_TLS_DEFAULT, {MAILER_AUTH, MAILER_STAGE_AUTH, 454, "5.7.9", 0, ""}, NULL},
        {"smtps://SMTP.gmail.com",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 534, "5.7.14", 0, ""},
         "by a browser"},
        {"smtps://smtp.gmail.com",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "5.7.8", 0, ""},
         "full address"},
        {"smtp://smtp.office365.com",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "5.7.139", 0, ""},
         "the administrator"},
        {"smtp://smtp-mail.outlook.com",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "5.7.3", 0, ""},
         "--auth XOAUTH2"},
        {"smtp://smtp-mail.outlook.com",
         MAILER_TLS_DEFAULT,
         {MAILER_AUTH, MAILER_STAGE_AUTH, 535, "5.7.139", 0, ""},
         "--auth XOAUTH2"},
        {"127.0.0.1", MAILER_TLS_DEFAULT, {MAILER_AUTH, MAILER_STAGE_AUTH, 0, "", 0, ""}, NULL},
        {"host", MAILER_TLS_DEFAULT, {MAILER_AUTH, MAILER_STAGE_AUTH, 0, "", 0, ""}, NULL},
        {"host", MAILER_TLS_OFF, {MAILER_AUTH, MAILER_STAGE_AUTH, 0, "", 0, ""}, NULL},
        {"smtp://host:465",
         MAILER_TLS_DEFAULT,
         {MAILER_NETWORK, MAILER_STAGE_GREETING, 0, "", 0, ""},
         "smtps://"},
        {"smtps://host:587",
         MAILER_TLS_DEFAULT,
         {MAILER_TLS, MAILER_STAGE_TLS, 0, "", 0, ""},
         "smtp://"},
        {"smtps://host:465",
         MAILER_TLS_DEFAULT,
         {MAILER_TLS, MAILER_STAGE_TLS, 0, "", 0, ""},
         NULL},
        {"host:25",
         MAILER_TLS_DEFAULT,
         {MAILER_CONNECT, MAILER_STAGE_CONNECT, 0, "", 0, ""},
         "587"},
        {"localhost:25",
         MAILER_TLS_DEFAULT,
         {MAILER_CONNECT, MAILER_STAGE_CONNECT, 0, "", 0, ""},
         NULL},
        {"host", MAILER_TLS_DEFAULT, {MAILER_UNKNOWN, MAILER_STAGE_END, 0, "", 0, ""}, "arrived"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server server = MAILER_SERVER_INIT;
        server.tls = cases[i].tls;
        struct server_address address = server_address_of(cases[i].url);
        const char *advice = advice_for(&cases[i].error, &server, &address);
        if (cases[i].words == NULL)
            assert_null(advice);
        else if (advice == NULL || strstr(advice, cases[i].words) == NULL)
            fail_msg("case %zu: %s", i, advice != NULL ? advice : "no advice");
    }
}

/* By the codes that providers use, and by words like theirs. */
static void a_refused_login_is_explained_by_provider(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        int code;
        const char *enhanced_code;
        const char *text;
        const char *words;
    } cases[] = {
        {"gmail", 534, "5.7.9", "Application-specific password required.", "an app password"},
        {"gmail", 535, "5.7.8", "Username and Password not accepted.", "the full address"},
        {"gmail", 534, "5.7.14", "Please log in via your web browser", "by a browser"},
        {"smtp://smtp-relay.gmail.com", 535, "5.7.8", "Username and Password not accepted.",
         "the full address"},
        {"office365", 535, "5.7.3", "Authentication unsuccessful", "the full address"},
        {"office365", 535, "5.7.139",
         "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
         "the administrator"},
        {"office365", 535, "5.7.139",
         "Authentication unsuccessful, basic authentication is "
         "disabled.",
         "switched off"},
        {"office365", 535, "5.7.139",
         "Authentication unsuccessful, the user credentials were incorrect.", "the full address"},
        {"outlook", 535, "5.7.139",
         "Authentication unsuccessful, basic authentication is "
         "disabled.",
         "only OAuth 2"},
        {"hotmail", 535, "5.7.3", "Authentication unsuccessful", "only OAuth 2"},
        {"yahoo", 535, "5.7.0", "(#AUTH005) Too many bad auth attempts.",
         "Yahoo wants an app pass"},
        {"aol", 535, "5.7.0", "(#AUTH005) Too many bad auth attempts.",
         "AOL wants an app password"},
        {"icloud", 535, "5.7.8", "Error: authentication failed", "app-specific password"},
        {"gmx", 535, "", "Authentication credentials invalid", "switched on"},
        {"smtps://mail.gmx.com", 535, "", "Authentication credentials invalid", "GMX wants"},
        {"webde", 535, "", "Authentication credentials invalid", "WEB.DE wants"},
        {"t-online", 535, "", "", "for e-mail programs"},
        {"zoho", 535, "", "Authentication Failed", "an app password"},
        {"smtps://smtp.zoho.eu", 535, "", "Authentication Failed", "Zoho wants"},
        {"smtps://smtppro.zoho.com.au", 535, "", "Authentication Failed", "Zoho wants"},
        {"fastmail", 535, "5.7.0", "Incorrect username or password", "an app password"},
        {"yandex", 535, "5.7.8", "Error: authentication failed: Invalid user or password!",
         "an app password"},
        {"smtps://smtp.yandex.ru", 535, "5.7.8", "", "Yandex wants"},
        {"proton", 535, "5.7.8", "", "a token for SMTP"},
        {"smtp://127.0.0.1:1025", 535, "", "", "Bridge has a user and a password of its own"},
        {"smtp://example.org:1025", 535, "", "", NULL},
        {"smtp://email-smtp.eu-central-1.amazonaws.com:587", 535, "",
         "Authentication Credentials Invalid", "not the access key"},
        {"smtp://amazonaws.com", 535, "", "", NULL},
        {"smtp://email-smtp.amazonaws.com.example.org", 535, "", "", NULL},
        {"sendgrid", 535, "", "Authentication failed: Bad username / password", "the word apikey"},
        {"mailgun", 535, "5.7.0", "Invalid login or password", "not the API key"},
        {"smtps://smtp.eu.mailgun.org", 535, "5.7.0", "", "Mailgun wants"},
        {"postmark", 535, "5.7.8", "", "the server token"},
        {"mailjet", 535, "5.7.8", "", "the secret key"},
        {"brevo", 535, "5.7.0", "Invalid login or password", "the SMTP key"},
        {"smtps://example.org", 534, "5.7.9", "", "stronger way"},
        {"smtps://example.org", 538, "5.7.11", "", "wants TLS"},
        {"smtps://example.org", 535, "5.7.8", "", NULL},
        /* What may be better later says nothing of the account. */
        {"gmail", 454, "4.7.0", "Too many login attempts, please try again later.", NULL},
        {"gmail", 421, "4.7.0", "Try again later, closing connection.", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_server server = MAILER_SERVER_INIT;
        const struct provider *provider = NULL;
        struct problem problem = {0};
        assert_int_equal(provider_by_name(cases[i].url, &provider, &problem), 0);
        struct server_address address =
            server_address_of(provider != NULL ? provider->servers.items[0] : cases[i].url);
        struct mailer_error error = MAILER_ERROR_INIT;
        error.error_class = MAILER_AUTH;
        error.stage = MAILER_STAGE_AUTH;
        error.smtp_code = cases[i].code;
        snprintf(error.enhanced_code, sizeof error.enhanced_code, "%s", cases[i].enhanced_code);
        snprintf(error.text, sizeof error.text, "x refuses the login of ann by PLAIN: %d %s",
                 cases[i].code, cases[i].text);
        const char *advice = advice_for(&error, &server, &address);
        bool as_wanted = cases[i].words == NULL
                             ? advice == NULL
                             : advice != NULL && strstr(advice, cases[i].words) != NULL;
        if (!as_wanted)
            fail_msg("%s %s: %s", cases[i].url, cases[i].text, advice != NULL ? advice : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_taken_apart),
        cmocka_unit_test(the_user_of_a_url_is_read_without_its_password),
        cmocka_unit_test(options_become_a_server),
        cmocka_unit_test(an_address_alone_finds_its_providers_servers),
        cmocka_unit_test(contradictions_and_gaps_are_refused),
        cmocka_unit_test(beside_a_pin_authorities_count_only_where_they_are_asked_for),
        cmocka_unit_test(a_password_on_the_command_line_needs_a_user),
        cmocka_unit_test(advice_is_given_where_it_helps),
        cmocka_unit_test(a_refused_login_is_explained_by_provider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
