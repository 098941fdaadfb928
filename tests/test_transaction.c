/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"

#include "transaction.h"

static struct mailer_message *message_from(const char *sender, const char *text)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, sender, &error);
    mailer_message_add_to(message, "bob@x.test", &error);
    mailer_message_set_text(message, text, &error);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

/* A message with an attachment of octets that no text has. */
static struct mailer_message *message_of_octets(void)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    struct mailer_content content = MAILER_CONTENT_INIT;
    content.bytes = "\0\1\2\r\r\n\n\xff";
    content.size = 8;
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@x.test", &error);
    mailer_message_add_to(message, "bob@x.test", &error);
    mailer_message_attach(message, &content, NULL, &error);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static void a_message_is_laid_out_for_what_the_server_takes_and_no_wider_than_allowed(void **state)
{
    (void)state;
    static const struct smtp_capabilities none = {0};
    static const struct smtp_capabilities eight = {.eight_bit_mime = true};
    static const struct smtp_capabilities binary = {
        .eight_bit_mime = true, .chunking = true, .binary_mime = true};
    static const struct smtp_capabilities binary_without_chunks = {.eight_bit_mime = true,
                                                                   .binary_mime = true};
    static const struct {
        const struct smtp_capabilities *can;
        enum mailer_wire widest;
        enum mailer_wire text;
        enum mailer_wire octets;
    } cases[] = {
        {&none, MAILER_WIRE_BINARY, MAILER_WIRE_7BIT, MAILER_WIRE_7BIT},
        {&eight, MAILER_WIRE_BINARY, MAILER_WIRE_8BIT, MAILER_WIRE_7BIT},
        {&binary, MAILER_WIRE_BINARY, MAILER_WIRE_8BIT, MAILER_WIRE_BINARY},
        {&binary_without_chunks, MAILER_WIRE_BINARY, MAILER_WIRE_8BIT, MAILER_WIRE_7BIT},
        {&binary, MAILER_WIRE_8BIT, MAILER_WIRE_8BIT, MAILER_WIRE_7BIT},
        {&binary, MAILER_WIRE_7BIT, MAILER_WIRE_7BIT, MAILER_WIRE_7BIT},
        {&eight, MAILER_WIRE_7BIT, MAILER_WIRE_7BIT, MAILER_WIRE_7BIT},
    };
    struct mailer_message *text = message_from("ann@x.test", "gr\xC3\xBC\xC3\x9F"
                                                             "e\n");
    struct mailer_message *octets = message_of_octets();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_plan *plan = NULL;
        assert_int_equal(transaction_plan(&plan, text, cases[i].can, cases[i].widest, NULL), 0);
        assert_int_equal(plan->width, cases[i].text);
        mime_plan_free(plan);
        assert_int_equal(transaction_plan(&plan, octets, cases[i].can, cases[i].widest, NULL), 0);
        assert_int_equal(plan->width, cases[i].octets);
        mime_plan_free(plan);
    }
    mailer_message_free(text);
    mailer_message_free(octets);
}

static void a_message_of_just_the_size_limit_goes_and_one_octet_more_does_not(void **state)
{
    (void)state;
    struct mailer_message *message = message_from("ann@x.test", "hello\n");
    uint64_t size = 0;
    assert_int_equal(mailer_message_size(message, MAILER_WIRE_7BIT, &size, NULL), 0);
    for (uint64_t limit = size - 1; limit <= size + 1; limit++) {
        struct smtp_capabilities can = {.size = true, .size_limit = limit};
        struct mime_plan *plan = NULL;
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = transaction_plan(&plan, message, &can, MAILER_WIRE_BINARY, &error);
        assert_int_equal(result, limit < size ? MAILER_UNSUPPORTED : 0);
        assert_true((plan == NULL) == (limit < size));
        mime_plan_free(plan);
    }
    mailer_message_free(message);
}

static void an_address_in_utf8_needs_smtputf8(void **state)
{
    (void)state;
    struct mailer_message *message = message_from("j\xC3\xBCrgen@x.test", "hello\n");
    struct smtp_capabilities can = {.eight_bit_mime = true};
    struct mime_plan *plan = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(transaction_plan(&plan, message, &can, MAILER_WIRE_BINARY, &error),
                     MAILER_UNSUPPORTED);
    assert_null(plan);
    assert_non_null(strstr(error.text, "SMTPUTF8"));
    can.smtputf8 = true;
    assert_int_equal(transaction_plan(&plan, message, &can, MAILER_WIRE_BINARY, NULL), 0);
    assert_true(plan->wire.utf8_headers);
    mime_plan_free(plan);
    mailer_message_free(message);
}

static struct mailer_message *message_asking(const struct mailer_envelope_options *options)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    mailer_message_new(&message, &error);
    mailer_message_set_from(message, "ann@x.test", &error);
    mailer_message_add_to(message, "bob@x.test", &error);
    mailer_message_set_text(message, "hello\n", &error);
    mailer_message_set_envelope_options(message, options, &error);
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static void what_is_asked_for_must_be_offered(void **state)
{
    (void)state;
    static const struct mailer_envelope_options asking = MAILER_ENVELOPE_OPTIONS_INIT;
    static const struct smtp_capabilities none = {.extended = true};
    static const struct smtp_capabilities timed = {.deliver_by = true};
    static const struct smtp_capabilities timed_slowly = {.deliver_by = true,
                                                          .deliver_by_least = 240};
    static const struct smtp_capabilities priority = {.mt_priority = true};
    struct mailer_envelope_options in_time = asking, just_told = asking, urgent = asking,
                                   submitted = asking;
    in_time.deliver_by = MAILER_DELIVER_BY_RETURN;
    in_time.deliver_by_seconds = 239;
    just_told.deliver_by = MAILER_DELIVER_BY_NOTIFY;
    just_told.deliver_by_seconds = -239;
    urgent.mt_priority = 9;
    submitted.submitter = "ann@x.test";
    const struct {
        const struct mailer_envelope_options *options;
        const struct smtp_capabilities *can;
        bool logged_in;
        const char *words; /* of the error; NULL: there is none */
    } cases[] = {
        {&asking, &none, false, NULL},           {&in_time, &none, true, "(DELIVERBY)"},
        {&in_time, &timed, false, NULL},         {&in_time, &timed_slowly, false, "within 239"},
        {&in_time, &timed_slowly, false, "240"}, {&just_told, &none, true, "(DELIVERBY)"},
        {&just_told, &timed_slowly, true, NULL}, {&urgent, &timed, true, "(MT-PRIORITY)"},
        {&urgent, &priority, false, NULL},       {&submitted, &none, false, "login"},
        {&submitted, &none, true, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_message *message = message_asking(cases[i].options);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(
            transaction_check(message, cases[i].can, false, cases[i].logged_in, &error),
            cases[i].words != NULL ? MAILER_UNSUPPORTED : 0);
        if (cases[i].words != NULL && strstr(error.text, cases[i].words) == NULL)
            fail_msg("%zu: %s", i, error.text);
        mailer_message_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_laid_out_for_what_the_server_takes_and_no_wider_than_allowed),
        cmocka_unit_test(a_message_of_just_the_size_limit_goes_and_one_octet_more_does_not),
        cmocka_unit_test(what_is_asked_for_must_be_offered),
        cmocka_unit_test(an_address_in_utf8_needs_smtputf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
