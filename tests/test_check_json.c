/* SPDX-License-Identifier: ISC */
#include "check_json.h"
#include "harness/harness.h"
#include "witness.h"

static struct witness witness;
static struct account_warnings warnings;

static void expect(const struct mailer_check *check, const struct mailer_error *error,
                   const char *expected)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    struct check_outcome outcome = {.check = check,
                                    .widest = MAILER_WIRE_BINARY,
                                    .error = error,
                                    .warnings = &warnings,
                                    .exit_code = exit_code_for_error(error),
                                    .now = 86400};
    check_json_write(out, &outcome);
    fclose(out);
    assert_string_equal(line, expected);
    free(line);
}

static void what_there_is_none_of_is_null_or_empty(void **state)
{
    (void)state;
    struct mailer_error error = MAILER_ERROR_INIT;
    error.error_class = MAILER_RESOLVE;
    error.stage = MAILER_STAGE_CONNECT;
    strcpy(error.text, "no \"x\"");
    warnings = (struct account_warnings){0};
    expect(NULL, &error,
           "{\"ok\":false,\"exit_code\":68,\"error\":\"no \\\"x\\\"\",\"advice\":null,\"stage\":"
           "\"CONNECT\",\"code\":null,\"enhanced\":null,\"host\":null,\"port\":null,\"address\":"
           "null,\"by_proxy\":false,\"tls_version\":null,\"tls_cipher\":null,\"trust\":\"no_tls\","
           "\"certificates\":[],\"offers\":[],\"used\":[],\"on_request\":[],\"not_offered\":[],"
           "\"size_limit\":null,\"mechanisms\":[],\"user\":null,\"mechanism\":null,\"logged_in\":"
           "false,\"warnings\":[]}\n");
}

static void all_that_is_known_is_in_one_line(void **state)
{
    (void)state;
    static const struct mailer_error none = MAILER_ERROR_INIT;
    witness = (struct witness){.host = "h",
                               .port = 25,
                               .address = "192.0.2.1:25",
                               .tls_version = "TLSv1.3",
                               .tls_cipher = "C",
                               .trust = MAILER_TRUST_BY_BOTH,
                               .certificate_count = 1,
                               .extended = true,
                               .lines = {"PIPELINING", "DSN", "CHUNKING"},
                               .line_count = 3,
                               .size_limit = 7,
                               .mechanisms = "PLAIN LOGIN",
                               .user = "ann",
                               .mechanism = "PLAIN",
                               .logged_in = true,
                               .is_ready = true};
    witness.certificates[0] = (struct net_tls_certificate){.subject = "s",
                                                           .issuer = "i",
                                                           .authority = "a",
                                                           .names = "n m",
                                                           .not_before = 1,
                                                           .not_after = 86400,
                                                           .key_pin = "k",
                                                           .certificate_pin = "c"};
    strcpy(warnings.lines[0], "beware");
    strcpy(warnings.lines[1], "of dogs");
    warnings.count = 2;
    expect((const struct mailer_check *)&witness, &none,
           "{\"ok\":true,\"exit_code\":0,\"error\":null,\"advice\":null,\"stage\":null,\"code\":"
           "null,\"enhanced\":null,\"host\":\"h\",\"port\":25,\"address\":\"192.0.2.1:25\","
           "\"by_proxy\":false,\"tls_version\":\"TLSv1.3\",\"tls_cipher\":\"C\",\"trust\":"
           "\"authority_and_pin\",\"certificates\":[{\"subject\":\"s\",\"issuer\":\"i\","
           "\"authority\":\"a\",\"names\":[\"n\",\"m\"],\"not_before\":\"1970-01-01T00:00:01Z\","
           "\"not_after\":\"1970-01-02T00:00:00Z\",\"days_left\":0,\"key_pin\":\"k\","
           "\"certificate_pin\":\"c\"}],\"offers\":[\"PIPELINING\",\"DSN\",\"CHUNKING\"],\"used\":"
           "[\"PIPELINING\",\"CHUNKING\"],\"on_request\":[\"DSN\"],\"not_offered\":[\"8BITMIME\","
           "\"BINARYMIME\",\"SIZE\",\"SMTPUTF8\",\"PRDR\",\"REQUIRETLS\",\"FUTURERELEASE\","
           "\"DELIVERBY\",\"MT-PRIORITY\"],\"size_limit\":7,\"mechanisms\":[\"PLAIN\",\"LOGIN\"],"
           "\"user\":\"ann\",\"mechanism\":\"PLAIN\",\"logged_in\":true,\"warnings\":[\"beware\","
           "\"of dogs\"]}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_there_is_none_of_is_null_or_empty),
        cmocka_unit_test(all_that_is_known_is_in_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
