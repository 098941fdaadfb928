/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "report.h"

#include <string.h>

/* The library's results, as this test makes them up. */
struct mailer_result {
    struct mailer_recipient_result recipients[40];
    size_t count;
};

size_t mailer_result_count(const struct mailer_result *result)
{
    return result->count;
}

int mailer_result_recipient(const struct mailer_result *result, size_t index,
                            struct mailer_recipient_result *recipient)
{
    if (index >= result->count)
        return MAILER_USAGE;
    *recipient = result->recipients[index];
    return 0;
}

/* A message, as far as it is looked at. */
struct mailer_message {
    const char *recipients[2];
};

const char *mailer_message_envelope_sender(const struct mailer_message *message)
{
    (void)message;
    return "";
}

size_t mailer_message_recipient_count(const struct mailer_message *message)
{
    (void)message;
    return 2;
}

const char *mailer_message_recipient(const struct mailer_message *message, size_t index)
{
    return message->recipients[index];
}

int mailer_message_size(const struct mailer_message *message, enum mailer_wire wire, uint64_t *size,
                        struct mailer_error *error)
{
    (void)message;
    (void)error;
    *size = wire == MAILER_WIRE_8BIT ? 1234 : 0;
    return 0;
}

static void add(struct mailer_result *result, const char *address,
                enum mailer_error_class error_class, enum mailer_stage stage, const char *text)
{
    struct mailer_recipient_result *recipient = &result->recipients[result->count++];
    recipient->address = address;
    recipient->error.error_class = error_class;
    recipient->error.stage = stage;
    strcpy(recipient->error.text, text);
}

static void assert_report(const struct mailer_result *result, const struct mailer_error *error,
                          const char *advice, int code, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(report_failure(out, result, error, advice), code);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void one_cause_for_all_is_one_line(void **state)
{
    (void)state;
    struct mailer_error error = {
        MAILER_CONNECT, MAILER_STAGE_CONNECT, 0, "", 0, "nobody answers at 127.0.0.1:25"};
    assert_report(NULL, &error, NULL, 75, "mailer: nobody answers at 127.0.0.1:25\n");
    assert_report(NULL, &error, "try 587", 75,
                  "mailer: nobody answers at 127.0.0.1:25 (try 587)\n");
    struct mailer_result result = {.count = 0};
    assert_report(&result, &error, NULL, 75, "mailer: nobody answers at 127.0.0.1:25\n");
    add(&result, "a@x", MAILER_CONNECT, MAILER_STAGE_CONNECT, error.text);
    add(&result, "b@x", MAILER_CONNECT, MAILER_STAGE_CONNECT, error.text);
    assert_report(&result, &error, NULL, 75, "mailer: nobody answers at 127.0.0.1:25\n");
}

static void refused_recipients_are_named_one_by_one(void **state)
{
    (void)state;
    struct mailer_result result = {.count = 0};
    add(&result, "a@x", MAILER_PERMANENT, MAILER_STAGE_RECIPIENT, "550 no such user");
    add(&result, "b@x", MAILER_OK, MAILER_STAGE_NONE, "250 ok");
    add(&result, "c\x1B@x", MAILER_TEMPORARY, MAILER_STAGE_RECIPIENT, "450 later");
    add(&result, "d@x", MAILER_TEMPORARY, MAILER_STAGE_RECIPIENT, "d@x: 450 later");
    assert_report(&result, &result.recipients[0].error, NULL, 79,
                  "mailer: a@x: 550 no such user; c\\x1B@x: 450 later; d@x: 450 later; "
                  "sent to the other 1 of 4 recipients\n");
}

static void many_refused_recipients_are_counted(void **state)
{
    (void)state;
    struct mailer_result result = {.count = 0};
    for (int i = 0; i < 23; i++)
        add(&result, "a@x", MAILER_PERMANENT, MAILER_STAGE_RECIPIENT, "no");
    assert_report(&result, &result.recipients[0].error, NULL, 67,
                  "mailer: a@x: no; a@x: no; a@x: no; a@x: no; a@x: no; and 18 more recipients\n");
}

static void a_dialogue_is_marked_by_who_speaks(void **state)
{
    (void)state;
    for (int with_body = 0; with_body < 2; with_body++) {
        char *text = NULL;
        size_t size = 0;
        struct report_trace trace = {open_memstream(&text, &size), with_body};
        assert_non_null(trace.out);
        report_trace(&trace, MAILER_TRACE_INFO, "connected");
        report_trace(&trace, MAILER_TRACE_SENT, "DATA %s");
        report_trace(&trace, MAILER_TRACE_RECEIVED, "354 go");
        report_trace(&trace, MAILER_TRACE_BODY, "text");
        report_trace(&trace, (enum mailer_trace_kind)99, "later");
        fclose(trace.out);
        assert_string_equal(text, with_body ? "* connected\nC: DATA %s\nS: 354 go\nC: text\n"
                                            : "* connected\nC: DATA %s\nS: 354 go\n");
        free(text);
    }
}

static void an_envelope_is_shown_as_commands(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    struct mailer_message message = {{"a@x", "\x1B@x"}};
    report_envelope(out, &message, MAILER_WIRE_8BIT);
    fclose(out);
    assert_string_equal(text, "MAIL FROM:<>\nRCPT TO:<a@x>\nRCPT TO:<\\x1B@x>\nSIZE=1234\n");
    free(text);
}

static void a_problem_is_one_printable_line(void **state)
{
    (void)state;
    struct problem problem = {0};
    assert_int_equal(problem_set(&problem, EXIT_CODE_INPUT, "file %s", "a\n\x1B[2J"), 66);
    assert_string_equal(problem.text, "file a\\x0A\\x1B[2J");
    assert_int_equal(problem_wrap(&problem, EXIT_CODE_IO, "output"), 74);
    assert_string_equal(problem.text, "output: file a\\x0A\\x1B[2J");
    assert_int_equal(problem.exit_code, 74);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_cause_for_all_is_one_line),
        cmocka_unit_test(refused_recipients_are_named_one_by_one),
        cmocka_unit_test(many_refused_recipients_are_counted),
        cmocka_unit_test(a_dialogue_is_marked_by_who_speaks),
        cmocka_unit_test(an_envelope_is_shown_as_commands),
        cmocka_unit_test(a_problem_is_one_printable_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
