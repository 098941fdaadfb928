/* SPDX-License-Identifier: ISC */
#include "check_words.h"
#include "harness/harness.h"
#include "witness.h"

enum { NOW = 1000000, DAY = 86400 };

static struct witness witness;
static struct account_warnings warnings;

static void start(void)
{
    warnings = (struct account_warnings){0};
    witness = (struct witness){.host = "mail.example.org",
                               .port = 587,
                               .address = "192.0.2.1:587",
                               .extended = true,
                               .is_ready = true};
}

/* Whether the words are among what is told. */
static void expect(const char *words, bool are_there)
{
    static const struct mailer_error none = MAILER_ERROR_INIT;
    struct buffer text = buffer_empty(64 * 1024);
    struct check_outcome outcome = {.check = (const struct mailer_check *)&witness,
                                    .widest = MAILER_WIRE_BINARY,
                                    .error = &none,
                                    .warnings = &warnings,
                                    .now = NOW};
    check_words_append(&text, &outcome);
    char *told = buffer_take_string(&text);
    assert_non_null(told);
    if ((strstr(told, words) != NULL) != are_there)
        fail_msg("\"%s\" in:\n%s", words, told);
    free(told);
}

static void add_certificate(int64_t from, int64_t to)
{
    struct net_tls_certificate *certificate = &witness.certificates[witness.certificate_count++];
    *certificate = (struct net_tls_certificate){.subject = "CN=mail.example.org",
                                                .issuer = "CN=R1, O=Authority",
                                                .authority = "Authority",
                                                .names = "mail.example.org example.org",
                                                .not_before = from,
                                                .not_after = to,
                                                .key_pin = "sha256:00ff"};
}

static void each_step_has_its_line(void **state)
{
    (void)state;
    start();
    strcpy(witness.tls_version, "TLSv1.3");
    strcpy(witness.tls_cipher, "TLS_X");
    witness.trust = MAILER_TRUST_BY_AUTHORITY;
    add_certificate(0, NOW + 43 * DAY);
    strcpy(witness.lines[0], "PIPELINING");
    strcpy(witness.lines[1], "SIZE 1000");
    witness.line_count = 2;
    witness.size_limit = 1000;
    strcpy(witness.user, "ann");
    strcpy(witness.mechanism, "SCRAM-SHA-256");
    witness.logged_in = true;
    strcpy(warnings.lines[warnings.count++], "beware");
    expect("connected to mail.example.org (192.0.2.1:587)\n"
           "TLSv1.3, TLS_X, certificate of mail.example.org by Authority, good for 43 days, "
           "verified\n"
           "  certificate 1: CN=mail.example.org, signed by CN=R1, O=Authority, good for 43 days, "
           "for mail.example.org example.org\n"
           "it offers: PIPELINING; SIZE 1000\n"
           "will be used:\n  PIPELINING     commands",
           true);
    expect("a message may have 1000 octets\nlogin as ann by SCRAM-SHA-256: ok\nwarning: beware\n",
           true);
    expect("--tls-pin", false);
}

static void a_wrong_certificate_is_told_with_its_pin(void **state)
{
    (void)state;
    start();
    witness.trust = MAILER_TRUST_FAILED;
    witness.is_ready = false;
    witness.line_count = 0;
    add_certificate(0, NOW - 2 * DAY);
    expect("TLS was not set up, certificate of mail.example.org by Authority, expired 2 days ago, "
           "not accepted\n",
           true);
    expect("--ca-file FILE", true);
    expect("  --tls-pin sha256:00ff\n", true);
    expect("will be used", false);
}

static void dates_are_told_in_days(void **state)
{
    (void)state;
    static const struct {
        int64_t from, to;
        const char *words;
    } cases[] = {
        {0, NOW + DAY, "good for 1 day,"},
        {0, NOW + DAY - 1, "good for less than a day,"},
        {0, NOW - 1, "expired less than a day ago,"},
        {NOW + 3 * DAY, NOW + 9 * DAY, "not valid before 3 days from now,"},
        {0, 0, "of unreadable dates,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start();
        witness.trust = MAILER_TRUST_BY_PIN;
        add_certificate(cases[i].from, cases[i].to);
        expect(cases[i].words, true);
        expect("pinned", true);
    }
}

static void little_is_told_of_poor_servers(void **state)
{
    (void)state;
    start();
    witness.extended = false;
    expect("no TLS", true);
    expect("only HELO", true);
    expect("no login was asked for", true);
    witness.by_proxy = true;
    expect("connected to mail.example.org by the proxy (192.0.2.1:587)", true);
    witness.address[0] = '\0';
    expect("connected", false);
    start();
    strcpy(witness.user, "ann");
    strcpy(witness.mechanism, "PLAIN");
    witness.is_ready = false;
    expect("login as ann by PLAIN: failed\n", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_step_has_its_line),
        cmocka_unit_test(a_wrong_certificate_is_told_with_its_pin),
        cmocka_unit_test(dates_are_told_in_days),
        cmocka_unit_test(little_is_told_of_poor_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
