/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/read_header.h"

#include "header/encoded_word.h"

enum { LIMIT = 1024 * 1024 };

/* Appends text behind a field's name that makes the line column octets long, and checks all that
 * must be true of any text; gives what was appended. */
static char *append(const char *text, enum mime_word_place place, size_t column)
{
    struct buffer out = buffer_empty(LIMIT);
    for (size_t i = 0; i < column; i++)
        buffer_append_char(&out, i + 1 == column && column > 1 ? ' ' : 'N');
    size_t size = strlen(text);
    char *exact = harness_exact(text, size);
    size_t end = column;
    mime_encoded_word_append(&out, exact, size, place, &end);
    free(exact);
    assert_false(out.failed);
    assert_true(text_is_ascii(out.bytes, out.size));
    assert_true(read_lines_are_fit(out.bytes, out.size, column > 77 ? column - 1 : 76));
    size_t last = out.size;
    while (last > 0 && out.bytes[last - 1] != '\n')
        last--;
    assert_int_equal(end, out.size - last);
    char *unfolded = read_unfold(out.bytes, out.size);
    char *decoded = read_words(unfolded + column);
    assert_non_null(decoded);
    assert_string_equal(decoded, text);
    free(decoded);
    free(unfolded);
    buffer_drop(&out, column);
    return buffer_take_string(&out);
}

static void text_is_written_as_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *written;
    } cases[] = {
        {"Gr\xC3\xBC\xC3\x9F", "=?utf-8?B?R3LDvMOf?="},
        {"All is gr\xC3\xBC"
         "n here today",
         "All is =?utf-8?B?Z3LDvG4=?= here today"},
        {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "=?utf-8?B?5pel5pys6Kqe?="},
        {"=?utf-8?q?x?=", "=?utf-8?B?PT91dGYtOD9xP3g/PQ==?="},
        {" a b", "=?utf-8?Q?_a?= b"},
        {"a b ", "a =?utf-8?Q?b_?="},
        {" ", "=?utf-8?Q?_?="},
        {"\xC3\xBC  x", "=?utf-8?B?w7wg?= x"},
        {"x  \xC3\xBC", "x =?utf-8?B?IMO8?="},
        {"one \xC3\xA4 two \xC3\xB6 three", "one =?utf-8?B?w6QgdHdvIMO2?= three"},
        {"x?y=z_w,abcdefghijklmno.\xC3\xBC", "=?utf-8?Q?x=3Fy=3Dz=5Fw,abcdefghijklmno.=C3=BC?="},
        {"\t", "=?utf-8?Q?=09?="},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *written = append(cases[i].text, MIME_WORD_TEXT, 9);
        assert_string_equal(written, cases[i].written);
        free(written);
    }
}

static void a_phrase_has_only_what_rfc_2047_allows_there(void **state)
{
    (void)state;
    char all[96 + 3];
    for (size_t i = 0; i < 95; i++)
        all[i] = (char)(' ' + i);
    memcpy(all + 95, "\xC3\xBC", 3);
    for (size_t column = 0; column < 80; column++) {
        char *written = append(all, MIME_WORD_PHRASE, column);
        for (const char *at = written; *at != '\0'; at++)
            assert_true(text_is_letter(*at) || text_is_digit(*at) ||
                        strchr("!*+-/=_? \r\n", *at) != NULL);
        free(written);
    }
    char *written = append("\xC3\xBC (\"x\")", MIME_WORD_PHRASE, 6);
    assert_string_equal(written, "=?utf-8?B?w7wgKCJ4Iik=?=");
    free(written);
    written = append("J\xC3\xBCrgen Anders, Esq.", MIME_WORD_PHRASE, 6);
    assert_string_equal(written, "=?utf-8?Q?J=C3=BCrgen_Anders=2C_Esq=2E?=");
    free(written);
}

static void every_text_reads_back_at_every_column(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",
        "word",
        " ",
        " ",
        "  ",
        "=?",
        "?=",
        "=?utf-8?Q?x?=",
        "\xC3\xBC",
        "\xE2\x82\xAC",
        "\xF0\x9F\x98\x80",
        "_",
        "=",
        "\"",
        "a\xCC\x81",
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80",
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234",
    };
    uint64_t random = 1;
    for (size_t round = 0; round < 8000; round++) {
        char text[4096] = "";
        size_t count = 1 + harness_random(&random) % 40;
        for (size_t i = 0; i < count; i++)
            strcat(text, pieces[harness_random(&random) % (sizeof pieces / sizeof *pieces)]);
        free(append(text, round & 1 ? MIME_WORD_PHRASE : MIME_WORD_TEXT, round % 80));
    }
}

static void many_emoji_read_back_at_every_column(void **state)
{
    (void)state;
    char text[500 * 7 + 1] = "";
    for (size_t i = 0; i < 500; i++)
        strcat(text, i % 3 == 1 ? "\xF0\x9F\x98\x80\xE2\x80\x8D" : "\xF0\x9F\x98\x80");
    for (size_t column = 0; column < 80; column++) {
        free(append(text, MIME_WORD_TEXT, column));
        free(append(text, MIME_WORD_PHRASE, column));
    }
}

static void a_character_stays_with_what_extends_it(void **state)
{
    (void)state;
    /* A woman astronaut of seven octets more than a third of a word, at all places in it. */
    static const char joined[] = "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x9A\x80";
    for (size_t filler = 0; filler < 80; filler++) {
        char text[200];
        memset(text, 'x', filler);
        strcpy(text + filler, joined);
        char *written = append(text, MIME_WORD_TEXT, 9);
        char *word = strtok(written, " \r\n");
        bool whole = false;
        for (; word != NULL; word = strtok(NULL, " \r\n")) {
            char *decoded = read_words(word);
            whole = whole || strstr(decoded, joined) != NULL;
            free(decoded);
        }
        assert_true(whole);
        free(written);
    }
}

static void only_the_last_of_adjacent_words_is_padded(void **state)
{
    (void)state;
    static const char *const texts[] = {"\xD0\xB6",
                                        "\xE6\x97\xA5",
                                        "\xF0\x9F\x98\x80",
                                        "\xD0\xB6\xF0\x9F\x98\x80",
                                        "\xCE\xB1 \xE6\x97\xA5",
                                        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[1024] = "";
        while (strlen(text) < 700)
            strcat(text, texts[i]);
        for (size_t column = 2; column < 80; column++) {
            char *written = append(text, MIME_WORD_PHRASE, column);
            assert_non_null(strstr(written, "?B?"));
            const char *padded = strstr(written, "=?=");
            assert_true(padded == NULL || strcmp(padded, "=?=") == 0);
            free(written);
        }
    }
}

static void a_mark_after_mark_without_end_is_parted(void **state)
{
    (void)state;
    char text[2 * 300 + 2] = "a";
    for (size_t i = 0; i < 300; i++)
        strcat(text, "\xCC\x81");
    free(append(text, MIME_WORD_TEXT, 20));
}

static void octets_that_are_no_utf8_are_encoded_as_they_are(void **state)
{
    (void)state;
    struct buffer out = buffer_empty(LIMIT);
    size_t column = 0;
    mime_encoded_word_append(&out, "a\xFF\0b", 4, MIME_WORD_TEXT, &column);
    assert_int_equal(out.size, column);
    assert_memory_equal(out.bytes, "=?utf-8?Q?a=FF=00b?=", out.size);
    buffer_free(&out);
}

static void it_is_known_what_must_be_encoded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool needed;
        bool needed_in_utf8;
    } cases[] = {
        {"", false, false},         {"a  b", false, false},
        {"a=b?=", false, false},    {"a\tb", false, false},
        {"\xC3\xBC", true, false},  {"x=?y", true, true},
        {" a", true, true},         {"a ", true, true},
        {"a\t", true, true},        {"a\xE2\x80\xA8z", true, true},
        {"a\xC2\x85z", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = strlen(cases[i].text);
        char *exact = harness_exact(cases[i].text, size);
        assert_int_equal(mime_encoded_word_needed(exact, size, false), cases[i].needed);
        assert_int_equal(mime_encoded_word_needed(exact, size, true), cases[i].needed_in_utf8);
        free(exact);
    }
}

static void nothing_is_written_of_nothing_or_into_a_full_buffer(void **state)
{
    (void)state;
    struct buffer out = buffer_empty(LIMIT);
    size_t column = 5;
    mime_encoded_word_append(&out, "", 0, MIME_WORD_TEXT, &column);
    assert_int_equal(out.size, 0);
    assert_int_equal(column, 5);
    buffer_free(&out);
    struct buffer full = buffer_empty(20);
    mime_encoded_word_append(&full, "word \xC3\xBC word", 12, MIME_WORD_TEXT, &column);
    assert_true(full.failed);
    mime_encoded_word_append(&full, "word \xC3\xBC word", 12, MIME_WORD_TEXT, &column);
    assert_int_equal(full.size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_written_as_expected),
        cmocka_unit_test(a_phrase_has_only_what_rfc_2047_allows_there),
        cmocka_unit_test(every_text_reads_back_at_every_column),
        cmocka_unit_test(many_emoji_read_back_at_every_column),
        cmocka_unit_test(a_character_stays_with_what_extends_it),
        cmocka_unit_test(only_the_last_of_adjacent_words_is_padded),
        cmocka_unit_test(a_mark_after_mark_without_end_is_parted),
        cmocka_unit_test(octets_that_are_no_utf8_are_encoded_as_they_are),
        cmocka_unit_test(it_is_known_what_must_be_encoded),
        cmocka_unit_test(nothing_is_written_of_nothing_or_into_a_full_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
