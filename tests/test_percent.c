/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "html/percent.h"

static void assert_decoded(const char *text, const char *expected)
{
    struct buffer out = buffer_empty(2000);
    char *exact = harness_exact(text, strlen(text));
    percent_append_decoded(&out, exact, strlen(text));
    char *got = buffer_take_string(&out);
    assert_string_equal(got, expected);
    free(got);
    free(exact);
}

static void octets_are_decoded_and_nonsense_stays(void **state)
{
    (void)state;
    assert_decoded("", "");
    assert_decoded("a%20b%c3%A4", "a b\xC3\xA4");
    assert_decoded("100%", "100%");
    assert_decoded("%2", "%2");
    assert_decoded("%zz%2g%%41", "%zz%2g%A");
    assert_decoded("%252e", "%2e");
}

static void a_cid_url_decodes_to_the_id(void **state)
{
    (void)state;
    char id[256];
    for (unsigned i = 0; i < 255; i++)
        id[i] = (char)(i + 1);
    id[255] = '\0';
    struct buffer out = buffer_empty(2000);
    percent_append_cid_url(&out, id);
    buffer_append_char(&out, '\0');
    assert_null(strpbrk(out.bytes, " \"'()<>&\\,`="));
    assert_memory_equal(out.bytes, "cid:", 4);
    assert_decoded(out.bytes + 4, id);
    buffer_free(&out);
}

static void a_plain_id_stays_plain(void **state)
{
    (void)state;
    struct buffer out = buffer_empty(100);
    percent_append_cid_url(&out, "plot.png@mailer-1_x");
    char *got = buffer_take_string(&out);
    assert_string_equal(got, "cid:plot.png@mailer-1_x");
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_are_decoded_and_nonsense_stays),
        cmocka_unit_test(a_cid_url_decodes_to_the_id),
        cmocka_unit_test(a_plain_id_stays_plain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
