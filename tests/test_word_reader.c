/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/encoded_word.h"
#include "header/word_reader.h"

static char *read_text(const char *text)
{
    struct buffer out = buffer_empty(100000);
    char *exact = harness_exact(text, strlen(text) + 1);
    mime_word_reader_append(&out, exact);
    free(exact);
    return buffer_take_string(&out);
}

static void encoded_words_are_read(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        /* RFC 2047 8. */
        {"=?US-ASCII?Q?Keith_Moore?= <moore@cs.utk.edu>", "Keith Moore <moore@cs.utk.edu>"},
        {"=?ISO-8859-1?Q?Keld_J=F8rn_Simonsen?=", "Keld J\xC3\xB8rn Simonsen"},
        {"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xC3\xA9 Pirard"},
        {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"},
        {"=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle J\xC3\xA4rnefors"},
        {"=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?=", "Patrik F\xC3\xA4ltstr\xC3\xB6m"},
        {"=?ISO-8859-1?Q?a?=", "a"},
        {"=?ISO-8859-1?Q?a?= b", "a b"},
        {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a?= \t =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a_b?=", "a b"},
        {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?_b?=", "a b"},
        /* RFC 2231 5. */
        {"=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore"},
        {"=?utf-8?b?w7w=?= =?UTF-8?q?=c3=BC?=", "\xC3\xBC\xC3\xBC"},
        {"", ""},
        {" a  \xC3\xBC ", " a  \xC3\xBC "},
        {"=?utf-8?Q?\?=", ""},
        {"=?utf-8?q?0?= x =?utf-8?q?1?= ", "0 x 1 "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = read_text(cases[i][0]);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

static void what_cannot_be_read_stays(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "=?",
        "?=",
        "=?=",
        "=?\?=",
        "=?\?\?\?=",
        "=?utf-8?Q?",
        "=?utf-8?Q?x",
        "=?utf-8?X?x?=",
        "=?utf-8?Q?x?y?=",
        "=?utf-8?Q?=4?=",
        "=?utf-8?Q?=?=",
        "=?utf-8?Q?=zz?=",
        "=?utf-8?B?a?=",
        "=?utf-8?B?a===?=",
        "=?utf-8?B?=aaa?=",
        "=?utf-8?B?a!aa?=",
        "=?utf-8?Q?=FF?=",
        "=?utf-8?Q?=0D=0ABcc:_x?=",
        "=?utf-8?Q?=00?=",
        "=?utf-8?Q?=C2=85?=",
        "=?iso-8859-1?Q?=85?=",
        "=?us-ascii?Q?=C3=BC?=",
        "=?koi8-r?Q?=C1?=",
        "x=?utf-8?Q?x?=",
        "=?utf-8?Q?x?=y",
        "=?utf-8?Q?0123456789012345678901234567890123456789012345678901234567890123?="};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = read_text(cases[i]);
        assert_string_equal(text, cases[i]);
        free(text);
    }
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (size_t round = 0; round < 3000; round++) {
        static const char *const pieces[] = {"word", " ", "\xC3\xBC", "\xF0\x9F\x98\x80",
                                             "=?",   "a"};
        char text[2000] = "\xC3\xBC";
        for (size_t i = harness_random(&random) % 60; i > 0; i--)
            strcat(text, pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)]);
        struct buffer out = buffer_empty(100000);
        buffer_append_string(&out, "N: ");
        size_t column = 3;
        mime_encoded_word_append(&out, text, strlen(text),
                                 round & 1 ? MIME_WORD_PHRASE : MIME_WORD_TEXT, &column);
        char *unfolded = read_unfold(out.bytes, out.size);
        char *decoded = read_text(unfolded + 3);
        assert_string_equal(decoded, text);
        free(decoded);
        free(unfolded);
        buffer_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoded_words_are_read),
        cmocka_unit_test(what_cannot_be_read_stays),
        cmocka_unit_test(what_is_written_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
