/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/domain.h"

static void faults_of_domains_are_named(void **state)
{
    (void)state;
    static const char *const good[] = {"a",       "a.b",     "A-1.b_c.D",
                                       "1.2.3.4", "_x.test", "xn--bcher-kva.test"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_null(mime_domain_fault(good[i]));
    static const char *const bad[][2] = {
        {"", "no domain there"},       {".", "a dot too many"},    {"a.", "a dot too many"},
        {".a", "a dot too many"},      {"a..b", "a dot too many"}, {"-a", "a character"},
        {"a-.b", "a character"},       {"a b", "a character"},     {"a!b", "a character"},
        {"a.b-", "a character"},       {"a@b", "a character"},     {"\xC3\xBC", "a character"},
        {"[127.0.0.1]", "a character"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(strstr(mime_domain_fault(bad[i][0]), bad[i][1]));
}

static void lengths_of_domains_are_limited(void **state)
{
    (void)state;
    for (size_t size = 1; size < 70; size++) {
        char label[80];
        memset(label, 'x', size);
        strcpy(label + size, ".a");
        assert_int_equal(mime_domain_fault(label) == NULL, size <= 63);
    }
    for (size_t size = 200; size < 300; size++) {
        char domain[301];
        for (size_t i = 0; i < size; i++)
            domain[i] = i % 4 == 3 && i + 1 < size ? '.' : 'x';
        domain[size] = '\0';
        assert_int_equal(mime_domain_fault(domain) == NULL, size <= 255);
    }
}

/* Compares with what is written, NULL when it is no literal. */
static void assert_literal(const char *text, const char *written)
{
    char *exact = harness_exact(text, strlen(text));
    struct buffer out = buffer_empty(100);
    bool is_literal = mime_domain_append_literal(&out, exact, strlen(text));
    buffer_append_char(&out, '\0');
    if (is_literal != (written != NULL))
        fail_msg("%s", text);
    assert_string_equal(out.bytes, written != NULL ? written : "");
    buffer_free(&out);
    free(exact);
}

static void literals_are_made_canonical(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"192.0.2.1", "[192.0.2.1]"},
        {" 192.0.2.1\t", "[192.0.2.1]"},
        {"192.\r\n 0.2.1", "[192.0.2.1]"},
        {"\\1\\92.0.2.1", "[192.0.2.1]"},
        {"IPv6:::", "[IPv6:::]"},
        {"IPv6:::1", "[IPv6:::1]"},
        {"ipv6:2001:DB8::1", "[IPv6:2001:db8::1]"},
        {"IPv6:2001:0db8:0000:0000:0000:0000:0000:0001", "[IPv6:2001:db8::1]"},
        {"IPv6:1:2:3:4:5:6:7:8", "[IPv6:1:2:3:4:5:6:7:8]"},
        /* RFC 5321 has no :: for a single group. */
        {"IPv6:1:2:3:4:5:6:7::", "[IPv6:1:2:3:4:5:6:7:0]"},
        {"IPv6:1:2:3:4:5:6::", "[IPv6:1:2:3:4:5:6::]"},
        {"IPv6:1:2:3:4:5:6:192.0.2.1", "[IPv6:1:2:3:4:5:6:c000:201]"},
        {"IPv6:::ffff:192.0.2.1", "[IPv6:::ffff:192.0.2.1]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_literal(cases[i][0], cases[i][1]);
}

static void what_is_no_address_is_no_literal(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        " ",
                                        "1.2.3",
                                        "1.2.3.4.5",
                                        "256.0.0.1",
                                        "01.2.3.4",
                                        "0x1.2.3.4",
                                        "1.2.3.4a",
                                        "IPv6:",
                                        "IPv6",
                                        "::1",
                                        "IPv6:1.2.3.4",
                                        "IPv6:1::2::3",
                                        "IPv6:1:2:3:4:5:6:7:8:9",
                                        "IPv6:1:2:3:4:5:6:7",
                                        "IPv6:12345::",
                                        "IPv6:fe80::1%eth0",
                                        "IPv6:::g",
                                        "tag:x",
                                        "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_literal(cases[i], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_domains_are_named),
        cmocka_unit_test(lengths_of_domains_are_limited),
        cmocka_unit_test(literals_are_made_canonical),
        cmocka_unit_test(what_is_no_address_is_no_literal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
