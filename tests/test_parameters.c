/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "parameters.h"

static void what_a_sender_asks_is_written_in_words(void **state)
{
    (void)state;
    static const struct {
        struct smtp_sender_parameters parameters;
        const char *text;
    } cases[] = {
        {{SMTP_RETURN_DEFAULT, NULL, false, 0}, ""},
        {{SMTP_RETURN_FULL, NULL, false, 0}, " RET=FULL"},
        {{SMTP_RETURN_HEADERS, "id-1@x", false, 0}, " RET=HDRS ENVID=id-1@x"},
        {{SMTP_RETURN_DEFAULT, "a+b=c d", false, 0}, " ENVID=a+2Bb+3Dc+20d"},
        {{SMTP_RETURN_DEFAULT, NULL, true, 0}, " REQUIRETLS"},
        {{SMTP_RETURN_FULL, "x", true, 951782400},
         " RET=FULL ENVID=x REQUIRETLS HOLDUNTIL=2000-02-29T00:00:00Z"},
        {{.hold_until = 253402300799}, " HOLDUNTIL=9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SMTP_PARAMETERS_SIZE];
        assert_int_equal(smtp_parameters_of_sender(text, &cases[i].parameters, NULL), 0);
        assert_string_equal(text, cases[i].text);
    }
}

static void an_id_that_cannot_be_is_refused(void **state)
{
    (void)state;
    char lengths[2][SMTP_ENVID_LIMIT + 2];
    for (size_t i = 0; i < 2; i++) {
        memset(lengths[i], 'x', SMTP_ENVID_LIMIT + i);
        lengths[i][SMTP_ENVID_LIMIT + i] = '\0';
    }
    char encoded[SMTP_ENVID_LIMIT + 1];
    memset(encoded, '+', 34);
    encoded[34] = '\0';
    const struct {
        const char *id;
        int result;
    } cases[] = {
        {lengths[0], 0},       {lengths[1], MAILER_DATA}, {encoded, MAILER_DATA},
        {encoded + 1, 0},      {"", MAILER_DATA},         {"a\r\nDATA", MAILER_DATA},
        {"a\tb", MAILER_DATA}, {"a\x7f", MAILER_DATA},    {"\xc3\xbc", MAILER_DATA},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SMTP_PARAMETERS_SIZE];
        const struct smtp_sender_parameters parameters = {.envelope_id = cases[i].id};
        assert_int_equal(smtp_parameters_of_sender(text, &parameters, NULL), cases[i].result);
    }
}

static void a_moment_that_cannot_be_is_refused(void **state)
{
    (void)state;
    static const int64_t moments[] = {-1, INT64_MIN, INT64_MAX, 253402300800};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char text[SMTP_PARAMETERS_SIZE];
        const struct smtp_sender_parameters parameters = {.hold_until = moments[i]};
        assert_int_equal(smtp_parameters_of_sender(text, &parameters, NULL), MAILER_DATA);
    }
}

static void a_recipient_is_named_as_it_was_given(void **state)
{
    (void)state;
    static const struct {
        unsigned notify;
        const char *address;
        const char *text;
    } cases[] = {
        {0, "a@x", " ORCPT=rfc822;a@x"},
        {SMTP_NOTIFY_NEVER, "a@x", " NOTIFY=NEVER ORCPT=rfc822;a@x"},
        {SMTP_NOTIFY_SUCCESS | SMTP_NOTIFY_FAILURE | SMTP_NOTIFY_DELAY, "a+tag=1@x",
         " NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Btag+3D1@x"},
        {SMTP_NOTIFY_DELAY, "\"a b\"@x", " NOTIFY=DELAY ORCPT=rfc822;\"a+20b\"@x"},
        {SMTP_NOTIFY_FAILURE, "j\xc3\xbcrgen+1@x",
         " NOTIFY=FAILURE ORCPT=utf-8;j\xc3\xbcrgen\\x{2B}1@x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[SMTP_PARAMETERS_SIZE];
        smtp_parameters_of_recipient(text, cases[i].notify, cases[i].address);
        assert_string_equal(text, cases[i].text);
    }
}

static void an_address_that_is_too_long_is_left_out(void **state)
{
    (void)state;
    enum { LONGEST = SMTP_ORCPT_LIMIT - 7 };
    char address[4 * SMTP_ORCPT_LIMIT];
    char text[SMTP_PARAMETERS_SIZE];
    memset(address, 'x', sizeof address);
    address[LONGEST] = '\0';
    smtp_parameters_of_recipient(text, SMTP_NOTIFY_NEVER, address);
    assert_int_equal(strlen(text), strlen(" NOTIFY=NEVER ORCPT=") + SMTP_ORCPT_LIMIT);
    address[LONGEST] = 'x';
    address[LONGEST + 1] = '\0';
    smtp_parameters_of_recipient(text, SMTP_NOTIFY_NEVER, address);
    assert_string_equal(text, " NOTIFY=NEVER");
    memset(address, '=', sizeof address - 1);
    address[sizeof address - 1] = '\0';
    smtp_parameters_of_recipient(text, 0, address);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_sender_asks_is_written_in_words),
        cmocka_unit_test(an_id_that_cannot_be_is_refused),
        cmocka_unit_test(a_moment_that_cannot_be_is_refused),
        cmocka_unit_test(a_recipient_is_named_as_it_was_given),
        cmocka_unit_test(an_address_that_is_too_long_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
