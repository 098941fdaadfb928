/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "reply.h"

#include <stdio.h>

/* Reads text in pieces of at most piece octets, up to the end of one reply or of the text. */
static int read_in_pieces(struct smtp_reply_reader *reader, const char *text, size_t size,
                          size_t piece, size_t *used, struct mailer_error *error)
{
    *used = 0;
    int result = 0;
    while (*used < size && result == 0) {
        size_t now = piece < size - *used ? piece : size - *used;
        char *block = harness_exact(text + *used, now);
        size_t consumed = 0;
        result = smtp_reply_read(reader, block, now, &consumed, error);
        assert_true(consumed > 0 && consumed <= now);
        free(block);
        *used += consumed;
    }
    return result;
}

/* At all sizes of pieces it must be one reply that ends where the text ends, with this content. */
static void assert_reply_of(const char *octets, size_t size, int code, const char *enhanced_code,
                            const char *text, size_t text_size)
{
    for (size_t piece = 1; piece <= size; piece++) {
        struct smtp_reply_reader reader = smtp_reply_reader_start();
        struct mailer_error error = MAILER_ERROR_INIT;
        size_t used = 0;
        assert_int_equal(read_in_pieces(&reader, octets, size, piece, &used, &error), 1);
        assert_int_equal(used, size);
        assert_int_equal(reader.reply.code, code);
        assert_string_equal(reader.reply.enhanced_code, enhanced_code);
        assert_int_equal(reader.reply.text.size, text_size);
        assert_memory_equal(reader.reply.text.bytes, text, text_size);
        assert_false(smtp_reply_is_partial(&reader));
        smtp_reply_reader_free(&reader);
    }
}

static void assert_reply(const char *octets, int code, const char *enhanced_code, const char *text)
{
    assert_reply_of(octets, strlen(octets), code, enhanced_code, text, strlen(text));
}

static void assert_refused(const char *octets, size_t size, const char *words)
{
    for (size_t piece = 1; piece <= size; piece++) {
        struct smtp_reply_reader reader = smtp_reply_reader_start();
        struct mailer_error error = MAILER_ERROR_INIT;
        size_t used = 0;
        assert_int_equal(read_in_pieces(&reader, octets, size, piece, &used, &error),
                         MAILER_PROTOCOL);
        assert_int_equal(error.error_class, MAILER_PROTOCOL);
        if (strstr(error.text, words) == NULL)
            print_error("the text is \"%s\"\n", error.text);
        assert_non_null(strstr(error.text, words));
        smtp_reply_reader_free(&reader);
    }
}

static void one_line_and_many_lines_are_read_at_all_splits(void **state)
{
    (void)state;
    assert_reply("250 ok\r\n", 250, "", "ok");
    assert_reply("250-one\r\n250-two\r\n250 three\r\n", 250, "", "one\ntwo\nthree");
    assert_reply("220 with LF only\n", 220, "", "with LF only");
    assert_reply("250-a\n250 b\r\n", 250, "", "a\nb");
    assert_reply("250-\r\n250 \r\n", 250, "", "\n");
    assert_reply("599 \r\n", 599, "", "");
    assert_reply("200 \r\n", 200, "", "");
}

static void a_bare_code_is_a_reply(void **state)
{
    (void)state;
    assert_reply("250\r\n", 250, "", "");
    assert_reply("250\n", 250, "", "");
    assert_reply("250-a\r\n250\r\n", 250, "", "a\n");
}

static void enhanced_codes_are_taken_off_where_they_fit_the_code(void **state)
{
    (void)state;
    assert_reply("550 5.1.1 no such user\r\n", 550, "5.1.1", "no such user");
    assert_reply("550 5.1.1\r\n", 550, "5.1.1", "");
    assert_reply("450 4.100.255 later\r\n", 450, "4.100.255", "later");
    assert_reply("550-5.1.1 one\r\n550 5.7.1 two\r\n", 550, "5.7.1", "one\ntwo");
    assert_reply("550-5.1.1 one\r\n550 two\r\n", 550, "5.1.1", "one\ntwo");
    assert_reply("250 5.1.1 other class\r\n", 250, "", "5.1.1 other class");
    assert_reply("550 5.1000.1 too long\r\n", 550, "", "5.1000.1 too long");
    assert_reply("550 5.1.1000 too long\r\n", 550, "", "5.1.1000 too long");
    assert_reply("550 5..1 none\r\n", 550, "", "5..1 none");
    assert_reply("550 5.1. none\r\n", 550, "", "5.1. none");
    assert_reply("550 5.1\r\n", 550, "", "5.1");
    assert_reply("550 5.1.1.1 version\r\n", 550, "", "5.1.1.1 version");
    assert_reply("550 5.1.1x\r\n", 550, "", "5.1.1x");
}

static void what_is_no_reply_is_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {"\r\n",
                                        "\n",
                                        "2\r\n",
                                        "25\r\n",
                                        "25x\r\n",
                                        "x50 a\r\n",
                                        "999 no\r\n",
                                        "600 no\r\n",
                                        "199 no\r\n",
                                        "100 no\r\n",
                                        "250_ok\r\n",
                                        "2500 ok\r\n",
                                        "250ok\r\n",
                                        " 250 ok\r\n",
                                        "-250 ok\r\n",
                                        "250\r\r\n",
                                        "HTTP/1.1 400 Bad Request\r\n",
                                        "250\tok\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_refused(lines[i], strlen(lines[i]), "does not speak SMTP");
    const char *late = "250-ok\r\n\r\n";
    assert_refused(late, strlen(late), "a line is no reply");
}

static void two_codes_in_one_reply_are_refused(void **state)
{
    (void)state;
    const char *mixed = "250-ok\r\n550 no\r\n";
    assert_refused(mixed, strlen(mixed), "two codes in one reply");
    const char *middle = "250-ok\r\n251-no\r\n250 ok\r\n";
    assert_refused(middle, strlen(middle), "two codes in one reply");
}

static void any_octet_may_stand_in_the_text(void **state)
{
    (void)state;
    char octets[300];
    char text[300];
    size_t size = 0;
    memcpy(octets, "250 ", 4);
    for (int value = 0; value < 256; value++)
        if (value != '\n')
            text[size++] = (char)value;
    memcpy(octets + 4, text, size);
    memcpy(octets + 4 + size, "\r\n", 2);
    assert_reply_of(octets, size + 6, 250, "", text, size);
}

static void the_error_shows_no_raw_octets_of_the_server(void **state)
{
    (void)state;
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    struct mailer_error error = MAILER_ERROR_INIT;
    size_t consumed = 0;
    const char octets[] = "\x1b[2J\0\xff evil\r\n";
    assert_int_equal(smtp_reply_read(&reader, octets, sizeof octets - 1, &consumed, &error),
                     MAILER_PROTOCOL);
    for (const char *c = error.text; *c != '\0'; c++)
        assert_true(*c >= ' ' && *c < 0x7F);
    assert_non_null(strstr(error.text, "evil"));
    smtp_reply_reader_free(&reader);
}

static void replies_that_come_together_are_taken_one_by_one(void **state)
{
    (void)state;
    const char *octets = "250 one\r\n550-5.1.1 two\r\n550 5.1.1 too\r\n354\r\n";
    for (size_t piece = 1; piece <= strlen(octets); piece++) {
        struct smtp_reply_reader reader = smtp_reply_reader_start();
        static const int codes[] = {250, 550, 354};
        size_t at = 0;
        for (int i = 0; i < 3; i++) {
            size_t used = 0;
            assert_int_equal(
                read_in_pieces(&reader, octets + at, strlen(octets) - at, piece, &used, NULL), 1);
            assert_int_equal(reader.reply.code, codes[i]);
            assert_string_equal(reader.reply.enhanced_code, i == 1 ? "5.1.1" : "");
            assert_false(smtp_reply_is_partial(&reader));
            at += used;
        }
        assert_int_equal(at, strlen(octets));
        smtp_reply_reader_free(&reader);
    }
}

static void it_knows_when_it_stands_within_a_reply(void **state)
{
    (void)state;
    const char *octets = "250-a\r\n250 b\r\n";
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    assert_false(smtp_reply_is_partial(&reader));
    for (size_t i = 0; i < strlen(octets); i++) {
        size_t consumed = 0;
        int whole = smtp_reply_read(&reader, octets + i, 1, &consumed, NULL);
        assert_int_equal(whole, i + 1 == strlen(octets));
        assert_int_equal(smtp_reply_is_partial(&reader), !whole);
    }
    size_t consumed = 1;
    assert_int_equal(smtp_reply_read(&reader, octets, 0, &consumed, NULL), 0);
    assert_int_equal(consumed, 0);
    assert_int_equal(reader.reply.code, 250);
    smtp_reply_reader_free(&reader);
}

/* Reads size octets of which only the last may be a line end, all at once or in pieces. */
static int read_line_of(size_t size, size_t piece, bool with_end)
{
    char *line = malloc(size);
    assert_non_null(line);
    memset(line, 'x', size);
    memcpy(line, "250 ", 4);
    if (with_end)
        line[size - 1] = '\n';
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    size_t used = 0;
    int result = read_in_pieces(&reader, line, size, piece, &used, NULL);
    smtp_reply_reader_free(&reader);
    free(line);
    return result;
}

static void a_line_may_have_64_kib_and_no_more(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 1000, 65535, 65536, 65537, 1 << 20};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        assert_int_equal(read_line_of(SMTP_REPLY_LINE_LIMIT, pieces[i], true), 1);
        assert_int_equal(read_line_of(SMTP_REPLY_LINE_LIMIT + 1, pieces[i], true), MAILER_PROTOCOL);
        assert_int_equal(read_line_of(SMTP_REPLY_LINE_LIMIT + 1, pieces[i], false),
                         MAILER_PROTOCOL);
    }
}

static void a_reply_may_have_1_mib_and_no_more(void **state)
{
    (void)state;
    enum { LINE = 1024, LINES = SMTP_REPLY_LIMIT / LINE };
    char *octets = malloc(SMTP_REPLY_LIMIT + LINE);
    assert_non_null(octets);
    memset(octets, 'x', SMTP_REPLY_LIMIT + LINE);
    for (size_t i = 0; i <= LINES; i++) {
        memcpy(octets + i * LINE, "250-", 4);
        memcpy(octets + (i + 1) * LINE - 2, "\r\n", 2);
    }
    static const size_t pieces[] = {777, 65536, 1 << 21};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t used = 0;
        struct smtp_reply_reader reader = smtp_reply_reader_start();
        assert_int_equal(
            read_in_pieces(&reader, octets, SMTP_REPLY_LIMIT + LINE, pieces[i], &used, NULL),
            MAILER_PROTOCOL);
        smtp_reply_reader_free(&reader);
        octets[(LINES - 1) * LINE + 3] = ' ';
        reader = smtp_reply_reader_start();
        assert_int_equal(read_in_pieces(&reader, octets, SMTP_REPLY_LIMIT, pieces[i], &used, NULL),
                         1);
        octets[(LINES - 1) * LINE + 3] = '-';
        smtp_reply_reader_free(&reader);
    }
    free(octets);
}

/* The line that is shown for these octets. */
static void assert_shown(const char *octets, size_t room, const char *expected)
{
    struct smtp_reply_reader reader = smtp_reply_reader_start();
    size_t consumed = 0;
    assert_int_equal(smtp_reply_read(&reader, octets, strlen(octets), &consumed, NULL), 1);
    char *line = malloc(room);
    assert_non_null(line);
    smtp_reply_show(&reader.reply, line, room);
    assert_string_equal(line, expected);
    free(line);
    smtp_reply_reader_free(&reader);
}

static void a_reply_is_shown_as_one_printable_line(void **state)
{
    (void)state;
    assert_shown("550-5.1.1 no\r\n550 5.1.1 user\r\n", 100, "550 5.1.1 no user");
    assert_shown("550 5.1.1\r\n", 100, "550 5.1.1");
    assert_shown("250\r\n", 100, "250");
    assert_shown("250 a\x1b[1mb\r\n", 100, "250 a\\x1B[1mb");
    assert_shown("250 f\xc3\xbcr\r\n", 100, "250 f\xc3\xbcr");
    assert_shown("550 5.1.1 no user\r\n", 1, "");
    assert_shown("550 5.1.1 no user\r\n", 4, "550");
    assert_shown("550 5.1.1 no user\r\n", 13, "550 5.1.1 no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_and_many_lines_are_read_at_all_splits),
        cmocka_unit_test(a_bare_code_is_a_reply),
        cmocka_unit_test(enhanced_codes_are_taken_off_where_they_fit_the_code),
        cmocka_unit_test(what_is_no_reply_is_refused),
        cmocka_unit_test(two_codes_in_one_reply_are_refused),
        cmocka_unit_test(any_octet_may_stand_in_the_text),
        cmocka_unit_test(the_error_shows_no_raw_octets_of_the_server),
        cmocka_unit_test(replies_that_come_together_are_taken_one_by_one),
        cmocka_unit_test(it_knows_when_it_stands_within_a_reply),
        cmocka_unit_test(a_line_may_have_64_kib_and_no_more),
        cmocka_unit_test(a_reply_may_have_1_mib_and_no_more),
        cmocka_unit_test(a_reply_is_shown_as_one_printable_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
