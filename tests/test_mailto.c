/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "buffer.h"
#include "header/mailto.h"

static int parse(struct mime_mailto *mailto, const char *url, struct mailer_error *error)
{
    char *exact = harness_exact(url, strlen(url) + 1);
    int result = mime_mailto_parse(mailto, exact, error);
    free(exact);
    return result;
}

/* What a URL asks for, one "name=value;" after the other. */
static char *show(const char *url)
{
    struct mime_mailto mailto;
    struct mailer_error error = MAILER_ERROR_INIT;
    if (parse(&mailto, url, &error) != 0)
        fail_msg("%s: %s", url, error.text);
    const char *const fields[][2] = {{"to", mailto.to},
                                     {"cc", mailto.cc},
                                     {"bcc", mailto.bcc},
                                     {"reply-to", mailto.reply_to},
                                     {"subject", mailto.subject},
                                     {"body", mailto.body},
                                     {"keywords", mailto.keywords},
                                     {"in-reply-to", mailto.in_reply_to},
                                     {"references", mailto.references}};
    struct buffer out = buffer_empty(100000);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i][1] != NULL)
            buffer_append_format(&out, "%s=%s;", fields[i][0], fields[i][1]);
    mime_mailto_free(&mailto);
    return buffer_take_string(&out);
}

static void assert_shown(const char *const cases[][2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shown = show(cases[i][0]);
        assert_string_equal(shown, cases[i][1]);
        free(shown);
    }
}

static void rfc_6068_examples_are_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        /* Section 2. */
        {"mailto:addr1@an.example,addr2@an.example", "to=addr1@an.example, addr2@an.example;"},
        {"mailto:?to=addr1@an.example,addr2@an.example", "to=addr1@an.example,addr2@an.example;"},
        {"mailto:addr1@an.example?to=addr2@an.example", "to=addr1@an.example, addr2@an.example;"},
        {"mailto:%22not%40me%22@example.org", "to=\"not@me\"@example.org;"},
        /* 6.1 */
        {"mailto:chris@example.com", "to=chris@example.com;"},
        {"mailto:infobot@example.com?subject=current-issue",
         "to=infobot@example.com;subject=current-issue;"},
        {"mailto:infobot@example.com?body=send%20current-issue",
         "to=infobot@example.com;body=send current-issue;"},
        {"mailto:infobot@example.com?body=send%20current-issue%0D%0Asend%20index",
         "to=infobot@example.com;body=send current-issue\r\nsend index;"},
        {"mailto:list@example.org?In-Reply-To=%3C3469A91.D10AF4C@example.com%3E",
         "to=list@example.org;in-reply-to=<3469A91.D10AF4C@example.com>;"},
        {"mailto:majordomo@example.com?body=subscribe%20bamboo-l",
         "to=majordomo@example.com;body=subscribe bamboo-l;"},
        {"mailto:joe@example.com?cc=bob@example.com&body=hello",
         "to=joe@example.com;cc=bob@example.com;body=hello;"},
        {"mailto:gorby%25kremvax@example.com", "to=gorby%kremvax@example.com;"},
        {"mailto:unlikely%3Faddress@example.com?blat=foop", "to=unlikely?address@example.com;"},
        {"mailto:Mike%26family@example.org", "to=Mike&family@example.org;"},
        /* 6.2 */
        {"mailto:%22oh%5C%5Cno%22@example.org", "to=\"oh\\\\no\"@example.org;"},
        {"mailto:%22%5C%5C%5C%22it's%5C%20ugly%5C%5C%5C%22%22@example.org",
         "to=\"\\\\\\\"it's\\ ugly\\\\\\\"\"@example.org;"},
        /* 6.3 */
        {"mailto:user@example.org?subject=caf%C3%A9", "to=user@example.org;subject=caf\xC3\xA9;"},
        {"mailto:user@example.org?subject=%3D%3Futf-8%3FQ%3Fcaf%3DC3%3DA9%3F%3D",
         "to=user@example.org;subject=caf\xC3\xA9;"},
        {"mailto:user@example.org?subject=%3D%3Fiso-8859-1%3FQ%3Fcaf%3DE9%3F%3D",
         "to=user@example.org;subject=caf\xC3\xA9;"},
        {"mailto:user@example.org?subject=caf%C3%A9&body=caf%C3%A9",
         "to=user@example.org;subject=caf\xC3\xA9;body=caf\xC3\xA9;"},
        {"mailto:user@%E7%B4%8D%E8%B1%86.example.org?subject=Test&body=NATTO",
         "to=user@\xE7\xB4\x8D\xE8\xB1\x86.example.org;subject=Test;body=NATTO;"},
    };
    assert_shown(cases, sizeof cases / sizeof *cases);
}

static void what_else_a_url_may_ask_for_is_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"mailto:", ""},
        {"MailTo:a@b.test", "to=a@b.test;"},
        {"mailto:?", ""},
        {"mailto:?&&", ""},
        {"mailto:,a@b.test,,c@d.test,", "to=a@b.test, c@d.test;"},
        {"mailto:a@b.test?subject=a+b", "to=a@b.test;subject=a+b;"},
        {"mailto:a+b@c.test", "to=a+b@c.test;"},
        {"mailto:a@b.test?SUBJECT=x&BoDy=y", "to=a@b.test;subject=x;body=y;"},
        {"mailto:a@b.test?%73ubject=x", "to=a@b.test;subject=x;"},
        {"mailto:?cc=a@b.test&CC=c@d.test&bcc=e@f.test&reply-to=g@h.test",
         "cc=a@b.test, c@d.test;bcc=e@f.test;reply-to=g@h.test;"},
        {"mailto:?to=&subject=&body=&cc=", ""},
        {"mailto:a@b.test?subject=a=b?c", "to=a@b.test;subject=a=b?c;"},
        {"mailto:a@b.test?subject=a%26amp;b", "to=a@b.test;subject=a&amp;b;"},
        {"mailto:a@b.test?body=a%0Ab%09c", "to=a@b.test;body=a\nb\tc;"},
        {"mailto:?cc=Ann%20%3Ca@b.test%3E,%20G:c@d.test;", "cc=Ann <a@b.test>, G:c@d.test;;"},
        {"mailto:Ann%20%3Ca@b.test%3E", "to=Ann <a@b.test>;"},
        {"mailto:%22a%2Cb%22@c.test", "to=\"a,b\"@c.test;"},
        {"mailto:a@b.test?subject=one two \xC3\xBC", "to=a@b.test;subject=one two \xC3\xBC;"},
        {"mailto:?references=%3Ca@b%3E,%3Cc@d%3E&keywords=a,b",
         "keywords=a,b;references=<a@b> <c@d>;"},
        {"mailto:a@b.test?X-Mailer=x&utm_source=y", "to=a@b.test;"},
    };
    assert_shown(cases, sizeof cases / sizeof *cases);
}

static void what_is_wrong_or_dangerous_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "begins with mailto:"},
        {"mailto", "begins with mailto:"},
        {"http:a@b.test", "begins with mailto:"},
        {"mailto:a", "the mailto: URL: address \"a\" has no @"},
        {"mailto:a%2Cb@c.test", "the mailto: URL: address \"a\" has no @"},
        {"mailto:a@b.test%2Cc@d.test", "encoded comma is no address"},
        {"mailto:G:a@b.test;", "encoded comma is no address"},
        {"mailto:joe@example.com?cc=bob@example.com?body=hello", "a character in its domain"},
        {"mailto:a@b.test?subject", "without a = behind its name"},
        {"mailto:a@b.test?subject=a%0D%0ABcc:x@y.test",
         "Subject in the mailto: URL has a line break"},
        {"mailto:a@b.test%0D%0ABcc:x@y.test", "an address in the mailto: URL has a line break"},
        {"mailto:a@b.test?cc=x%0Ay", "Cc in the mailto: URL has a line break"},
        {"mailto:a@b.test?x%0D%0AFrom=y", "a name in the mailto: URL has a line break"},
        {"mailto:a@b.test?body=a%00b", "body in the mailto: URL has a control character"},
        {"mailto:a@b.test?body=%1B[2J", "body in the mailto: URL has a control character"},
        {"mailto:a@b.test?body=%C2%85", "body in the mailto: URL has a control character"},
        {"mailto:a@b.test?subject=%E9", "Subject in the mailto: URL is not UTF-8"},
        {"mailto:a@b.test?subject=50%", "write it as %25"},
        {"mailto:a@b.test?subject=50%2", "write it as %25"},
        {"mailto:a@b.test?subject=50%zz", "write it as %25"},
        {"mailto:a@b.test?subject=issue #3", "write it as %23"},
        {"mailto:a@b.test?subject=x&amp;body=y", "&amp; in front of body"},
        {"mailto:a@b.test?subject=x&subject=y", "has Subject twice"},
        {"mailto:a@b.test?body=x&body=y", "has body twice"},
        {"mailto:a@b.test?in-reply-to=x", "the mailto: URL: In-Reply-To \"x\" has no message id"},
        {"mailto:a@b.test?from=x@y.test", "wants to set from, which a URL may not"},
        {"mailto:a@b.test?attach=/etc/passwd", "wants to set attach,"},
        {"mailto:a@b.test?Attachment=x", "wants to set Attachment,"},
        {"mailto:a@b.test?resent-to=x@y.test", "wants to set resent-to,"},
        {"mailto:a@b.test?Content-Type=text/html", "wants to set Content-Type,"},
        {"mailto:a@b.test?date=x", "wants to set date,"},
        {"mailto:a@b.test?%46rom=x@y.test", "wants to set From,"},
        {"mailto:a@b.test?Sender=", "wants to set Sender,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_mailto mailto;
        struct mailer_error error = MAILER_ERROR_INIT;
        if (parse(&mailto, cases[i][0], &error) != MAILER_DATA ||
            strstr(error.text, cases[i][1]) == NULL)
            fail_msg("%s: %s", cases[i][0], error.text);
        mime_mailto_free(&mailto);
        assert_int_equal(parse(&mailto, cases[i][0], NULL), MAILER_DATA);
        mime_mailto_free(&mailto);
    }
}

static void long_urls_take_linear_time_and_end(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a@b,",     "%22a%22@b,", "?", "&",
                                         "?to=a@b&", "%",          ",", "x=y&"};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t size = 1000000; size < 1200000; size += 100000) {
            size_t length = strlen(pieces[i]);
            char *url = malloc(size + 1);
            memcpy(url, "mailto:", 7);
            for (size_t at = 7; at < size; at++)
                url[at] = pieces[i][(at - 7) % length];
            url[size] = '\0';
            struct mime_mailto mailto;
            struct mailer_error error = MAILER_ERROR_INIT;
            int result = mime_mailto_parse(&mailto, url, &error);
            assert_true(size <= 1048576 || strstr(error.text, "longer than") != NULL);
            assert_true(result == 0 || result == MAILER_DATA);
            mime_mailto_free(&mailto);
            free(url);
        }
}

static void the_scheme_is_known(void **state)
{
    (void)state;
    assert_true(mime_mailto_is("mailto:"));
    assert_true(mime_mailto_is("MAILTO:x"));
    assert_false(mime_mailto_is("mailto"));
    assert_false(mime_mailto_is(""));
    assert_false(mime_mailto_is("mailto@b.test"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_6068_examples_are_read),
        cmocka_unit_test(what_else_a_url_may_ask_for_is_read),
        cmocka_unit_test(what_is_wrong_or_dangerous_is_refused),
        cmocka_unit_test(long_urls_take_linear_time_and_end),
        cmocka_unit_test(the_scheme_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
