/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "header/address.h"
#include "text.h"

#include <stdio.h>

#define X10(x) x x x x x x x x x x

/* Gives "name|address" of each mailbox, with newlines between. */
static char *show(const char *text, bool allow_local, struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    char *exact = harness_exact(text, strlen(text) + 1);
    int result = mime_address_parse(&list, exact, allow_local, error);
    free(exact);
    struct buffer out = buffer_empty(SIZE_MAX);
    for (size_t i = 0; i < list.count; i++) {
        const struct mime_mailbox *mailbox = &list.mailboxes[i];
        buffer_append_format(&out, "%s%s%s%s", i > 0 ? "\n" : "",
                             mailbox->name == NULL ? "" : mailbox->name,
                             mailbox->name == NULL ? "" : "|", mailbox->address);
    }
    if (result != 0) {
        assert_int_equal(list.count, 0);
        assert_true(result == MAILER_DATA);
    }
    mime_mailbox_list_free(&list);
    char *shown = buffer_take_string(&out);
    if (result == 0)
        return shown;
    free(shown);
    return NULL;
}

static void good_addresses_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"a@b.test", "a@b.test"},
        {"  a@b.test\t", "a@b.test"},
        {"<a@b.test>", "a@b.test"},
        {"Ann <a@b.test>", "Ann|a@b.test"},
        {"Ann<a@b.test>", "Ann|a@b.test"},
        {"Ann  \t Lee <a@b.test>", "Ann Lee|a@b.test"},
        {"\"\" <a@b.test>", "a@b.test"},
        {"\"Ann, \\\"Lee\\\\\" <a@b.test>", "Ann, \"Lee\\|a@b.test"},
        {"\" a  b \" <a@b.test>", " a  b |a@b.test"},
        {"\"a\tb\" <a@b.test>", "a\tb|a@b.test"},
        {"\"a\r\n b\" <a@b.test>", "a b|a@b.test"},
        {"A \"B\"C <a@b.test>", "A B C|a@b.test"},
        {"a@b.test,c@d.test", "a@b.test\nc@d.test"},
        {",, a@b.test , ,c@d.test,,", "a@b.test\nc@d.test"},
        {"a@b.test,\r\n c@d.test", "a@b.test\nc@d.test"},
        {"a@b.test,\r\n \r\n\tc@d.test", "a@b.test\nc@d.test"},
        {"a@b.Test", "a@b.Test"},
        {"a@b", "a@b"},
        {"a@1.2.3.4", "a@1.2.3.4"},
        {"a_b@c_d.test", "a_b@c_d.test"},
        {"!#$%&'*+-/=?^_`{}~|x@b.test", "!#$%&'*+-/=?^_`{}~|x@b.test"},
        /* RFC 5322 appendix A.1. */
        {"John Doe <jdoe@machine.example>", "John Doe|jdoe@machine.example"},
        {"\"Joe Q. Public\" <john.q.public@example.com>",
         "Joe Q. Public|john.q.public@example.com"},
        {"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>",
         "Mary Smith|mary@x.test\njdoe@example.org\nWho?|one@y.test"},
        {"<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
         "boss@nil.test\nGiant; \"Big\" Box|sysservices@example.net"},
        {"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
         "Ed Jones|c@a.test\njoe@where.test\nJohn|jdoe@one.test"},
        {"Undisclosed recipients:;", ""},
        /* A.5, comments and folding white space. */
        {"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test"},
        {"A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
         "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the "
         "group)",
         "Chris Jones|c@public.example\njoe@example.org\nJohn|jdoe@one.test"},
        {"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", ""},
        /* A.6.1, obsolete addressing. */
        {"Joe Q. Public <john.q.public@example.com>", "Joe Q. Public|john.q.public@example.com"},
        {"Mary Smith <@node.test:mary@example.net>, , jdoe@test   . example",
         "Mary Smith|mary@example.net\njdoe@test.example"},
        {"<@a.test,@b.test:c@d.test>", "c@d.test"},
        {"<,@a.test,,@[127.0.0.1]:c@d.test>", "c@d.test"},
        {"J.R. Bob <a@b.test>", "J.R. Bob|a@b.test"},
        {"a . b@c . test", "a.b@c.test"},
        {"a.\"b c\" . d@e.test", "\"a.b c.d\"@e.test"},
        {"\"a\".\"b\"@c.test", "a.b@c.test"},
        /* Quotes are kept only where they are needed. */
        {"\"a\"@b.test", "a@b.test"},
        {"\"a.b\"@c.test", "a.b@c.test"},
        {"\"\\a\\ b\"@c.test", "\"a b\"@c.test"},
        {"\"a..b\"@c.test", "\"a..b\"@c.test"},
        {"\".a\"@c.test", "\".a\"@c.test"},
        {"\" \"@c.test", "\" \"@c.test"},
        {"\"a\\\"\\\\b\"@c.test", "\"a\\\"\\\\b\"@c.test"},
        {"\"a@b\"@c.test", "\"a@b\"@c.test"},
        /* HAZARDS B03, B07, B08, B17, B18, B19, B25, B32. */
        {"-oQ/tmp/x@b.test", "-oQ/tmp/x@b.test"},
        {"-X/tmp/log@b.test", "-X/tmp/log@b.test"},
        {"\"x@evil.test y\"@good.test", "\"x@evil.test y\"@good.test"},
        {"a@good.test (x)", "a@good.test"},
        {"(c)a(d)@(e)good.test", "a@good.test"},
        {"test@b\xC3\xBC"
         "cher.example",
         "test@xn--bcher-kva.example"},
        {"j\xC3\xBCrgen@B\xC3\x9C"
         "CHER.Example",
         "j\xC3\xBCrgen@xn--bcher-kva.example"},
        {"a@fa\xC3\x9F . (x) de", "a@xn--fa-hia.de"},
        {"a@x\xE3\x80\x82test", "a@x.test"},
        {"a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
        {"j\xC3\xBCrgen@example.test", "j\xC3\xBCrgen@example.test"},
        {"J\xC3\xBCrgen M <a@b.test>", "J\xC3\xBCrgen M|a@b.test"},
        {"a@[127.0.0.1]", "a@[127.0.0.1]"},
        {"a@[IPv6:::1]", "a@[IPv6:::1]"},
        {"a@[ipv6:2001:db8::1]", "a@[IPv6:2001:db8::1]"},
        {"a@[ 127.0.0.1]", "a@[127.0.0.1]"},
        {"a@[127.0.0.1\r\n ] (x)", "a@[127.0.0.1]"},
        {"a@[IPv6:2001:DB8:0:0:0:0:0:1]", "a@[IPv6:2001:db8::1]"},
        {"a@[IPv6:::ffff:192.0.2.128]", "a@[IPv6:::ffff:192.0.2.128]"},
        {"=?x?q?y?= <a@b.test>", "=?x?q?y?=|a@b.test"},
        {"\"ceo@bank.test\" <a@b.test>", "ceo@bank.test|a@b.test"},
        {"\"|x\" <a@b.test>, /dev/null <a@b.test>", "|x|a@b.test\n/dev/null|a@b.test"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *shown = show(cases[i].text, false, &error);
        if (shown == NULL)
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_string_equal(shown, cases[i].shown);
        free(shown);
    }
}

static void bad_addresses_are_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *reason; /* is in the error's text */
    } cases[] = {
        {"", "no address in the list"},
        {" , ,", "no address in the list"},
        {" (only a comment) ", "no address in the list"},
        {"bob@", "address \"bob@\" has no domain after the @"},
        {"bob", "address \"bob\" has no @ and no domain"},
        {"Bob Builder", "address \"Bob Builder\" has no @ and no domain"},
        {"x@y.test, bob, z@y.test", "address \"bob\" has no @ and no domain"},
        {"@b.test", "address \"@b.test\" has nothing in front of the @"},
        {"\"\"@b.test", "nothing in front of the @"},
        {"<>", "address \"<>\" has no address"},
        {"Bob <>", "has no address"},
        {"a@b@c.test", "something behind its end"},
        {"a@b.test c@d.test", "something behind its end: put commas between"},
        {"a@b.test; c@d.test",
         "address \"a@b.test; c@d.test\" has a semicolon behind it: put commas"},
        {"Ann <a@b.test>; Bob <c@d.test>", "semicolon"},
        {"a b@c.test", "has a space in front of the @"},
        {".a@b.test", "dot too many in front of the @"},
        {"a.@b.test", "dot too many in front of the @"},
        {"a..b@c.test", "dot too many in front of the @"},
        {"a@.b.test", "dot too many behind the @"},
        {"a@b.test.", "dot too many behind the @"},
        {"a@b..test", "dot too many behind the @"},
        {"a@-b.test", "character in its domain"},
        {"a@b-.test", "character in its domain"},
        {"a@b!c", "character in its domain"},
        {"a@b&c.test", "character in its domain"},
        {"a@\"b\".test", "no domain after the @"},
        {"a@b.\"c\"", "behind the @"},
        {"a@(x)", "no domain after the @"},
        {"a@,b@c.test", "address \"a@\" has no domain after the @"},
        {"<a@b.test", "without its >"},
        {"a@b.test>", "something behind its end"},
        {"<a@b.test> x", "something behind its end"},
        {"<<a@b.test>>", "has no address"},
        {"a <b> c@d.test", "has no @ and no domain"},
        {"\"a@b.test", "quoted string whose end is missing"},
        {"\"a\\", "quoted string whose end is missing"},
        {"\"a\\\"@b.test", "quoted string whose end is missing"},
        {"(a@b.test", "comment whose ) is missing"},
        {"(a\\)", "comment whose ) is missing"},
        {"(a\\", "comment whose ) is missing"},
        {"a@b.test)", "something behind its end"},
        {"a\\@b.test", "has no @ and no domain"},
        {"[a]@b.test", "has no address"},
        {"a@[127.0.0.1", "[ without its ]"},
        {"a@[127.0.0.1].test", "something behind its end"},
        {"a@b[127.0.0.1]", "something behind its end"},
        {"a@[]", "IP address in brackets that is none"},
        {"a@[IPv6:]", "IP address in brackets that is none"},
        {"a@[IPv6:127.0.0.1]", "IP address in brackets that is none"},
        {"a@[::1]", "IP address in brackets that is none"},
        {"a@[127.0.0.01]", "IP address in brackets that is none"},
        {"a@[1.2.3]", "IP address in brackets that is none"},
        {"a@[tag:x]", "IP address in brackets that is none"},
        {"a@[IPv6:1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111:2222:3333:4444]",
         "IP address in brackets that is none"},
        {":a@b.test;", "colon without the name of a group"},
        {"G:a@b.test", "in a group whose ; is missing"},
        {"G:a@b.test,H:c@d.test;;", "another group begins"},
        {"G:a@b.test; c@d.test", "something behind its end"},
        {"G:;;", "semicolon"},
        {"<@a.test,b@c.test>", "route that does not end in a colon"},
        {"<@a.test:>", "has no address"},
        {"\"a\tb\"@c.test", "tab in front of the @"},
        /* Commands and files, as sendmail took them once. */
        {"|/bin/sh -c x", "is a command"},
        {"\"|/bin/sh -c x\"", "is a command"},
        {"|x@b.test", "is a command"},
        {"<|x>", "is a command"},
        {"/etc/passwd", "address \"/etc/passwd\" is a file"},
        {"\"/etc/x\"@b.test", "is a file"},
        /* HAZARDS B01, B02, B05, B06, B08, B11, B19, B32. */
        {"a@b.test\r\nBcc: x@y.test", "control character \\x0D at octet 9"},
        {"a@b.test>\r\nDATA\r\n", "control character \\x0D"},
        {"\"a\r\nRCPT TO:<x>\"@b", "control character \\x0D"},
        {"\"a\r\n RCPT TO:<x>\"@b", "line break in front of the @"},
        {"\"a\\\r\n RCPT TO:<x>\"@b", "backslash in front of a line break"},
        {"a@[127.0.0.1\r\n]", "control character \\x0D"},
        {"a@\xE2\x98\x95.test",
         "domain \"\xE2\x98\x95.test\" has a character that no domain may have"},
        {"a@\xC3\xBC..test", "dot too many behind the @"},
        {"a@\xC3\xBC\xE3\x80\x82", "dot too many behind the @"},
        {"a@\xC2\xAD", "dot too many behind the @, or no domain there"},
        {"a@\xD7\x90"
         "a.test",
         "letters that run left and right"},
        {"a\r@b.test", "control character \\x0D at octet 2"},
        {"a\n@b.test", "control character \\x0A"},
        {"a\n @b.test", "control character \\x0A"},
        {"a\v@b.test", "control character \\x0B"},
        {"Ann\f <a@b.test>", "control character \\x0C"},
        {"\"\x1B[2J\" <a@b.test>", "control character \\x1B"},
        {"a\x7F@b.test", "control character \\x7F"},
        {"(\x01)a@b.test", "control character \\x01"},
        {"Ann \xC2\x85 <a@b.test>", "control character \\u{0085}"},
        {"a\xFF@b.test", "not UTF-8 at octet 2"},
        {"\xED\xA0\x80@b.test", "not UTF-8 at octet 1"},
        {"a@good.test(x)evil.test", "something behind its end"},
        {"a@[IPv6:zz]", "IP address in brackets that is none"},
        {"a@[300.1.1.1]", "IP address in brackets that is none"},
        {"ceo@bank.test <a@b.test>", "an @ in its name: put the name in quotes"},
        {"\xE2\x80\xAE", "\\u{202E}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *shown = show(cases[i].text, false, &error);
        if (shown != NULL)
            fail_msg("taken: %s as %s", cases[i].text, shown);
        assert_int_equal(error.error_class, MAILER_DATA);
        if (strstr(error.text, cases[i].reason) == NULL)
            fail_msg("%s: %s", cases[i].text, error.text);
        assert_false(text_has_control(error.text, strlen(error.text)));
        assert_null(show(cases[i].text, false, NULL));
    }
}

static void users_of_the_server_are_taken_where_allowed(void **state)
{
    (void)state;
    static const char *const good[][2] = {{"root", "root"},
                                          {"Root <root>, a@b.test", "Root|root\na@b.test"},
                                          {"\"a b\"", "\"a b\""},
                                          {"a.b", "a.b"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char *shown = show(good[i][0], true, NULL);
        assert_non_null(shown);
        assert_string_equal(shown, good[i][1]);
        free(shown);
    }
    static const char *const bad[] = {"a b", "a.", "|x", "/x", "\"/x\"", "\"\"", "a@", "<>", "a>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(show(bad[i], true, NULL));
}

static void lengths_are_limited(void **state)
{
    (void)state;
    for (size_t local = 60; local < 70; local++) {
        char text[100];
        snprintf(text, sizeof text, "%.*s@b.test", (int)local, X10("aaaaaaaaaa"));
        char *shown = show(text, false, NULL);
        assert_int_equal(shown != NULL, local <= 64);
        free(shown);
        snprintf(text, sizeof text, "\"%.*s \"@b.test", (int)local - 3, X10("aaaaaaaaaa"));
        shown = show(text, false, NULL);
        assert_int_equal(shown != NULL, local <= 64);
        free(shown);
        snprintf(text, sizeof text, "x@%.*s.test", (int)local, X10("aaaaaaaaaa"));
        shown = show(text, false, NULL);
        assert_int_equal(shown != NULL, local <= 63);
        free(shown);
    }
    /* An address, not its domain, is what becomes too long first. */
    for (size_t domain = 240; domain < 260; domain++) {
        char text[300];
        snprintf(text, sizeof text, "x@%.*s%s", (int)domain - 6,
                 X10("aaaaaaaaa.aaaaaaaaa.aaaaaaaaa."), "aa.test");
        text[2 + domain - 7] = 'a';
        text[2 + domain] = '\0';
        char *shown = show(text, false, NULL);
        assert_int_equal(shown != NULL, domain <= 252);
        free(shown);
    }
}

static char *repeated(const char *piece, size_t count)
{
    size_t size = strlen(piece);
    char *text = malloc(size * count + 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, piece, size);
    text[size * count] = '\0';
    return text;
}

static void hostile_lists_are_refused_or_read_in_linear_time(void **state)
{
    (void)state;
    static const struct {
        const char *piece;
        size_t count;
        bool good;
    } cases[] = {
        {"(", 1000000, false},       {"<", 1000000, false},           {"G:", 500000, false},
        {"a", 1000000, false},       {"a.", 500000, false},           {"a ", 500000, false},
        {"\"", 1000001, false},      {"\"a\"", 300000, false},        {"@", 1000000, false},
        {"@a,", 300000, false},      {"a@b,", 250000, true},          {",", 1000000, false},
        {"\\", 1000000, false},      {"(\\(", 300000, false},         {"[", 1000000, false},
        {"G:;", 300000, false},      {"G:;,", 250000, true},          {"()", 500000, false},
        {"<@a:b@c>,", 100000, true}, {"\"\\\\\"<b@c>,", 90000, true}, {"a", 1048577, false},
        {" ", 1048577, false},       {"a@\xC3\xBC,", 1000, true},     {"\xC3\xBC", 500000, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = repeated(cases[i].piece, cases[i].count);
        struct mime_mailbox_list list = {0};
        struct mailer_error error = MAILER_ERROR_INIT;
        int result = mime_address_parse(&list, text, false, &error);
        if ((result == 0) != cases[i].good)
            fail_msg("%s: %s", cases[i].piece, error.text);
        assert_true(strlen(error.text) < 300);
        mime_mailbox_list_free(&list);
        free(text);
    }
    char *open = repeated("(", 64);
    char *closed = repeated(")", 64);
    char text[200];
    snprintf(text, sizeof text, "%s%s a@b.test", open, closed);
    char *shown = show(text, false, NULL);
    assert_non_null(shown);
    free(shown);
    snprintf(text, sizeof text, "(%s%s) a@b.test", open, closed);
    assert_null(show(text, false, NULL));
    free(open);
    free(closed);
}

static void a_long_text_is_cut_at_a_character_when_shown(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        char *euros = repeated("\xE2\x82\xAC", 40);
        char text[200];
        snprintf(text, sizeof text, "%.*s%s", (int)shift, "aaaaaaaa", euros);
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_null(show(text, false, &error));
        assert_null(strstr(error.text, "\\x"));
        assert_non_null(strstr(error.text, "...\" has no @ and no domain"));
        free(euros);
    }
}

static void a_failure_leaves_the_list_as_it_was(void **state)
{
    (void)state;
    struct mime_mailbox_list list = {0};
    assert_int_equal(mime_address_parse(&list, "A <a@b.test>", false, NULL), 0);
    assert_int_equal(mime_address_parse(&list, "c@d.test, e@f.test, g@", false, NULL), MAILER_DATA);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.mailboxes[0].name, "A");
    assert_int_equal(mime_address_parse(&list, "c@d.test", false, NULL), 0);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.mailboxes[1].address, "c@d.test");
    assert_int_equal(mime_address_parse(&list, "G: e@f.test;", false, NULL), 0);
    assert_int_equal(mime_address_parse(&list, "H:; I: g@h.test, i@", false, NULL), MAILER_DATA);
    assert_int_equal(mime_address_parse(&list, "H:, I: g@h.test; j", false, NULL), MAILER_DATA);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.group_count, 1);
    assert_string_equal(list.groups[0].name, "G");
    assert_int_equal(list.groups[0].first, 2);
    assert_int_equal(list.groups[0].count, 1);
    mime_mailbox_list_free(&list);
    assert_int_equal(list.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_addresses_are_read),
        cmocka_unit_test(bad_addresses_are_refused_with_a_reason),
        cmocka_unit_test(users_of_the_server_are_taken_where_allowed),
        cmocka_unit_test(lengths_are_limited),
        cmocka_unit_test(hostile_lists_are_refused_or_read_in_linear_time),
        cmocka_unit_test(a_long_text_is_cut_at_a_character_when_shown),
        cmocka_unit_test(a_failure_leaves_the_list_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
