/* SPDX-License-Identifier: ISC */
/* Trying a server out: what is told of it, and that nothing is sent. */
#include "harness/certificate.h"
#include "harness/send_client.h"
#include "harness/smtp_script.h"

#include "tls_pin.h"
#include "witness.h"

static struct certificate authority, certificate;
static char authority_file[] = "/tmp/mailer-test-check-XXXXXX";
static SSL_CTX *server_settings;

static int set_up(void **state)
{
    (void)state;
    const struct certificate_wish above = {.common_name = "Test authority", .authority = true};
    const struct certificate_wish server = {.common_name = "x", .names = "IP:127.0.0.1"};
    authority = certificate_make(&above, NULL);
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

/* A check and what it has told; to be given back by drop(). */
struct checked {
    int result;
    struct mailer_check *check;
    struct mailer_check_facts facts;
    struct mailer_error error;
};

static struct checked check(struct smtp_server *server, struct mailer_server *wish)
{
    struct checked checked = {.facts = MAILER_CHECK_FACTS_INIT, .error = MAILER_ERROR_INIT};
    char url[64];
    smtp_server_start(server);
    snprintf(url, sizeof url, "smtp://127.0.0.1:%hu", server->port);
    wish->url = url;
    wish->timeout_seconds = LONG_TIME;
    int64_t start = clock_milliseconds();
    checked.result = mailer_check_server(wish, &checked.check, &checked.error);
    check_time(start);
    smtp_server_stop(server);
    assert_int_equal(mailer_check_facts(checked.check, &checked.facts), 0);
    assert_null(strstr(server->heard.bytes, "MAIL"));
    return checked;
}

static void drop(struct checked *checked, struct smtp_server *server)
{
    mailer_check_free(checked->check);
    smtp_server_free(server);
}

static void a_good_server_is_told_of_from_address_to_login(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "PIPELINING|SIZE 1000|AUTH PLAIN LOGIN|STARTTLS",
                                 .tls = server_settings};
    struct mailer_server wish = MAILER_SERVER_INIT;
    wish.tls = MAILER_TLS_REQUIRED;
    wish.ca_file = authority_file;
    wish.user = "ann";
    wish.password = "hunter2";
    struct checked checked = check(&server, &wish);
    const struct mailer_check_facts *facts = &checked.facts;
    if (checked.result != 0)
        fail_msg("%s", checked.error.text);
    char address[64];
    snprintf(address, sizeof address, "127.0.0.1:%hu", server.port);
    assert_string_equal(facts->host, "127.0.0.1");
    assert_string_equal(facts->address, address);
    assert_int_equal(facts->port, server.port);
    assert_false(facts->by_proxy);
    assert_string_equal(facts->tls_version, "TLSv1.3");
    assert_int_equal(strncmp(facts->tls_cipher, "TLS_", 4), 0);
    assert_int_equal(facts->trust, MAILER_TRUST_BY_AUTHORITY);
    assert_int_equal(facts->certificate_count, 1);
    assert_true(facts->extended);
    assert_int_equal(facts->size_limit, 1000);
    assert_string_equal(facts->mechanisms, "PLAIN LOGIN");
    assert_string_equal(facts->user, "ann");
    assert_string_equal(facts->mechanism, "PLAIN");
    assert_true(facts->logged_in && facts->is_ready);
    assert_string_equal(mailer_check_line(checked.check, 0), "PIPELINING");
    assert_string_equal(mailer_check_line(checked.check, 1), "SIZE 1000");
    assert_null(mailer_check_line(checked.check, facts->line_count));
    struct mailer_certificate shown = MAILER_CERTIFICATE_INIT;
    assert_int_equal(mailer_check_certificate(checked.check, 0, &shown), 0);
    assert_string_equal(shown.names, "127.0.0.1");
    assert_int_equal(mailer_check_certificate(checked.check, 1, &shown), MAILER_USAGE);
    assert_non_null(strstr(server.heard.bytes, "QUIT"));
    drop(&checked, &server);
}

static void trust_is_told_by_what_it_rests_on(void **state)
{
    (void)state;
    char pin[NET_TLS_PIN_TEXT];
    net_tls_pin_text(certificate.x509, false, pin);
    const char *const pins[] = {pin};
    for (int i = 0; i < 5; i++) {
        static const enum mailer_trust expected[] = {MAILER_TRUST_FAILED, MAILER_TRUST_BY_AUTHORITY,
                                                     MAILER_TRUST_BY_PIN, MAILER_TRUST_BY_BOTH,
                                                     MAILER_TRUST_NOT_CHECKED};
        struct smtp_server server = {.capabilities = "STARTTLS", .tls = server_settings};
        struct mailer_server wish = MAILER_SERVER_INIT;
        wish.tls = MAILER_TLS_REQUIRED;
        wish.ca_file = i == 1 || i == 3 ? authority_file : NULL;
        wish.tls_pins = pins;
        wish.tls_pin_count = i == 2 || i == 3;
        wish.tls_no_verify = i == 4;
        struct checked checked = check(&server, &wish);
        assert_int_equal(checked.result, i == 0 ? MAILER_TLS : 0);
        assert_int_equal(checked.facts.trust, expected[i]);
        assert_int_equal(checked.facts.certificate_count, 1);
        assert_int_equal(checked.facts.is_ready, i != 0);
        assert_int_equal(checked.facts.tls_version[0] != '\0', i != 0);
        drop(&checked, &server);
    }
}

static void what_failed_is_told_as_far_as_it_came(void **state)
{
    (void)state;
    static const struct {
        enum smtp_server_moment moment;
        const char *says;
        int result;
        const char *mechanism;
    } cases[] = {
        {AT_GREETING, "554 5.7.1 no", MAILER_PERMANENT, ""},
        {AT_GREETING, "HTTP/1.1 400", MAILER_PROTOCOL, ""},
        {AT_EHLO, "421 4.3.2 later", MAILER_TEMPORARY, ""},
        {AT_AUTH, "535 5.7.8 no", MAILER_AUTH, "PLAIN"},
        {AT_AUTH, "454 4.7.0 later", MAILER_TEMPORARY, "PLAIN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct script script = {.sayings = {{cases[i].moment, 0, cases[i].says, NULL}}};
        struct smtp_server server = {
            .capabilities = "AUTH PLAIN", .answer = answer_by_script, .context = &script};
        struct mailer_server wish = MAILER_SERVER_INIT;
        wish.tls = MAILER_TLS_OFF;
        wish.user = "ann";
        wish.password = "hunter2";
        wish.allow_clear_password = true;
        struct checked checked = check(&server, &wish);
        assert_int_equal(checked.result, cases[i].result);
        assert_string_equal(checked.facts.mechanism, cases[i].mechanism);
        assert_true(checked.facts.address[0] != '\0');
        assert_false(checked.facts.logged_in || checked.facts.is_ready);
        drop(&checked, &server);
    }
}

static void hostile_capabilities_are_bounded_and_printable(void **state)
{
    (void)state;
    char *reply = calloc(1, 256 * 1024);
    size_t used = (size_t)sprintf(reply, "250-mail\n250-X\x1b[2J\x9b \xff\n250-");
    memset(reply + used, 'Y', 5000);
    used += 5000;
    for (int i = 0; i < 500; i++)
        used += (size_t)sprintf(reply + used, "\n250-X%d", i);
    sprintf(reply + used, "\n250 LAST");
    struct script script = {.sayings = {{AT_EHLO, 0, reply, NULL}}};
    struct smtp_server server = {.answer = answer_by_script, .context = &script};
    struct mailer_server wish = MAILER_SERVER_INIT;
    struct checked checked = check(&server, &wish);
    assert_int_equal(checked.result, 0);
    assert_int_equal(checked.facts.line_count, WITNESS_LINES);
    for (size_t i = 0; i < checked.facts.line_count; i++) {
        const char *line = mailer_check_line(checked.check, i);
        assert_true(strlen(line) < WITNESS_LINE_SIZE);
        assert_true(text_is_utf8(line, strlen(line)));
        assert_false(text_has_control(line, strlen(line)));
    }
    drop(&checked, &server);
    free(reply);
}

static void a_further_server_is_tried_and_told_of_alone(void **state)
{
    (void)state;
    struct smtp_server server = {.capabilities = "DSN"};
    struct mailer_server wish = MAILER_SERVER_INIT;
    smtp_server_start(&server);
    char url[64];
    snprintf(url, sizeof url, "127.0.0.1:%hu", server.port);
    const char *const further[] = {url, NULL};
    wish.url = "127.0.0.1:1";
    wish.further_urls = further;
    struct mailer_check *found = NULL;
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    assert_int_equal(mailer_check_server(&wish, &found, NULL), 0);
    smtp_server_stop(&server);
    assert_int_equal(mailer_check_facts(found, &facts), 0);
    assert_int_equal(facts.port, server.port);
    assert_string_equal(mailer_check_line(found, 0), "DSN");
    mailer_check_free(found);
    smtp_server_free(&server);
}

static void wrong_use_is_told(void **state)
{
    (void)state;
    struct mailer_server wish = MAILER_SERVER_INIT;
    struct mailer_check *found = NULL;
    struct mailer_check_facts facts = MAILER_CHECK_FACTS_INIT;
    struct mailer_certificate shown = MAILER_CERTIFICATE_INIT;
    wish.url = "ftp://x";
    assert_int_equal(mailer_check_server(&wish, &found, NULL), MAILER_USAGE);
    assert_null(found);
    assert_int_equal(mailer_check_facts(found, &facts), MAILER_USAGE);
    assert_int_equal(mailer_check_certificate(found, 0, &shown), MAILER_USAGE);
    assert_null(mailer_check_line(found, 0));
    mailer_check_free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_server_is_told_of_from_address_to_login),
        cmocka_unit_test(trust_is_told_by_what_it_rests_on),
        cmocka_unit_test(what_failed_is_told_as_far_as_it_came),
        cmocka_unit_test(hostile_capabilities_are_bounded_and_printable),
        cmocka_unit_test(a_further_server_is_tried_and_told_of_alone),
        cmocka_unit_test(wrong_use_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
