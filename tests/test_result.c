/* SPDX-License-Identifier: ISC */
#include "harness/send_client.h"

#include "delivery.h"

static struct mailer_error error_of(enum mailer_error_class error_class, const char *text)
{
    struct mailer_error error = {
        .error_class = error_class, .stage = MAILER_STAGE_END, .smtp_code = 250};
    strcpy(error.enhanced_code, "2.0.0");
    snprintf(error.text, sizeof error.text, "%s", text);
    return error;
}

static void a_record_comes_back_as_it_was(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test,b@x.test,c@x.test", 1);
    struct mailer_result *result = NULL;
    assert_int_equal(result_new(&result, message, NULL), 0);
    struct mailer_error errors[3] = {error_of(MAILER_OK, "250 taken"),
                                     error_of(MAILER_PERMANENT, "no"),
                                     error_of(MAILER_UNKNOWN, "")};
    memset(errors[0].text, 'x', sizeof errors[0].text - 1);
    errors[1].system_code = 5;
    for (size_t i = 0; i < 3; i++)
        result->fates[i] = result_record(result, &errors[i]);
    assert_int_equal(mailer_result_count(result), 3);
    assert_int_equal(mailer_result_accepted(result), 1);
    for (size_t i = 0; i < 3; i++) {
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        assert_int_equal(mailer_result_recipient(result, i, &recipient), 0);
        assert_string_equal(recipient.address, mailer_message_recipient(message, i));
        assert_memory_equal(&recipient.error, &errors[i], sizeof errors[i]);
    }
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    assert_int_equal(mailer_result_recipient(result, 3, &recipient), MAILER_USAGE);
    struct mailer_error first;
    result_first_failure(result, &first);
    assert_memory_equal(&first, &errors[1], sizeof first);
    mailer_result_free(result);
    mailer_message_free(message);
}

static void recipients_in_a_row_share_a_record(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test", 1);
    struct mailer_result *result = NULL;
    assert_int_equal(result_new(&result, message, NULL), 0);
    struct mailer_error taken = error_of(MAILER_OK, "250 taken");
    struct mailer_error other = error_of(MAILER_OK, "250 taken too");
    uint32_t first = result_record(result, &taken);
    size_t size = result->records_size;
    assert_int_equal(result_record(result, &taken), first);
    /* What stands behind the text's end is of no interest. */
    taken.text[100] = 'x';
    assert_int_equal(result_record(result, &taken), first);
    assert_int_equal(result->records_size, size);
    uint32_t second = result_record(result, &other);
    assert_int_not_equal(second, first);
    other.smtp_code = 251;
    assert_int_not_equal(result_record(result, &other), second);
    mailer_result_free(result);
    mailer_message_free(message);
}

static void a_fate_without_memory_keeps_its_class(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test", 1);
    struct mailer_result *result = NULL;
    assert_int_equal(result_new(&result, message, NULL), 0);
    for (int error_class = MAILER_OK; error_class >= MAILER_CANCELLED; error_class--) {
        result->fates[0] = (uint32_t)(DELIVERY_BARE - error_class);
        assert_true(result->fates[0] < DELIVERY_RECORDED);
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        assert_int_equal(mailer_result_recipient(result, 0, &recipient), 0);
        assert_int_equal(recipient.error.error_class, error_class);
        assert_int_equal(mailer_result_accepted(result), error_class == MAILER_OK);
        struct mailer_error first;
        result_first_failure(result, &first);
        assert_int_equal(first.error_class, error_class);
    }
    mailer_result_free(result);
    mailer_message_free(message);
}

static void a_record_says_which_host_told_it(void **state)
{
    (void)state;
    static const char *const hosts[] = {NULL, "one.test", "one.test", "two.test", ""};
    enum { COUNT = sizeof hosts / sizeof *hosts };
    struct mailer_message *message = letter("a@x.test,b@x.test,c@x.test,d@x.test,e@x.test", 1);
    struct mailer_result *result = NULL;
    assert_int_equal(result_new(&result, message, NULL), 0);
    struct mailer_error taken = error_of(MAILER_OK, "250 taken");
    size_t sizes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        if (hosts[i] != NULL)
            result_set_host(result, hosts[i]);
        result->fates[i] = result_record(result, &taken);
        sizes[i] = result->records_size;
    }
    /* What is the same is kept once. */
    assert_int_equal(sizes[1], sizes[2]);
    for (size_t i = 0; i < COUNT; i++) {
        struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
        assert_int_equal(mailer_result_recipient(result, i, &recipient), 0);
        assert_string_equal(recipient.host, hosts[i] != NULL ? hosts[i] : "");
    }
    mailer_result_free(result);
    mailer_message_free(message);
}

static void a_reply_that_takes_a_message_may_name_its_queue_id(void **state)
{
    (void)state;
    struct mailer_message *message = letter("a@x.test", 1);
    struct mailer_result *result = NULL;
    assert_int_equal(result_new(&result, message, NULL), 0);
    char cut_off[sizeof((struct mailer_error *)0)->text] = "250 queued as 4F ";
    memset(cut_off + strlen(cut_off), 'x', sizeof cut_off - 1 - strlen(cut_off));
    const struct {
        struct mailer_error error;
        const char *id;
    } cases[] = {
        {error_of(MAILER_OK, "250 2.0.0 Ok: queued as 4F1C"), "4F1C"},
        {error_of(MAILER_OK, "250 2.0.0 Ok"), ""},
        {error_of(MAILER_PERMANENT, "550 not queued as 4F1C"), ""},
        {error_of(MAILER_OK, cut_off), ""},
    };
    struct mailer_recipient_result recipient = MAILER_RECIPIENT_RESULT_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        result->fates[0] = result_record(result, &cases[i].error);
        assert_int_equal(mailer_result_recipient(result, 0, &recipient), 0);
        assert_string_equal(recipient.queue_id, cases[i].id);
        assert_int_equal(recipient.fate, mailer_fate_of(&cases[i].error));
    }
    recipient.struct_size = 8;
    assert_int_equal(mailer_result_recipient(result, 0, &recipient), MAILER_USAGE);
    mailer_result_free(result);
    mailer_message_free(message);
}

static void nothing_is_freed_without_a_crash(void **state)
{
    (void)state;
    mailer_result_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_comes_back_as_it_was),
        cmocka_unit_test(recipients_in_a_row_share_a_record),
        cmocka_unit_test(a_fate_without_memory_keeps_its_class),
        cmocka_unit_test(a_record_says_which_host_told_it),
        cmocka_unit_test(a_reply_that_takes_a_message_may_name_its_queue_id),
        cmocka_unit_test(nothing_is_freed_without_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
