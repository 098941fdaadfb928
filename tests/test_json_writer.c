/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "json_writer.h"

/* A line with one text in it. */
static void assert_text(const char *value, const char *expected)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    struct json_writer writer = {out, false};
    json_write_text(&writer, "a", value);
    json_write_end(&writer);
    fclose(out);
    assert_string_equal(line, expected);
    free(line);
}

static void members_stand_in_one_line_with_commas_between(void **state)
{
    (void)state;
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    for (int members = 0; members <= 3; members++) {
        struct json_writer writer = {out, false};
        if (members > 0)
            json_write_text(&writer, "text", "x");
        if (members > 1)
            json_write_number(&writer, "number", 250);
        if (members > 2)
            json_write_number(&writer, "none", 0);
        json_write_end(&writer);
    }
    fclose(out);
    assert_string_equal(line, "{}\n{\"text\":\"x\"}\n{\"text\":\"x\",\"number\":250}\n"
                              "{\"text\":\"x\",\"number\":250,\"none\":null}\n");
    free(line);
}

static void any_octets_become_a_string(void **state)
{
    (void)state;
    assert_text(NULL, "{\"a\":null}\n");
    assert_text("", "{\"a\":null}\n");
    assert_text("a \"b\" \\c/", "{\"a\":\"a \\\"b\\\" \\\\c/\"}\n");
    assert_text("\x01\t\n\x1f\x7f", "{\"a\":\"\\u0001\\u0009\\u000a\\u001f\\u007f\"}\n");
    assert_text("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80",
                "{\"a\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"}\n");
    assert_text("\xc2\x85\xe2\x80\xa8\xe2\x80\xa9", "{\"a\":\"\\u0085\\u2028\\u2029\"}\n");
    assert_text("\xff\xc3", "{\"a\":\"\\ufffd\\ufffd\"}\n");
    assert_text("\xed\xa0\x80", "{\"a\":\"\\ufffd\\ufffd\\ufffd\"}\n");
}

static void lists_hold_strings_and_objects(void **state)
{
    (void)state;
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    struct json_writer writer = {out, false};
    json_write_list(&writer, "none");
    json_write_list_end(&writer);
    json_write_list(&writer, "some");
    json_write_element(&writer, "a");
    json_write_element(&writer, "");
    json_write_object(&writer);
    json_write_object_end(&writer);
    json_write_object(&writer);
    json_write_integer(&writer, "n", -5000000000);
    json_write_flag(&writer, "f", true);
    json_write_object_end(&writer);
    json_write_list_end(&writer);
    json_write_flag(&writer, "g", false);
    json_write_end(&writer);
    fclose(out);
    assert_string_equal(line, "{\"none\":[],\"some\":[\"a\",null,{},{\"n\":-5000000000,"
                              "\"f\":true}],\"g\":false}\n");
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stand_in_one_line_with_commas_between),
        cmocka_unit_test(lists_hold_strings_and_objects),
        cmocka_unit_test(any_octets_become_a_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
