/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "header/media_type.h"
#include "text.h"

#include <stdio.h>

static char *written(const char *text)
{
    struct mime_media_type type;
    char *exact = harness_exact(text, strlen(text) + 1);
    assert_int_equal(mime_media_type_parse(&type, exact, NULL), 0);
    free(exact);
    struct buffer out = buffer_empty(100000);
    buffer_append_string(&out, type.name);
    size_t column = strlen("Content-Type: ") + out.size;
    mime_media_type_append_parameters(&out, &type, &column);
    mime_media_type_free(&type);
    assert_null(type.name);
    assert_int_equal(type.count, 0);
    return buffer_take_string(&out);
}

static void types_are_read_and_written_anew(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"text/plain", "text/plain"},
        {"Text/HTML", "text/html"},
        {"text/plain;charset=UTF-8", "text/plain; charset=UTF-8"},
        {"text/plain ; Charset=utf-8 ; format=flowed ;",
         "text/plain; charset=utf-8; format=flowed"},
        {"text/plain;", "text/plain"},
        {"a/b; x=\"y; z=\\\"1\\\"\"", "a/b; x=\"y; z=\\\"1\\\"\""},
        {"a/b; x=\"\"", "a/b; x=\"\""},
        {"a/b; x=\"token\"", "a/b; x=token"},
        {"a/b; x=\"\xC3\xBC\"", "a/b; x*=utf-8''%C3%BC"},
        {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *got = written(cases[i][0]);
        assert_string_equal(got, cases[i][1]);
        free(got);
    }
}

static void what_is_no_media_type_is_refused_with_advice(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "text",
        "/plain",
        "text/",
        "text /plain",
        "text/ plain",
        "text/plain x",
        "text/plain; x",
        "text/plain; x=",
        "text/plain; =x",
        "text/plain; x =y",
        "text/plain; x=\"y",
        "text/plain; x=\"y\\",
        "text/plain; x=y z=1",
        "text/plain; x=y@z",
        "text/plain; x=1; X=2",
        "text/plain; x*=utf-8''a",
        "text/plain; x*0=a",
        "text/plain\r\nBcc: b@c",
        "text/plain; x=\"a\nb\"",
        "text/plain; x=\"a\tb\"",
        "text/plain; x=\xC3\xBC",
        "text/plain; x=\"\xFF\"",
        "te\xC3\xBCt/plain",
        "text/plain; aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=b",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        struct mime_media_type type;
        char *exact = harness_exact(cases[i], strlen(cases[i]) + 1);
        int result = mime_media_type_parse(&type, exact, &error);
        if (result != MAILER_DATA)
            fail_msg("\"%s\" is taken", cases[i]);
        assert_false(text_has_control(error.text, strlen(error.text)));
        assert_true(strlen(error.text) > 20);
        mime_media_type_free(&type);
        free(exact);
    }
}

static void words_and_the_whole_have_limits(void **state)
{
    (void)state;
    struct mime_media_type type;
    char text[MIME_MEDIA_TYPE_LIMIT + 1];
    for (size_t size = 127; size <= 128; size++) {
        memset(text, 'a', size);
        strcpy(text + size, "/b");
        assert_int_equal(mime_media_type_parse(&type, text, NULL), size == 127 ? 0 : MAILER_DATA);
        mime_media_type_free(&type);
        memset(text, 'a', size + 2);
        memcpy(text, "b/", 2);
        text[size + 2] = '\0';
        assert_int_equal(mime_media_type_parse(&type, text, NULL), size == 127 ? 0 : MAILER_DATA);
        mime_media_type_free(&type);
    }
    memset(text, 'x', sizeof text);
    memcpy(text, "a/b; x=", 7);
    text[MIME_MEDIA_TYPE_LIMIT - 1] = '\0';
    assert_int_equal(mime_media_type_parse(&type, text, NULL), 0);
    mime_media_type_free(&type);
    text[MIME_MEDIA_TYPE_LIMIT - 1] = 'x';
    text[MIME_MEDIA_TYPE_LIMIT] = '\0';
    assert_int_equal(mime_media_type_parse(&type, text, NULL), MAILER_DATA);
    mime_media_type_free(&type);
}

static void many_and_long_parameters_stay_in_short_lines(void **state)
{
    (void)state;
    char text[MIME_MEDIA_TYPE_LIMIT] = "a/b";
    for (size_t i = 0; i < 400; i++)
        snprintf(text + strlen(text), 32, "; name%zu=\"a b%zu\"", i, i);
    strcat(text, "; nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn=\"");
    size_t used = strlen(text);
    memset(text + used, 'v', 3000);
    strcpy(text + used + 3000, "\xF0\x9F\x9A\x80\"");
    char *got = written(text);
    size_t longest = strcspn(got, "\r") + strlen("Content-Type: ");
    for (const char *line = strstr(got, "\r\n"); line != NULL; line = strstr(line + 2, "\r\n")) {
        size_t length = strcspn(line + 2, "\r");
        longest = length > longest ? length : longest;
    }
    assert_true(longest <= 78);
    free(got);
}

static void parameters_and_top_levels_are_found(void **state)
{
    (void)state;
    struct mime_media_type type;
    assert_int_equal(mime_media_type_parse(&type, "a/b; name=\"charset=x\"; Xcharset=y", NULL), 0);
    assert_null(mime_media_type_parameter(&type, "charset"));
    assert_string_equal(mime_media_type_parameter(&type, "name"), "charset=x");
    mime_media_type_free(&type);
    assert_true(mime_media_type_is("Text/plain; x=y", "text"));
    assert_false(mime_media_type_is("textual/plain", "text"));
    assert_false(mime_media_type_is("tex", "text"));
    assert_false(mime_media_type_is("text", "text"));
    assert_false(mime_media_type_is("", "text"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_read_and_written_anew),
        cmocka_unit_test(what_is_no_media_type_is_refused_with_advice),
        cmocka_unit_test(words_and_the_whole_have_limits),
        cmocka_unit_test(many_and_long_parameters_stay_in_short_lines),
        cmocka_unit_test(parameters_and_top_levels_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
