/* SPDX-License-Identifier: ISC */
#include "configuration/ini_text.h"
#include "harness/harness.h"

#include "buffer.h"

#include <stdio.h>

static struct problem problem;

/* Writes what it gets as lines. */
static int note(void *context, const struct ini_setting *setting, struct problem *unused)
{
    (void)unused;
    buffer_append_format(context, "%d|%s|%s|%s|%s\n", setting->line, setting->section,
                         setting->name, setting->key, setting->value);
    return strcmp(setting->key, "stop") == 0 ? EXIT_CODE_DATA : 0;
}

static int read_text(const char *text, size_t size, char **seen)
{
    struct buffer lines = buffer_empty(1024 * 1024);
    char *exact = harness_exact(text, size);
    problem = (struct problem){0};
    int result = ini_text_read("file", exact, size, note, &lines, &problem);
    free(exact);
    *seen = buffer_take_string(&lines);
    assert_non_null(*seen);
    return result;
}

static void gives(const char *text, const char *wanted)
{
    char *seen;
    int result = read_text(text, strlen(text), &seen);
    assert_string_equal(problem.text, "");
    assert_int_equal(result, 0);
    assert_string_equal(seen, wanted);
    free(seen);
}

static void refuses(const char *text, size_t size, int line)
{
    char *seen, start[40];
    assert_int_equal(read_text(text, size, &seen), EXIT_CODE_CONFIGURATION);
    snprintf(start, sizeof start, "file, line %d: ", line);
    if (strncmp(problem.text, start, strlen(start)) != 0)
        assert_string_equal(problem.text, start);
    free(seen);
}

static void settings_come_with_their_section_and_line(void **state)
{
    (void)state;
    gives("", "");
    gives("\n\n# a\n; b\n", "");
    gives("a=1", "1|||a|1\n");
    gives("[defaults]\na = 1\n\n[account \"work\"]\nb = 2\nc=3\n",
          "2|defaults||a|1\n5|account|work|b|2\n6|account|work|c|3\n");
    gives("[defaults ]\na = 1\n", "2|defaults||a|1\n");
    gives("[account\t\"a b\"]\n\tb = 2\n\t\tc = 3\n", "2|account|a b|b|2\n3|account|a b|c|3\n");
    gives("\xef\xbb\xbf[defaults]\r\na = 1\r\n", "2|defaults||a|1\n");
}

static void values_keep_what_passwords_hold(void **state)
{
    (void)state;
    gives("a = x ; y # z=w:v\\n", "1|||a|x ; y # z=w:v\\n\n");
    gives("a = \"  x \"", "1|||a|  x \n");
    gives("a = \"\\\"\\\\;\"", "1|||a|\"\\;\n");
    gives("a = it's \"so\"", "1|||a|it's \"so\"\n");
    gives("a = gr\xc3\xbc\xc3\x9f", "1|||a|gr\xc3\xbc\xc3\x9f\n");
    char text[2000] = "a = ", wanted[2000] = "1|||a|";
    memset(text + 4, 'x', 1000);
    memset(wanted + 6, 'x', 1000);
    wanted[1006] = '\n';
    gives(text, wanted);
}

static void what_is_none_is_refused_with_its_line(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\na\n",           "\n[a\n",          "\n[a] b = c\n", "\n[a \"b]\nc = d\n", "\na = \"b\n",
        "\na = \"b\" c\n", "\na = \"\\n\"\n", "\na = b\rc\n",  "\na = \x01\n",       "\na = \xff\n",
        "\na =\n",         "\na = \"\"\n",    "\n\x7f LF\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        /* What is wrong with a section is told at its first key. */
        int line = strstr(texts[i], "c = d") != NULL ? 3 : 2;
        refuses(texts[i], strlen(texts[i]), line);
    }
    refuses("a = b\0c\n", 8, 1);
    char text[40000];
    memset(text, 'x', sizeof text);
    refuses(text, sizeof text, 1);
    memcpy(text, "[account \"", 10);
    memcpy(text + 100, "\"]\na = b\n", 9);
    refuses(text, 109, 2);
    memcpy(text, "xxxx", 4);
    memcpy(text + 100, "= b\n", 4);
    refuses(text, 104, 1);
}

static void the_first_problem_is_the_one_that_is_told(void **state)
{
    (void)state;
    char *seen;
    assert_int_equal(read_text("stop = 1\nb = 1\n\x01\n", 18, &seen), EXIT_CODE_DATA);
    assert_string_equal(seen, "1|||stop|1\n");
    free(seen);
    refuses("nothing\n\x01\n", 10, 1);
    refuses("nothing\nstop = 1\n", 17, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_come_with_their_section_and_line),
        cmocka_unit_test(values_keep_what_passwords_hold),
        cmocka_unit_test(what_is_none_is_refused_with_its_line),
        cmocka_unit_test(the_first_problem_is_the_one_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
