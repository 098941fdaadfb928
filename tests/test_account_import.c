/* SPDX-License-Identifier: ISC */
#include "accounts/account_import.h"
#include "harness/harness.h"

#include <stdio.h>

static struct problem problem;
static struct account_import import;

/* Imports a copy, so that nothing is read behind its end. */
static int take(account_importer *importer, const char *text)
{
    char *exact = harness_exact(text, strlen(text) + 1);
    import = (struct account_import){0};
    problem = (struct problem){0};
    int result = importer(&import, exact, &problem);
    free(exact);
    return result;
}

static void has(size_t index, const char *name, const char *key, const char *value)
{
    assert_true(index < import.count);
    assert_string_equal(import.drafts[index].name, name);
    const char *found = account_draft_get(&import.drafts[index], key);
    if (value == NULL)
        assert_null(found);
    else
        assert_string_equal(found != NULL ? found : "none", value);
}

static void a_draft_keeps_the_last_value_of_a_key(void **state)
{
    (void)state;
    struct account_draft draft = {0}, base = {0};
    assert_int_equal(account_draft_set(&draft, "user", "ann", &problem), 0);
    assert_int_equal(account_draft_set(&draft, "user", "bob", &problem), 0);
    assert_int_equal(account_draft_set(&base, "user", "eve", &problem), 0);
    assert_int_equal(account_draft_set(&base, "helo", "x", &problem), 0);
    assert_int_equal(account_draft_inherit(&draft, &base, &problem), 0);
    assert_int_equal(draft.count, 2);
    assert_string_equal(account_draft_get(&draft, "user"), "bob");
    assert_string_equal(account_draft_get(&draft, "helo"), "x");
    assert_int_equal(account_draft_set(&draft, "user", "a\nb", &problem), EXIT_CODE_DATA);
    assert_int_equal(account_draft_set(&draft, "user", "\xff", &problem), EXIT_CODE_DATA);
    char key[16];
    int result = 0;
    for (int i = 0; i <= ACCOUNT_KEY_LIMIT && result == 0; i++) {
        snprintf(key, sizeof key, "key%d", i);
        result = account_draft_set(&draft, key, "x", &problem);
    }
    assert_int_equal(result, EXIT_CODE_DATA);
    account_draft_free(&draft);
    account_draft_free(&base);
}

static void names_of_accounts_fit_into_a_section(void **state)
{
    (void)state;
    struct account_draft draft = {0};
    static const char *const wrong[] = {"",     "a\"",  "a]",
                                        "../a", "a/b",  ".a",
                                        "a\n",  "\xff", "12345678901234567890123456789012345678"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(account_draft_name(&draft, wrong[i], &problem), EXIT_CODE_USAGE);
    assert_int_equal(account_draft_name(&draft, "Gr\xc3\xbc\xc3\x9f dich", &problem), 0);
    assert_string_equal(draft.name, "Gr\xc3\xbc\xc3\x9f dich");
}

static void accounts_of_msmtp_inherit_and_are_translated(void **state)
{
    (void)state;
    assert_int_equal(take(account_import_msmtp, "defaults\nport 587\ntls on\n"
                                                "account a\nhost a.example\nauth cram-md5\n"
                                                "user ann\npassword \"p q\"\n\n"
                                                "account b : a\r\nhost b.example\r\nauth off\r\n"
                                                "tls_certcheck off\n proxy_host p.example\n"
                                                "tls_fingerprint "
                                                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:"
                                                "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\n"
                                                "account c\nprotocol lmtp\nhost c.example\n"
                                                "tls off\nport 24\naccount none\nfrom x\n"
                                                "account default : a\n"),
                     0);
    assert_int_equal(import.count, 3);
    has(0, "a", "server", "smtp://a.example:587");
    has(0, "a", "tls", "required");
    has(0, "a", "auth", "cram-md5");
    has(0, "a", "password", "p q");
    has(1, "b", "server", "smtp://b.example:587");
    has(1, "b", "user", NULL);
    has(1, "b", "password", NULL);
    has(1, "b", "tls-verify", "no");
    has(1, "b", "proxy", "socks5://p.example:1080");
    has(1, "b", "tls-pin",
        "cert-sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    has(2, "c", "server", "lmtp://c.example:24");
    has(2, "c", "tls", "off");
    account_import_free(&import);
}

static void what_cannot_be_taken_over_is_noted(void **state)
{
    (void)state;
    assert_int_equal(take(account_import_msmtp, "account a\nhost h\nsyslog on\neval x\nlogfile\n"
                                                "tls_fingerprint 00:11\n"),
                     0);
    assert_int_equal(import.notes.count, 4);
    account_import_free(&import);
    assert_int_equal(take(account_import_mailrc, "set mta=/usr/sbin/sendmail ssl-method=x fold\n"),
                     0);
    assert_int_equal(import.count, 0);
    assert_int_equal(import.notes.count, 2);
    account_import_free(&import);
    assert_int_equal(take(account_import_git, "sendemail.smtpserver\n/usr/bin/msmtp\n"
                                              "sendemail.confirm\nauto\n"
                                              "sendemail.smtpserveroption\n-i\n"),
                     0);
    assert_int_equal(import.count, 0);
    assert_int_equal(import.notes.count, 2);
    account_import_free(&import);
}

static void words_of_s_nail_lose_their_quotes(void **state)
{
    (void)state;
    assert_int_equal(take(account_import_mailrc,
                          "set smtp-auth-password='a \"b' smtp-auth-user=a\\ b smtp-use-starttls\n"
                          "set mta=\"smtp://h\" # set from=x\n"),
                     0);
    assert_int_equal(import.count, 1);
    has(0, "mailrc", "password", "a \"b");
    has(0, "mailrc", "user", "a b");
    has(0, "mailrc", "tls", "required");
    has(0, "mailrc", "server", "smtp://h");
    has(0, "mailrc", "from", NULL);
    account_import_free(&import);
}

static void broken_texts_are_survived(void **state)
{
    (void)state;
    static account_importer *const importers[] = {account_import_msmtp, account_import_mailrc,
                                                  account_import_git};
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "account",
                                        "account :",
                                        "account a : ,,",
                                        "account x {",
                                        "}",
                                        "set",
                                        "set =",
                                        "set '",
                                        "set \"\\",
                                        "sendemail.",
                                        "sendemail..\n",
                                        "sendemail.a.b",
                                        "host",
                                        "defaults\naccount a : a : a",
                                        "\xff \xfe"};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            int result = take(importers[i], texts[j]);
            assert_true(result == 0 || (enum exit_code)result == problem.exit_code);
            account_import_free(&import);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_keeps_the_last_value_of_a_key),
        cmocka_unit_test(names_of_accounts_fit_into_a_section),
        cmocka_unit_test(accounts_of_msmtp_inherit_and_are_translated),
        cmocka_unit_test(what_cannot_be_taken_over_is_noted),
        cmocka_unit_test(words_of_s_nail_lose_their_quotes),
        cmocka_unit_test(broken_texts_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
