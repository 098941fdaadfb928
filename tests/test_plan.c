/* SPDX-License-Identifier: ISC */
#include "harness/read_message.h"
#include "harness/read_plan.h"

#include "header/header.h"

#include <stdio.h>
#include <unistd.h>

static struct mime_part *leaf_of(const char *octets, size_t size, const struct mime_leaf *leaf)
{
    struct mime_blob *blob = NULL;
    struct mime_part *part = NULL;
    assert_int_equal(mime_blob_from_memory(&blob, octets, size, NULL), 0);
    assert_int_equal(mime_part_new_leaf(&part, blob, leaf, NULL), 0);
    mime_blob_release(blob);
    return part;
}

static struct mime_part *text_of(const char *text)
{
    return leaf_of(text, strlen(text), &(struct mime_leaf){.type = "text/plain"});
}

static struct mime_part *multipart_of(const char *subtype, char letter)
{
    struct mime_part *part = NULL;
    assert_int_equal(mime_part_new_multipart(&part, subtype, NULL), 0);
    memset(part->boundary + 2, letter, MIME_BOUNDARY_SIZE - 3);
    return part;
}

static void assert_written(struct mime_document *document, enum mailer_wire width,
                           const char *expected)
{
    char *got = render_document(document, width);
    assert_string_equal(got, expected);
    free(got);
}

static void text_attachments_say_what_they_are_in(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        size_t size;
        const char *given;
        const char *header;
    } cases[] = {
        {"a\n", 2, NULL, "text/csv; charset=us-ascii\r\n"},
        {"\xEF\xBB\xBF"
         "a",
         4, "koi8-r", "text/csv; charset=utf-8\r\n"},
        {"\xFF\xFE"
         "a\0\n\0",
         6, NULL,
         "text/csv; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n//5hAAoA\r\n"},
        {"\0\0\xFE\xFF\0\0\0a", 8, NULL,
         "text/csv; charset=utf-32\r\nContent-Transfer-Encoding: base64\r\n\r\nAAD+/wAAAGE=\r\n"},
        {"\xC1\n", 2, NULL, "text/csv\r\n"},
        {"\xC1\n", 2, "koi8-r", "text/csv; charset=koi8-r\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_document document = {0};
        struct mime_leaf leaf = {
            .type = "text/csv", .form = MIME_FORM_EXACT, .charset = cases[i].given};
        document.root = leaf_of(cases[i].octets, cases[i].size, &leaf);
        char *got = render_document(&document, MAILER_WIRE_7BIT);
        char expected[300] = "Content-Type: ";
        memcpy(expected + strlen(expected), cases[i].header, strlen(cases[i].header) + 1);
        if (strstr(got, expected) == NULL)
            fail_msg("%s", got);
        free(got);
        mime_document_free(&document);
    }
}

static void a_message_without_a_body_is_its_header(void **state)
{
    (void)state;
    struct mime_document document = {0};
    assert_int_equal(mime_document_add_text(&document, "Subject", "Hi", NULL), 0);
    assert_written(&document, MAILER_WIRE_7BIT, "Subject: Hi\r\nMIME-Version: 1.0\r\n\r\n");
    mime_document_free(&document);
}

static void a_lone_text_ends_in_one_line_end(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"", "us-ascii\r\n\r\n", NULL},
        {"a", "us-ascii\r\n\r\na\r\n", NULL},
        {"a\n", "us-ascii\r\n\r\na\r\n", NULL},
        {"a\r\n\n", "us-ascii\r\n\r\na\r\n\r\n", NULL},
        {"\xC3\xBC mit Worten davor und danach",
         "utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC mit Worten davor und "
         "danach\r\n",
         "utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xC3\xBC mit Worten davor und "
         "danach\r\n"},
        {"\xC3\xBC mit Worten davor und danach\n",
         "utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC mit Worten davor und "
         "danach\r\n",
         NULL},
        {"\xE6\x9D\xB1\xE4\xBA\xAC",
         "utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5p2x5Lqs\r\n", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int width = 0; width < 2; width++) {
            struct mime_document document = {.root = text_of(cases[i][0])};
            char expected[300] = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=";
            if (cases[i][1 + width] != NULL) {
                strcat(expected, cases[i][1 + width]);
                assert_written(&document, (enum mailer_wire)width, expected);
            }
            mime_document_free(&document);
        }
    }
}

static void parts_and_their_boundaries_stand_as_in_rfc_2046(void **state)
{
    (void)state;
    struct mime_part *mixed = multipart_of("mixed", 'a');
    struct mime_part *alternative = multipart_of("alternative", 'b');
    const struct mime_leaf picture = {.type = "image/png",
                                      .form = MIME_FORM_EXACT,
                                      .disposition = "attachment",
                                      .file_name = "cpu.png",
                                      .content_id = "logo@example"};
    const struct mime_leaf mail = {
        .type = "message/rfc822", .form = MIME_FORM_EXACT, .disposition = "attachment"};
    mime_part_insert(alternative, 0, text_of("Hi"), NULL);
    mime_part_insert(alternative, 1, leaf_of("<p>\n", 4, &(struct mime_leaf){.type = "text/html"}),
                     NULL);
    mime_part_insert(mixed, 0, alternative, NULL);
    mime_part_insert(mixed, 1, leaf_of("PNG", 3, &picture), NULL);
    mime_part_insert(mixed, 2, leaf_of("", 0, &picture), NULL);
    mime_part_insert(mixed, 3, leaf_of("A: b\n\n\xC3\xBC", 8, &mail), NULL);
    struct mime_document document = {.root = mixed};
    static const char picture_header[] =
        "Content-Type: image/png; name=cpu.png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=cpu.png\r\nContent-ID: <logo@example>\r\n\r\n";
    char expected[4096];
    static const char format[] =
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=\"=_aaaaaaaaaaaaaaaaaaaaaaaaaa\"\r\n%s\r\n"
        "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
        "Content-Type: multipart/alternative; boundary=\"=_bbbbbbbbbbbbbbbbbbbbbbbbbb\"\r\n\r\n"
        "--=_bbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n\r\nHi\r\n"
        "--=_bbbbbbbbbbbbbbbbbbbbbbbbbb\r\n"
        "Content-Type: text/html; charset=us-ascii\r\n\r\n<p>\r\n\r\n"
        "--=_bbbbbbbbbbbbbbbbbbbbbbbbbb--\r\n"
        "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n%sUE5H\r\n"
        "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n%s\r\n"
        "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa\r\n%s\r\n"
        "--=_aaaaaaaaaaaaaaaaaaaaaaaaaa--\r\n";
    /* A message in the message is changed inside where it must be. */
    snprintf(expected, sizeof expected, format, "Content-Transfer-Encoding: 8bit\r\n",
             picture_header, picture_header,
             "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n"
             "Content-Disposition: attachment\r\n\r\nA: b\r\n\r\n\xC3\xBC");
    assert_written(&document, MAILER_WIRE_8BIT, expected);
    snprintf(expected, sizeof expected, format, "", picture_header, picture_header,
             "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
             "A: b\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
             "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=BC");
    assert_written(&document, MAILER_WIRE_7BIT, expected);
    mime_document_free(&document);
}

static void given_parameters_are_there_once_and_in_short_lines(void **state)
{
    (void)state;
    char type[8000] = "text/plain; Charset=\"utf-8\"; name=given.txt";
    for (size_t i = 0; i < 100; i++)
        snprintf(type + strlen(type), 40, "; parameter-%zu=\"some value\"", i);
    strcat(type, "; endless=");
    size_t used = strlen(type);
    memset(type + used, 'x', 3000);
    type[used + 3000] = '\0';
    const struct mime_leaf leaf = {
        .type = type, .form = MIME_FORM_EXACT, .disposition = "attachment", .file_name = "own.txt"};
    struct mime_document document = {.root = leaf_of("a\r\n", 3, &leaf)};
    char *got = render_document(&document, MAILER_WIRE_7BIT);
    assert_true(decode_longest_line((uint8_t *)got, strlen(got)) <= 78);
    struct read_entity *entity = read_entity((uint8_t *)got, strlen(got));
    assert_null(entity->problem);
    assert_string_equal(entity->charset, "utf-8");
    assert_string_equal(entity->type_name, "given.txt");
    assert_string_equal(entity->file_name, "own.txt");
    read_free(entity);
    free(got);
    mime_document_free(&document);
}

static void hostile_names_make_no_long_line_and_no_field(void **state)
{
    (void)state;
    char name[20001];
    memset(name, 'n', 20000);
    name[20000] = '\0';
    memcpy(name + 5000, "\r\nBcc: b@c\r\n\r\n", 14);
    const struct mime_leaf leaf = {.type = "image/png",
                                   .form = MIME_FORM_EXACT,
                                   .disposition = "attachment",
                                   .file_name = name};
    struct mime_document document = {.root = leaf_of("a", 1, &leaf)};
    char *got = render_document(&document, MAILER_WIRE_7BIT);
    assert_true(decode_longest_line((uint8_t *)got, strlen(got)) <= 78);
    assert_null(strstr(got, "Bcc:"));
    struct read_entity *entity = read_entity((uint8_t *)got, strlen(got));
    assert_null(entity->problem);
    assert_string_equal(entity->file_name, name);
    read_free(entity);
    free(got);
    mime_document_free(&document);
}

static void utf8_in_fields_needs_eight_bits(void **state)
{
    (void)state;
    struct mime_document document = {.root = text_of("Hi\n")};
    struct mime_mailbox_list list = {0};
    struct mime_plan *plan = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_address_parse(&list, "j\xC3\xB6rg@b.test", false, NULL), 0);
    assert_int_equal(mime_document_add_mailboxes(&document, "To", &list, NULL), 0);
    struct mime_wire wire = {MAILER_WIRE_7BIT, true};
    assert_int_equal(mime_plan_new(&plan, &document, wire, &error), MAILER_UNSUPPORTED);
    assert_null(plan);
    assert_true(strlen(error.text) > 20);
    wire.width = MAILER_WIRE_8BIT;
    assert_int_equal(mime_plan_new(&plan, &document, wire, NULL), 0);
    assert_int_equal(plan->width, MAILER_WIRE_8BIT);
    struct mime_plan *again = NULL;
    assert_int_equal(mime_plan_again(&again, &document, plan, MAILER_WIRE_7BIT, &error),
                     MAILER_UNSUPPORTED);
    assert_null(again);
    assert_int_equal(mime_plan_again(&again, &document, plan, MAILER_WIRE_BINARY, NULL), 0);
    assert_int_equal(again->size, plan->size);
    assert_int_equal(again->width, MAILER_WIRE_8BIT);
    assert_true(again->wire.utf8_headers);
    mime_plan_free(again);
    mime_plan_free(plan);
    mime_document_free(&document);
}

static void what_is_the_same_on_a_wider_wire_is_laid_out_once(void **state)
{
    (void)state;
    static const struct mime_leaf text = {.type = "text/plain", .form = MIME_FORM_TEXT};
    static const struct mime_leaf octets = {.type = "image/png", .form = MIME_FORM_EXACT};
    static const struct {
        const char *content;
        const struct mime_leaf *leaf;
        enum mailer_wire widest;
    } cases[] = {{"Hi\n", &text, MAILER_WIRE_BINARY},
                 {"\x89PNG", &octets, MAILER_WIRE_8BIT},
                 {"\xC3\xBC mit Worten\n", &text, MAILER_WIRE_7BIT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mime_document document = {0};
        struct mime_wire wire = {MAILER_WIRE_7BIT, false};
        struct mime_plan *plan = NULL;
        document.root = leaf_of(cases[i].content, strlen(cases[i].content), cases[i].leaf);
        assert_int_equal(mime_plan_new(&plan, &document, wire, NULL), 0);
        for (; wire.width <= MAILER_WIRE_BINARY; wire.width++) {
            struct mime_plan *again = NULL;
            assert_int_equal(mime_plan_again(&again, &document, plan, wire.width, NULL), 0);
            assert_int_equal(again == plan, wire.width <= cases[i].widest);
            mime_plan_free(again);
        }
        assert_true(plan->size > 0);
        mime_plan_free(plan);
        mime_document_free(&document);
    }
}

static void headers_beyond_their_limit_are_refused(void **state)
{
    (void)state;
    struct mime_document document = {0};
    char *value = malloc(MIME_HEADER_LIMIT / 2);
    assert_non_null(value);
    for (size_t i = 0; i + 1 < MIME_HEADER_LIMIT / 2; i++)
        value[i] = i % 10 == 9 ? ' ' : 'x';
    value[MIME_HEADER_LIMIT / 2 - 1] = '\0';
    value[MIME_HEADER_LIMIT / 2 - 2] = 'x';
    struct mime_plan *plan = NULL;
    for (size_t i = 0; i < 3; i++) {
        struct mailer_error error = MAILER_ERROR_INIT;
        assert_int_equal(mime_document_add_text(&document, "X-Long", value, NULL), 0);
        int result = mime_plan_new(&plan, &document, (struct mime_wire){0}, &error);
        assert_int_equal(result, i == 0 ? 0 : MAILER_DATA);
        assert_int_equal(plan != NULL, i == 0);
        mime_plan_free(plan);
    }
    mime_document_free(&document);
    memset(value, 'x', 998);
    value[998] = '\0';
    assert_int_equal(mime_document_add_text(&document, "X-Long", value, NULL), 0);
    assert_int_equal(mime_plan_new(&plan, &document, (struct mime_wire){0}, NULL), MAILER_DATA);
    mime_document_free(&document);
    free(value);
}

static void more_octets_than_can_be_counted_are_refused(void **state)
{
    (void)state;
    struct mime_part *part = text_of("From x\n");
    part->scan.size = UINT64_MAX / 4 * 3;
    part->quoted_printable_size = UINT64_MAX;
    struct mime_document document = {.root = part};
    struct mime_plan *plan = NULL;
    struct mailer_error error = MAILER_ERROR_INIT;
    assert_int_equal(mime_plan_new(&plan, &document, (struct mime_wire){0}, &error), MAILER_DATA);
    assert_null(plan);
    mime_document_free(&document);
    mime_plan_free(NULL);
}

static void five_gigabytes_are_planned_without_being_read(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {(UINT64_C(1) << 31) - 1, UINT64_C(1) << 31,
                                     (UINT64_C(1) << 32) + 1, UINT64_C(5000000000)};
    char path[] = "/tmp/mailer-test-plan-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_int_equal(ftruncate(descriptor, (off_t)sizes[i]), 0);
        struct mime_blob *blob = NULL;
        struct mime_document document = {0};
        const struct mime_leaf leaf = {.type = "image/png", .form = MIME_FORM_EXACT};
        assert_int_equal(mime_blob_from_file(&blob, path, true, NULL, NULL), 0);
        assert_int_equal(mime_part_new_leaf(&document.root, blob, &leaf, NULL), 0);
        mime_blob_release(blob);
        struct mime_plan *plan = plan_for(&document, MAILER_WIRE_7BIT);
        uint64_t rest = sizes[i] % 57;
        uint64_t encoded = sizes[i] / 57 * 78 + (rest > 0 ? (rest + 2) / 3 * 4 + 2 : 0);
        assert_int_equal(plan->size, plan->segments[0].size + encoded);
        mime_plan_free(plan);
        plan = plan_for(&document, MAILER_WIRE_BINARY);
        assert_int_equal(plan->size, plan->segments[0].size + sizes[i] + 2);
        mime_plan_free(plan);
        mime_document_free(&document);
    }
    close(descriptor);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_attachments_say_what_they_are_in),
        cmocka_unit_test(a_message_without_a_body_is_its_header),
        cmocka_unit_test(a_lone_text_ends_in_one_line_end),
        cmocka_unit_test(parts_and_their_boundaries_stand_as_in_rfc_2046),
        cmocka_unit_test(given_parameters_are_there_once_and_in_short_lines),
        cmocka_unit_test(hostile_names_make_no_long_line_and_no_field),
        cmocka_unit_test(utf8_in_fields_needs_eight_bits),
        cmocka_unit_test(what_is_the_same_on_a_wider_wire_is_laid_out_once),
        cmocka_unit_test(headers_beyond_their_limit_are_refused),
        cmocka_unit_test(more_octets_than_can_be_counted_are_refused),
        cmocka_unit_test(five_gigabytes_are_planned_without_being_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
