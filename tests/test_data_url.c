/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/html.h"

#include "html/data_url.h"

static void assert_content(const char *url, const char *type, const void *bytes, size_t size)
{
    struct mime_blob *blob;
    char *got_type;
    char *exact = harness_exact(url, strlen(url) + 1);
    assert_int_equal(mime_data_url_decode(&blob, &got_type, exact, "x", NULL, NULL), 0);
    assert_string_equal(got_type, type);
    assert_int_equal(mime_blob_size(blob), size);
    char *got = html_take(blob);
    assert_memory_equal(got, bytes, size);
    free(got);
    free(got_type);
    free(exact);
}

static void assert_refused(const char *url)
{
    struct mime_blob *blob;
    char *type;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_data_url_decode(&blob, &type, url, "picture 2", NULL, &error),
                     MAILER_DATA);
    assert_non_null(strstr(error.text, "picture 2"));
    assert_null(blob);
    assert_null(type);
}

static const char plain[] = "text/plain;charset=US-ASCII";

static void the_examples_of_rfc_2397_are_decoded(void **state)
{
    (void)state;
    assert_content("data:,A%20brief%20note", plain, "A brief note", 12);
    assert_content("data:text/plain;charset=iso-8859-7,%be%d3%be", "text/plain;charset=iso-8859-7",
                   "\xBE\xD3\xBE", 3);
    assert_content("data:image/gif;base64,R0lGODdhMAAwAPAA", "image/gif", "GIF87a0\0000\0\xF0\0",
                   12);
}

static void types_are_taken_or_replaced(void **state)
{
    (void)state;
    assert_content("data:;charset=utf-8,x", "text/plain;charset=utf-8", "x", 1);
    assert_content("data:nonsense,x", plain, "x", 1);
    assert_content("data:a/b/c,x", plain, "x", 1);
    assert_content("data: image/png ;base64,eA==", "image/png", "x", 1);
    assert_content("DATA:image/png; BASE64,eA==", "image/png", "x", 1);
    assert_content("data:base64,eA==", plain, "eA==", 4);
    assert_content("data:;base64,eA==", plain, "x", 1);
    assert_content("data:image/svg+xml;utf8,<svg/>", plain, "<svg/>", 6);
}

static void base64_is_forgiven_white_space_and_padding(void **state)
{
    (void)state;
    assert_content("data:image/png;base64,e H\nk\t=", "image/png", "xy", 2);
    assert_content("data:image/png;base64,eHk", "image/png", "xy", 2);
    assert_content("data:image/png;base64,eA", "image/png", "x", 1);
    assert_content("data:image/png;base64,e%48k%3D", "image/png", "xy", 2);
    assert_content("data:image/png;base64,", "image/png", "", 0);
    assert_content("data:image/png;base64,/+8A", "image/png", "\xFF\xEF\0", 3);
}

static void a_fragment_and_margins_are_no_content(void **state)
{
    (void)state;
    assert_content(" data:,a#b", plain, "a", 1);
    assert_content("data:,a%23b \n", plain, "a#b", 3);
    assert_content("data:,a\nb\tc", plain, "abc", 3);
}

static void what_cannot_be_decoded_is_refused(void **state)
{
    (void)state;
    assert_refused("");
    assert_refused("data");
    assert_refused("data:image/png;base64");
    assert_refused("data:image/png#,x");
    assert_refused("http://example.org/,");
    assert_refused("data:image/png;base64,eA===");
    assert_refused("data:image/png;base64,e");
    assert_refused("data:image/png;base64,eH*k");
    assert_refused("data:image/png;base64,=eHk");
    assert_refused("data:image/png;base64,eHk%00");
}

static void large_content_is_decoded(void **state)
{
    (void)state;
    char *digits = html_repeat("AAECA", 400 * 1000);
    char *url = malloc(strlen(digits) + 32);
    assert_non_null(url);
    memcpy(url, "data:image/png;base64,", 22);
    memcpy(url + 22, digits, strlen(digits) + 1);
    struct mime_blob *blob;
    char *type;
    assert_int_equal(mime_data_url_decode(&blob, &type, url, "x", NULL, NULL), 0);
    assert_int_equal(mime_blob_size(blob), 1500 * 1000);
    mime_blob_release(blob);
    free(type);
    free(url);
    free(digits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_rfc_2397_are_decoded),
        cmocka_unit_test(types_are_taken_or_replaced),
        cmocka_unit_test(base64_is_forgiven_white_space_and_padding),
        cmocka_unit_test(a_fragment_and_margins_are_no_content),
        cmocka_unit_test(what_cannot_be_decoded_is_refused),
        cmocka_unit_test(large_content_is_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
