/* SPDX-License-Identifier: ISC */
#include "reader/content_type.h"

#include "harness/harness.h"

static struct mime_content_type read_type(const char *text)
{
    char *exact = harness_exact(text, strlen(text));
    struct mime_content_type type = mime_content_type_read(exact, strlen(text));
    free(exact);
    return type;
}

static void types_are_read_as_writers_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *boundary, *charset;
    } cases[] = {
        {"text/plain", "text/plain", "", ""},
        {"TEXT/HTML; Charset=\"UTF-8\"", "text/html", "", "UTF-8"},
        {"multipart/mixed; boundary=----=_Part_1.2", "multipart/mixed", "----=_Part_1.2", ""},
        {"multipart/mixed;boundary=\"a \\\"b\\\\ ;c \"", "multipart/mixed", "a \"b\\ ;c", ""},
        {"(x) text/plain (a;b(c)\\)) ; (d) charset (e) = (f) latin1 (g)", "text/plain", "",
         "latin1"},
        {"multipart/mixed; name=\"boundary=x\"; boundary=y", "multipart/mixed", "y", ""},
        {"multipart/mixed; boundary=y; boundary=z;", "multipart/mixed", "y", ""},
        {"multipart/mixed; boundary=\"\xC3\xBC\"", "multipart/mixed", "", ""},
        {"multipart/mixed; boundary=\"unclosed", "multipart/mixed", "unclosed", ""},
        {"multipart/mixed; boundary", "multipart/mixed", "", ""},
        {"text", "", "", ""},
        {"text/", "", "", ""},
        {"/plain", "", "", ""},
        {"", "", "", ""},
        {"(((", "", "", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_content_type type = read_type(cases[i].text);
        assert_string_equal(type.name, cases[i].name);
        assert_string_equal(type.boundary, cases[i].boundary);
        assert_string_equal(type.charset, cases[i].charset);
    }
}

static void what_is_too_long_is_as_if_it_were_not_there(void **state)
{
    (void)state;
    char text[700] = "multipart/mixed; boundary=";
    size_t start = strlen(text);
    memset(text + start, 'b', 255);
    assert_int_equal(strlen(read_type(text).boundary), 255);
    memset(text + start, 'b', 256);
    assert_string_equal(read_type(text).boundary, "");
    memset(text, 'x', 200);
    text[100] = '/';
    assert_string_equal(read_type(text).name, "");
}

static void encodings_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum mime_declared declared;
    } cases[] = {
        {"", MIME_DECLARED_7BIT},
        {"7bit", MIME_DECLARED_7BIT},
        {"8BIT", MIME_DECLARED_8BIT},
        {"8-bit", MIME_DECLARED_8BIT},
        {"(x) binary (y)", MIME_DECLARED_BINARY},
        {"Base64;", MIME_DECLARED_BASE64},
        {"quoted-printable", MIME_DECLARED_QUOTED_PRINTABLE},
        {"x-uuencode", MIME_DECLARED_OTHER},
        {"7bits", MIME_DECLARED_OTHER},
        {"7\xA0", MIME_DECLARED_OTHER},
        {"=?x?Q?y?=", MIME_DECLARED_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *exact = harness_exact(cases[i].text, strlen(cases[i].text));
        assert_int_equal(mime_content_encoding_read(exact, strlen(cases[i].text)),
                         cases[i].declared);
        free(exact);
    }
}

static void charsets_of_more_than_an_octet_are_wide(void **state)
{
    (void)state;
    assert_true(mime_content_charset_is_wide("UTF-16LE"));
    assert_true(mime_content_charset_is_wide("ucs-2"));
    assert_false(mime_content_charset_is_wide("utf-8"));
    assert_false(mime_content_charset_is_wide(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_read_as_writers_write_them),
        cmocka_unit_test(what_is_too_long_is_as_if_it_were_not_there),
        cmocka_unit_test(encodings_are_read),
        cmocka_unit_test(charsets_of_more_than_an_octet_are_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
