/* SPDX-License-Identifier: ISC */
#include "account_warnings.h"
#include "harness/harness.h"
#include "text.h"
#include "witness.h"

static struct account_warnings found;

/* What is found begins or holds the words; NULL: nothing is. */
static void expect(const char *host, const char *sender, const char *user, const char *words)
{
    found = (struct account_warnings){0};
    account_warnings_of_sender(&found, host, sender, user);
    bool is_right =
        found.count == (words != NULL) && (words == NULL || strstr(found.lines[0], words) != NULL);
    if (!is_right)
        fail_msg("%s %s %s: %zu, %s", host, sender != NULL ? sender : "-",
                 user != NULL ? user : "-", found.count, found.lines[0]);
}

static void sender_and_user_are_compared(void **state)
{
    (void)state;
    expect("mail.example.org", "ann@example.org", "ann", NULL);
    expect("mail.example.org", "ann@example.org", "ann@Example.ORG", NULL);
    expect("mail.example.org", "Ann <ann@example.org>", "bob@example.org", NULL);
    expect("mail.example.org", "ann@example.net", "ann@example.org", "domain differs");
    expect("mail.example.org", "ann@example.net", NULL, NULL);
    expect("mail.example.org", NULL, "ann@example.org", NULL);
    expect("mail.example.org", "ann", "ann@example.org", NULL);
}

static void providers_have_rules(void **state)
{
    (void)state;
    expect("smtp.gmail.com", "ann@gmail.com", "ann@gmail.com", NULL);
    expect("smtp.gmail.com", "ann@gmail.com", "ann", "full address");
    expect("smtp.gmail.com", "bob@gmail.com", "ann@gmail.com", "only where that address");
    expect("smtp.gmail.com", "ann@example.org", "ann@gmail.com", "only where that address");
    expect("smtp.gmail.com", "ann@yahoo.com", "ann@gmail.com", "--server yahoo");
    expect("mail.example.org", "ann@gmail.com", "ann", "--server gmail");
}

static void what_is_said_can_be_shown(void **state)
{
    (void)state;
    expect("mail.example.org", "ann@\x1b[2J.example", "ann@example.org", "domain differs");
    assert_false(text_has_control(found.lines[0], strlen(found.lines[0])));
    for (int i = 0; i < 100; i++)
        account_warnings_of_sender(&found, "mail.example.org", "ann@gmail.com", "ann");
    assert_int_equal(found.count, ACCOUNT_WARNINGS);
}

/* Whether a connection as that witness has met gives reason for these words. */
static bool warns(const struct witness *witness, const char *words)
{
    struct send_options options = send_options_empty();
    const struct mailer_server server = MAILER_SERVER_INIT;
    options.from = "ann@example.org";
    found = (struct account_warnings){0};
    account_warnings_find(&found, &options, &server, (const struct mailer_check *)witness, 1000000);
    for (size_t i = 0; i < found.count; i++)
        if (strstr(found.lines[i], words) != NULL)
            return true;
    return false;
}

static void the_connection_is_looked_at(void **state)
{
    (void)state;
    static struct witness witness;
    witness = (struct witness){.host = "mail.example.org",
                               .port = 587,
                               .address = "192.0.2.1:587",
                               .user = "ann",
                               .trust = MAILER_TRUST_BY_AUTHORITY,
                               .certificate_count = 1,
                               .is_ready = true};
    witness.certificates[0].not_after = 1000000 + 15 * 86400;
    assert_false(warns(&witness, ""));
    witness.certificates[0].not_after -= 86400;
    witness.certificates[0].not_after -= 1;
    assert_true(warns(&witness, "13 days"));
    witness.certificates[0].not_after = 999999;
    assert_false(warns(&witness, "days"));
    witness.trust = MAILER_TRUST_NOT_CHECKED;
    assert_true(warns(&witness, "not checked"));
    witness.trust = MAILER_TRUST_NO_TLS;
    assert_true(warns(&witness, "not encrypted"));
    witness.port = 25;
    assert_true(warns(&witness, "port 25"));
    witness.user[0] = '\0';
    strcpy(witness.mechanisms, "PLAIN");
    assert_true(warns(&witness, "--user"));
    strcpy(witness.host, "127.0.0.1");
    assert_false(warns(&witness, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sender_and_user_are_compared),
        cmocka_unit_test(providers_have_rules),
        cmocka_unit_test(what_is_said_can_be_shown),
        cmocka_unit_test(the_connection_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
