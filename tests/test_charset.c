/* SPDX-License-Identifier: ISC */
#include "content/charset.h"
#include "harness/harness.h"

#define BYTES(literal) literal, sizeof literal - 1

static void names_are_found_whatever_they_are_called(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *name;
    } cases[] = {
        {"utf-8", "utf-8"},
        {"UTF8", "utf-8"},
        {"utf_8", "utf-8"},
        {"us-ascii", "us-ascii"},
        {"ANSI_X3.4-1968", "us-ascii"},
        {"ascii", "us-ascii"},
        {"646", "us-ascii"},
        {"latin1", "iso-8859-1"},
        {"ISO_8859-1:1987", "iso-8859-1"},
        {"iso8859-15", "iso-8859-15"},
        {"ISO-8859-1", "iso-8859-1"},
        {"latin-9", "iso-8859-15"},
        {"latin10", "iso-8859-16"},
        {"cp1252", "windows-1252"},
        {"CP1251", "windows-1251"},
        {"sjis", "shift_jis"},
        {"Shift-JIS", "shift_jis"},
        {"cp932", "windows-31j"},
        {"eucJP", "euc-jp"},
        {"EUC-JP", "euc-jp"},
        {"koi8r", "koi8-r"},
        {"KOI8-U", "koi8-u"},
        {"ks_c_5601-1987", "euc-kr"},
        {"GB18030", "gb18030"},
        {"Big5", "big5"},
        {"ISO-2022-JP", "iso-2022-jp"},
        {"TIS-620", "tis-620"},
        {"ucs-2", "utf-16"},
        {"UTF-16LE", "utf-16le"},
        /* In no list, but iconv() knows them. */
        {"IBM850", "ibm850"},
        {"UTF-7", "utf-7"},
        {"TCVN5712-1", "tcvn5712-1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[MIME_CHARSET_SIZE];
        struct mailer_error error = MAILER_ERROR_INIT;
        if (mime_charset_find(name, cases[i].given, &error) != 0)
            fail_msg("%s: %s", cases[i].given, error.text);
        assert_string_equal(name, cases[i].name);
    }
}

static void each_name_finds_itself(void **state)
{
    (void)state;
    static const char *const names[] = {
        "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",    "iso-8859-6",
        "iso-8859-7",   "iso-8859-8",   "iso-8859-9",   "iso-8859-10",   "iso-8859-13",
        "iso-8859-14",  "windows-1250", "windows-1253", "windows-1254",  "windows-1255",
        "windows-1256", "windows-1257", "windows-1258", "windows-874",   "ibm866",
        "macintosh",    "viscii",       "gb2312",       "gbk",           "big5-hkscs",
        "utf-16be",     "utf-32",       "iso-2022-kr",  "iso-2022-jp-2", "utf-32le",
        "utf-32be",     "utf-16"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[MIME_CHARSET_SIZE];
        assert_int_equal(mime_charset_find(name, names[i], NULL), 0);
        assert_string_equal(name, names[i]);
        assert_int_equal(mime_charset_check_output(name, NULL), 0);
    }
}

static void what_is_no_charset_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *words;
    } cases[] = {
        {"", "no name of a charset"},
        {"utf-8//TRANSLIT", "no name of a charset"},
        {"latin1/", "no name of a charset"},
        {"utf-8,x", "no name of a charset"},
        {"utf 8", "no name of a charset"},
        {"utf-8\n", "no name of a charset"},
        {"\xC3\xBC", "no name of a charset"},
        {"12345678901234567890123456789012345678901", "no name of a charset"},
        {"1234567890123456789012345678901234567890", "knows no charset \"12345678901"},
        {"klingon", "knows no charset \"klingon\""},
        {"-", "knows no charset \"-\""},
        {"CHAR", "knows no charset \"char\""},
        {"wchar_t", "knows no charset"},
        {"INTERNAL", "knows no charset"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[MIME_CHARSET_SIZE];
        struct mailer_error error = MAILER_ERROR_INIT;
        char *given = harness_exact(cases[i].given, strlen(cases[i].given) + 1);
        assert_int_equal(mime_charset_find(name, given, &error), MAILER_DATA);
        if (strstr(error.text, cases[i].words) == NULL)
            fail_msg("%s", error.text);
        free(given);
    }
}

static void only_charsets_of_mail_are_sent(void **state)
{
    (void)state;
    static const char *const refused[] = {"utf-7", "ibm037", "ibm850", "utf-8//TRANSLIT", ""};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_charset_check_output(refused[i], &error), MAILER_DATA);
        assert_non_null(strstr(error.text, "use utf-8"));
    }
    assert_int_equal(mime_charset_check_output("utf-8", NULL), 0);
}

static void wide_charsets_are_known_in_any_case(void **state)
{
    (void)state;
    static const char *const wide[] = {"utf-16", "UTF-32LE", "ucs-2", "ISO-10646-UCS-2", "Unicode"};
    static const char *const narrow[] = {"utf-8", "us-ascii", "gb18030", "utf-1", "utf-7", ""};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        assert_true(mime_charset_is_wide(wide[i]));
    for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
        assert_false(mime_charset_is_wide(narrow[i]));
}

static void marks_tell_the_charset(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *known;
        const char *charset;
        const char *label;
        size_t mark_size;
    } cases[] = {
        {BYTES("\xEF\xBB\xBF"), NULL, "utf-8", "utf-8", 3},
        {BYTES("\xEF\xBB\xBF"
               "a"),
         "utf-8", "utf-8", "utf-8", 3},
        {BYTES("\xEF\xBB"), NULL, NULL, NULL, 0},
        {BYTES("\xEF\xBB\xBF"), "iso-8859-1", NULL, NULL, 0},
        {BYTES("\xFF\xFE"), NULL, "utf-16le", "utf-16", 2},
        {BYTES("\xFF\xFE"
               "a\0"),
         NULL, "utf-16le", "utf-16", 2},
        {BYTES("\xFE\xFF"), NULL, "utf-16be", "utf-16", 2},
        {BYTES("\xFE\xFF"), "utf-16", "utf-16be", "utf-16", 2},
        {BYTES("\xFE\xFF"), "utf-16be", "utf-16be", "utf-16", 2},
        {BYTES("\xFE\xFF"), "utf-16le", NULL, NULL, 0},
        {BYTES("\xFF\xFE\0\0"), NULL, "utf-32le", "utf-32", 4},
        {BYTES("\xFF\xFE\0\0"), "utf-16", "utf-16le", "utf-16", 2},
        {BYTES("\xFF\xFE\0"), NULL, "utf-16le", "utf-16", 2},
        {BYTES("\0\0\xFE\xFF"), NULL, "utf-32be", "utf-32", 4},
        {BYTES("\0\0\xFE"), NULL, NULL, NULL, 0},
        {BYTES("\xFF"), NULL, NULL, NULL, 0},
        {BYTES(""), NULL, NULL, NULL, 0},
        {BYTES("abcd"), NULL, NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i].bytes, cases[i].size);
        struct mime_byte_order_mark mark = mime_charset_mark(exact, cases[i].size, cases[i].known);
        assert_int_equal(mark.size, cases[i].mark_size);
        if (cases[i].charset == NULL) {
            assert_null(mark.charset);
        } else {
            assert_string_equal(mark.charset, cases[i].charset);
            assert_string_equal(mark.label, cases[i].label);
        }
        free(exact);
    }
}

static void wide_text_is_told_from_chance(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *label;
    } cases[] = {
        {BYTES("\xFF\xFE"), "utf-16"},
        {BYTES("\xFF\xFEh\0i\0\r\0\n\0"), "utf-16"},
        {BYTES("\xFE\xFF\0h\0i\0\t"), "utf-16"},
        {BYTES("\xFF\xFEh\0i"), "utf-16"},
        {BYTES("\xFE\xFF\xD8\x3D\xDE\0"), "utf-16"},
        {BYTES("\xFE\xFF\xD8\x3D"), "utf-16"},
        {BYTES("\xFE\xFF\xDE\0"), NULL},
        {BYTES("\xFE\xFF\xD8\x3D\0a"), NULL},
        {BYTES("\xFE\xFF\xD8\x3D\xD8\x3D\xDE\0"), NULL},
        {BYTES("\xFE\xFF\xFF\xFE"), NULL},
        {BYTES("\xFE\xFF\xFD\xD0"), NULL},
        {BYTES("\xFE\xFF\0\0"), NULL},
        {BYTES("\xFE\xFF\0\1"), NULL},
        {BYTES("\xFE\xFF\0\x7F"), NULL},
        {BYTES("\xFF\xFE\0\0a\0\0\0"), "utf-32"},
        {BYTES("\0\0\xFE\xFF\0\0\0a\0\1\xF6\0"), "utf-32"},
        {BYTES("\0\0\xFE\xFF\0\0\xD8\0"), NULL},
        {BYTES("\0\0\xFE\xFF\0\x11\0\0"), NULL},
        {BYTES("\xEF\xBB\xBF"
               "abc"),
         NULL},
        {BYTES("abc"), NULL},
        {BYTES(""), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i].bytes, cases[i].size);
        const char *label = mime_charset_of_wide_text(exact, cases[i].size);
        if (cases[i].label == NULL)
            assert_null(label);
        else
            assert_string_equal(label, cases[i].label);
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_whatever_they_are_called),
        cmocka_unit_test(each_name_finds_itself),
        cmocka_unit_test(what_is_no_charset_is_refused_in_words),
        cmocka_unit_test(only_charsets_of_mail_are_sent),
        cmocka_unit_test(wide_charsets_are_known_in_any_case),
        cmocka_unit_test(marks_tell_the_charset),
        cmocka_unit_test(wide_text_is_told_from_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
