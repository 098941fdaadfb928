/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/address.h"

/* What is written of a list, on one line; NULL with the error's text when it is not understood. */
static char *canonical(const char *text, struct mailer_error *error)
{
    struct mime_mailbox_list list = {0};
    char *exact = harness_exact(text, strlen(text) + 1);
    int result = mime_address_parse(&list, exact, false, error);
    free(exact);
    if (result != 0) {
        mime_mailbox_list_free(&list);
        return NULL;
    }
    struct buffer out = buffer_empty(100000);
    size_t column = 0;
    mime_address_append(&out, &list, false, &column);
    mime_mailbox_list_free(&list);
    assert_true(read_lines_are_fit(out.bytes, out.size, 330));
    char *unfolded = read_unfold(out.bytes, out.size);
    buffer_free(&out);
    return unfolded;
}

struct example {
    const char *text;
    const char *written; /* NULL: as it is */
};

static void assert_examples(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *written = canonical(examples[i].text, &error);
        if (written == NULL)
            fail_msg("%s: %s", examples[i].text, error.text);
        const char *wanted = examples[i].written != NULL ? examples[i].written : examples[i].text;
        assert_string_equal(written, wanted);
        char *again = canonical(written, NULL);
        assert_string_equal(again, wanted);
        free(again);
        free(written);
    }
}

static void rfc_5322_appendix_a_1_simple_and_group_addresses(void **state)
{
    (void)state;
    static const struct example examples[] = {
        /* A.1.1 */
        {"John Doe <jdoe@machine.example>", NULL},
        {"Mary Smith <mary@example.net>", NULL},
        {"Michael Jones <mjones@machine.example>", NULL},
        /* A.1.2 */
        {"\"Joe Q. Public\" <john.q.public@example.com>", NULL},
        {"Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>", NULL},
        {"<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>",
         "boss@nil.test, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>"},
        /* A.1.3 */
        {"Pete <pete@silly.example>", NULL},
        {"A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
         "A Group: Ed Jones <c@a.test>, joe@where.test, John <jdoe@one.test>;"},
        {"Undisclosed recipients:;", NULL},
        /* A.2, A.3 */
        {"\"Mary Smith: Personal Account\" <smith@home.example>", NULL},
        {"Mary Smith <mary@example.net>", NULL},
        {"Jane Brown <j-brown@other.example>", NULL},
    };
    assert_examples(examples, sizeof examples / sizeof *examples);
}

static void rfc_5322_appendix_a_5_white_space_and_comments(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
         "Pete <pete@silly.test>"},
        {"A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
         "         joe@example.org,\r\n  John <jdoe@one.test> (my dear friend); (the end of the "
         "group)",
         "A Group: Chris Jones <c@public.example>, joe@example.org, John <jdoe@one.test>;"},
        {"(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "Hidden recipients:;"},
    };
    assert_examples(examples, sizeof examples / sizeof *examples);
}

static void rfc_5322_appendix_a_6_obsolete_forms(void **state)
{
    (void)state;
    static const struct example examples[] = {
        /* A.6.1 */
        {"Joe Q. Public <john.q.public@example.com>",
         "\"Joe Q. Public\" <john.q.public@example.com>"},
        {"Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
         "Mary Smith <mary@example.net>, jdoe@test.example"},
        /* A.6.3 */
        {"John Doe <jdoe@machine(comment).  example>", "John Doe <jdoe@machine.example>"},
        {"Mary Smith\r\n \r\n          <mary@example.net>", "Mary Smith <mary@example.net>"},
    };
    assert_examples(examples, sizeof examples / sizeof *examples);
}

static void every_obsolete_form_of_4_4_is_read(void **state)
{
    (void)state;
    static const struct example examples[] = {
        /* obs-route, obs-domain-list */
        {"<@a.test:b@c.test>", "b@c.test"},
        {"<@a.test,@b.test:c@d.test>", "c@d.test"},
        {"< , ,@ a . test (x) , , @[192.0.2.1],@b.test : c@d.test >", "c@d.test"},
        /* obs-local-part: words and dots with comments between. */
        {"john . q (x) . \"public\" @ example . com", "john.q.public@example.com"},
        {"\"a b\".c@d.test", "\"a b.c\"@d.test"},
        {"a.\"b\".\"c@d\"@e.test", "\"a.b.c@d\"@e.test"},
        /* obs-phrase */
        {"J. \"R.\" \"Bob\" Dobbs <a@b.test>", "\"J. R. Bob Dobbs\" <a@b.test>"},
        {"Dr . Who <a@b.test>", "\"Dr . Who\" <a@b.test>"},
        {"a.b.c <d@e.test>", "\"a.b.c\" <d@e.test>"},
        /* obs-mbox-list, obs-addr-list, obs-group-list */
        {",a@b.test", "a@b.test"},
        {", (x) ,a@b.test,(y), ,c@d.test,", "a@b.test, c@d.test"},
        {"G:,;", "G:;"},
        {"G: , (x) ,a@b.test,,c@d.test, ;", "G: a@b.test, c@d.test;"},
        /* obs-FWS */
        {"a@b.test,\r\n \r\n\t\r\n c@d.test", "a@b.test, c@d.test"},
        /* obs-dtext */
        {"a@[\\192.0.2.1]", "a@[192.0.2.1]"},
    };
    assert_examples(examples, sizeof examples / sizeof *examples);
}

static void odd_but_right_addresses_are_read(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"\"test\\\"test\"@b.test", NULL},
        {"\"\\\\\"@b.test", NULL},
        {"\"te\\st\"@b.test", "test@b.test"},
        {"!#$%&`*+/=?^`{|}~@b.test", NULL},
        {"test@xn--hxajbheg2az3al.xn--jxalpdlp", NULL},
        {"123@b.test", NULL},
        {"test@123.123.123.x123", NULL},
        {"test@123.123.123.123", NULL},
        {"a@b-c.test", NULL},
        {"a@b--c.test", NULL},
        {"((comment)test@b.test)c@d.test", "c@d.test"},
        {"test(comment)test@b.test", ""},
        {"=?x?q?y?=@b.test", NULL},
        {"user+tag@b.test", NULL},
        {"user%example.com@b.test", NULL},
        {"_______@b.test", NULL},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        if (examples[i].written != NULL && *examples[i].written == '\0')
            assert_null(canonical(examples[i].text, NULL));
        else
            assert_examples(&examples[i], 1);
    }
}

static void wrong_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const examples[] = {"test",
                                           "@",
                                           "test@",
                                           "@b.test",
                                           "test@@b.test",
                                           ".test@b.test",
                                           "test.@b.test",
                                           "test..x@b.test",
                                           "test@.test",
                                           "test@b.",
                                           "test@b..c",
                                           "test@-b.test",
                                           "test@b-.test",
                                           "\"@b.test",
                                           "test\"@b.test",
                                           "\"test@b.test",
                                           "\"test\"x@b.test",
                                           "\"a\"\"b\"@c.test",
                                           "te st@b.test",
                                           "test@b c.test",
                                           "test@b.test\n",
                                           "test@b.test\r",
                                           "\"a\nb\"@c.test",
                                           "test@[1.2.3.4",
                                           "test@1.2.3.4]",
                                           "test@[1.2.3.4]x",
                                           "test@a[1.2.3.4]",
                                           "test@[RFC-5322-domain-literal]",
                                           "(test@b.test",
                                           "test)@b.test",
                                           "test@b.test)",
                                           "test(x",
                                           "\\@b.test",
                                           "te\\st@b.test",
                                           "a,b@c.test",
                                           "<a@b.test",
                                           "a@b.test>",
                                           "x <a@b.test> y",
                                           "G:a@b.test",
                                           "G:H:;;",
                                           "a@b.test;",
                                           "a@\xC3\xBC-.test",
                                           "a@b.test, , x@",
                                           "a:b@c.test",
                                           "\"\"@b.test",
                                           "test@\"b\".test",
                                           "test@b,test",
                                           "[test]@b.test",
                                           "te<st@b.test",
                                           "te>st@b.test",
                                           "te:st@b.test",
                                           "te;st@b.test",
                                           "te@st@b.test"};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        char *written = canonical(examples[i], &error);
        if (written != NULL)
            fail_msg("%s was taken as %s", examples[i], written);
        assert_int_equal(error.error_class, MAILER_DATA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_5322_appendix_a_1_simple_and_group_addresses),
        cmocka_unit_test(rfc_5322_appendix_a_5_white_space_and_comments),
        cmocka_unit_test(rfc_5322_appendix_a_6_obsolete_forms),
        cmocka_unit_test(every_obsolete_form_of_4_4_is_read),
        cmocka_unit_test(odd_but_right_addresses_are_read),
        cmocka_unit_test(wrong_addresses_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
