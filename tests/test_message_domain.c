/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "message_private.h"

#include <stdio.h>
#include <unistd.h>

/* The header of a sealed message, to be freed. */
static char *header_of(const struct mailer_message *message)
{
    char *text = calloc(1, 8192);
    FILE *file = tmpfile();
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_non_null(text);
    assert_non_null(file);
    if (mailer_message_write(message, MAILER_WIRE_7BIT, fileno(file), &error) != 0)
        fail_msg("%s", error.text);
    rewind(file);
    assert_true(fread(text, 1, 8191, file) > 0);
    fclose(file);
    return text;
}

static struct mailer_message *begin(const char *domain)
{
    struct mailer_message *message = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mailer_message_new(&message, &error), 0);
    if (domain != NULL && mailer_message_set_domain(message, domain, &error) != 0)
        fail_msg("%s", error.text);
    return message;
}

static void seal(struct mailer_message *message)
{
    struct mailer_error error = MAILER_ERROR_INIT;
    if (mailer_message_seal(message, &error) != 0)
        fail_msg("%s", error.text);
}

static void assert_has(const char *text, const char *line)
{
    if (strstr(text, line) == NULL)
        fail_msg("\"%s\" is not in: %s", line, text);
}

static void addresses_of_a_new_message_get_the_domain(void **state)
{
    (void)state;
    struct mailer_message *message = begin("M\xC3\xBCnchen.example");
    mailer_message_set_from(message, "Ann <ann>", NULL);
    mailer_message_add_to(message, "root, bob@x.test, \"a b\", Team: carl;", NULL);
    mailer_message_add_bcc(message, "dora", NULL);
    mailer_message_add_reply_to(message, "help", NULL);
    mailer_message_add_header(message, "Sender", "eve", NULL);
    mailer_message_set_text(message, "x", NULL);
    seal(message);
    static const char *const expected[] = {"root@", "bob@x.test", "\"a b\"@", "carl@", "dora@"};
    assert_int_equal(mailer_message_recipient_count(message), 5);
    for (size_t i = 0; i < 5; i++)
        assert_memory_equal(mailer_message_recipient(message, i), expected[i], strlen(expected[i]));
    assert_string_equal(mailer_message_recipient(message, 0), "root@xn--mnchen-3ya.example");
    assert_string_equal(mailer_message_envelope_sender(message), "ann@xn--mnchen-3ya.example");
    char *header = header_of(message);
    assert_has(header, "From: Ann <ann@xn--mnchen-3ya.example>\r\n");
    assert_has(header, "Reply-To: help@xn--mnchen-3ya.example\r\n");
    assert_has(header, "Sender: eve@xn--mnchen-3ya.example\r\n");
    assert_has(header, "carl@xn--mnchen-3ya.example;");
    assert_null(strstr(header, "dora"));
    free(header);
    mailer_message_free(message);
}

static struct mailer_message *read_message(const char *domain, const char *text)
{
    struct mailer_message *message = begin(domain);
    struct mailer_content content = MAILER_CONTENT_INIT;
    struct mailer_error error = MAILER_ERROR_INIT;
    content.bytes = text;
    content.size = strlen(text);
    if (mailer_message_read(message, &content, true, &error) != 0)
        fail_msg("%s", error.text);
    seal(message);
    return message;
}

static void a_message_that_was_read_gets_it_where_it_lacks_one(void **state)
{
    (void)state;
    struct mailer_message *message =
        read_message("h.test", "From: root (Cron Daemon)\r\nTO:  root\r\n"
                               "Cc: kept@x.test  (as it is)\r\nReply-To: \"a (b\" <c>\r\n"
                               "Resent-From: =?utf-8?q?=C3=9C?= <u>\r\nResent-To: v\r\n\r\nx\r\n");
    assert_string_equal(mailer_message_recipient(message, 0), "v@h.test");
    assert_string_equal(mailer_message_envelope_sender(message), "u@h.test");
    char *header = header_of(message);
    assert_has(header, "From: root@h.test (Cron Daemon)\r\nTO:  root@h.test\r\n"
                       "Cc: kept@x.test  (as it is)\r\nReply-To: \"a (b\" <c@h.test>\r\n"
                       "Resent-From: =?utf-8?q?=C3=9C?= <u@h.test>\r\nResent-To: v@h.test\r\n");
    free(header);
    mailer_message_free(message);
}

static void fields_keep_all_else_as_it_was(void **state)
{
    (void)state;
    static const char *const fields[][2] = {
        {"To: a, b@x.test,c", "To: a@h.test, b@x.test,c@h.test"},
        {"To: Team: a, < b >; , c", "To: Team: a@h.test, < b@h.test >; , c@h.test"},
        {"To: \"a, b\"@x.test, \"a \\\" b\"", "To: \"a, b\"@x.test, \"a \\\" b\"@h.test"},
        {"To: (x (y, \\) z)) a (b@c), \"@\" <d>",
         "To: (x (y, \\) z)) a@h.test (b@c), \"@\" <d@h.test>"},
        {"Cc: a@[IPv6:2001:db8::1], b . c\r\n (d),\r\n e",
         "Cc: a@[IPv6:2001:db8::1], b . c@h.test\r\n (d),\r\n e@h.test"},
        {"Cc: <@r.test:a@x.test>, =?utf-8?q?=C3=9C=2C?= <a>",
         "Cc: <@r.test:a@x.test>, =?utf-8?q?=C3=9C=2C?= <a@h.test>"},
        {"Cc: none:;", "Cc: none:;"},
        {"X-To: a", "X-To: a"},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char text[256], expected[256];
        snprintf(text, sizeof text, "From: x@y.test\r\nBcc: x@y.test\r\n%s\r\n\r\nx\r\n",
                 fields[i][0]);
        snprintf(expected, sizeof expected, "%s\r\n", fields[i][1]);
        struct mailer_message *message = read_message("h.test", text);
        char *header = header_of(message);
        assert_has(header, expected);
        free(header);
        mailer_message_free(message);
    }
}

static void without_a_domain_nothing_changes(void **state)
{
    (void)state;
    struct mailer_message *message =
        read_message(NULL, "From: root (Cron Daemon)\r\nTo: root\r\n\r\nx\r\n");
    assert_string_equal(mailer_message_recipient(message, 0), "root");
    assert_string_equal(mailer_message_envelope_sender(message), "root");
    char *header = header_of(message);
    assert_has(header, "From: root (Cron Daemon)\r\nTo: root\r\n");
    free(header);
    mailer_message_free(message);
}

static void the_null_sender_stays(void **state)
{
    (void)state;
    struct mailer_message *message = begin("h.test");
    mailer_message_set_from(message, "ann", NULL);
    mailer_message_set_envelope_sender(message, "", NULL);
    mailer_message_add_to(message, "bob", NULL);
    mailer_message_set_text(message, "x", NULL);
    seal(message);
    assert_string_equal(mailer_message_envelope_sender(message), "");
    mailer_message_free(message);
}

static void what_is_no_domain_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",     "a b",    "@x.test", "x.test, y@z.test",
                                        "a..b", "x\r\ny", ".",       "x@y.test"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct mailer_message *message = begin(NULL);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mailer_message_set_domain(message, wrong[i], &error), MAILER_DATA);
        assert_non_null(strstr(error.text, "is no domain for addresses"));
        mailer_message_free(message);
    }
}

static void an_address_that_gets_too_long_is_refused(void **state)
{
    (void)state;
    char domain[256], local[65];
    memset(local, 'x', 64);
    local[64] = '\0';
    memset(domain, 'd', sizeof domain);
    for (size_t i = 60; i < 240; i += 60)
        domain[i] = '.';
    domain[220] = '\0';
    struct mailer_message *message = begin(domain);
    struct mailer_error error = MAILER_ERROR_INIT;
    mailer_message_set_from(message, "ann@x.test", NULL);
    mailer_message_add_to(message, local, NULL);
    mailer_message_set_text(message, "x", NULL);
    assert_int_equal(mailer_message_seal(message, &error), MAILER_DATA);
    assert_non_null(strstr(error.text, "too long with its domain"));
    mailer_message_free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_a_new_message_get_the_domain),
        cmocka_unit_test(a_message_that_was_read_gets_it_where_it_lacks_one),
        cmocka_unit_test(fields_keep_all_else_as_it_was),
        cmocka_unit_test(without_a_domain_nothing_changes),
        cmocka_unit_test(the_null_sender_stays),
        cmocka_unit_test(what_is_no_domain_is_refused),
        cmocka_unit_test(an_address_that_gets_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
