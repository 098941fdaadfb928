/* SPDX-License-Identifier: ISC */
#include "content/json.h"
#include "harness/harness.h"

static enum mime_json check(const char *text, size_t size, bool whole)
{
    char *bytes = harness_exact(text, size);
    enum mime_json found = mime_json_check(bytes, size, whole);
    free(bytes);
    return found;
}

static void assert_all(const char *const *texts, size_t count, enum mime_json expected)
{
    for (size_t i = 0; i < count; i++)
        if (check(texts[i], strlen(texts[i]), true) != expected)
            fail_msg("wrong: %s", texts[i]);
}

static const char *const good[] = {
    "{}",
    "[]",
    " \r\n\t[ ] \n",
    "{\"a\":1}",
    "[1,-2,0,0.5,1e9,1E+9,-1.25e-10]",
    "[true,false,null]",
    "[\"\",\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fC\",\"\xC3\xBC \xFC\"]",
    "{\"a\":{\"b\":[{\"c\":[[]]},{}]},\"d\":\"e\"}",
    "{\n  \"a\": [\n    1\n  ]\n}\n",
};

static void objects_and_arrays_are_json(void **state)
{
    (void)state;
    assert_all(good, sizeof good / sizeof *good, MIME_JSON_TEXT);
}

static void what_only_begins_like_json_is_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        " ",
        "1",
        "\"a\"",
        "true",
        "hello",
        "{",
        "[",
        "]",
        "}",
        "[1",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1,",
        "[1,]",
        "{\"a\":1,}",
        "[,1]",
        "[1 2]",
        "{1:2}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":1]",
        "[1}",
        "[1]]",
        "[section]",
        "[a](b)",
        "[01]",
        "[1.]",
        "[.5]",
        "[1e]",
        "[-]",
        "[+1]",
        "[tru]",
        "[nulll]",
        "[\"a\n\"]",
        "[\"\\x\"]",
        "[\"\\u12\"]",
        "[\"\\u123g\"]",
        "['a']",
        "[1] x",
        "[1] // no",
        "{{}}",
        "[1 // c\n]",
        "\f[]",
        "[1]\v",
        "[\"a]",
        "{} {}",
        "{}{}",
        "{}\n1",
        "1\n{}",
        "{\n}\n{\n}",
        "{}\n{\n}\n",
        "{}\n[1",
        "{},\n{}",
    };
    assert_all(wrong, sizeof wrong / sizeof *wrong, MIME_JSON_NONE);
}

static void one_in_each_line_is_lines(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{}\n{}",
        "{\"a\":1}\r\n{\"a\":2}\r\n",
        "[1]\n\n[2]\n",
        "{}\r[]",
    };
    assert_all(lines, sizeof lines / sizeof *lines, MIME_JSON_LINES);
}

static void a_cut_off_beginning_is_enough(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        size_t start = strspn(good[i], " \r\n\t") + 1;
        for (size_t cut = start; cut <= strlen(good[i]); cut++)
            if (check(good[i], cut, false) != MIME_JSON_TEXT)
                fail_msg("cut at %zu: %s", cut, good[i]);
    }
    assert_int_equal(check("{}\n{\"a", 6, false), MIME_JSON_LINES);
    assert_int_equal(check("[sec", 4, false), MIME_JSON_NONE);
    assert_int_equal(check("[12", 3, false), MIME_JSON_TEXT);
    assert_int_equal(check("[01", 3, false), MIME_JSON_TEXT);
    assert_int_equal(check("[01,", 4, false), MIME_JSON_NONE);
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    static char deep[100001];
    memset(deep, '[', 256);
    memset(deep + 256, ']', 256);
    assert_int_equal(check(deep, 512, true), MIME_JSON_TEXT);
    memset(deep, '[', 257);
    memset(deep + 257, ']', 257);
    assert_int_equal(check(deep, 514, true), MIME_JSON_NONE);
    memset(deep, '[', sizeof deep);
    assert_int_equal(check(deep, sizeof deep, false), MIME_JSON_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_and_arrays_are_json),
        cmocka_unit_test(what_only_begins_like_json_is_none),
        cmocka_unit_test(one_in_each_line_is_lines),
        cmocka_unit_test(a_cut_off_beginning_is_enough),
        cmocka_unit_test(depth_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
