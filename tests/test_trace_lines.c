/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"

#include "trace_lines.h"

#include <stdio.h>

/* What has been shown: a letter for the kind, and the line. */
struct shown {
    char text[16384];
};

static void keep(void *context, enum mailer_trace_kind kind, const char *line)
{
    struct shown *shown = context;
    size_t used = strlen(shown->text);
    snprintf(shown->text + used, sizeof shown->text - used, "%c|%s\n", "ISRB"[kind], line);
}

static void commands_are_shown_a_line_each_and_printable(void **state)
{
    (void)state;
    struct shown shown = {0};
    struct trace_lines trace = trace_lines_start(keep, &shown);
    const char lines[] = "EHLO x\nAUTH PLAIN ****\nodd \033[2J\xff";
    char *exact = harness_exact(lines, sizeof lines - 1);
    trace_lines_sent(&trace, exact, sizeof lines - 1);
    trace_lines_sent(&trace, exact, 0);
    free(exact);
    trace_lines_info(&trace, "%s\r\n", "hello");
    assert_string_equal(shown.text, "S|EHLO x\nS|AUTH PLAIN ****\nS|odd \\x1B[2J\\xFF\n"
                                    "I|hello\\x0D\\x0A\n");
}

static void nothing_happens_when_nobody_listens(void **state)
{
    (void)state;
    struct trace_lines trace = trace_lines_start(NULL, NULL);
    struct smtp_reply reply = {.code = 250};
    trace_lines_sent(&trace, "x\n", 2);
    trace_lines_info(&trace, "x");
    trace_lines_received(&trace, &reply);
    trace_lines_body(&trace, "x\r\n", 3, true);
    assert_int_equal(trace.body_size, 0);
}

/* Reads a reply, and gives what is shown of it. */
static void show_reply(struct shown *shown, const char *bytes)
{
    struct trace_lines trace = trace_lines_start(keep, shown);
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    size_t consumed = 0;
    shown->text[0] = '\0';
    assert_int_equal(smtp_reply_read(&reader, bytes, strlen(bytes), &consumed, NULL), 1);
    trace_lines_received(&trace, &reader.reply);
    smtp_reply_reader_free(&reader);
}

static void replies_are_shown_line_by_line(void **state)
{
    (void)state;
    struct shown shown;
    show_reply(&shown, "250\r\n");
    assert_string_equal(shown.text, "R|250 \n");
    show_reply(&shown, "250 2.1.0 ok\r\n");
    assert_string_equal(shown.text, "R|250 2.1.0 ok\n");
    show_reply(&shown, "250-a\r\n250-\r\n250 c\033\r\n");
    assert_string_equal(shown.text, "R|250-a\nR|250-\nR|250 c\\x1B\n");
}

static void a_body_is_shown_by_lines_whatever_pieces_it_comes_in(void **state)
{
    (void)state;
    static const char body[] = "one\r\n\r\n.two \033\r\nlong "
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "0123456789012345678901234567890123456789012345678901234567890123456"
                               "\r\na\rb\r\nno end";
    struct shown whole = {0};
    struct trace_lines trace = trace_lines_start(keep, &whole);
    trace_lines_body(&trace, body, sizeof body - 1, true);
    assert_int_equal(strncmp(whole.text, "B|one\nB|\nB|.two \\x1B\nB|long 0123", 31), 0);
    assert_non_null(strstr(whole.text, "B|a\\x0Db\nB|no end\n"));
    for (size_t piece = 1; piece < 40; piece++) {
        struct shown shown = {0};
        trace = trace_lines_start(keep, &shown);
        for (size_t at = 0; at < sizeof body - 1; at += piece) {
            size_t left = sizeof body - 1 - at;
            trace_lines_body(&trace, body + at, left < piece ? left : piece, left <= piece);
        }
        assert_string_equal(shown.text, whole.text);
        assert_int_equal(trace.body_size, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_shown_a_line_each_and_printable),
        cmocka_unit_test(nothing_happens_when_nobody_listens),
        cmocka_unit_test(replies_are_shown_line_by_line),
        cmocka_unit_test(a_body_is_shown_by_lines_whatever_pieces_it_comes_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
