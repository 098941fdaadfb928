/* SPDX-License-Identifier: ISC */
#include "capabilities.h"
#include "harness/harness.h"

#include <stdio.h>

/* What is read from an answer to EHLO. */
static struct smtp_capabilities capabilities_of(const char *octets)
{
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    size_t consumed = 0;
    assert_int_equal(smtp_reply_read(&reader, octets, strlen(octets), &consumed, NULL), 1);
    struct smtp_capabilities capabilities = smtp_capabilities_read(&reader.reply);
    smtp_reply_reader_free(&reader);
    return capabilities;
}

static void assert_nothing_but_extended(const char *octets)
{
    struct smtp_capabilities got = capabilities_of(octets);
    struct smtp_capabilities none;
    memset(&none, 0, sizeof none);
    assert_true(got.extended);
    assert_false(got.starttls || got.pipelining || got.eight_bit_mime || got.chunking ||
                 got.binary_mime || got.smtputf8 || got.dsn || got.size || got.auth);
    assert_int_equal(got.size_limit, 0);
    assert_string_equal(got.auth_mechanisms, "");
}

static void all_keywords_are_known(void **state)
{
    (void)state;
    struct smtp_capabilities got = capabilities_of(
        "250-there\r\n250-STARTTLS\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-CHUNKING\r\n"
        "250-BINARYMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250-SIZE 1000\r\n250 AUTH PLAIN LOGIN\r\n");
    assert_true(got.extended && got.starttls && got.pipelining && got.eight_bit_mime &&
                got.chunking && got.binary_mime && got.smtputf8 && got.dsn && got.size && got.auth);
    assert_int_equal(got.size_limit, 1000);
    assert_string_equal(got.auth_mechanisms, "PLAIN LOGIN");
}

static void each_keyword_sets_its_own_flag_only(void **state)
{
    (void)state;
    static const char *const words[] = {
        "STARTTLS", "PIPELINING", "8BITMIME",      "CHUNKING", "BINARYMIME", "SMTPUTF8",   "DSN",
        "SIZE",     "REQUIRETLS", "FUTURERELEASE", "PRDR",     "DELIVERBY",  "MT-PRIORITY"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        char octets[100];
        snprintf(octets, sizeof octets, "250-there\r\n250 %s\r\n", words[i]);
        struct smtp_capabilities got = capabilities_of(octets);
        const bool flags[] = {got.starttls,
                              got.pipelining,
                              got.eight_bit_mime,
                              got.chunking,
                              got.binary_mime,
                              got.smtputf8,
                              got.dsn,
                              got.size,
                              got.require_tls,
                              got.future_release,
                              got.each_recipient,
                              got.deliver_by,
                              got.mt_priority};
        for (size_t j = 0; j < sizeof flags / sizeof *flags; j++)
            assert_int_equal(flags[j], i == j);
    }
}

static void a_least_time_and_a_limit_of_domains_are_read(void **state)
{
    (void)state;
    struct smtp_capabilities got =
        capabilities_of("250-there\r\n250-DELIVERBY 240\r\n250-MT-PRIORITY MIXER\r\n"
                        "250 LIMITS RCPTDOMAINMAX=2 RCPTMAX=9\r\n");
    assert_true(got.deliver_by && got.mt_priority);
    assert_int_equal(got.deliver_by_least, 240);
    assert_int_equal(got.domain_limit, 2);
    assert_int_equal(got.recipient_limit, 9);
    got = capabilities_of("250-there\r\n250 DELIVERBY soon\r\n");
    assert_true(got.deliver_by);
    assert_int_equal(got.deliver_by_least, 0);
    assert_int_equal(got.domain_limit, 0);
}

static void keywords_may_be_in_any_case(void **state)
{
    (void)state;
    struct smtp_capabilities got =
        capabilities_of("250-there\r\n250-starttls\r\n250-PipeLining\r\n250 auth plain\r\n");
    assert_true(got.starttls && got.pipelining && got.auth);
    assert_string_equal(got.auth_mechanisms, "plain");
}

static void a_reply_without_text_offers_nothing(void **state)
{
    (void)state;
    assert_nothing_but_extended("250\r\n");
    assert_nothing_but_extended("250 \r\n");
    assert_nothing_but_extended("250-\r\n250\r\n");
    /* A keyword without a value, at the very end. */
    struct smtp_capabilities got = capabilities_of("250-there\r\n250-AUTH\r\n250 SIZE\r\n");
    assert_true(got.auth && got.size);
    assert_int_equal(got.size_limit, 0);
    assert_string_equal(got.auth_mechanisms, "");
}

static void the_first_line_and_unknown_or_longer_words_say_nothing(void **state)
{
    (void)state;
    assert_nothing_but_extended("250 STARTTLS\r\n");
    assert_nothing_but_extended("250-PIPELINING hello\r\n250 HELP\r\n");
    assert_nothing_but_extended("250\r\n");
    assert_nothing_but_extended("250-there\r\n250-\r\n250 \r\n");
    assert_nothing_but_extended("250-there\r\n250-STARTTLSX\r\n250-XSIZE 5\r\n250 SIZ\r\n");
    assert_nothing_but_extended("250-there\r\n250- STARTTLS\r\n250 X STARTTLS\r\n");
}

static void a_size_is_read_up_to_what_64_bits_hold(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint64_t limit;
    } cases[] = {
        {"SIZE", 0},
        {"SIZE ", 0},
        {"SIZE 0", 0},
        {"SIZE x", 0},
        {"SIZE -5", 0},
        {"SIZE 100MB", 0},
        {"SIZE 0x10", 0},
        {"SIZE 35882577", 35882577},
        {"SIZE  7", 7},
        {"SIZE=8", 8},
        {"SIZE 12 34", 12},
        {"SIZE 18446744073709551615", UINT64_MAX},
        {"SIZE 18446744073709551616", UINT64_MAX},
        {"SIZE 99999999999999999999999999", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char octets[100];
        snprintf(octets, sizeof octets, "250-there\r\n250 %s\r\n", cases[i].line);
        struct smtp_capabilities got = capabilities_of(octets);
        assert_true(got.size);
        assert_int_equal(got.size_limit, cases[i].limit);
    }
}

static void limits_are_read_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint64_t mails, recipients;
    } cases[] = {
        {"LIMITS MAILMAX=7 RCPTMAX=20 RCPTDOMAINMAX=2", 7, 20},
        {"limits rcptmax=5", 0, 5},
        {"LIMITS", 0, 0},
        {"LIMITS =5 MAILMAX RCPTMAX=", 0, 0},
        {"LIMITS  X=1  MAILMAX=x RCPTMAX=0", 0, 0},
        {"LIMITS MAILMAX=1x RCPTMAX=5,5", 0, 0},
        {"LIMITS MAILMAXX=3 XRCPTMAX=3", 0, 0},
        {"LIMITS MAILMAX=99999999999999999999 RCPTMAX=1", UINT64_MAX, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char octets[100];
        snprintf(octets, sizeof octets, "250-there\r\n250 %s\r\n", cases[i].line);
        struct smtp_capabilities got = capabilities_of(octets);
        assert_true(got.mail_limit == cases[i].mails);
        assert_true(got.recipient_limit == cases[i].recipients);
    }
}

static void mechanisms_of_several_lines_are_joined(void **state)
{
    (void)state;
    assert_string_equal(
        capabilities_of("250-x\r\n250-AUTH=LOGIN\r\n250 AUTH PLAIN LOGIN\r\n").auth_mechanisms,
        "LOGIN PLAIN LOGIN");
    struct smtp_capabilities bare = capabilities_of("250-x\r\n250 AUTH\r\n");
    assert_true(bare.auth);
    assert_string_equal(bare.auth_mechanisms, "");
    assert_string_equal(capabilities_of("250-x\r\n250 AUTH A\tB\x1b\xff"
                                        "C\r\n")
                            .auth_mechanisms,
                        "A B  C");
}

static void a_list_of_mechanisms_that_is_too_long_does_not_overflow(void **state)
{
    (void)state;
    for (size_t length = SMTP_AUTH_LIST_SIZE - 10; length < SMTP_AUTH_LIST_SIZE + 10; length++) {
        char octets[SMTP_AUTH_LIST_SIZE + 100];
        size_t used =
            (size_t)snprintf(octets, sizeof octets, "250-x\r\n250-AUTH PLAIN\r\n250 AUTH ");
        memset(octets + used, 'A', length);
        memcpy(octets + used + length, "\r\n", 3);
        struct smtp_capabilities got = capabilities_of(octets);
        assert_true(strlen(got.auth_mechanisms) < SMTP_AUTH_LIST_SIZE);
        assert_memory_equal(got.auth_mechanisms, "PLAIN", 5);
    }
}

static void five_thousand_keywords_are_read(void **state)
{
    (void)state;
    char *octets = malloc(100000);
    assert_non_null(octets);
    size_t used = (size_t)sprintf(octets, "250-x\r\n");
    for (int i = 0; i < 5000; i++)
        used += (size_t)sprintf(octets + used, "250-X%d\r\n", i);
    sprintf(octets + used, "250 PIPELINING\r\n");
    assert_true(capabilities_of(octets).pipelining);
    free(octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keywords_are_known),
        cmocka_unit_test(each_keyword_sets_its_own_flag_only),
        cmocka_unit_test(a_least_time_and_a_limit_of_domains_are_read),
        cmocka_unit_test(keywords_may_be_in_any_case),
        cmocka_unit_test(a_reply_without_text_offers_nothing),
        cmocka_unit_test(the_first_line_and_unknown_or_longer_words_say_nothing),
        cmocka_unit_test(a_size_is_read_up_to_what_64_bits_hold),
        cmocka_unit_test(limits_are_read_by_name),
        cmocka_unit_test(mechanisms_of_several_lines_are_joined),
        cmocka_unit_test(a_list_of_mechanisms_that_is_too_long_does_not_overflow),
        cmocka_unit_test(five_thousand_keywords_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
