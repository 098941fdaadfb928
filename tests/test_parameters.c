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
        {{0}, ""},
        {{.returned = SMTP_RETURN_FULL}, " RET=FULL"},
        {{.returned = SMTP_RETURN_HEADERS, .envelope_id = "id-1@x"}, " RET=HDRS ENVID=id-1@x"},
        {{.envelope_id = "a+b=c d"}, " ENVID=a+2Bb+3Dc+20d"},
        {{.require_tls = true}, " REQUIRETLS"},
        {{.returned = SMTP_RETURN_FULL,
          .envelope_id = "x",
          .require_tls = true,
          .hold_until = 951782400},
         " RET=FULL ENVID=x REQUIRETLS HOLDUNTIL=2000-02-29T00:00:00Z"},
        {{.hold_until = 253402300799}, " HOLDUNTIL=9999-12-31T23:59:59Z"},
        {{.deliver_by = SMTP_DELIVER_BY_RETURN, .deliver_by_seconds = 1}, " BY=1;R"},
        {{.deliver_by = SMTP_DELIVER_BY_RETURN, .deliver_by_seconds = SMTP_DELIVER_BY_LIMIT},
         " BY=999999999;R"},
        {{.deliver_by = SMTP_DELIVER_BY_NOTIFY,
          .deliver_by_seconds = -SMTP_DELIVER_BY_LIMIT,
          .deliver_by_trace = true},
         " BY=-999999999;NT"},
        {{.deliver_by_seconds = 5, .deliver_by_trace = true}, ""},
        {{.mt_priority = -9}, " MT-PRIORITY=-9"},
        {{.mt_priority = 9, .submitter = ""}, " MT-PRIORITY=9 AUTH=<>"},
        {{.submitter = "e=mc2+x@example.com"}, " AUTH=e+3Dmc2+2Bx@example.com"},
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

static void what_has_no_words_is_refused(void **state)
{
    (void)state;
    char long_submitter[SMTP_SUBMITTER_LIMIT + 2];
    memset(long_submitter, 'x', SMTP_SUBMITTER_LIMIT + 1);
    long_submitter[SMTP_SUBMITTER_LIMIT + 1] = '\0';
    const struct smtp_sender_parameters cases[] = {
        {.deliver_by = SMTP_DELIVER_BY_RETURN, .deliver_by_seconds = 0},
        {.deliver_by = SMTP_DELIVER_BY_RETURN, .deliver_by_seconds = -1},
        {.deliver_by = SMTP_DELIVER_BY_RETURN, .deliver_by_seconds = INT64_MAX},
        {.deliver_by = SMTP_DELIVER_BY_NOTIFY, .deliver_by_seconds = SMTP_DELIVER_BY_LIMIT + 1},
        {.deliver_by = SMTP_DELIVER_BY_NOTIFY, .deliver_by_seconds = INT64_MIN},
        {.mt_priority = 10},
        {.mt_priority = -10},
        {.submitter = "a@x\r\nDATA"},
        {.submitter = "\xc3\xbc@x"},
        {.submitter = long_submitter},
    };
    char text[SMTP_PARAMETERS_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(smtp_parameters_of_sender(text, &cases[i], NULL), MAILER_DATA);
    const struct smtp_sender_parameters just_fits = {.submitter = long_submitter + 1};
    assert_int_equal(smtp_parameters_of_sender(text, &just_fits, NULL), 0);
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
        cmocka_unit_test(what_has_no_words_is_refused),
        cmocka_unit_test(a_recipient_is_named_as_it_was_given),
        cmocka_unit_test(an_address_that_is_too_long_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
