/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/field_value.h"

struct example {
    enum mime_field_kind kind;
    const char *value;
    const char *canonical; /* or, of a wrong one, words about it */
};

/* The canonical value; NULL, and what is wrong with it. */
static char *canonical(const struct example *example, const char **wrong)
{
    static const char choice[] = "low normal HIGH";
    struct buffer out = buffer_empty(100000);
    char *exact = harness_exact(example->value, strlen(example->value) + 1);
    bool takes_choice = example->kind == MIME_FIELD_CHOICE;
    *wrong = mime_field_value_canonical(&out, example->kind, takes_choice ? choice : NULL, exact);
    free(exact);
    assert_false(out.failed);
    char *text = buffer_take_string(&out);
    if (*wrong == NULL)
        return text;
    free(text);
    return NULL;
}

static void values_are_made_canonical(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {MIME_FIELD_DATE, "21 Nov 97 09:55:06 GMT", "Fri, 21 Nov 1997 09:55:06 +0000"},
        /* RFC 5322 appendix A.1.1, A.2, A.6.3 */
        {MIME_FIELD_MESSAGE_ID, "<1234@local.machine.example>", "<1234@local.machine.example>"},
        {MIME_FIELD_MESSAGE_ID, "<5678.21-Nov-1997@example.com>", "<5678.21-Nov-1997@example.com>"},
        {MIME_FIELD_MESSAGE_ID, "<1234   @   local(blah)  .machine .example>",
         "<1234@local.machine.example>"},
        {MIME_FIELD_MESSAGE_ID, "<testabcd.1234@silly.test>", "<testabcd.1234@silly.test>"},
        {MIME_FIELD_MESSAGE_IDS, "<1234@local.machine.example> <3456@example.net>",
         "<1234@local.machine.example> <3456@example.net>"},
        {MIME_FIELD_MESSAGE_ID, " (x) <a@b> (y)", "<a@b>"},
        {MIME_FIELD_MESSAGE_ID, "<=?x?q?y?=@[127.0.0.1]>", "<=?x?q?y?=@[127.0.0.1]>"},
        {MIME_FIELD_MESSAGE_IDS, "<a@b><c@d>,<e@f>\t<g@h>", "<a@b> <c@d> <e@f> <g@h>"},
        {MIME_FIELD_MESSAGE_IDS, "Your mail of \"Mon <x@y>\" <a@b>; and <c@d> too", "<a@b> <c@d>"},
        {MIME_FIELD_MESSAGE_IDS, "<odd..id@@[x]y>", "<odd..id@@[x]y>"},
        {MIME_FIELD_PHRASES, "report, \"disk (full)\"", "report, \"disk (full)\""},
        {MIME_FIELD_PHRASES,
         "\xC3\xBC"
         "ber",
         "\xC3\xBC"
         "ber"},
        {MIME_FIELD_LIST_ID, "<list.example.org>", "<list.example.org>"},
        {MIME_FIELD_LIST_ID, "\"A, B\" list <list.example.org> (x)",
         "\"A, B\" list <list.example.org> (x)"},
        {MIME_FIELD_URL, " <https://example.org/a?b=c,d> ", "<https://example.org/a?b=c,d>"},
        /* RFC 2369 3 */
        {MIME_FIELD_URLS,
         "<ftp://ftp.example.org/list.txt> (FTP),\t<mailto:list@host.com?subject=help>",
         "<ftp://ftp.example.org/list.txt>, <mailto:list@host.com?subject=help>"},
        {MIME_FIELD_URLS, "<mailto:list-manager@host.com?body=subscribe%20list>",
         "<mailto:list-manager@host.com?body=subscribe%20list>"},
        {MIME_FIELD_TOKEN, "auto-generated", "auto-generated"},
        {MIME_FIELD_TOKEN, " auto-notified (x); owner-email=\"a; \\\"b\";c = d ",
         "auto-notified; owner-email=\"a; \\\"b\"; c=d"},
        {MIME_FIELD_LANGUAGES, "de,en-GB (x) ,zh-Hant-x-a1", "de, en-GB, zh-Hant-x-a1"},
        {MIME_FIELD_CHOICE, " NORMAL (x)", "normal"},
        {MIME_FIELD_CHOICE, "high", "HIGH"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const char *wrong = NULL;
        char *text = canonical(&examples[i], &wrong);
        if (text == NULL)
            fail_msg("%s: %s", examples[i].value, wrong);
        assert_string_equal(text, examples[i].canonical);
        struct example again = {examples[i].kind, text, NULL};
        char *same = canonical(&again, &wrong);
        assert_non_null(same);
        assert_string_equal(same, text);
        free(same);
        free(text);
    }
}

static void wrong_values_are_refused_in_words(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {MIME_FIELD_DATE, "today", "day of the week"},
        {MIME_FIELD_DATE, "\xC3\xBC", "other than US-ASCII"},
        {MIME_FIELD_MESSAGE_ID, "", "no message id"},
        {MIME_FIELD_MESSAGE_ID, "a@b.test", "no message id"},
        {MIME_FIELD_MESSAGE_ID, "<a@b", "whose > is missing"},
        {MIME_FIELD_MESSAGE_ID, "<a@b><c@d>", "something behind its end"},
        {MIME_FIELD_MESSAGE_ID, "<>", "without an @"},
        {MIME_FIELD_MESSAGE_ID, "<ab>", "without an @"},
        {MIME_FIELD_MESSAGE_ID, "<@b>", "nothing in front of its @"},
        {MIME_FIELD_MESSAGE_ID, "<a@>", "nothing behind its @"},
        {MIME_FIELD_MESSAGE_ID, "<a b@c>", "white space in it"},
        {MIME_FIELD_MESSAGE_ID, "<a(x)b@c>", "white space in it"},
        {MIME_FIELD_MESSAGE_ID, "<a@b@c>", "not for ids"},
        {MIME_FIELD_MESSAGE_ID, "<a..b@c>", "not for ids"},
        {MIME_FIELD_MESSAGE_ID, "<\"a\"@c>", "not for ids"},
        {MIME_FIELD_MESSAGE_ID, "<a@[b]c>", "not for ids"},
        {MIME_FIELD_MESSAGE_ID, "<a@b\xC3\xBC>", "other than US-ASCII"},
        {MIME_FIELD_MESSAGE_IDS, "a@b.test", "no message id"},
        {MIME_FIELD_MESSAGE_IDS, "", "no message id"},
        {MIME_FIELD_MESSAGE_IDS, "<a@b> <c@d", "whose > is missing"},
        {MIME_FIELD_MESSAGE_IDS, "<a@b <c@d>", "whose > is missing"},
        {MIME_FIELD_MESSAGE_IDS, "\"x <a@b>", "quoted string whose end"},
        {MIME_FIELD_MESSAGE_IDS, "(x <a@b>", "comment whose )"},
        {MIME_FIELD_PHRASES, "", "nothing in it"},
        {MIME_FIELD_PHRASES, ", ,", "nothing in it"},
        {MIME_FIELD_PHRASES, "a; b", "needs quotes"},
        {MIME_FIELD_PHRASES, "a, \"\"", "needs quotes"},
        {MIME_FIELD_PHRASES, "a@b", "needs quotes"},
        {MIME_FIELD_PHRASES, "a <b>", "angle brackets in it"},
        {MIME_FIELD_PHRASES, "\"a", "quoted string whose end"},
        {MIME_FIELD_LIST_ID, "list.example.org", "no name in angle brackets"},
        {MIME_FIELD_LIST_ID, "a, b <c.d>", "no name in angle brackets"},
        {MIME_FIELD_LIST_ID, "<a.b> <c.d>", "something behind its end"},
        {MIME_FIELD_LIST_ID, "<a.b> c", "something behind its end"},
        {MIME_FIELD_LIST_ID, "<a b>", "something else than letters"},
        {MIME_FIELD_LIST_ID, "<>", "something else than letters"},
        {MIME_FIELD_URL, "", "no URL"},
        {MIME_FIELD_URL, "https://x.test/", "without angle brackets"},
        {MIME_FIELD_URL, "<https://x.test/>, <https://y.test/>", "something behind its end"},
        {MIME_FIELD_URL, "<https://x.test/> <https://y.test/>", "more than one URL"},
        {MIME_FIELD_URLS, "<x.test>", "does not begin with https:"},
        {MIME_FIELD_URLS, "<1a:b>", "does not begin with https:"},
        {MIME_FIELD_URLS, "<mailto:>", "nothing behind its colon"},
        {MIME_FIELD_URLS, "<mailto:a b@c>", "must be percent-encoded"},
        {MIME_FIELD_URLS, "<https://x.test/", "without its >"},
        {MIME_FIELD_URLS, "<https://x.test/> y", "something behind its end"},
        {MIME_FIELD_URLS, "<https://x.test/\xC3\xBC>", "other than US-ASCII"},
        {MIME_FIELD_TOKEN, "", "does not begin with a word"},
        {MIME_FIELD_TOKEN, "a b", "something behind its end"},
        {MIME_FIELD_TOKEN, "a;", "without a parameter"},
        {MIME_FIELD_TOKEN, "a; b", "without a value"},
        {MIME_FIELD_TOKEN, "a; b=", "without a value"},
        {MIME_FIELD_TOKEN, "a; b=\"c", "quoted string whose end"},
        {MIME_FIELD_TOKEN, "a; b=\"c\\", "quoted string whose end"},
        {MIME_FIELD_LANGUAGES, "", "no tag"},
        {MIME_FIELD_LANGUAGES, "de,", "no tag"},
        {MIME_FIELD_LANGUAGES, "de_DE", "no comma"},
        {MIME_FIELD_LANGUAGES, "deutschland", "no tag"},
        {MIME_FIELD_LANGUAGES, "de-", "no tag"},
        {MIME_FIELD_CHOICE, "", "not one of its values"},
        {MIME_FIELD_CHOICE, "norma", "not one of its values"},
        {MIME_FIELD_CHOICE, "low normal", "something behind its end"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const char *wrong = NULL;
        char *text = canonical(&examples[i], &wrong);
        if (text != NULL)
            fail_msg("taken: %s as %s", examples[i].value, text);
        if (strstr(wrong, examples[i].canonical) == NULL)
            fail_msg("%s: %s", examples[i].value, wrong);
    }
}

static void ids_and_urls_are_limited(void **state)
{
    (void)state;
    for (size_t size = 890; size < 910; size++) {
        char text[1000] = "<a@";
        memset(text + 3, 'x', size - 4);
        strcpy(text + size - 1, ">");
        const char *wrong = NULL;
        char *out = canonical(&(struct example){MIME_FIELD_MESSAGE_IDS, text, NULL}, &wrong);
        assert_int_equal(out != NULL, size <= 900);
        free(out);
        text[2] = ':';
        out = canonical(&(struct example){MIME_FIELD_URLS, text, NULL}, &wrong);
        assert_int_equal(out != NULL, size - 2 <= 900);
        free(out);
    }
}

static void phrases_are_encoded_one_by_one(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"report", "report"},
        {"report, \"disk (full)\",\"x\" y", "report, \"disk (full)\", x y"},
        {",a,,b (x),", "a, b"},
        {"\xC3\xBC, a, \"\xC3\xBC, \xC3\xA4\"", "=?utf-8?B?w7w=?= , a, =?utf-8?B?w7wsIMOk?="},
        {"\xC3\xBC <a.b>", "=?utf-8?B?w7w=?= <a.b>"},
        {"A. B. <a.b>", "\"A. B.\" <a.b>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = buffer_empty(1000);
        size_t column = 0;
        assert_null(mime_field_value_append_phrases(&out, cases[i][0], false, &column));
        assert_int_equal(column, out.size);
        char *text = buffer_take_string(&out);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
    /* However long, and wherever it begins. */
    char value[4000] = "";
    for (size_t i = 0; i < 60; i++)
        strcat(value, i % 3 == 0 ? "M\xC3\xBCller & S\xC3\xB6hne," : "disk full, \"a.b c\",");
    for (size_t start = 1; start < 80; start++) {
        struct buffer out = buffer_empty(10000);
        for (size_t i = 0; i < start; i++)
            buffer_append_char(&out, i + 1 == start && i > 0 ? ' ' : 'N');
        size_t column = start;
        assert_null(mime_field_value_append_phrases(&out, value, start & 1, &column));
        assert_true(read_lines_are_fit(out.bytes, out.size, start > 77 ? start - 1 : 76));
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_made_canonical),
        cmocka_unit_test(wrong_values_are_refused_in_words),
        cmocka_unit_test(ids_and_urls_are_limited),
        cmocka_unit_test(phrases_are_encoded_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
