/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "tree/encoding.h"

/* The whole table: what a leaf of some content gets on the three wires. */
#define TEXT(bytes) bytes, sizeof bytes - 1
#define LINE_100                                                                                   \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxx"
#define LINE_900 LINE_100 LINE_100 LINE_100 LINE_100 LINE_100 LINE_100 LINE_100 LINE_100 LINE_100
#define LINE_998                                                                                   \
    LINE_900 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
             "xxxxxxxxxxxxxxx"

static const struct {
    const char *type;
    enum mime_form form;
    const char *bytes;
    size_t size;
    const char *names[3]; /**< with "!" where the type becomes generic */
} cases[] = {
    {"text/plain", MIME_FORM_TEXT, TEXT(""), {"7bit", "7bit", "7bit"}},
    {"text/plain", MIME_FORM_TEXT, TEXT("a\nb\r\n"), {"7bit", "7bit", "7bit"}},
    {"text/plain", MIME_FORM_TEXT, TEXT("a"), {"7bit", "7bit", "7bit"}},
    {"text/plain", MIME_FORM_TEXT, TEXT(LINE_998 "\n"), {"7bit", "7bit", "7bit"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT(LINE_998 "x\n"),
     {"quoted-printable", "quoted-printable", "binary"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("Gr\xC3\xBC\xC3\x9F Gott to all of you there\n"),
     {"quoted-printable", "8bit", "8bit"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("\xE6\x9D\xB1\xE4\xBA\xAC\xE6\x9D\xB1\xE4\xBA\xAC\n"),
     {"base64", "8bit", "8bit"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("From x, with words behind it\n"),
     {"quoted-printable", "quoted-printable", "quoted-printable"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("--=_ and some words behind it\n"),
     {"quoted-printable", "quoted-printable", "quoted-printable"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("a\rb and some words behind it\n"),
     {"quoted-printable", "quoted-printable", "quoted-printable"}},
    {"text/plain",
     MIME_FORM_TEXT,
     TEXT("a\0b and some words behind it\n"),
     {"quoted-printable", "quoted-printable", "quoted-printable"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("a\r\nb"), {"7bit", "7bit", "7bit"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("a\nb"), {"base64", "base64", "binary"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("a\rb"), {"base64", "base64", "binary"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("a\0b"), {"base64", "base64", "binary"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("From x\r\n"), {"base64", "base64", "binary"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("--=_x\r\n"), {"base64", "base64", "base64"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("\xFE\xFFxy"), {"base64", "base64", "base64"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("\xFF\xFEx\0"), {"base64", "base64", "base64"}},
    {"text/plain; charset=utf-16le", MIME_FORM_TEXT, TEXT("xy"), {"base64", "base64", "base64"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("\xC3\xBC\r\n"), {"base64", "8bit", "8bit"}},
    {"text/plain", MIME_FORM_EXACT, TEXT("\xFF\r\n"), {"base64", "8bit", "8bit"}},
    {"text/plain", MIME_FORM_EXACT, TEXT(LINE_998 "x\r\n"), {"base64", "base64", "binary"}},
    {"image/png", MIME_FORM_EXACT, TEXT("a"), {"base64", "base64", "binary"}},
    {"image/png", MIME_FORM_EXACT, TEXT(""), {"base64", "base64", "binary"}},
    {"message/rfc822", MIME_FORM_EXACT, TEXT("A: b\n\nx"), {"7bit", "7bit", "7bit"}},
    {"message/rfc822",
     MIME_FORM_EXACT,
     TEXT("A: b\r\n\r\n--=_x\r\nFrom me\r\n"),
     {"7bit", "7bit", "7bit"}},
    {"message/rfc822", MIME_FORM_EXACT, TEXT("A: b\n\n\xC3\xBC\n"), {"!base64", "8bit", "8bit"}},
    {"message/rfc822",
     MIME_FORM_EXACT,
     TEXT("A: b\n\n" LINE_998 "x\n"),
     {"!base64", "!base64", "binary"}},
    {"message/rfc822", MIME_FORM_EXACT, TEXT("A: b\n\n\r"), {"!base64", "!base64", "binary"}},
    {"message/rfc822", MIME_FORM_EXACT, TEXT("A: b\n\n\0"), {"!base64", "!base64", "binary"}},
    {"message/delivery-status", MIME_FORM_EXACT, TEXT("\xFF\n"), {"!base64", "8bit", "8bit"}},
};

static struct mime_part *leaf_of(size_t index)
{
    struct mime_blob *blob = NULL;
    struct mime_part *part = NULL;
    struct mime_leaf leaf = {.type = cases[index].type, .form = cases[index].form};
    assert_int_equal(mime_blob_from_memory(&blob, cases[index].bytes, cases[index].size, NULL), 0);
    assert_int_equal(mime_part_new_leaf(&part, blob, &leaf, NULL), 0);
    mime_blob_release(blob);
    return part;
}

static void each_wire_gets_its_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_part *part = leaf_of(i);
        for (int wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++) {
            struct mime_encoding chosen = mime_encoding_choose(part, (enum mailer_wire)wire);
            const char *name = cases[i].names[wire];
            if (strcmp(chosen.name, name + (name[0] == '!')) != 0 ||
                chosen.generic != (name[0] == '!'))
                fail_msg("case %zu on wire %d: %s", i, wire, chosen.name);
            assert_true((int)chosen.width <= wire);
        }
        mime_part_free(part);
    }
}

/* Sizes, and what is said of the end, against the codec's own output. */
static void sizes_and_ends_are_those_of_the_output(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_part *part = leaf_of(i);
        for (int wire = MAILER_WIRE_7BIT; wire <= MAILER_WIRE_BINARY; wire++) {
            struct mime_encoding chosen = mime_encoding_choose(part, (enum mailer_wire)wire);
            struct mime_codec codec = mime_codec_start(chosen.codec);
            char out[8192];
            struct mime_codec_step step =
                mime_codec_run(&codec, cases[i].bytes, cases[i].size, true, out, sizeof out);
            assert_true(codec.finished);
            assert_int_equal(chosen.size, step.produced);
            bool ends = step.produced > 1 && memcmp(out + step.produced - 2, "\r\n", 2) == 0;
            assert_int_equal(chosen.ends_in_line_end, ends);
        }
        mime_part_free(part);
    }
}

static void sizes_that_cannot_be_counted_are_the_greatest(void **state)
{
    (void)state;
    struct mime_part part = {.form = MIME_FORM_TEXT, .scanned = true};
    part.scan = (struct mime_scan){.size = UINT64_MAX - 5, .nul_octets = 1};
    part.quoted_printable_size = UINT64_MAX;
    assert_int_equal(mime_encoding_choose(&part, MAILER_WIRE_7BIT).size, UINT64_MAX);
}

static void plain_text_never_needs_to_be_encoded(void **state)
{
    (void)state;
    const struct mime_scan plain = {.size = 9, .bare_lf = 1, .longest_line = 998, .utf8 = true};
    assert_true(mime_encoding_is_never_needed(&plain));
    for (size_t i = 0; i < 6; i++) {
        struct mime_scan scan = plain;
        scan.high_octets = i == 0;
        scan.nul_octets = i == 1;
        scan.bare_cr = i == 2;
        scan.from_line = i == 3;
        scan.boundary_line = i == 4;
        scan.longest_line += i == 5;
        assert_false(mime_encoding_is_never_needed(&scan));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wire_gets_its_encoding),
        cmocka_unit_test(sizes_and_ends_are_those_of_the_output),
        cmocka_unit_test(sizes_that_cannot_be_counted_are_the_greatest),
        cmocka_unit_test(plain_text_never_needs_to_be_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
