/* SPDX-License-Identifier: ISC */
#include "extension_use.h"
#include "harness/harness.h"
#include "witness.h"

/* A check of a server that offers these. */
static const struct mailer_check *offering(const char *const *lines)
{
    static struct witness witness;
    witness = (struct witness){0};
    for (; *lines != NULL; lines++)
        strcpy(witness.lines[witness.line_count++], *lines);
    return (const struct mailer_check *)&witness;
}

static enum extension_use use_of(const char *keyword, enum mailer_wire widest,
                                 const struct mailer_check *check)
{
    struct extension_line line;
    for (size_t i = 0; extension_use_line(check, widest, i, &line); i++)
        if (strcmp(line.keyword, keyword) == 0)
            return line.use;
    fail_msg("%s is not known", keyword);
    return EXTENSION_NOT_OFFERED;
}

static void what_is_offered_is_used(void **state)
{
    (void)state;
    static const char *const lines[] = {"pipelining", "SIZE 1000", "DSN", "XPRDR", NULL};
    const struct mailer_check *check = offering(lines);
    assert_int_equal(use_of("PIPELINING", MAILER_WIRE_BINARY, check), EXTENSION_USED);
    assert_int_equal(use_of("SIZE", MAILER_WIRE_BINARY, check), EXTENSION_USED);
    assert_int_equal(use_of("DSN", MAILER_WIRE_BINARY, check), EXTENSION_ON_REQUEST);
    assert_int_equal(use_of("PRDR", MAILER_WIRE_BINARY, check), EXTENSION_NOT_OFFERED);
    assert_int_equal(use_of("CHUNKING", MAILER_WIRE_BINARY, check), EXTENSION_NOT_OFFERED);
}

static void the_wire_limits_what_is_used(void **state)
{
    (void)state;
    static const char *const lines[] = {"8BITMIME", "BINARYMIME", "CHUNKING", NULL};
    const struct mailer_check *check = offering(lines);
    assert_int_equal(use_of("8BITMIME", MAILER_WIRE_8BIT, check), EXTENSION_USED);
    assert_int_equal(use_of("8BITMIME", MAILER_WIRE_7BIT, check), EXTENSION_ON_REQUEST);
    assert_int_equal(use_of("BINARYMIME", MAILER_WIRE_BINARY, check), EXTENSION_USED);
    assert_int_equal(use_of("BINARYMIME", MAILER_WIRE_8BIT, check), EXTENSION_ON_REQUEST);
    static const char *const without[] = {"BINARYMIME", NULL};
    assert_int_equal(use_of("BINARYMIME", MAILER_WIRE_BINARY, offering(without)),
                     EXTENSION_NOT_OFFERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_offered_is_used),
        cmocka_unit_test(the_wire_limits_what_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
