/* SPDX-License-Identifier: ISC */
#include "harness/harness.h"
#include "text.h"
#include "tree/part.h"

static struct mime_blob *blob_of(const char *text)
{
    struct mime_blob *blob = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, text, strlen(text), NULL), 0);
    return blob;
}

static int make_leaf(struct mime_part **part, const char *text, const char *type,
                     enum mime_form form, struct mailer_error *error)
{
    struct mime_blob *blob = blob_of(text);
    struct mime_leaf leaf = {.type = type, .form = form};
    int result = mime_part_new_leaf(part, blob, &leaf, error);
    mime_blob_release(blob);
    return result;
}

static void a_leaf_keeps_copies_of_what_it_is_given(void **state)
{
    (void)state;
    char type[] = "Image/PNG; x=y";
    char name[] = "cpu.png";
    struct mime_leaf leaf = {.type = type,
                             .form = MIME_FORM_EXACT,
                             .disposition = "attachment",
                             .file_name = name,
                             .content_id = "logo@example"};
    struct mime_blob *blob = blob_of("octets");
    struct mime_part *part = NULL;
    assert_int_equal(mime_part_new_leaf(&part, blob, &leaf, NULL), 0);
    mime_blob_release(blob);
    memset(type, '!', strlen(type));
    memset(name, '!', strlen(name));
    assert_string_equal(part->type.name, "image/png");
    assert_string_equal(mime_media_type_parameter(&part->type, "x"), "y");
    assert_string_equal(part->disposition, "attachment");
    assert_string_equal(part->file_name, "cpu.png");
    assert_string_equal(part->content_id, "logo@example");
    assert_int_equal(mime_blob_size(part->blob), 6);
    assert_false(mime_part_is_multipart(part));
    assert_false(part->scanned);
    mime_part_free(part);
}

static void text_and_messages_are_scanned_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum mime_form given;
        enum mime_form form;
        bool scanned;
    } cases[] = {
        {"text/plain", MIME_FORM_TEXT, MIME_FORM_TEXT, true},
        {"text/plain", MIME_FORM_EXACT, MIME_FORM_EXACT, true},
        {"text/plain; charset=utf-8", MIME_FORM_TEXT, MIME_FORM_TEXT, true},
        {"text/plain; charset=UTF-16", MIME_FORM_TEXT, MIME_FORM_EXACT, true},
        {"text/plain; charset=utf-32be", MIME_FORM_TEXT, MIME_FORM_EXACT, true},
        {"text/plain; charset=ISO-10646-UCS-2", MIME_FORM_TEXT, MIME_FORM_EXACT, true},
        {"message/rfc822", MIME_FORM_EXACT, MIME_FORM_MESSAGE, true},
        {"Message/delivery-status", MIME_FORM_TEXT, MIME_FORM_MESSAGE, true},
        {"image/png", MIME_FORM_EXACT, MIME_FORM_EXACT, false},
        {"application/json", MIME_FORM_EXACT, MIME_FORM_EXACT, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_part *part = NULL;
        assert_int_equal(make_leaf(&part, "one\ntwo", cases[i].type, cases[i].given, NULL), 0);
        assert_int_equal(part->form, cases[i].form);
        assert_int_equal(part->scanned, cases[i].scanned);
        assert_int_equal(part->scan.bare_lf, cases[i].scanned);
        mime_part_free(part);
    }
}

static void only_text_that_some_wire_wants_encoded_is_measured(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t size;
    } cases[] = {{"plain\n", 0}, {"\xC3\xBC\n", 8}, {"From x\n", 10}, {"a\rb", 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_part *part = NULL;
        assert_int_equal(make_leaf(&part, cases[i].text, "text/plain", MIME_FORM_TEXT, NULL), 0);
        assert_int_equal(part->quoted_printable_size, cases[i].size);
        mime_part_free(part);
    }
}

static void what_cannot_be_a_leaf_is_refused_with_advice(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *type;
        const char *advice;
    } cases[] = {
        {"x", "text", "one looks like image/png"},
        {"x", "multipart/mixed", "application/octet-stream"},
        {"x", "MULTIPART/x; boundary=y", "application/octet-stream"},
        {"Gr\xFC\xDF", "text/plain", "\"text/plain; charset=iso-8859-1\""},
        {"Gr\xFC\xDF", "text/html; name=\"charset=x\"", "\"text/html; charset=iso-8859-1\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        struct mime_part *part = (struct mime_part *)&error;
        assert_int_equal(make_leaf(&part, cases[i].text, cases[i].type, MIME_FORM_TEXT, &error),
                         MAILER_DATA);
        assert_null(part);
        if (strstr(error.text, cases[i].advice) == NULL)
            fail_msg("%s", error.text);
    }
    struct mime_part *part = NULL;
    assert_int_equal(
        make_leaf(&part, "Gr\xFC\xDF", "text/plain; charset=iso-8859-1", MIME_FORM_TEXT, NULL), 0);
    mime_part_free(part);
    /* An attachment is what it is. */
    assert_int_equal(make_leaf(&part, "Gr\xFC\xDF", "text/plain", MIME_FORM_EXACT, NULL), 0);
    mime_part_free(part);
}

static void text_is_labelled_by_what_is_known_of_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *type;
        enum mime_form form;
        const char *given;
        const char *charset;
        bool wide;
    } cases[] = {
        /* Of an attachment: its type, then its octets, then what was given. */
        {"x", "text/csv", MIME_FORM_EXACT, NULL, NULL, false},
        {"x", "text/csv", MIME_FORM_EXACT, "iso-8859-1", NULL, false},
        {"\xEF\xBB\xBFx", "text/csv", MIME_FORM_EXACT, "iso-8859-1", NULL, false},
        {"\xFC", "text/csv", MIME_FORM_EXACT, NULL, NULL, false},
        {"\xFC", "text/csv", MIME_FORM_EXACT, "iso-8859-1", "iso-8859-1", false},
        {"\xFC", "text/csv; charset=x", MIME_FORM_EXACT, "iso-8859-1", NULL, false},
        {"\xFF\xFEx", "text/csv", MIME_FORM_EXACT, "iso-8859-1", "utf-16", true},
        {"\xFE\xFFx", "text/html", MIME_FORM_EXACT, NULL, "utf-16", true},
        {"\xFE\xFFx", "text/html; charset=utf-16be", MIME_FORM_EXACT, NULL, NULL, true},
        {"\xFE\xFFx", "application/xml", MIME_FORM_EXACT, "utf-16", NULL, false},
        {"\xFE\xFFx", "message/rfc822", MIME_FORM_EXACT, "utf-16", NULL, false},
        /* Of a body: its type, then what was given. */
        {"\xC3\xBC", "text/plain", MIME_FORM_TEXT, "iso-8859-1", "iso-8859-1", false},
        {"\xFF\xFE", "text/plain", MIME_FORM_TEXT, "iso-8859-1", "iso-8859-1", false},
        {"x", "text/plain", MIME_FORM_TEXT, "us-ascii", "us-ascii", false},
        {"x", "text/plain; charset=a", MIME_FORM_TEXT, "b", NULL, false},
        {"xy", "text/plain", MIME_FORM_TEXT, "utf-16", "utf-16", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_blob *blob = blob_of(cases[i].text);
        struct mime_leaf leaf = {
            .type = cases[i].type, .form = cases[i].form, .charset = cases[i].given};
        struct mime_part *part = NULL;
        assert_int_equal(mime_part_new_leaf(&part, blob, &leaf, NULL), 0);
        if (cases[i].charset == NULL)
            assert_null(part->charset);
        else
            assert_string_equal(part->charset, cases[i].charset);
        assert_int_equal(part->wide, cases[i].wide);
        if (part->wide)
            assert_int_equal(part->form, MIME_FORM_EXACT);
        mime_part_free(part);
        mime_blob_release(blob);
    }
}

static void a_scan_that_is_known_is_not_made_again(void **state)
{
    (void)state;
    struct mime_blob *blob = blob_of("a text");
    struct mime_scan scan = {.size = 6, .longest_line = 6, .crlf = 77, .utf8 = true};
    struct mime_leaf leaf = {.type = "text/plain", .scan = &scan};
    struct mime_part *part = NULL;
    assert_int_equal(mime_part_new_leaf(&part, blob, &leaf, NULL), 0);
    assert_int_equal(part->scan.crlf, 77);
    mime_part_free(part);
    mime_blob_release(blob);
}

static void a_multipart_has_a_boundary_of_its_own(void **state)
{
    (void)state;
    char before[MIME_BOUNDARY_SIZE] = "";
    for (size_t i = 0; i < 100; i++) {
        struct mime_part *part = NULL;
        assert_int_equal(mime_part_new_multipart(&part, "related", NULL), 0);
        assert_true(mime_part_is_multipart(part));
        assert_string_equal(part->type.name, "multipart/related");
        assert_int_equal(strlen(part->boundary), MIME_BOUNDARY_SIZE - 1);
        assert_memory_equal(part->boundary, "=_", 2);
        assert_string_not_equal(part->boundary, before);
        memcpy(before, part->boundary, sizeof before);
        mime_part_free(part);
    }
}

static void children_stand_where_they_are_put(void **state)
{
    (void)state;
    static const char *const types[] = {"a/a", "b/b", "c/c"};
    for (size_t count = 0; count < 50; count++) {
        struct mime_part *parent = NULL;
        assert_int_equal(mime_part_new_multipart(&parent, "mixed", NULL), 0);
        for (size_t i = 0; i < count; i++) {
            struct mime_part *child = NULL;
            assert_int_equal(make_leaf(&child, "x", types[i % 3], MIME_FORM_EXACT, NULL), 0);
            /* In front, at the end, in the middle. */
            size_t index = i % 3 == 0 ? 0 : i % 3 == 1 ? i : i / 2;
            assert_int_equal(mime_part_insert(parent, index, child, NULL), 0);
            assert_ptr_equal(parent->children[index], child);
            assert_int_equal(parent->count, i + 1);
        }
        mime_part_free(parent);
    }
    mime_part_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_keeps_copies_of_what_it_is_given),
        cmocka_unit_test(text_and_messages_are_scanned_and_nothing_else),
        cmocka_unit_test(only_text_that_some_wire_wants_encoded_is_measured),
        cmocka_unit_test(what_cannot_be_a_leaf_is_refused_with_advice),
        cmocka_unit_test(text_is_labelled_by_what_is_known_of_it),
        cmocka_unit_test(a_scan_that_is_known_is_not_made_again),
        cmocka_unit_test(a_multipart_has_a_boundary_of_its_own),
        cmocka_unit_test(children_stand_where_they_are_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
