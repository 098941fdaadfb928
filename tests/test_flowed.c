/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "harness/unflow.h"

#include <stdio.h>

#define BYTES(literal) literal, sizeof literal - 1

/* Flows a text in pieces of one size, the first of another, 0: of random ones. */
static char *flow_in_pieces(const char *bytes, size_t size, bool delete_space, size_t first,
                            size_t piece, bool *wants, size_t *got)
{
    struct mime_flow flow = mime_flow_start(delete_space);
    struct mime_spool_writer writer = mime_spool_start("it", NULL);
    struct mime_spool spool;
    uint64_t random = size;
    size_t step = first;
    for (size_t at = 0; at < size; at += step, step = piece) {
        if (step == 0)
            step = 1 + harness_random(&random) % 40;
        step = step < size - at ? step : size - at;
        char *exact = harness_exact(bytes + at, step);
        assert_int_equal(mime_flow_add(&flow, exact, step, &writer, NULL), 0);
        free(exact);
    }
    assert_int_equal(mime_flow_finish(&flow, &writer, NULL), 0);
    assert_int_equal(mime_spool_finish(&writer, &spool, NULL), 0);
    assert_true(spool.descriptor < 0);
    *wants = flow.wants_delete_space;
    *got = (size_t)spool.size;
    char *text = harness_exact(spool.bytes, *got);
    free(spool.bytes);
    return text;
}

#define TEN     "123456789 "
#define FIFTY   TEN TEN TEN TEN TEN
#define SEVENTY FIFTY TEN TEN
#define LONG    "1234567890123456789012345678901234567890123456789012345678901234567890123456789"
/* "Japanese" in Japanese, three ideographs of two columns. */
#define NIHONGO "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"
#define FOUR    NIHONGO NIHONGO NIHONGO NIHONGO

static const struct {
    const char *in;
    size_t in_size;
    const char *out;
    size_t out_size;
} cases[] = {
    {BYTES(""), BYTES("")},
    {BYTES("\n"), BYTES("\r\n")},
    {BYTES("a"), BYTES("a")},
    {BYTES("a\nb\r\nc"), BYTES("a\r\nb\r\nc")},
    {BYTES("a  \n \n   "), BYTES("a\r\n\r\n")},
    {BYTES("a\rb\r"), BYTES("a\rb\r")},
    {BYTES("a\r\r\n"), BYTES("a\r\r\n")},

    /* Signatures. */
    {BYTES("-- \nAnn\n"), BYTES("-- \r\nAnn\r\n")},
    {BYTES("-- "), BYTES("-- ")},
    {BYTES("--  \n--\n -- \n-- x\n"), BYTES("--\r\n--\r\n  --\r\n-- x\r\n")},
    {BYTES("> -- \n>-- \n>  -- \n"), BYTES("> -- \r\n>-- \r\n>  --\r\n")},
    {BYTES("-- " LONG "x y\n"), BYTES("-- " LONG "x \r\ny\r\n")},

    /* A space in front. */
    {BYTES(" a\n  b\n"), BYTES("  a\r\n   b\r\n")},
    {BYTES("From me\nFrom\nFrom  \nFromage\nfrom\n"),
     BYTES(" From me\r\nFrom\r\nFrom\r\nFromage\r\nfrom\r\n")},
    {BYTES("\ta\n"), BYTES("\ta\r\n")},

    /* Quotes. */
    {BYTES("> a\n>a\n>>  b\n> > c\n>\n> \n> From x\n"),
     BYTES("> a\r\n>a\r\n>>  b\r\n> > c\r\n>\r\n>\r\n> From x\r\n")},
    {BYTES(">"), BYTES(">")},
    {BYTES("> " SEVENTY TEN "x\n"), BYTES("> " SEVENTY "\r\n> " TEN "x\r\n")},
    {BYTES(">>" SEVENTY TEN "x\n"), BYTES(">>" SEVENTY "\r\n>>" TEN "x\r\n")},
    {BYTES("> " FIFTY TEN "12345678 > " TEN "\n"),
     BYTES("> " FIFTY TEN "12345678 \r\n> > 123456789\r\n")},
    {BYTES(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>> " FIFTY "\n"),
     BYTES(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>> " TEN TEN TEN TEN
           "\r\n>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> 123456789\r\n")},
    {BYTES(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> " FIFTY "\n" LONG "\n"),
     BYTES(">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> " TEN TEN TEN TEN "123456789\r\n" LONG "\r\n")},

    /* Long lines. */
    {BYTES(SEVENTY "12345678"), BYTES(SEVENTY "12345678")},
    {BYTES(SEVENTY "12345678 \n"), BYTES(SEVENTY "12345678\r\n")},
    {BYTES(SEVENTY "12345678\r\n"), BYTES(SEVENTY "12345678\r\n")},
    {BYTES(SEVENTY TEN "\n"), BYTES(SEVENTY "\r\n123456789\r\n")},
    {BYTES(SEVENTY SEVENTY "xyz\n"), BYTES(SEVENTY "\r\n" SEVENTY "\r\nxyz\r\n")},
    {BYTES(SEVENTY "1 34567890"), BYTES(SEVENTY "1 \r\n34567890")},
    {BYTES(SEVENTY "12 4567890"), BYTES(SEVENTY "\r\n12 4567890")},
    {BYTES(SEVENTY "From " FIFTY "\n"),
     BYTES(SEVENTY "\r\n From 123456789 " TEN TEN TEN "123456789\r\n")},
    {BYTES(SEVENTY ">1234567 x\n"), BYTES(SEVENTY "\r\n >1234567 x\r\n")},
    {BYTES(FIFTY TEN "                    x\n"), BYTES(FIFTY TEN "            \r\n         x\r\n")},

    /* Long words. */
    {BYTES(LONG "\n"), BYTES(LONG "\r\n")},
    {BYTES(LONG LONG), BYTES(LONG LONG)},
    {BYTES("a " LONG " b\n"), BYTES("a \r\n" LONG " \r\nb\r\n")},
    {BYTES(LONG "   b\n"), BYTES(LONG " \r\n   b\r\n")},
    {BYTES(LONG "    \n"), BYTES(LONG "\r\n")},
    {BYTES("> " LONG " b\n"), BYTES("> " LONG " \r\n> b\r\n")},
    {BYTES(" " LONG " b\n"), BYTES("  " LONG " \r\nb\r\n")},

    /* Columns are not octets: 76 and 80 of them. */
    {BYTES("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC" SEVENTY "x\n"),
     BYTES("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC" SEVENTY "x\r\n")},
    {BYTES("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC " SEVENTY "x\n"),
     BYTES("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC " FIFTY TEN "\r\n" TEN
           "x\r\n")},
    /* No UTF-8. */
    {BYTES("\xFC\x80\x80\x80\x80\xE6\x97 x\n"), BYTES("\xFC\x80\x80\x80\x80\xE6\x97 x\r\n")},
    /* Ideographs among spaces. */
    {BYTES(FOUR " " FOUR " " FOUR " xyzzy\n"), BYTES(FOUR " " FOUR " \r\n" FOUR " xyzzy\r\n")},
};

static void lines_become_paragraphs_however_the_text_is_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t first = 1; first <= cases[i].in_size + 1; first++) {
            for (size_t piece = 1; piece <= 5; piece++) {
                size_t got;
                bool wants;
                char *text = flow_in_pieces(cases[i].in, cases[i].in_size, false, first,
                                            piece < 5 ? piece : cases[i].in_size + 1, &wants, &got);
                if (got != cases[i].out_size || memcmp(text, cases[i].out, got) != 0)
                    fail_msg("case %zu, %zu and %zu:\n%.*s", i, first, piece, (int)got, text);
                assert_false(wants);
                free(text);
            }
        }
    }
}

static void assert_reads_back(const char *bytes, size_t size, const char *text, size_t got,
                              bool delete_space)
{
    struct buffer expected = unflow_expect(bytes, size);
    struct buffer found = unflow_read(text, got, delete_space);
    if (expected.size != found.size ||
        (found.size > 0 && memcmp(expected.bytes, found.bytes, found.size) != 0))
        fail_msg("of:\n%.*s\ncame:\n%.*s", (int)size, bytes, (int)got, text);
    buffer_free(&expected);
    buffer_free(&found);
}

static struct mime_blob *flow_blob(const char *bytes, size_t size, bool *delete_space)
{
    struct mime_blob *blob = NULL;
    struct mime_blob *flowed = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, size, NULL), 0);
    assert_int_equal(mime_flow(&flowed, delete_space, blob, NULL, NULL), 0);
    mime_blob_release(blob);
    return flowed;
}

static char *read_all(struct mime_blob *blob, size_t *size)
{
    char *bytes = malloc((size_t)mime_blob_size(blob) + 1);
    assert_non_null(bytes);
    assert_int_equal(mime_blob_read(blob, 0, bytes, (size_t)mime_blob_size(blob), size, NULL), 0);
    mime_blob_release(blob);
    return bytes;
}

static void text_without_spaces_is_broken_by_spaces_to_be_deleted(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        const char *out;
    } texts[] = {
        {FOUR FOUR FOUR FOUR "\n", FOUR FOUR FOUR " \r\n" FOUR "\r\n"},
        {"> " FOUR FOUR FOUR FOUR "\n",
         "> " FOUR FOUR "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E" NIHONGO NIHONGO
         "\xE6\x97\xA5\xE6\x9C\xAC \r\n> \xE8\xAA\x9E" FOUR "\r\n"},
        {SEVENTY TEN "x\n" FOUR FOUR FOUR FOUR "\n",
         SEVENTY " \r\n" TEN "x\r\n" FOUR FOUR FOUR " \r\n" FOUR "\r\n"},
        /* Not between a word and an ideograph, nor before a mark that combines. */
        {LONG FOUR "\n",
         LONG "\xE6\x97\xA5 \r\n\xE6\x9C\xAC\xE8\xAA\x9E" NIHONGO NIHONGO NIHONGO "\r\n"},
        {FOUR FOUR NIHONGO NIHONGO NIHONGO "\xE6\x97\xA5\xE6\x9C\xAC\xE3\x81\x8B\xE3\x82\x99" FOUR
                                           "\n",
         FOUR FOUR NIHONGO NIHONGO NIHONGO
         "\xE6\x97\xA5\xE6\x9C\xAC \r\n\xE3\x81\x8B\xE3\x82\x99" FOUR "\r\n"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool delete_space;
        size_t size = strlen(texts[i].in);
        size_t got;
        char *text = read_all(flow_blob(texts[i].in, size, &delete_space), &got);
        if (!delete_space || got != strlen(texts[i].out) || memcmp(text, texts[i].out, got) != 0)
            fail_msg("case %zu: %d\n%.*s", i, delete_space, (int)got, text);
        assert_reads_back(texts[i].in, size, text, got, true);
        free(text);
    }
}

/* Pieces that matter, strung together by chance. */
static size_t make_text(char *text, size_t room, uint64_t *random)
{
    static const char *const pieces[] = {" ",
                                         "\n",
                                         "\r\n",
                                         "\r",
                                         ">",
                                         "> ",
                                         "From ",
                                         "-- ",
                                         "--",
                                         "a",
                                         "word ",
                                         "\xC3\xBC",
                                         NIHONGO,
                                         FIFTY,
                                         LONG,
                                         "    ",
                                         "\xE6",
                                         "\x97",
                                         "x ",
                                         "-- \n",
                                         FOUR,
                                         "longer",
                                         ".",
                                         "\t",
                                         "\xF0\x9F\x98\x80",
                                         "\xE3\x82\x99",
                                         ">>>>>>>>>>>>>>>>>>>>",
                                         "a b c d e f g h i j k "};
    size_t count = 1 + harness_random(random) % 60;
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[harness_random(random) % (sizeof pieces / sizeof *pieces)];
        if (size + strlen(piece) > room)
            break;
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    return size;
}

static void random_texts_read_back_as_they_were(void **state)
{
    (void)state;
    char bytes[4096];
    uint64_t random = 11;
    for (size_t i = 0; i < 20000; i++) {
        size_t size = make_text(bytes, sizeof bytes, &random);
        for (int delete_space = 0; delete_space < 2; delete_space++) {
            bool wants;
            size_t got;
            size_t again;
            char *text = flow_in_pieces(bytes, size, delete_space, size + 1, size, &wants, &got);
            char *cut = flow_in_pieces(bytes, size, delete_space, 0, 0, &wants, &again);
            assert_int_equal(got, again);
            assert_memory_equal(text, cut, got);
            assert_reads_back(bytes, size, text, got, delete_space);
            if (!unflow_fits(text, got))
                fail_msg("too long:\n%.*s", (int)got, text);
            free(text);
            free(cut);
        }
    }
}

static void a_text_of_any_size_is_flowed_in_little_memory(void **state)
{
    (void)state;
    enum { SIZE = 3 << 20 };
    char *bytes = malloc(SIZE);
    assert_non_null(bytes);
    static const char fillings[] = {' ', 'x', '>', '\r'};
    for (size_t i = 0; i < sizeof fillings; i++) {
        memset(bytes, fillings[i], SIZE);
        bytes[SIZE - 2] = 'a';
        bytes[SIZE - 1] = '\n';
        bool delete_space;
        size_t got;
        char *text = read_all(flow_blob(bytes, SIZE, &delete_space), &got);
        assert_false(delete_space);
        assert_reads_back(bytes, SIZE, text, got, false);
        free(text);
    }
    free(bytes);
}

static void a_directory_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *bytes = calloc(1, SIZE);
    assert_non_null(bytes);
    struct mime_blob *blob = NULL;
    struct mime_blob *flowed = (struct mime_blob *)bytes;
    bool delete_space;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_blob_from_memory(&blob, bytes, SIZE, NULL), 0);
    assert_int_equal(mime_flow(&flowed, &delete_space, blob, "/nonexistent", &error),
                     MAILER_SYSTEM);
    assert_null(flowed);
    assert_non_null(strstr(error.text, "/nonexistent"));
    mime_blob_release(blob);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_paragraphs_however_the_text_is_cut),
        cmocka_unit_test(text_without_spaces_is_broken_by_spaces_to_be_deleted),
        cmocka_unit_test(random_texts_read_back_as_they_were),
        cmocka_unit_test(a_text_of_any_size_is_flowed_in_little_memory),
        cmocka_unit_test(a_directory_that_cannot_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
