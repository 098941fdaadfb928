/* SPDX-License-Identifier: ISC */
#include "reader/mend.h"

#include "harness/harness.h"
#include "harness/read_header.h"

/* What a field becomes, without its CR LF; or the text of the error. */
static char *mended(const char *field, int expected)
{
    static char out[64 * 1024];
    char *exact = harness_exact(field, strlen(field));
    struct buffer buffer = buffer_empty(sizeof out);
    struct mailer_error error = MAILER_ERROR_INIT;
    buffer_append_string(&buffer, "before");
    int result = mime_mend_append(&buffer, exact, strlen(field), &error);
    assert_int_equal(result, expected);
    free(exact);
    assert_memory_equal(buffer.bytes, "before", 6);
    if (result != 0) {
        assert_int_equal(buffer.size, 6);
        snprintf(out, sizeof out, "%s", error.text);
    } else {
        assert_true(mime_mend_is_fit(buffer.bytes + 6, buffer.size - 6, false));
        assert_true(read_lines_are_fit(buffer.bytes + 6, buffer.size - 8, 998));
        memcpy(out, buffer.bytes + 6, buffer.size - 8);
        out[buffer.size - 8] = '\0';
    }
    buffer_free(&buffer);
    return out;
}

static void fields_are_fit_or_not(void **state)
{
    (void)state;
    char field[1100] = "A: ";
    memset(field + 3, 'x', 995);
    memcpy(field + 998, "\r\n", 3);
    assert_true(mime_mend_is_fit(field, 1000, false));
    memcpy(field + 998, "x\r\n", 4);
    assert_false(mime_mend_is_fit(field, 1001, false));
    assert_false(mime_mend_is_fit(field, 1001, true));
    assert_false(mime_mend_is_fit("A: \xC3\xBC\r\n", 7, false));
    assert_true(mime_mend_is_fit("A: \xC3\xBC\r\n", 7, true));
    assert_false(mime_mend_is_fit("A: \xFC\r\n", 6, true));
}

static void fields_become_us_ascii(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Subject: Gr\xC3\xBC\xC3\x9F\r\n", "Subject: =?utf-8?B?R3LDvMOf?="},
        {"Subject: an \xC3\xBC here\r\n", "Subject: an =?utf-8?B?w7w=?= here"},
        {"Subject: \xFC\r\n", "Subject: =?unknown-8bit?Q?=FC?="},
        {"Subject: =?x?Q?y?= \xC3\xBC =?x?Q?z?=\r\n",
         "Subject: =?x?Q?y?= =?utf-8?Q?_=C3=BC_?= =?x?Q?z?="},
        {"To: B <a@\xC3\xBC.test>,c@\xC3\xBC.test\r\n", "To: B <a@xn--tda.test>,c@xn--tda.test"},
        {"To: a@b.test,\xC3\xBC<c@\xC3\xBC.test>\r\n",
         "To: a@b.test, =?utf-8?B?w7w=?= <c@xn--tda.test>"},
        {"From: J\xC3\xBCrgen M\xC3\xBCller <j@b.test>\r\n",
         "From: =?utf-8?B?SsO8cmdlbiBNw7xsbGVy?= <j@b.test>"},
        {"To: \"M\xFCller, \\\"X\\\"\" <a@b.test>, Bob <c@d.test> (B\xF6"
         "b), x:;\r\n",
         "To: =?unknown-8bit?Q?M=FCller=2C_=22X=22?= <a@b.test>, Bob <c@d.test>\r\n"
         " (=?unknown-8bit?Q?B=F6b?=), x:;"},
        {"To: M\xC3\xBC<a@b.test>\r\n", "To: =?utf-8?B?TcO8?= <a@b.test>"},
        {"Content-Type: text/plain; charset=utf-8;\r\n name=\"\xC3\xBC.txt\"\r\n",
         "Content-Type: text/plain; charset=utf-8;\r\n name=\"=?utf-8?B?w7wudHh0?=\""},
        {"Content-Disposition: attachment; filename=\xC3\xBC.txt; size=3\r\n",
         "Content-Disposition: attachment; filename*=utf-8''%C3%BC.txt; size=3"},
        {"Content-Type: text/plain; x=\xC3\xBC; \r\n",
         "Content-Type: text/plain; x*=utf-8''%C3%BC;"},
        {"Content-Disposition: attachment; filename=\xFC.txt\r\n",
         "Content-Disposition: attachment; filename*=''%FC.txt"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(mended(cases[i][0], 0), cases[i][1]);
}

static void long_lines_are_folded_at_white_space(void **state)
{
    (void)state;
    static const char *const names[] = {"Subject", "To", "X-Data", "References"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char field[3000];
        size_t used = (size_t)snprintf(field, sizeof field, "%s:", names[i]);
        while (used < 2500)
            used += (size_t)snprintf(field + used, sizeof field - used, " <a%zu@b.test>,", used);
        memcpy(field + used - 1, "\r\n", 3);
        char *out = mended(field, 0);
        assert_true(read_lines_are_fit(out, strlen(out), 78));
        char *unfolded = read_unfold(out, strlen(out));
        field[used - 1] = '\0';
        assert_string_equal(unfolded, field);
        free(unfolded);
    }
}

static void what_cannot_be_mended_is_told_by_name(void **state)
{
    (void)state;
    static const char *const unencodable[] = {
        "To: \xC3\xBC@b.test\r\n",
        "References: <a@\xC3\xBC.t>\r\n",
        "To: A <\xC3\xBC>\r\n",
        "To: a@\xFF.test\r\n",
        "To: A <\xC3\xBC@b.test>\r\n",
        "To: \"\xC3\xBC\"@b.test\r\n",
        "Message-ID: <\xC3\xBC@b>\r\n",
        "Content-Type: \xC3\xBC/x; a=b\r\n",
        "Content-Type: a/b; \xC3\xBC=b\r\n",
        "Content-Type: a/b; =\xC3\xBC\r\n",
        "Content-Type: a/b; boundary=c \xFC\r\n",
        "Content-Type: a/b; charset=c \xFC\r\n",
        "Content-Type: a/b; name-that-all-lines-would-repeat-=\xC3\xBC\r\n",
    };
    for (size_t i = 0; i < sizeof unencodable / sizeof *unencodable; i++) {
        char *text = mended(unencodable[i], MAILER_UNSUPPORTED);
        char name[32] = {0};
        memcpy(name, unencodable[i], strcspn(unencodable[i], ":"));
        assert_non_null(strstr(text, name));
    }
    char field[1200] = "X-Word: ";
    memset(field + 8, 'x', 1000);
    memcpy(field + 1008, "\r\n", 3);
    assert_non_null(strstr(mended(field, MAILER_DATA), "X-Word"));
}

static void random_octets_are_never_lost_in_unstructured_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {"word", " ",         "  ", "\t", "\xC3\xBC", "\xFF", "=?",
                                         "?=",   "=?x?Q?y?=", "(",  ")",  "\"",       "<",    ">",
                                         "@",    ",",         "\\", ";",  "="};
    static const char *const names[] = {"Subject", "To", "Content-Type", "Received"};
    uint64_t random = 3;
    for (size_t round = 0; round < 20000; round++) {
        char field[400];
        size_t used = (size_t)snprintf(field, sizeof field, "%s: ", names[round % 4]);
        for (size_t count = harness_random(&random) % 20; count > 0; count--) {
            const char *piece = pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)];
            used += (size_t)snprintf(field + used, sizeof field - used, "%s", piece);
        }
        used += (size_t)snprintf(field + used, sizeof field - used, "\r\n");
        struct buffer buffer = buffer_empty(10000);
        struct mailer_error error = MAILER_ERROR_INIT;
        char *exact = harness_exact(field, used);
        int result = mime_mend_append(&buffer, exact, used, &error);
        if (result == 0)
            assert_true(mime_mend_is_fit(buffer.bytes, buffer.size, false));
        else
            assert_int_not_equal(round % 4, 0);
        free(exact);
        buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_fit_or_not),
        cmocka_unit_test(fields_become_us_ascii),
        cmocka_unit_test(long_lines_are_folded_at_white_space),
        cmocka_unit_test(what_cannot_be_mended_is_told_by_name),
        cmocka_unit_test(random_octets_are_never_lost_in_unstructured_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
